package api

// AddOffsetsToTxn, key 25, versions 0 to 4. Adds the partition of __consumer_offsets that keeps a group's offsets to the
// transaction, so that TxnOffsetCommit may write to it.
//
//	v2 PRODUCER_FENCED, before it is INVALID_PRODUCER_EPOCH; v3 flexible; v4 TRANSACTION_ABORTABLE

import (
	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) addOffsetsToTxn(req *protocol.Request, q *kmsg.AddOffsetsToTxnRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrAddOffsetsToTxnResponse()
	switch {
	case !b.allowed(req.Conn, OpWrite, ResTransactionalID, q.TransactionalID):
		resp.ErrorCode = kerr.TransactionalIDAuthorizationFailed.Code
	case !b.allowed(req.Conn, OpRead, ResGroup, q.Group):
		resp.ErrorCode = kerr.GroupAuthorizationFailed.Code
	default:
		p := txn.Producer{TransactionalID: q.TransactionalID, ID: q.ProducerID, Epoch: q.ProducerEpoch}
		offsets := txn.Partition{Topic: OffsetsTopic, Index: coordinator.PartitionFor(q.Group, b.offsetsPartitions())}
		b.Transactions.AddPartitions(p, []txn.Partition{offsets}, 0, func(err *kerr.Error) {
			resp.ErrorCode = fencedCode(err, q.Version, 2)
			done(resp)
		})
		return
	}
	done(resp)
}

// offsetsPartitions counts the partitions of __consumer_offsets: of the topic as it is, or as it will be made.
func (b *Broker) offsetsPartitions() int32 {
	if t := b.Image().Topic(OffsetsTopic); t != nil {
		return int32(len(t.Partitions))
	}
	return b.Config().Broker().OffsetsTopicPartitions
}
