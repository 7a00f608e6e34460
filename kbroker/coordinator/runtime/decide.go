package runtime

import (
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A decided operation waits for the append that it shares with others.
type decided struct {
	op     operation
	result coordinator.Result
}

// decide handles one operation. Its records join the run; what writes nothing takes effect at once.
//
// The run is appended first when the operation must see what is in it: same key, or the whole partition.
func (s *shard) decide(op operation) {
	if _, same := s.touched[op.key]; same || op.key == "" {
		s.flush()
	}
	if s.state() == stateFailed {
		if op.to != nil {
			op.to.Complete(nil, kerr.NotCoordinator)
		}
		return
	}
	if op.marker != nil {
		s.endTxn(op)
		return
	}
	res, err := op.handle(s.machine, time.Now(), op.to)
	switch {
	case err != nil:
		s.park(op, coordinator.Result{Settled: res.Settled}, err)
	case len(res.Records) == 0:
		s.effect(op, res)
	case res.Txn != nil || res.Divisible:
		s.flush()
		s.appendAlone(op, res)
	default:
		s.join(op, res)
	}
}

// join puts the records into the run, which is appended first if it would grow too large.
func (s *shard) join(op operation, res coordinator.Result) {
	size := sizeOf(res.Records)
	if size+batchOverhead > s.cfg.MaxBatchBytes {
		s.reject(op, res, kerr.RecordListTooLarge)
		return
	}
	if s.bytes+size+batchOverhead > s.cfg.MaxBatchBytes || len(s.run) >= s.cfg.RunLimit {
		s.flush()
	}
	s.run = append(s.run, decided{op, res})
	s.touched[op.key] = struct{}{}
	s.records += len(res.Records)
	s.bytes += size
	if op.key == "" {
		s.flush()
	}
}

// flush appends the run as one batch, replays it, and parks its answers.
func (s *shard) flush() {
	if len(s.run) == 0 {
		return
	}
	run := s.run
	now := time.Now()
	records := make([]coordinator.Record, 0, s.records)
	for _, d := range run {
		records = append(records, d.result.Records...)
	}
	at, err := s.append(now, records, nil)
	for i, d := range run {
		n := len(d.result.Records)
		switch {
		case err != nil:
			s.reject(d.op, d.result, err)
		case s.replay(at, d.result.Records):
			at.Offset += int64(n)
			s.effect(d.op, d.result)
		default:
			s.reject(d.op, d.result, kerr.NotCoordinator)
		}
		run[i] = decided{}
	}
	s.run = run[:0]
	clear(s.touched)
	s.records, s.bytes = 0, 0
}

// appendAlone appends records that share their batch with no other operation: those of a transaction, and housekeeping
// that may take several batches.
func (s *shard) appendAlone(op operation, res coordinator.Result) {
	now := time.Now()
	for left := res.Records; len(left) > 0; {
		n := fits(left, s.cfg.MaxBatchBytes)
		if n == 0 || n < len(left) && !res.Divisible {
			s.reject(op, res, kerr.RecordListTooLarge)
			return
		}
		at, err := s.append(now, left[:n], res.Txn)
		if err != nil {
			s.reject(op, res, err)
			return
		}
		if !s.replay(at, left[:n]) {
			s.reject(op, res, kerr.NotCoordinator)
			return
		}
		left = left[n:]
	}
	s.effect(op, res)
}

// append writes one batch and returns the position of its first record.
func (s *shard) append(now time.Time, records []coordinator.Record, txn *coordinator.Producer) (coordinator.Position, error) {
	ts := now.UnixMilli()
	last, err := s.appendBatch(encodeBatch(ts, records, txn), txn)
	if err != nil {
		s.failed.Add(1)
		return coordinator.Position{}, notCoordinatorIfNotLeader(err)
	}
	s.appends.Add(1)
	s.appended.Add(int64(len(records)))
	s.written = last + 1
	at := coordinator.Position{Offset: last + 1 - int64(len(records)), Timestamp: ts, ProducerID: -1, ProducerEpoch: -1}
	if txn != nil {
		at.ProducerID, at.ProducerEpoch = txn.ID, txn.Epoch
	}
	return at, nil
}

func (s *shard) appendBatch(batch []byte, txn *coordinator.Producer) (last int64, err error) {
	if log, ok := s.cfg.Log.(coordinator.TxnLog); ok && txn != nil {
		return log.AppendTxn(s.partition, s.epoch.Load(), batch, txn.Guard)
	}
	return s.cfg.Log.Append(s.partition, s.epoch.Load(), batch)
}

func (s *shard) appendMarker(batch []byte, version int16) (last int64, err error) {
	if log, ok := s.cfg.Log.(coordinator.TxnLog); ok {
		return log.AppendMarker(s.partition, s.epoch.Load(), batch, version)
	}
	return s.cfg.Log.Append(s.partition, s.epoch.Load(), batch)
}

// endTxn appends a marker and lets the machine end the transaction.
func (s *shard) endTxn(op operation) {
	m, ok := s.machine.(coordinator.TxnMachine)
	if !ok {
		op.to.Complete(nil, kerr.UnknownServerError)
		return
	}
	ts := time.Now().UnixMilli()
	last, err := s.appendMarker(encodeMarker(ts, *op.marker), op.marker.Version)
	if err != nil {
		s.failed.Add(1)
		s.park(op, coordinator.Result{}, notCoordinatorIfNotLeader(err))
		return
	}
	s.appends.Add(1)
	s.written = last + 1
	at := coordinator.Position{Offset: last, Timestamp: ts, ProducerID: op.marker.ProducerID, ProducerEpoch: op.marker.ProducerEpoch}
	if err := m.ReplayEndTxn(at, op.marker.Commit); err != nil {
		s.fail("replay of a transaction marker", last, err)
		op.to.Complete(nil, kerr.NotCoordinator)
		return
	}
	s.park(op, coordinator.Result{}, nil)
}

// replay changes the machine's state by records that are in the log. A machine that cannot replay what it has decided is
// broken: the partition is not served any more.
func (s *shard) replay(at coordinator.Position, records []coordinator.Record) bool {
	if s.state() == stateFailed {
		return false
	}
	for _, rec := range records {
		if err := s.machine.Replay(at, rec); err != nil {
			s.fail("replay", at.Offset, err)
			return false
		}
		at.Offset++
	}
	return true
}

func (s *shard) fail(what string, offset int64, err error) {
	s.log.Error("coordinator partition is not served: "+what+" failed", "offset", offset, "err", err)
	s.setState(stateFailed)
}

// effect lets the unlogged part of a Result happen, and parks the answers.
func (s *shard) effect(op operation, res coordinator.Result) {
	if res.Apply != nil {
		res.Apply()
	}
	if len(res.Timers) > 0 {
		now := time.Now()
		for _, t := range res.Timers {
			s.timers.apply(now, t)
		}
	}
	s.park(op, res, nil)
}

// park keeps the answers of a Result until everything written so far is committed.
func (s *shard) park(op operation, res coordinator.Result, err error) {
	w := waiting{end: s.written, to: op.to, response: res.Response, err: err, answers: res.Answers, settled: res.Settled}
	if res.Parked && op.to != nil {
		s.held.add(op.to)
		w.to = nil
	}
	if w.to == nil && len(w.answers) == 0 && w.settled == nil {
		return
	}
	if s.parked.head() == nil && w.end <= s.highWatermark.Load() {
		s.answer(&w, nil)
		return
	}
	w.deadline = time.Now().Add(s.cfg.WriteTimeout)
	s.parked.push(&w)
}

// reject answers an operation whose append failed; nothing of its Result happens. A timer is tried again later.
func (s *shard) reject(op operation, res coordinator.Result, err error) {
	if op.timer != nil && !errors.Is(err, kerr.NotCoordinator) {
		s.timers.retry(time.Now(), op.timer, s.cfg.RetryBackoff)
	}
	if op.to != nil {
		op.to.Complete(nil, err)
	}
	if res.Settled != nil {
		res.Settled(err)
	}
}

func notCoordinatorIfNotLeader(err error) error {
	if errors.Is(err, kerr.NotLeaderForPartition) || errors.Is(err, kerr.UnknownTopicOrPartition) {
		return kerr.NotCoordinator
	}
	return err
}
