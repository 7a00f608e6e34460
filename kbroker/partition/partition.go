package partition

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/purgatory"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/producer"
)

// Partition is one replica on this broker. All methods may be called from several goroutines.
type Partition struct {
	TP      logstore.TopicPartition
	TopicID metadata.UUID

	// Moved holds who waits for the log end, the high watermark, the last stable offset or the leadership to move.
	Moved purgatory.List

	log        *logstore.Log
	self       int32 // broker id
	minISR     atomic.Int32
	durable    atomic.Bool // flush.messages=1: only flushed records count, see leaderEnd
	onAdvanced atomic.Pointer[func(highWatermark int64)]

	role struct {
		sync.RWMutex
		state *metadata.Partition // as the committed metadata has it; nil before the first
		leads bool                // state.Leader == self
		start int64               // log end when this broker began to lead state.LeaderEpoch
	}
	remotes struct {
		sync.Mutex
		end map[int32]int64 // log end of followers that fetched in this leader epoch; nil when there is none
	}
}

// New returns the replica over an open log. It leads nothing until Lead is called.
func New(log *logstore.Log, topicID metadata.UUID, self int32) *Partition {
	p := &Partition{TP: log.TP(), TopicID: topicID, log: log, self: self}
	p.minISR.Store(1)
	p.Reconfigured(1)
	log.SetOnFlushed(func(int64) { p.advance() })
	return p
}

// Log returns the log under the partition.
func (p *Partition) Log() *logstore.Log { return p.log }

// Reconfigured tells that the log's configuration, or min.insync.replicas, changed.
func (p *Partition) Reconfigured(minISR int32) {
	p.minISR.Store(minISR)
	p.durable.Store(p.log.Config().FlushMessages == 1)
	p.advance()
}

// OnHighWatermark asks for fn to be called after each advance of the high watermark, outside every lock. There is one
// such function; nil removes it.
func (p *Partition) OnHighWatermark(fn func(highWatermark int64)) {
	if fn == nil {
		p.onAdvanced.Store(nil)
		return
	}
	p.onAdvanced.Store(&fn)
}

// Lead makes this broker the leader, or tells the leader that its registration changed (ISR, replicas). began is true
// when a new leader epoch starts here.
func (p *Partition) Lead(state *metadata.Partition) (began bool, err error) {
	p.role.Lock()
	began = !p.role.leads || p.role.state.LeaderEpoch != state.LeaderEpoch
	if began {
		p.role.start = p.log.EndOffset()
		if err = p.log.AssignEpoch(state.LeaderEpoch, p.role.start); err != nil {
			p.role.Unlock()
			return began, err
		}
		p.remotes.Lock()
		p.remotes.end = nil
		p.remotes.Unlock()
	}
	p.role.state, p.role.leads = state, true
	p.role.Unlock()
	p.advance()
	return began, nil
}

// Follow takes the leadership away: appends that come later are refused, waiters hear of it.
func (p *Partition) Follow(state *metadata.Partition) {
	p.role.Lock()
	p.role.state, p.role.leads = state, false
	p.role.Unlock()
	p.Moved.Wake()
}

// Leadership returns the leader and its epoch as this broker knows them, (-1, -1) when it knows nothing.
func (p *Partition) Leadership() (leader, epoch int32) {
	p.role.RLock()
	defer p.role.RUnlock()
	if p.role.state == nil {
		return metadata.NoLeader, -1
	}
	return p.role.state.Leader, p.role.state.LeaderEpoch
}

// Leads reports whether this broker leads the partition in epoch.
func (p *Partition) Leads(epoch int32) bool {
	p.role.RLock()
	defer p.role.RUnlock()
	return p.role.leads && p.role.state.LeaderEpoch == epoch
}

// EnoughInSync reports whether the ISR is as large as min.insync.replicas asks, which is never more than the replicas.
func (p *Partition) EnoughInSync() bool {
	p.role.RLock()
	defer p.role.RUnlock()
	return p.enoughInSync()
}

func (p *Partition) enoughInSync() bool {
	s := p.role.state
	return s != nil && len(s.ISR) >= min(int(p.minISR.Load()), len(s.Replicas))
}

// An Append is what became of AppendAsLeader.
type Append struct {
	logstore.AppendInfo
	Epoch int32 // leader epoch that the records carry
	// Needed is the offset that has to be passed before the append may be acknowledged: by the high watermark for
	// acks=all, by the flushed offset for acks=1 on a durable log. Reached tells.
	Needed int64
}

// AppendAsLeader appends batches in the current leader epoch, or in wantEpoch only when that is not negative. The bytes
// belong to the log for the call.
func (p *Partition) AppendAsLeader(batches []byte, origin logstore.Origin, acks int16, wantEpoch int32) (Append, error) {
	return p.appendAs(batches, acks, wantEpoch, manner{origin: origin})
}

// AppendVerified is AppendAsLeader for batches of producers' transactions: one that begins its transaction here is refused
// with logstore.ErrNotInTransaction unless g is what StartVerification gave for it (KIP-890).
func (p *Partition) AppendVerified(batches []byte, origin logstore.Origin, acks int16, wantEpoch int32, g producer.Guard) (Append, error) {
	return p.appendAs(batches, acks, wantEpoch, manner{kind: verified, origin: origin, guard: g})
}

// AppendProduced is logstore.Log.AppendProduced: batches of a client's request.
func (p *Partition) AppendProduced(batches []byte, acks int16, how logstore.Produced) (Append, error) {
	return p.appendAs(batches, acks, -1, manner{kind: produced, produced: how})
}

// AppendMarker appends the marker that ends a transaction of that transaction version, as acks=all; wantEpoch is that of
// AppendAsLeader.
func (p *Partition) AppendMarker(batch []byte, wantEpoch int32, txnVersion int16) (Append, error) {
	return p.appendAs(batch, -1, wantEpoch, manner{kind: marker, txnVersion: txnVersion})
}

// StartVerification is logstore.Log.StartVerification, on the leader only.
func (p *Partition) StartVerification(producerID int64, epoch int16, firstSeq int32, bumps bool) (producer.Guard, error) {
	p.role.RLock()
	defer p.role.RUnlock()
	if !p.role.leads {
		return producer.NoGuard, ErrNotLeader
	}
	return p.log.StartVerification(producerID, epoch, firstSeq, bumps)
}

// manner is which append of the log is meant.
type manner struct {
	kind       int8
	origin     logstore.Origin
	txnVersion int16
	guard      producer.Guard
	produced   logstore.Produced
}

const (
	plain int8 = iota
	verified
	marker
	produced
)

func (m *manner) append(log *logstore.Log, batches []byte, epoch int32) (logstore.AppendInfo, error) {
	switch m.kind {
	case verified:
		return log.AppendVerified(batches, epoch, m.origin, m.guard)
	case marker:
		return log.AppendMarkers(batches, epoch, m.txnVersion)
	case produced:
		return log.AppendProduced(batches, epoch, m.produced)
	}
	return log.AppendAsLeader(batches, epoch, m.origin)
}

func (p *Partition) appendAs(batches []byte, acks int16, wantEpoch int32, how manner) (Append, error) {
	p.role.RLock()
	if !p.role.leads || wantEpoch >= 0 && wantEpoch != p.role.state.LeaderEpoch {
		p.role.RUnlock()
		return Append{}, ErrNotLeader
	}
	if acks == -1 && !p.enoughInSync() {
		p.role.RUnlock()
		return Append{}, ErrNotEnoughReplicas
	}
	epoch := p.role.state.LeaderEpoch
	info, err := how.append(p.log, batches, epoch)
	p.role.RUnlock()
	if err != nil {
		return Append{}, err
	}
	p.advance()
	return Append{AppendInfo: info, Epoch: epoch, Needed: info.LastOffset + 1}, nil
}

// Reached reports whether an append may be acknowledged, or why it never will be. done is true in both cases.
func (p *Partition) Reached(a *Append, acks int16) (done bool, err error) {
	if err := p.log.Err(); err != nil {
		return true, err
	}
	switch {
	case acks == -1 && p.log.HighWatermark() >= a.Needed:
		if !p.EnoughInSync() {
			return true, ErrNotEnoughReplicasAfterAppend
		}
		return true, nil
	case acks == 1 && (!p.durable.Load() || p.log.FlushedOffset() >= a.Needed), acks == 0:
		return true, nil
	case !p.Leads(a.Epoch):
		return true, ErrNotLeader
	}
	return false, nil
}

// leaderEnd is what the leader may count on: with flush.messages=1 only what survives a power cut, so that nothing is
// acknowledged, or shown to a consumer, before the shared fsync.
func (p *Partition) leaderEnd() int64 {
	if p.durable.Load() {
		return p.log.FlushedOffset()
	}
	return p.log.EndOffset()
}

// advance moves the high watermark as far as the in-sync replicas allow and wakes who waits for anything to move.
func (p *Partition) advance() {
	before := p.log.HighWatermark()
	p.role.RLock()
	if p.role.leads {
		if hw := p.watermark(before); hw > before {
			p.log.SetHighWatermark(hw)
		}
	}
	p.role.RUnlock()
	p.Moved.Wake()
	if fn := p.onAdvanced.Load(); fn != nil {
		if hw := p.log.HighWatermark(); hw > before {
			(*fn)(hw)
		}
	}
}

func (p *Partition) watermark(current int64) int64 {
	isr := p.role.state.ISR
	if len(isr) == 1 && isr[0] == p.self {
		return max(current, p.leaderEnd())
	}
	p.remotes.Lock()
	defer p.remotes.Unlock()
	return highWatermark(current, p.leaderEnd(), p.self, isr, func(id int32) (int64, bool) {
		end, ok := p.remotes.end[id]
		return end, ok
	})
}

// followed notes that a follower asked for offset: it has everything below it.
func (p *Partition) followed(replica int32, offset int64) error {
	p.role.RLock()
	known := p.role.leads && slices.Contains(p.role.state.Replicas, replica)
	p.role.RUnlock()
	if !known {
		return ErrUnknownReplica
	}
	p.remotes.Lock()
	if p.remotes.end == nil {
		p.remotes.end = make(map[int32]int64)
	}
	p.remotes.end[replica] = offset
	p.remotes.Unlock()
	p.advance()
	return nil
}

// noEpoch is what a request says that believes nothing about the leader epoch.
const noEpoch int32 = -1

// checkEpoch compares what a request believes (-1: nothing) with the partition, and asks for the leader if it must. Any other
// epoch below zero is an old one, as in Apache Kafka; for a Fetch it is none (see Read).
func (p *Partition) checkEpoch(believed int32, leaderOnly bool) error {
	p.role.RLock()
	defer p.role.RUnlock()
	switch s := p.role.state; {
	case s == nil:
		return ErrNotLeader
	case believed != noEpoch && believed < s.LeaderEpoch:
		return ErrFencedLeaderEpoch
	case believed > s.LeaderEpoch:
		return ErrUnknownLeaderEpoch
	case leaderOnly && !p.role.leads:
		return ErrNotLeader
	}
	return p.log.ReadErr()
}
