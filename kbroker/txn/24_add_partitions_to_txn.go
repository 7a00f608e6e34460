package txn

// AddPartitionsToTxn, key 24, and AddOffsetsToTxn, key 25, which adds a partition of __consumer_offsets.
//
// Opens the transaction and adds partitions, so that markers will be written to them. A partition leader asks with Verify
// whether a partition belongs to the open transaction before it lets the transaction write (T7, KIP-890 part 1); leaders of
// version 2 add it instead.

import (
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Producer is who says it runs the transaction of a transactional id.
type Producer struct {
	TransactionalID string
	ID              int64
	Epoch           int16
}

// current returns the transaction if p runs it and it is not ending.
func (m *Machine) current(p Producer) (*Transaction, error) {
	if p.TransactionalID == "" {
		return nil, kerr.InvalidRequest
	}
	t := m.txns[p.TransactionalID]
	switch {
	case t == nil || t.ProducerID != p.ID:
		return nil, kerr.InvalidProducerIDMapping
	case t.Epoch != p.Epoch:
		return nil, kerr.ProducerFenced
	case t.State.ending():
		return nil, kerr.ConcurrentTransactions
	}
	return t, nil
}

// AddPartitions adds partitions on behalf of a client of that transaction version. The response is nil.
func AddPartitions(p Producer, list []Partition, clientVersion int16) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
		// Before who asks (T8): a producer whose epochs were used up has the id that the state gets when it is complete.
		if t := m.txns[p.TransactionalID]; t != nil && t.State.ending() {
			return coordinator.Result{}, kerr.ConcurrentTransactions
		}
		t, err := m.current(p)
		if err != nil || t.State == Ongoing && t.Partitions.HasAll(list) {
			return coordinator.Result{}, err
		}
		return m.become(t.add(list, clientVersion, nowMs), nil), nil
	})
}

// Verify tells of each partition whether it belongs to the open transaction. The response is a []*kerr.Error of list's
// length: nil, or TRANSACTION_ABORTABLE for what does not belong. Who asks is looked at first, as in Apache Kafka.
func Verify(p Producer, list []Partition) coordinator.Handler {
	return on(func(m *Machine, _ int64) (coordinator.Result, error) {
		t, err := m.current(p)
		if err != nil {
			return coordinator.Result{}, err
		}
		each := make([]*kerr.Error, len(list))
		for i, partition := range list {
			if !t.Partitions.Has(partition) {
				each[i] = kerr.TransactionAbortable
			}
		}
		return coordinator.Result{Response: each}, nil
	})
}
