package api

// AddPartitionsToTxn, key 24, versions 0 to 5. Adds partitions to the transaction of a transactional id.
//
//	v2 PRODUCER_FENCED, before it is INVALID_PRODUCER_EPOCH; v3 flexible; v4 many transactions, and asking without adding,
//	for brokers only (KIP-890 part 1); v5 transactions, protocol 2
//
// When one partition of a transaction cannot be added, none is: the others answer OPERATION_NOT_ATTEMPTED.

import (
	"sync"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxAddedPartitions bounds what one request may name: more than any topic layout needs, few enough to be kept in a record.
const maxAddedPartitions = 100_000

func (b *Broker) addPartitionsToTxn(req *protocol.Request, q *kmsg.AddPartitionsToTxnRequest, done func(kmsg.Response)) {
	resp := kmsg.NewPtrAddPartitionsToTxnResponse()
	if q.Version < 4 {
		t := addition{producer: txn.Producer{TransactionalID: q.TransactionalID, ID: q.ProducerID, Epoch: q.ProducerEpoch}}
		for _, topic := range q.Topics {
			t.name(topic.Topic, topic.Partitions)
		}
		b.addForClient(req, &t, q.Version, func() {
			resp.Topics = t.topicsV3()
			done(resp)
		})
		return
	}
	if !b.allowedCluster(req.Conn, OpClusterAction) {
		resp.ErrorCode = kerr.ClusterAuthorizationFailed.Code
		done(resp)
		return
	}
	b.addForBrokers(q, resp, done)
}

// addForBrokers answers the batched form: when the last transaction is decided.
func (b *Broker) addForBrokers(q *kmsg.AddPartitionsToTxnRequest, resp *kmsg.AddPartitionsToTxnResponse, done func(kmsg.Response)) {
	resp.Transactions = make([]kmsg.AddPartitionsToTxnResponseTransaction, len(q.Transactions))
	var mu sync.Mutex
	left := len(q.Transactions)
	if left == 0 {
		done(resp)
		return
	}
	for i := range q.Transactions {
		asked := &q.Transactions[i]
		t := &addition{producer: txn.Producer{TransactionalID: asked.TransactionalID, ID: asked.ProducerID, Epoch: asked.ProducerEpoch}}
		for _, topic := range asked.Topics {
			t.name(topic.Topic, topic.Partitions)
		}
		finish := func() {
			out := kmsg.NewAddPartitionsToTxnResponseTransaction()
			out.TransactionalID, out.Topics = asked.TransactionalID, t.topicsV4()
			mu.Lock()
			resp.Transactions[i] = out
			left--
			last := left == 0
			mu.Unlock()
			if last {
				done(resp)
			}
		}
		version := int16(0)
		if q.Version >= 5 {
			version = txn.Version2
		}
		if t.unknown(b.Image()) {
			finish()
			continue
		}
		if asked.VerifyOnly {
			b.Transactions.Verify(t.producer, t.list, func(each []*kerr.Error) {
				copy(t.each, each)
				finish()
			})
			continue
		}
		b.Transactions.AddPartitions(t.producer, t.list, version, func(err *kerr.Error) {
			t.all(err)
			finish()
		})
	}
}

func (b *Broker) addForClient(req *protocol.Request, t *addition, version int16, done func()) {
	if !b.allowed(req.Conn, OpWrite, ResTransactionalID, t.producer.TransactionalID) {
		t.all(kerr.TransactionalIDAuthorizationFailed)
		done()
		return
	}
	refused := t.refuse(func(p txn.Partition) *kerr.Error {
		if isInternal(p.Topic) || !b.allowed(req.Conn, OpWrite, ResTopic, p.Topic) {
			return kerr.TopicAuthorizationFailed
		}
		return nil
	})
	if t.unknown(b.Image()) || refused {
		t.notAttempted()
		done()
		return
	}
	b.Transactions.AddPartitions(t.producer, t.list, 0, func(err *kerr.Error) {
		if err == kerr.ProducerFenced && version < 2 {
			err = kerr.InvalidProducerEpoch
		}
		t.all(err)
		done()
	})
}

// An addition is one transaction of a request, its partitions in the order asked, and what became of each.
type addition struct {
	producer txn.Producer
	list     []txn.Partition
	each     []*kerr.Error
}

func (t *addition) name(topic string, partitions []int32) {
	for _, p := range partitions {
		t.list = append(t.list, txn.Partition{Topic: topic, Index: p})
		t.each = append(t.each, nil)
	}
}

func (t *addition) all(err *kerr.Error) {
	for i := range t.each {
		t.each[i] = err
	}
}

// refuse asks about every partition that is not refused yet and reports whether any is.
func (t *addition) refuse(why func(txn.Partition) *kerr.Error) bool {
	any := false
	for i, p := range t.list {
		if t.each[i] == nil {
			t.each[i] = why(p)
		}
		any = any || t.each[i] != nil
	}
	return any
}

// unknown refuses partitions that do not exist, and with them the others.
func (t *addition) unknown(img *metadata.Image) bool {
	if len(t.list) > maxAddedPartitions {
		t.all(kerr.InvalidRequest)
		return true
	}
	any := t.refuse(func(p txn.Partition) *kerr.Error {
		if img.Partition(p.Topic, p.Index) == nil {
			return kerr.UnknownTopicOrPartition
		}
		return nil
	})
	if any {
		t.notAttempted()
	}
	return any
}

func (t *addition) notAttempted() {
	t.refuse(func(txn.Partition) *kerr.Error { return kerr.OperationNotAttempted })
}

func codeOrZero(err *kerr.Error) int16 {
	if err == nil {
		return 0
	}
	return err.Code
}

func (t *addition) topicsV3() (out []kmsg.AddPartitionsToTxnResponseTopic) {
	for i, p := range t.list {
		if n := len(out); n == 0 || out[n-1].Topic != p.Topic {
			topic := kmsg.NewAddPartitionsToTxnResponseTopic()
			topic.Topic = p.Topic
			out = append(out, topic)
		}
		rp := kmsg.NewAddPartitionsToTxnResponseTopicPartition()
		rp.Partition, rp.ErrorCode = p.Index, codeOrZero(t.each[i])
		last := &out[len(out)-1]
		last.Partitions = append(last.Partitions, rp)
	}
	return out
}

func (t *addition) topicsV4() (out []kmsg.AddPartitionsToTxnResponseTransactionTopic) {
	for i, p := range t.list {
		if n := len(out); n == 0 || out[n-1].Topic != p.Topic {
			topic := kmsg.NewAddPartitionsToTxnResponseTransactionTopic()
			topic.Topic = p.Topic
			out = append(out, topic)
		}
		rp := kmsg.NewAddPartitionsToTxnResponseTransactionTopicPartition()
		rp.Partition, rp.ErrorCode = p.Index, codeOrZero(t.each[i])
		last := &out[len(out)-1]
		last.Partitions = append(last.Partitions, rp)
	}
	return out
}
