package api

// InitProducerId, key 22, versions 0 to 5. Without a transactional id: a producer id that nobody had before, epoch 0,
// whatever id and epoch the request names. With one: what its coordinator gives.
//
//	v2 flexible; v3 id and epoch to continue (KIP-360); v4 PRODUCER_FENCED, before it is INVALID_PRODUCER_EPOCH;
//	v5 transactions, protocol 2 (KIP-890)
//
// Left out: v6, two-phase commit (KIP-939), which is not stable in Apache Kafka either.

import (
	"context"

	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) initProducerID(req *protocol.Request, q *kmsg.InitProducerIDRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrInitProducerIDResponse()
	resp.ProducerID, resp.ProducerEpoch = txn.NoProducerID, txn.NoEpoch
	switch {
	case q.TransactionalID != nil && !b.allowed(req.Conn, OpWrite, ResTransactionalID, *q.TransactionalID):
		resp.ErrorCode = kerr.TransactionalIDAuthorizationFailed.Code
	case q.TransactionalID == nil && !b.allowedCluster(req.Conn, OpIdempotentWrite):
		resp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
	case (q.ProducerID == txn.NoProducerID) != (q.ProducerEpoch == txn.NoEpoch):
		resp.ErrorCode = kerr.InvalidRequest.Code
	case q.TransactionalID != nil && *q.TransactionalID == "":
		resp.ErrorCode = kerr.InvalidRequest.Code
	case q.TransactionalID == nil:
		id, err := b.newProducerID()
		if err != nil {
			resp.ErrorCode = code(err)
			break
		}
		resp.ProducerID, resp.ProducerEpoch = id, 0
	default:
		init := txn.Init{
			TransactionalID: *q.TransactionalID, TimeoutMs: q.TransactionTimeoutMillis, ProducerID: q.ProducerID, Epoch: q.ProducerEpoch,
		}
		b.Transactions.InitProducerID(init, func(o txn.Outcome) {
			if resp.ErrorCode = fencedCode(o.Err, q.Version, 4); o.Err == nil {
				resp.ProducerID, resp.ProducerEpoch = o.ProducerID, o.Epoch
			}
			done(resp)
		})
		return
	}
	done(resp)
}

func (b *Broker) newProducerID() (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), b.Config().Broker().RequestTimeout)
	defer cancel()
	return b.ProducerIDs.Next(ctx)
}
