package api

import (
	"strings"

	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/producemsg"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// The transactional half of Produce (KIP-890). Before a transaction writes its first batch to a partition, the leader asks
// the coordinator: up to v11 whether the partition was added (v11 tells TRANSACTION_ABORTABLE when it was not), from v12 on
// it adds the partition. Request and append are tied by a guard of the partition's producer state, so that a batch which
// comes late cannot enter the next transaction (trap T98).

// Versions of Produce.
const (
	produceGeneric = 11 // clients know TRANSACTION_ABORTABLE
	produceAdds    = 12 // partitions are added implicitly
)

// A verdict is what is known of a partition of a transactional request before its append.
type verdict struct {
	asked bool // the coordinator was asked or need not be
	guard producer.Guard
	err   error
	why   string // error message of the answer
}

// verify asks the coordinator about every partition that needs it. It fills op.verdicts, by position in op.msg.Partitions,
// or says why the whole request is refused.
func (op *produceOp) verify() error {
	p := txn.Producer{ID: txn.NoProducerID}
	e := enlistment{adds: op.req.Version >= produceAdds, generic: op.req.Version >= produceGeneric}
	asks := e.adds || op.b.Config().Broker().TransactionPartitionVerification
	var positions []int
	op.verdicts = make([]verdict, len(op.msg.Partitions))
	for ti := range op.msg.Topics {
		t := &op.msg.Topics[ti]
		if op.resolve(t) != nil {
			continue // the append tells
		}
		for i := t.First; i < t.End; i++ {
			m := &op.msg.Partitions[i]
			batch, ok := transactionalBatch(m.Records)
			if !ok {
				continue
			}
			switch {
			case p.ID == txn.NoProducerID:
				p.ID, p.Epoch = batch.ProducerID(), batch.ProducerEpoch()
			case p.ID != batch.ProducerID() || p.Epoch != batch.ProducerEpoch():
				for j := range op.msg.Partitions {
					op.msg.Partitions[j].ErrorMessage = "Transactional records contained more than one producer ID"
				}
				return kerr.InvalidProducerIDMapping
			}
			if asks && op.ask(t, i, batch, e.adds) {
				positions = append(positions, i)
				e.list = append(e.list, txn.Partition{Topic: strings.Clone(t.Name), Index: m.Index})
			}
		}
	}
	if p.ID != txn.NoProducerID && !op.b.allowed(op.req.Conn, OpWrite, ResTransactionalID, op.msg.TxnID) {
		return kerr.TransactionalIDAuthorizationFailed
	}
	if len(e.list) == 0 {
		return nil
	}
	p.TransactionalID = strings.Clone(op.msg.TxnID)
	e.producer = p
	for i, err := range op.b.enlistAndWait(e) {
		if err != nil {
			v := &op.verdicts[positions[i]]
			v.err, v.why = refusedByCoordinator(err, e.adds)
		}
	}
	return nil
}

// transactionalBatch returns the batch of a partition if it is a transactional one; whether it is sound is seen later.
func transactionalBatch(records []byte) (record.Batch, bool) {
	if len(records) < record.HeaderSize || records[16] != 2 {
		return nil, false
	}
	b := record.Batch(records)
	return b, b.IsTransactional() && !b.IsControl()
}

// ask begins the question about one partition and reports whether the coordinator has to be asked.
func (op *produceOp) ask(t *producemsg.Topic, i int, batch record.Batch, adds bool) bool {
	v := &op.verdicts[i]
	v.asked = true
	p, err := op.b.find(op.img, t.Name, op.msg.Partitions[i].Index)
	if err == nil {
		v.guard, err = p.StartVerification(batch.ProducerID(), batch.ProducerEpoch(), batch.BaseSequence(), adds)
	}
	v.err = err
	return err == nil && v.guard != producer.NoGuard
}

// refusedByCoordinator is what the client is told when its transaction may not write. What passes is told as
// NOT_ENOUGH_REPLICAS, which producers of every age retry.
func refusedByCoordinator(err *kerr.Error, adds bool) (error, string) {
	switch err {
	case kerr.InvalidTxnState:
		return err, "Partition was not added to the transaction"
	case kerr.ConcurrentTransactions:
		if adds {
			return err, ""
		}
	case kerr.NetworkException, kerr.CoordinatorLoadInProgress, kerr.CoordinatorNotAvailable, kerr.NotCoordinator:
	default:
		return err, ""
	}
	return kerr.NotEnoughReplicas, "Unable to verify the partition has been added to the transaction. Underlying error: " + err.Message
}

// refuseTxn says why a transactional batch may not be appended: nothing was found out of the log, so nothing of it is told.
func (op *produceOp) refuseTxn(i int) error {
	if op.verdicts == nil {
		return kerr.TransactionalIDAuthorizationFailed // no transactional id at all
	}
	v := &op.verdicts[i]
	op.msg.Partitions[i].ErrorMessage = v.why
	return v.err
}

// appendTxn appends a transactional batch that was not refused.
func (op *produceOp) appendTxn(p *partition.Partition, i int) (partition.Append, error) {
	m := &op.msg.Partitions[i]
	v := &op.verdicts[i]
	// Not asked is verification that is switched off.
	return p.AppendProduced(m.Records, op.msg.Acks, logstore.Produced{Verify: v.asked, Guard: v.guard, Budget: &op.budget})
}
