package api

// InitProducerId, key 22, versions 0 to 5. Without a transactional id: a producer id that nobody had before, epoch 0,
// whatever id and epoch the request names.
//
//	v2 flexible; v3 id and epoch to continue (KIP-360); v5 transactions, protocol 2
//
// Left out: transactional ids, which need the transaction coordinator. They answer COORDINATOR_NOT_AVAILABLE.

import (
	"context"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) initProducerID(req *protocol.Request, q *kmsg.InitProducerIDRequest) kmsg.Response {
	resp := kmsg.NewPtrInitProducerIDResponse()
	resp.ProducerID, resp.ProducerEpoch = -1, -1
	id, err := b.newProducer(req, q)
	if err != nil {
		resp.ErrorCode = code(err)
		return resp
	}
	resp.ProducerID, resp.ProducerEpoch = id, 0
	return resp
}

func (b *Broker) newProducer(req *protocol.Request, q *kmsg.InitProducerIDRequest) (int64, error) {
	switch {
	case q.TransactionalID != nil && *q.TransactionalID == "":
		return -1, kerr.InvalidRequest
	case q.Version >= 3 && (q.ProducerID >= 0) != (q.ProducerEpoch >= 0):
		return -1, kerr.InvalidRequest
	case q.TransactionalID != nil:
		return -1, kerr.CoordinatorNotAvailable
	case !b.allowedCluster(req.Conn, OpIdempotentWrite):
		return -1, kerr.ClusterAuthorizationFailed
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.Config().Broker().RequestTimeout)
	defer cancel()
	return b.ProducerIDs.Next(ctx)
}
