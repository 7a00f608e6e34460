package api

// TxnOffsetCommit, key 28, versions 0 to 6. Commits a group's offsets as part of a transaction: they count when it is
// committed. Decoded here, checked for the right to the transactional id, and answered by the group coordinators, which ask
// VerifyTxnCommit before they write.
//
//	v3 member id and generation (KIP-447); v4 TRANSACTION_ABORTABLE; v5 adds the partition of __consumer_offsets to the
//	transaction (KIP-890); v6 topic ids (KIP-1319)

import (
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Versions of TxnOffsetCommit.
const (
	txnCommitGeneric = 4 // clients know TRANSACTION_ABORTABLE
	txnCommitAdds    = 5 // the partition is added implicitly
)

func (b *Broker) txnOffsetCommit(req *protocol.Request, q *kmsg.TxnOffsetCommitRequest, done func(kmsg.Response)) {
	if b.allowed(req.Conn, OpWrite, ResTransactionalID, q.TransactionalID) {
		b.Groups.Serve(q, b.callerOf(req), done)
		return
	}
	resp := kmsg.NewPtrTxnOffsetCommitResponse()
	for _, t := range q.Topics {
		rt := kmsg.NewTxnOffsetCommitResponseTopic()
		rt.Topic, rt.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			rp := kmsg.NewTxnOffsetCommitResponseTopicPartition()
			rp.Partition, rp.ErrorCode = p.Partition, kerr.TransactionalIDAuthorizationFailed.Code
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	done(resp)
}

// VerifyTxnCommit asks the transaction coordinator whether a transaction may commit offsets to a partition of
// __consumer_offsets that is led here. done is called exactly once, at once or later, with the guard that the append hands
// in.
func (b *Broker) VerifyTxnCommit(p txn.Producer, index int32, version int16, done func(guard uint64, err error)) {
	e := enlistment{
		producer: p, list: []txn.Partition{{Topic: OffsetsTopic, Index: index}},
		adds: version >= txnCommitAdds, generic: version >= txnCommitGeneric,
	}
	if !e.adds && !b.Config().Broker().TransactionPartitionVerification {
		done(0, nil)
		return
	}
	part, err := b.Replicas.Partition(OffsetsTopic, index)
	if err != nil {
		done(0, kerr.NotCoordinator)
		return
	}
	guard, err := part.StartVerification(p.ID, p.Epoch, -1, e.adds)
	switch {
	case err != nil:
		err := wireError(err)
		if err == kerr.NotLeaderForPartition {
			err = kerr.NotCoordinator
		}
		done(0, err)
	case guard == producer.NoGuard:
		done(0, nil)
	default:
		b.enlist(e, func(each []*kerr.Error) {
			if each[0] != nil {
				done(0, commitRefused(each[0]))
				return
			}
			done(uint64(guard), nil)
		})
	}
}

// commitRefused names what passes in a code that group clients retry.
func commitRefused(err *kerr.Error) error {
	switch err {
	case kerr.NetworkException:
		return kerr.CoordinatorLoadInProgress
	case kerr.UnknownTopicOrPartition:
		return kerr.CoordinatorNotAvailable
	}
	return err
}
