package api

// ListTransactions, key 66, versions 0 to 2. The transactional ids that are coordinated here (KIP-664).
//
//	v1 a filter by duration (KIP-994); v2 a filter by a pattern of the id (KIP-1152)
//
// A state filter that names no state is told back, and lists nothing by itself.

import (
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) listTransactions(req *protocol.Request, q *kmsg.ListTransactionsRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrListTransactionsResponse()
	f := txn.Filter{DurationMs: -1}
	if q.Version >= 1 {
		f.DurationMs = q.DurationFilterMillis
	}
	if len(q.StateFilters) > 0 {
		f.States = make(map[txn.State]bool)
	}
	for _, name := range q.StateFilters {
		if s, ok := txn.StateByName(name); ok {
			f.States[s] = true
		} else {
			resp.UnknownStateFilters = append(resp.UnknownStateFilters, name)
		}
	}
	if len(q.ProducerIDFilters) > 0 {
		f.ProducerIDs = make(map[int64]bool)
	}
	for _, id := range q.ProducerIDFilters {
		f.ProducerIDs[id] = true
	}
	if q.TransactionalIDPattern != nil {
		var err error
		if f.Pattern, err = txn.CompilePattern(*q.TransactionalIDPattern); err != nil {
			resp.ErrorCode, resp.UnknownStateFilters = code(err), nil
			done(resp)
			return
		}
	}
	conn := req.Conn
	b.Transactions.List(f, func(list []txn.Listing, err *kerr.Error) {
		if err != nil {
			resp.ErrorCode, resp.UnknownStateFilters = err.Code, nil
			done(resp)
			return
		}
		for _, l := range list {
			if !b.allowed(conn, OpDescribe, ResTransactionalID, l.TransactionalID) {
				continue
			}
			s := kmsg.NewListTransactionsResponseTransactionState()
			s.TransactionalID, s.ProducerID, s.TransactionState = l.TransactionalID, l.ProducerID, l.State.String()
			resp.TransactionStates = append(resp.TransactionStates, s)
		}
		done(resp)
	})
}
