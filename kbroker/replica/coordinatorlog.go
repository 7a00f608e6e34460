package replica

import (
	"errors"

	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/twmb/franz-go/pkg/kerr"
)

// A CoordinatorLog is an internal topic as the coordinators see it: it implements coordinator.TxnLog. Appends count
// as committed when the high watermark passes, like a produce with acks=all.
type CoordinatorLog struct {
	m     *Manager
	topic string
}

// CoordinatorLog returns the log of an internal topic. The topic need not exist yet.
func (m *Manager) CoordinatorLog(topic string) *CoordinatorLog {
	return &CoordinatorLog{m: m, topic: topic}
}

// Append implements coordinator.PartitionLog.
func (l *CoordinatorLog) Append(index, leaderEpoch int32, batch []byte) (int64, error) {
	p, err := l.m.Partition(l.topic, index)
	if err != nil {
		return -1, coordinatorError(err)
	}
	a, err := p.AppendAsLeader(batch, logstore.Coordinator, -1, leaderEpoch)
	if err != nil {
		return -1, coordinatorError(err)
	}
	return a.LastOffset, nil
}

// AppendTxn implements coordinator.TxnLog. Where transactions are not verified (transaction.partition.verification.enable)
// it is Append.
func (l *CoordinatorLog) AppendTxn(index, leaderEpoch int32, batch []byte, guard uint64) (int64, error) {
	if l.m.cfg.Unverified != nil && l.m.cfg.Unverified() {
		return l.Append(index, leaderEpoch, batch)
	}
	p, err := l.m.Partition(l.topic, index)
	if err != nil {
		return -1, coordinatorError(err)
	}
	a, err := p.AppendVerified(batch, logstore.Coordinator, -1, leaderEpoch, producer.Guard(guard))
	if err != nil {
		return -1, coordinatorError(err)
	}
	return a.LastOffset, nil
}

// AppendMarker implements coordinator.TxnLog.
func (l *CoordinatorLog) AppendMarker(index, leaderEpoch int32, batch []byte, txnVersion int16) (int64, error) {
	p, err := l.m.Partition(l.topic, index)
	if err != nil {
		return -1, coordinatorError(err)
	}
	a, err := p.AppendMarker(batch, leaderEpoch, txnVersion)
	if err != nil {
		return -1, coordinatorError(err)
	}
	return a.LastOffset, nil
}

// Read implements coordinator.PartitionLog.
func (l *CoordinatorLog) Read(index int32, offset int64, maxBytes int) ([]byte, error) {
	p, err := l.m.Partition(l.topic, index)
	if err != nil {
		return nil, coordinatorError(err)
	}
	slice, err := p.Log().Read(offset, maxBytes, p.Log().EndOffset(), true)
	if err != nil {
		return nil, err
	}
	defer slice.Release()
	return slice.Bytes(nil)
}

// Bounds implements coordinator.PartitionLog.
func (l *CoordinatorLog) Bounds(index int32) (logStart, highWatermark, logEnd int64, err error) {
	p, err := l.m.Partition(l.topic, index)
	if err != nil {
		return -1, -1, -1, coordinatorError(err)
	}
	return p.Log().StartOffset(), p.Log().HighWatermark(), p.Log().EndOffset(), nil
}

// OnHighWatermark implements coordinator.PartitionLog.
func (l *CoordinatorLog) OnHighWatermark(index int32, fn func(int64)) {
	if p, err := l.m.Partition(l.topic, index); err == nil {
		p.OnHighWatermark(fn)
	}
}

// coordinatorError names an error in the terms that the coordinator runtime understands.
func coordinatorError(err error) error {
	switch {
	case errors.Is(err, partition.ErrNotLeader), errors.Is(err, ErrNoReplica):
		return kerr.NotLeaderForPartition
	case errors.Is(err, partition.ErrNotEnoughReplicas):
		return kerr.NotEnoughReplicas
	case errors.Is(err, logstore.ErrMessageTooLarge), errors.Is(err, logstore.ErrRecordListTooLarge):
		return kerr.MessageTooLarge
	case errors.Is(err, logstore.ErrTransactionCoordinatorFenced):
		return kerr.TransactionCoordinatorFenced
	case errors.Is(err, logstore.ErrInvalidProducerEpoch):
		return kerr.InvalidProducerEpoch
	case errors.Is(err, logstore.ErrNotInTransaction), errors.Is(err, logstore.ErrInvalidTxnState):
		return kerr.InvalidTxnState
	default:
		return kerr.KafkaStorageError
	}
}
