package logstore

import (
	"errors"
	"fmt"
	"math"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// AppendAsLeader checks every batch and the producer state of all before it writes any, assigns offsets and leaderEpoch
// in place (the bytes belong to the log for the call), writes once, indexes, and then updates producer state (I5). It never
// waits for an fsync. The appended records can be read when it returns.
//
// A Client sends exactly one batch when it is idempotent. Errors are those of this package's errors.go.
func (l *Log) AppendAsLeader(batches []byte, leaderEpoch int32, o Origin) (AppendInfo, error) {
	return l.appendLeader(batches, leaderEpoch, appending{origin: o})
}

// AppendVerified is AppendAsLeader for batches of producers' transactions: a batch that begins one here is refused with
// ErrNotInTransaction unless g is what StartVerification gave for it (KIP-890). The check and the append are one step.
func (l *Log) AppendVerified(batches []byte, leaderEpoch int32, o Origin, g producer.Guard) (AppendInfo, error) {
	return l.appendLeader(batches, leaderEpoch, appending{origin: o, verify: true, guard: g})
}

// A Produced says how the batches of a client's request are to be appended.
type Produced struct {
	Verify bool           // as AppendVerified does with Guard
	Guard  producer.Guard // of StartVerification
	Budget *record.Budget // of the request, shared by all its appends; nil bounds each batch alone
}

// AppendProduced is AppendAsLeader, or AppendVerified, for what one request of a client brings.
func (l *Log) AppendProduced(batches []byte, leaderEpoch int32, p Produced) (AppendInfo, error) {
	return l.appendLeader(batches, leaderEpoch, appending{origin: Client, verify: p.Verify, guard: p.Guard, budget: p.Budget})
}

// StartVerification is to be called before the transaction coordinator is asked whether a producer's transaction includes
// this partition. producer.NoGuard says that there is nothing to ask: the transaction is open here. bumps says that it is
// one of transaction version 2. The error is ErrInvalidProducerEpoch, or why the log cannot be used.
func (l *Log) StartVerification(producerID int64, epoch int16, firstSeq int32, bumps bool) (producer.Guard, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.err != nil {
		return producer.NoGuard, l.mu.err
	}
	g, err := l.mu.producers.Ask(producerID, epoch, firstSeq, bumps, l.store.now())
	return g, producerError(err)
}

// appending says how an append is judged.
type appending struct {
	origin     Origin
	txnVersion int16 // of markers
	verify     bool  // transactional batches need an open transaction, or guard
	guard      producer.Guard
	budget     *record.Budget // nil bounds each batch alone
}

// AppendMarkers is AppendAsLeader for a transaction coordinator's markers of that transaction version (KIP-890): from 2
// on a marker carries an epoch above that of its transaction.
func (l *Log) AppendMarkers(batches []byte, leaderEpoch int32, txnVersion int16) (AppendInfo, error) {
	return l.appendLeader(batches, leaderEpoch, appending{origin: Coordinator, txnVersion: txnVersion})
}

func (l *Log) appendLeader(batches []byte, leaderEpoch int32, as appending) (AppendInfo, error) {
	cfg := l.cfg.Load()
	p, err := cfg.prepare(batches, as.origin, as.budget, l.store.now)
	if err != nil {
		return AppendInfo{}, err
	}
	l.mu.Lock()
	info, ask, err := l.appendPrepared(&p, leaderEpoch, as, cfg)
	l.mu.Unlock()
	return l.appended(info, ask, err)
}

// appended is what follows an append outside the lock.
func (l *Log) appended(info AppendInfo, ask bool, err error) (AppendInfo, error) {
	if err != nil {
		var w *segment.WriteError
		if errors.As(err, &w) {
			return AppendInfo{}, l.writeFailed(w)
		}
		return AppendInfo{}, err
	}
	if ask {
		l.RequestFlush()
		if l.unrecovered.Load() >= l.store.cfg.FlushBytes {
			select {
			case l.dir.nudge <- struct{}{}:
			default:
			}
		}
	}
	return info, nil
}

// writeFailed judges a failed write: it may be tried again only when the file is as it was before (R35), or was never opened.
func (l *Log) writeFailed(w *segment.WriteError) error {
	if !w.Cut {
		l.dir.fail(w.Err)
		return fmt.Errorf("%w: %w", ErrOffline, w.Err)
	}
	return l.ioFailed(w.Err)
}

// appendPrepared decides, writes, indexes and notes. ask tells that a flush is due. mu is held.
func (l *Log) appendPrepared(p *prepared, leaderEpoch int32, as appending, cfg *logConfig) (info AppendInfo, ask bool, err error) {
	if l.mu.err != nil {
		return info, false, l.mu.err
	}
	if latest := l.latestEpoch(); leaderEpoch < latest {
		return info, false, fmt.Errorf("%w: %d, latest is %d", ErrFencedLeaderEpoch, leaderEpoch, latest)
	}
	first := l.end.Load()
	if first > math.MaxInt64-p.count {
		return info, false, &InvalidRecordError{Kind: ErrInvalidRecord, Index: -1, Why: "the log has no offsets left"}
	}
	l.mu.producers.Begin(stageOrigin(as.origin), as.txnVersion)
	if as.verify {
		l.mu.producers.Require(as.guard)
	}
	next := first
	for rest := p.bytes; len(rest) > 0; {
		b := record.Batch(rest[:record.Batch(rest).Length()])
		rest = rest[len(b):]
		if as.origin != RaftLeader && b.HasProducerID() {
			dup, isDup, err := l.stage(b, next)
			if err != nil || isDup {
				l.mu.producers.Drop()
				return l.duplicate(dup), false, err
			}
		}
		b.SetBaseOffset(next)
		b.SetLeaderEpoch(leaderEpoch)
		next = b.NextOffset()
	}
	if err := l.write(p, next, cfg); err != nil {
		l.mu.producers.Drop()
		return info, false, err
	}
	if l.mu.epochs.Assign(leaderEpoch, first) {
		l.mu.epochsDirty = true
	}
	info = AppendInfo{FirstOffset: first, LastOffset: next - 1, NextOffset: next, LogAppendTime: p.appendTime,
		LogStartOffset: l.start.Load(), MaxTimestamp: p.maxTs, Bytes: len(p.bytes)}
	return info, l.note(p, next, cfg), nil
}

func stageOrigin(o Origin) producer.Origin {
	switch o {
	case Client:
		return producer.Client
	case Coordinator:
		return producer.Coordinator
	default:
		return producer.Replication
	}
}

// stage asks the producer state about one batch.
func (l *Log) stage(b record.Batch, offset int64) (dup producer.Batch, isDup bool, err error) {
	m, ok, err := producer.MetaOf(b)
	if err != nil {
		return dup, false, &InvalidRecordError{Kind: ErrInvalidRecord, Index: -1, Why: err.Error()}
	}
	if !ok {
		return dup, false, nil
	}
	dup, isDup, err = l.mu.producers.Stage(&m, offset)
	return dup, isDup, producerError(err)
}

func producerError(err error) error {
	if err == nil {
		return nil
	}
	var e *producer.Error
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case errors.Is(e.Kind, producer.ErrOutOfOrder):
		return &SequenceError{ProducerID: e.ProducerID, Epoch: e.Epoch, Got: e.Got, Want: e.Want}
	case errors.Is(e.Kind, producer.ErrInvalidEpoch):
		return fmt.Errorf("%w: %w", ErrInvalidProducerEpoch, err)
	case errors.Is(e.Kind, producer.ErrCoordinatorFenced):
		return fmt.Errorf("%w: %w", ErrTransactionCoordinatorFenced, err)
	case errors.Is(e.Kind, producer.ErrUnverified):
		return fmt.Errorf("%w: %w", ErrNotInTransaction, err)
	default:
		return fmt.Errorf("%w: %w", ErrInvalidTxnState, err)
	}
}

// duplicate answers with the batch that was appended earlier.
func (l *Log) duplicate(b producer.Batch) AppendInfo {
	return AppendInfo{FirstOffset: b.FirstOffset(), LastOffset: b.LastOffset, NextOffset: l.end.Load(), LogAppendTime: b.Timestamp,
		LogStartOffset: l.start.Load(), MaxTimestamp: b.Timestamp, Duplicate: true}
}

// write rolls when it is time to, and appends. mu is held.
func (l *Log) write(p *prepared, next int64, cfg *logConfig) error {
	if l.dir.reserve.out.Load() {
		return fmt.Errorf("%w: what is left in %s is kept for metadata and deletions", ErrNoSpace, l.dir.path)
	}
	s := l.active()
	if !s.Live() {
		if err := s.Activate(cfg.IndexIntervalBytes); err != nil {
			return &segment.WriteError{Err: err, Cut: true}
		}
	}
	if l.shouldRoll(s, int64(len(p.bytes)), next-1, p.maxTs, cfg) {
		if err := l.roll(); err != nil {
			return &segment.WriteError{Err: err, Cut: true}
		}
		s = l.active()
		if err := s.Activate(cfg.IndexIntervalBytes); err != nil {
			return &segment.WriteError{Err: err, Cut: true}
		}
	}
	prealloc := int64(0)
	if cfg.Preallocate {
		prealloc = cfg.SegmentBytes
	}
	return s.Append(p.bytes, cfg.IndexIntervalBytes, prealloc)
}

// note makes a written append part of the log. ask tells that a flush is due. mu is held.
func (l *Log) note(p *prepared, next int64, cfg *logConfig) (ask bool) {
	l.end.Store(next)
	l.size.Add(int64(len(p.bytes)))
	for _, t := range l.mu.producers.Commit(next) {
		if !t.Aborted {
			continue
		}
		err := l.active().AppendTxn(segment.AbortedTxn{ProducerID: t.ProducerID, FirstOffset: t.FirstOffset, LastOffset: t.LastOffset, LastStableOffset: t.LastStableOffset})
		if err != nil && !passes(err) {
			l.dir.failLater(err)
		}
	}
	l.updateStable()
	l.mu.unflushedN += p.count
	bytes := l.unflushed.Add(int64(len(p.bytes)))
	l.unrecovered.Add(int64(len(p.bytes)))
	l.sinceSnapshot.Add(int64(len(p.bytes)))
	return l.mu.unflushedN >= cfg.FlushMessages || bytes >= l.store.cfg.FlushBytes
}

// updateStable recomputes the last stable offset. mu is held.
func (l *Log) updateStable() {
	lso := l.hw.Load()
	if first := l.mu.producers.FirstUnstableOffset(); first != producer.NoOffset {
		lso = min(lso, first)
	}
	l.lso.Store(max(lso, l.start.Load()))
}

// AppendAsFollower appends batches as they came from the leader: offsets and epochs are theirs and must continue the log.
// A hole before the first batch is allowed (the leader's log may be compacted), going back is ErrUnexpectedOffset.
func (l *Log) AppendAsFollower(batches []byte) (AppendInfo, error) {
	p, err := prepareFollower(batches)
	if err != nil {
		return AppendInfo{}, err
	}
	l.mu.Lock()
	info, ask, err := l.appendFollower(&p)
	l.mu.Unlock()
	return l.appended(info, ask, err)
}

func (l *Log) appendFollower(p *prepared) (info AppendInfo, ask bool, err error) {
	if l.mu.err != nil {
		return info, false, l.mu.err
	}
	first, next := record.Batch(p.bytes).BaseOffset(), p.next
	if end := l.end.Load(); first < end {
		return info, false, &UnexpectedOffsetError{first, record.Batch(p.bytes).LastOffset(), end}
	}
	cfg := l.cfg.Load()
	l.mu.producers.Begin(producer.Replication, 0)
	for rest := p.bytes; len(rest) > 0; {
		b := record.Batch(rest[:record.Batch(rest).Length()])
		rest = rest[len(b):]
		if !b.HasProducerID() {
			continue
		}
		if _, _, err := l.stage(b, b.BaseOffset()); err != nil {
			l.mu.producers.Drop()
			return info, false, err
		}
	}
	if err := l.write(p, next, cfg); err != nil {
		l.mu.producers.Drop()
		return info, false, err
	}
	for rest := p.bytes; len(rest) > 0; rest = rest[record.Batch(rest).Length():] {
		if b := record.Batch(rest); l.mu.epochs.Assign(b.LeaderEpoch(), b.BaseOffset()) {
			l.mu.epochsDirty = true
		}
	}
	info = AppendInfo{FirstOffset: first, LastOffset: next - 1, NextOffset: next, LogAppendTime: -1,
		LogStartOffset: l.start.Load(), MaxTimestamp: p.maxTs, Bytes: len(p.bytes)}
	return info, l.note(p, next, cfg), nil
}
