package api

// EndTxn, key 26, versions 0 to 5. Commits or aborts the transaction of a transactional id. The answer comes when the
// decision is committed; markers follow.
//
//	v2 PRODUCER_FENCED, before it is INVALID_PRODUCER_EPOCH; v3 flexible; v4 TRANSACTION_ABORTABLE; v5 transactions,
//	protocol 2: the answer tells the id and epoch of the next transaction

import (
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) endTxn(req *protocol.Request, q *kmsg.EndTxnRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrEndTxnResponse()
	resp.ProducerID, resp.ProducerEpoch = txn.NoProducerID, txn.NoEpoch
	if !b.allowed(req.Conn, OpWrite, ResTransactionalID, q.TransactionalID) {
		resp.ErrorCode = kerr.TransactionalIDAuthorizationFailed.Code
		done(resp)
		return
	}
	end := txn.End{Producer: txn.Producer{TransactionalID: q.TransactionalID, ID: q.ProducerID, Epoch: q.ProducerEpoch}, Commit: q.Commit}
	if q.Version >= 5 {
		end.ClientVersion = txn.Version2
	}
	b.Transactions.EndTxn(end, func(o txn.Outcome) {
		if resp.ErrorCode = fencedCode(o.Err, q.Version, 2); o.Err == nil {
			resp.ProducerID, resp.ProducerEpoch = o.ProducerID, o.Epoch
		}
		done(resp)
	})
}
