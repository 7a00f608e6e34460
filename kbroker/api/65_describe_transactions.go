package api

// DescribeTransactions, key 65, version 0. What the coordinator knows of transactional ids (KIP-664).

import (
	"sync"

	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeTransactions(req *protocol.Request, q *kmsg.DescribeTransactionsRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrDescribeTransactionsResponse()
	resp.TransactionStates = make([]kmsg.DescribeTransactionsResponseTransactionState, len(q.TransactionalIDs))
	conn := req.Conn
	var mu sync.Mutex
	left := len(q.TransactionalIDs) + 1
	one := func() {
		mu.Lock()
		left--
		last := left == 0
		mu.Unlock()
		if last {
			done(resp)
		}
	}
	for i, id := range q.TransactionalIDs {
		s := &resp.TransactionStates[i]
		*s = kmsg.NewDescribeTransactionsResponseTransactionState()
		s.TransactionalID = id
		if !b.allowed(conn, OpDescribe, ResTransactionalID, id) {
			s.ErrorCode = kerr.TransactionalIDAuthorizationFailed.Code
			one()
			continue
		}
		b.Transactions.Describe(id, func(t txn.Transaction, err *kerr.Error) {
			defer one()
			if err != nil {
				s.ErrorCode = err.Code
				return
			}
			s.State, s.TimeoutMillis, s.StartTimestamp = t.State.String(), t.TimeoutMs, t.StartMs
			s.ProducerID, s.ProducerEpoch = t.ProducerID, t.Epoch
			s.Topics = describedTopics(t.Partitions, func(topic string) bool { return b.allowed(conn, OpDescribe, ResTopic, topic) })
		})
	}
	one()
}

func describedTopics(set txn.Partitions, allowed func(string) bool) (out []kmsg.DescribeTransactionsResponseTransactionStateTopic) {
	for _, p := range set {
		if !allowed(p.Topic) {
			continue
		}
		if n := len(out); n == 0 || out[n-1].Topic != p.Topic {
			t := kmsg.NewDescribeTransactionsResponseTransactionStateTopic()
			t.Topic = p.Topic
			out = append(out, t)
		}
		last := &out[len(out)-1]
		last.Partitions = append(last.Partitions, p.Index)
	}
	return out
}
