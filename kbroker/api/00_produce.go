package api

// Produce, key 0, versions 3 to 13.
//
// Appends one batch to each partition and answers when acks says so: 0 never (an error then closes the connection, trap
// T17), 1 when the leader has it, -1 when the high watermark has passed it. With flush.messages=1 an answer waits for the
// shared fsync, whatever acks is but 0.
//
//	v5 log start offset; v7 zstd (KIP-110); v8 record errors (KIP-467); v9 flexible; v10 current leader (KIP-951);
//	v11, v12 transactions, protocol 2 (KIP-890); v13 topic ids (KIP-516)
//
// Below v3 the connection answers UNSUPPORTED_VERSION though 0 is advertised (trap T1).

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/kbroker/purgatory"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/producemsg"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// produceOp is one request on its way. It is reused: nothing of it may be kept once its reply is complete.
type produceOp struct {
	b       *Broker
	req     *protocol.Request
	reply   protocol.Reply
	img     *metadata.Image
	msg     producemsg.Message
	failed  bool          // some partition has an error
	waiting []waiting     // appends that are not acknowledged yet
	budget  record.Budget // of its compressed batches
	timer   *time.Timer   // nil unless parked

	verdicts []verdict // by position in msg.Partitions; nil unless the request names a transactional id
}

// waiting is an append that waits to be committed, or flushed.
type waiting struct {
	index int // in msg.Partitions
	p     *partition.Partition
	a     partition.Append
}

var produceOps = sync.Pool{New: func() any { return new(produceOp) }}

func (b *Broker) produce(req *protocol.Request, reply protocol.Reply) {
	op := produceOps.Get().(*produceOp)
	op.b, op.req, op.reply, op.img = b, req, reply, b.Image()
	if err := op.msg.Decode(req.Version, req.Body); err != nil {
		reply.Close(err.Error())
		op.free()
		return
	}
	op.budget = record.NewBudget(len(req.Body))
	// A topic without partitions is not answered, as Apache Kafka groups its answers by partition.
	op.msg.Topics = slices.DeleteFunc(op.msg.Topics, func(t producemsg.Topic) bool { return t.First == t.End })
	refused := op.refuse()
	for i := range op.msg.Topics {
		op.topic(&op.msg.Topics[i], refused)
	}
	switch {
	case op.msg.Acks == 0:
		op.unacknowledged()
	case len(op.waiting) == 0:
		op.answer()
	default:
		op.park()
	}
}

// refuse returns why no partition of the request may be appended to, nil when they may.
func (op *produceOp) refuse() error {
	switch {
	case op.msg.Acks < -1 || op.msg.Acks > 1:
		return kerr.InvalidRequiredAcks
	case op.msg.HasTxnID:
		return op.verify()
	}
	return nil
}

func (op *produceOp) topic(t *producemsg.Topic, err error) {
	if err == nil {
		err = op.resolve(t)
	}
	for i := t.First; i < t.End; i++ {
		p := &op.msg.Partitions[i]
		failure := err
		if failure == nil {
			failure = op.partition(t, i)
		}
		if failure != nil {
			op.fail(t, p, failure)
		}
	}
}

// resolve finds the topic and asks whether the client may write to it.
func (op *produceOp) resolve(t *producemsg.Topic) error {
	if op.req.Version >= 13 {
		topic := op.img.TopicByID(t.ID)
		if topic == nil {
			return kerr.UnknownTopicID
		}
		t.Name = topic.Name
	}
	if !op.b.allowed(op.req.Conn, OpWrite, ResTopic, t.Name) {
		return kerr.TopicAuthorizationFailed
	}
	if op.img.Topic(t.Name) == nil {
		return kerr.UnknownTopicOrPartition
	}
	if isInternal(t.Name) && op.req.ClientID != adminClientID {
		return kerr.InvalidTopicException
	}
	return nil
}

// adminClientID is the client id of Kafka's own tools, the only one that may write to internal topics.
const adminClientID = "__admin_client"

func (op *produceOp) partition(t *producemsg.Topic, i int) error {
	m := &op.msg.Partitions[i]
	if err := checkProduced(op.req.Version, m.Records); err != nil {
		m.ErrorMessage = why(err)
		return err
	}
	p, err := op.b.find(op.img, t.Name, m.Index)
	if err != nil {
		return err
	}
	var a partition.Append
	if b := record.Batch(m.Records); b.IsTransactional() && !b.IsControl() { // a control batch is refused by the log
		if err := op.refuseTxn(i); err != nil {
			return err
		}
		a, err = op.appendTxn(p, i)
	} else {
		a, err = p.AppendProduced(m.Records, op.msg.Acks, logstore.Produced{Budget: &op.budget})
	}
	if err != nil {
		explain(t.Name, m, p, err)
		return err
	}
	m.BaseOffset, m.LogAppendTime, m.LogStartOffset = a.FirstOffset, a.LogAppendTime, a.LogStartOffset
	if op.msg.Acks == 0 {
		return nil
	}
	done, err := p.Reached(&a, op.msg.Acks)
	if !done {
		op.waiting = append(op.waiting, waiting{i, p, a})
	}
	return err
}

func (op *produceOp) fail(t *producemsg.Topic, m *producemsg.Partition, err error) {
	op.failed = true
	m.ErrorCode = code(err)
	m.BaseOffset, m.LogAppendTime = -1, -1
	if m.ErrorCode == kerr.NotLeaderForPartition.Code {
		op.tellLeader(t, m)
	}
}

// tellLeader names the leader that a client should turn to instead (KIP-951).
func (op *produceOp) tellLeader(t *producemsg.Topic, m *producemsg.Partition) {
	if op.req.Version < 10 {
		return
	}
	p := op.img.Partition(t.Name, m.Index)
	if p == nil {
		return
	}
	m.LeaderID, m.LeaderEpoch = p.Leader, p.LeaderEpoch
	op.msg.NodeEndpoints = appendEndpoint(op.msg.NodeEndpoints, op.img, p.Leader, op.req.Conn.Listener)
}

// appendEndpoint adds where broker id listens, unless it is there already or the broker is not there.
func appendEndpoint(list []producemsg.Endpoint, img *metadata.Image, id int32, listener string) []producemsg.Endpoint {
	for _, e := range list {
		if e.NodeID == id {
			return list
		}
	}
	broker := img.Broker(id)
	if broker == nil || broker.Fenced {
		return list
	}
	ep, ok := broker.Endpoint(listener)
	if !ok {
		return list
	}
	return append(list, producemsg.Endpoint{NodeID: id, Host: ep.Host, Port: int32(ep.Port), Rack: broker.Rack})
}

func (op *produceOp) unacknowledged() {
	if op.failed {
		// The only way to tell a client that does not listen: it will ask for metadata when it reconnects.
		op.reply.Close(op.failure())
	} else {
		op.reply.Nothing()
	}
	op.free()
}

func (op *produceOp) failure() string {
	var why []string
	for _, t := range op.msg.Topics {
		for _, p := range op.msg.Partitions[t.First:t.End] {
			if p.ErrorCode != 0 {
				why = append(why, strings.Clone(t.Name)+": "+kerr.ErrorForCode(p.ErrorCode).Error())
			}
		}
	}
	return "produce with acks=0 failed: " + strings.Join(why, ", ")
}

func (op *produceOp) answer() {
	op.reply.Send(&op.msg)
	op.free()
}

func (op *produceOp) free() {
	if op.timer != nil {
		op.timer.Stop()
	}
	if cap(op.msg.Partitions) > pooledPartitions {
		return
	}
	op.msg.Forget()
	clear(op.waiting)
	*op = produceOp{msg: op.msg, waiting: op.waiting[:0]}
	produceOps.Put(op)
}

// park waits for every append to be committed, or for the request's own time limit.
func (op *produceOp) park() {
	lists := make([]*purgatory.List, len(op.waiting))
	for i := range op.waiting {
		lists[i] = &op.waiting[i].p.Moved
	}
	w := purgatory.New(op)
	// Made first and started then: it may fire before the next line, and completion looks at op.timer.
	op.timer = time.AfterFunc(time.Hour, w.Expire)
	op.timer.Reset(time.Duration(max(op.msg.TimeoutMs, 0)) * time.Millisecond)
	w.Watch(lists...)
}

// Ready implements purgatory.Op.
func (op *produceOp) Ready() bool {
	for i := range op.waiting {
		if done, _ := op.waiting[i].p.Reached(&op.waiting[i].a, op.msg.Acks); !done {
			return false
		}
	}
	return true
}

// Complete implements purgatory.Op.
func (op *produceOp) Complete(bool) {
	for _, w := range op.waiting {
		done, err := w.p.Reached(&w.a, op.msg.Acks)
		if !done {
			err = kerr.RequestTimedOut
		}
		if err != nil {
			op.fail(op.topicOf(w.index), &op.msg.Partitions[w.index], err)
		}
	}
	op.answer()
}

func (op *produceOp) topicOf(i int) *producemsg.Topic {
	for t := range op.msg.Topics {
		if i < op.msg.Topics[t].End {
			return &op.msg.Topics[t]
		}
	}
	return nil
}
