package api

// Fetch, key 1, versions 4 to 18.
//
// Reads from each partition asked for, up to the high watermark (consumers, read_uncommitted), the last stable offset
// (read_committed) or the log end (followers), and waits up to MaxWaitMs for MinBytes. Records are sent from the segment
// files. The request is answered at once when there is enough, an error, nothing to wait for, or a diverging epoch;
// otherwise it waits for one of its partitions to move and looks again.
//
//	v5 log start offset; v7 sessions (KIP-227); v9 leader epochs (KIP-320); v11 racks (KIP-392); v12 flexible, diverging
//	epoch, cluster id (a client's is not looked at: only the quorum's fetches are held to it); v13 topic ids (KIP-516); v15 replica state; v16 node endpoints (KIP-951); v17 directory id; v18 follower's HW
//
// Left out: a preferred read replica is never named, because every leader serves its own readers until a cluster exists.

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/fetch"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/kbroker/purgatory"
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/fetchmsg"
	"github.com/twmb/franz-go/pkg/kerr"
)

// fetchOp is one request on its way. It is reused: nothing of it may be kept once its reply is complete.
type fetchOp struct {
	b        *Broker
	req      *protocol.Request
	reply    protocol.Reply
	img      *metadata.Image
	q        fetchmsg.Request
	session  fetch.Context
	wants    []fetch.Want // memory of the request's wants
	maxBytes int
	deadline time.Time
	reads    []fetchRead
	lost     []lostRead
	bytes    int         // of records found by the last look
	urgent   bool        // the last look found what must be told at once
	timer    *time.Timer // nil unless parked
	out      fetchmsg.Answer
}

var fetchOps = sync.Pool{New: func() any { return new(fetchOp) }}

// pooledPartitions bounds the requests whose memory is kept for the next one: the memory of a request for more partitions
// than clients ask for is left to the garbage collector, so that one peer's large requests do not stay.
const pooledPartitions = 1024

// fetchRead is one partition of a request, and what the last look found.
type fetchRead struct {
	key    fetch.Key
	topic  string
	read   partition.Read
	p      *partition.Partition // nil with an error that no waiting can mend
	epoch  int32                // leader epoch at the last look
	seen   int64                // what was visible at the last look
	result partition.Result
	err    error
}

// lostRead is one that was asked for but is unknown or not allowed: no log is asked. There may be any number of them.
type lostRead struct {
	want *fetch.Want // only its Key, which does not change
	code int16
}

func (b *Broker) fetch(req *protocol.Request, reply protocol.Reply) {
	op := fetchOps.Get().(*fetchOp)
	op.b, op.req, op.reply, op.img = b, req, reply, b.Image()
	if err := op.q.Decode(req.Version, req.Body); err != nil {
		reply.Close(err.Error())
		op.free()
		return
	}
	if op.q.Isolation > int8(partition.ReadCommitted) || op.q.Isolation < 0 {
		op.refuse(kerr.UnknownServerError)
		return
	}
	if err := b.Sessions.Open(&op.session, op.sessionRequest(), req.Received.UnixMilli()); err != nil {
		op.refuse(err)
		return
	}
	limits := b.Config().Broker()
	op.maxBytes = int(min(op.q.MaxBytes, limits.FetchMaxBytes))
	op.deadline = req.Received.Add(time.Duration(max(op.q.MaxWaitMs, 0)) * time.Millisecond)
	op.plan()
	if cap(op.q.Partitions) > pooledPartitions {
		op.q.Partitions, op.q.Topics = nil, nil // the reads say all that is needed from here on
	}
	op.look()
	if op.enough() {
		op.answer()
		return
	}
	op.park()
}

// sessionRequest translates the request into the session's terms. Names are copied: a session outlives the frame.
func (op *fetchOp) sessionRequest() fetch.Request {
	q := &op.q
	r := fetch.Request{ID: q.SessionID, Epoch: q.SessionEpoch, UsesIDs: q.Version >= 13, Replica: q.ReplicaID >= 0,
		Wants: slices.Grow(op.wants[:0], len(q.Partitions))}
	for i := range q.Topics {
		t := &q.Topics[i]
		name := op.ownName(t.Name)
		for _, p := range q.Partitions[t.First:t.End] {
			r.Wants = append(r.Wants, fetch.Want{Key: fetch.Key{ID: t.ID, Topic: name, Partition: p.Index}, Offset: p.Offset, LeaderEpoch: p.LeaderEpoch,
				LastFetchedEpoch: p.LastFetchedEpoch, LogStartOffset: p.LogStartOffset, MaxBytes: p.MaxBytes, HighWatermark: p.HighWatermark})
		}
	}
	if len(r.Wants) > pooledPartitions {
		r.Wants = lastOfEach(r.Wants)
		strangers := op.strangers(r.Wants)
		r.Passing = strangers > pooledPartitions
		op.lost = slices.Grow(op.lost[:0], strangers)
	}
	op.wants = r.Wants
	for i := range q.Forgotten {
		t := &q.Forgotten[i]
		name := op.ownName(t.Name)
		for _, index := range q.ForgottenPs[t.First:t.End] {
			r.Forgotten = append(r.Forgotten, fetch.Key{ID: t.ID, Topic: name, Partition: index})
		}
	}
	return r
}

// strangers counts the partitions that do not exist. A reader that names many gets no session, which would hold them for as
// long as it likes; without one it is answered just the same.
func (op *fetchOp) strangers(wants []fetch.Want) int {
	n := 0
	for i := range wants {
		w := &wants[i]
		t := op.img.Topic(w.Topic)
		if op.q.Version >= 13 {
			t = op.img.TopicByID(w.ID)
		}
		if t == nil || t.Partition(w.Partition) == nil {
			n++
		}
	}
	return n
}

// lastOfEach keeps of what names the same partition the last, at the place of the first, as Kafka's map of a request does:
// a long list of one partition is not held for as long as its reader wants to wait.
func lastOfEach(wants []fetch.Want) []fetch.Want {
	if ascending(wants) {
		return wants
	}
	at := make(map[fetch.Key]int, len(wants))
	kept := wants[:0]
	for _, w := range wants {
		if i, again := at[w.Key]; again {
			kept[i] = w
			continue
		}
		at[w.Key] = len(kept)
		kept = append(kept, w)
	}
	if len(kept) < len(wants) {
		return slices.Clone(kept)
	}
	return kept
}

// ascending reports whether topics ascend, and the partitions in each: then nothing is named twice, and no table is needed to
// find that out.
func ascending(wants []fetch.Want) bool {
	for i := 1; i < len(wants); i++ {
		a, b := &wants[i-1], &wants[i]
		order := cmp.Or(strings.Compare(a.Topic, b.Topic), bytes.Compare(a.ID[:], b.ID[:]), cmp.Compare(a.Partition, b.Partition))
		if order >= 0 {
			return false
		}
	}
	return true
}

// ownName returns a name that does not alias the frame: the image's own when it has the topic.
func (op *fetchOp) ownName(name string) string {
	if name == "" {
		return ""
	}
	if t := op.img.Topic(name); t != nil {
		return t.Name
	}
	return strings.Clone(name)
}

// plan resolves every partition that the session reads.
func (op *fetchOp) plan() {
	op.reads, op.lost = op.reads[:0], op.lost[:0]
	op.session.Each(func(w *fetch.Want) {
		p, topic, err := op.resolve(w)
		if c := code(err); p == nil && c != kerr.NotLeaderForPartition.Code && c != kerr.InconsistentTopicID.Code {
			op.lost = append(op.lost, lostRead{w, code(err)})
			return
		}
		op.reads = append(op.reads, fetchRead{p: p, err: err, key: w.Key, topic: topic, read: partition.Read{Offset: w.Offset, MaxBytes: int(w.MaxBytes), Isolation: partition.Isolation(op.q.Isolation),
			ReplicaID: op.q.ReplicaID, LeaderEpoch: w.LeaderEpoch, LastFetchedEpoch: w.LastFetchedEpoch}})
	})
}

// resolve returns the replica behind a want, and the name of its topic.
func (op *fetchOp) resolve(w *fetch.Want) (p *partition.Partition, topic string, err error) {
	t := op.img.Topic(w.Topic)
	topic = w.Topic
	if op.q.Version >= 13 {
		if t = op.img.TopicByID(w.ID); t == nil {
			return nil, w.Name, op.gone(w)
		}
		topic = t.Name
		if w.Name != topic {
			w.Name = topic
		}
	}
	if !op.mayRead(topic) {
		return nil, topic, kerr.TopicAuthorizationFailed
	}
	if t == nil || t.Partition(w.Partition) == nil {
		return nil, topic, kerr.UnknownTopicOrPartition
	}
	p, err = op.b.findByID(t, w.Partition)
	return p, topic, err
}

// gone is the error for a want whose topic id is not known. A session that knew it once tells what became of the name.
func (op *fetchOp) gone(w *fetch.Want) error {
	if w.Name == "" {
		return kerr.UnknownTopicID
	}
	if !op.mayRead(w.Name) {
		return kerr.TopicAuthorizationFailed
	}
	if op.img.Partition(w.Name, w.Partition) == nil {
		return kerr.UnknownTopicOrPartition
	}
	return kerr.InconsistentTopicID
}

// mayRead asks whether the reader may: a follower needs the cluster's permission, and is told so per topic.
func (op *fetchOp) mayRead(topic string) bool {
	if op.q.ReplicaID >= 0 {
		return op.b.allowedCluster(op.req.Conn, OpClusterAction)
	}
	return op.b.allowed(op.req.Conn, OpRead, ResTopic, topic)
}

// look reads every partition once, within the size that the request allows. Only the first batch of the whole answer may
// be larger (KIP-74, trap T56). A size below 0 is an error where there is something to read, as in Apache Kafka.
func (op *fetchOp) look() {
	op.bytes, op.urgent = 0, false
	waits := false // there is a partition that may move
	left := op.maxBytes
	for i := range op.reads {
		r := &op.reads[i]
		if r.p == nil {
			op.urgent = true
			continue
		}
		waits = true
		_, r.epoch = r.p.Leadership()
		r.seen = r.p.Visible(r.read)
		read := r.read
		bound := min(read.MaxBytes, left)
		read.MaxBytes = max(bound, 0)
		read.MinOne = op.bytes == 0 || bound < 0
		r.result, r.err = r.p.Read(read)
		if bound < 0 && r.result.Slice.Len() > 0 {
			r.result.Slice.Release()
			r.result, r.err = partition.Result{}, kerr.UnknownServerError
		}
		left = max(left-r.result.Slice.Len(), 0)
		op.bytes += r.result.Slice.Len()
		op.urgent = op.urgent || r.err != nil || r.result.Diverging
	}
	op.urgent = op.urgent || !waits
}

func (op *fetchOp) enough() bool {
	return op.urgent || op.bytes >= int(op.q.MinBytes) || !time.Now().Before(op.deadline)
}

// park lets go of everything and waits for a partition to move.
func (op *fetchOp) park() {
	op.release()
	op.session.Close()
	lists := make([]*purgatory.List, 0, len(op.reads))
	for i := range op.reads {
		if p := op.reads[i].p; p != nil {
			lists = append(lists, &p.Moved)
		}
	}
	w := purgatory.New(op)
	op.timer = time.AfterFunc(time.Hour, w.Expire)
	op.timer.Reset(time.Until(op.deadline))
	w.Watch(lists...)
}

// Ready implements purgatory.Op: something moved since the last look.
func (op *fetchOp) Ready() bool {
	for i := range op.reads {
		if r := &op.reads[i]; r.p != nil && r.p.Changed(r.read, r.epoch, r.seen) {
			return true
		}
	}
	return false
}

// Complete implements purgatory.Op. The goroutine that moved the partition is a producer's: it does not pay for the reader.
func (op *fetchOp) Complete(expired bool) {
	op.timer.Stop()
	if expired {
		op.again()
		return
	}
	go op.again()
}

func (op *fetchOp) again() {
	op.img = op.b.Image()
	op.session.Resume()
	op.look()
	if op.enough() {
		op.answer()
		return
	}
	op.park()
}

func (op *fetchOp) release() {
	for i := range op.reads {
		op.reads[i].result.Slice.Release()
		op.reads[i].result.Slice.Region = nil
	}
}

// refuse answers with an error of the session or the whole request. A request of names is also told per partition, but
// for errors of its session where the answer has a field for them.
func (op *fetchOp) refuse(err error) {
	a := fetchmsg.Answer{Version: op.req.Version, ErrorCode: code(err)}
	ofSession := errors.Is(err, fetch.ErrSessionNotFound) || errors.Is(err, fetch.ErrInvalidSessionEpoch) || errors.Is(err, fetch.ErrSessionTopicID)
	if op.req.Version < 7 || op.req.Version < 13 && !ofSession {
		for _, t := range op.q.Topics {
			at := fetchmsg.AnswerTopic{Name: t.Name, FirstRefused: len(a.Refused)}
			for _, p := range op.q.Partitions[t.First:t.End] {
				a.Refused = append(a.Refused, fetchmsg.RefusedPartition{Index: p.Index, ErrorCode: a.ErrorCode})
			}
			at.EndRefused = len(a.Refused)
			a.Topics = append(a.Topics, at)
		}
	}
	op.reply.SendParts(a.Parts(nil, nil))
	op.free()
}

// free gives op back. What it had sent belongs to the connection.
func (op *fetchOp) free() {
	if op.timer != nil {
		op.timer.Stop()
	}
	if cap(op.reads) > pooledPartitions || cap(op.wants) > pooledPartitions || cap(op.q.Partitions) > pooledPartitions || cap(op.lost) > pooledPartitions {
		return
	}
	op.q.Forget()
	op.out.Reset(0)
	clear(op.reads)
	clear(op.wants)
	clear(op.lost)
	*op = fetchOp{q: op.q, out: op.out, reads: op.reads[:0], lost: op.lost[:0], wants: op.wants[:0]}
	fetchOps.Put(op)
}

func failedPartition(index int32, code int16) fetchmsg.AnswerPartition {
	return fetchmsg.AnswerPartition{Index: index, ErrorCode: code, HighWatermark: -1, LastStableOffset: -1, LogStartOffset: -1, LeaderID: -1, PreferredReplica: -1}
}

// answer tells first what was read, then what was not, as Apache Kafka does.
func (op *fetchOp) answer() {
	a := &op.out
	a.Reset(op.req.Version)
	a.SessionID = op.session.ID()
	regions := 0
	for i := range op.reads {
		r := &op.reads[i]
		if !op.mention(r) {
			continue
		}
		if op.add(a, r); r.result.Slice.Len() > 0 {
			regions++
		}
	}
	op.addLost(a)
	op.session.Close()
	op.reply.SendParts(a.Parts(make([]protocol.Part, 0, 2*regions+1), make([]byte, 0, a.SizeHint())))
	op.free()
}

// addLost tells of what was not read.
func (op *fetchOp) addLost(a *fetchmsg.Answer) {
	a.Refused = slices.Grow(a.Refused, len(op.lost))
	for _, l := range op.lost {
		k := l.want.Key
		if !op.session.Mention(k, fetch.Found{Failed: true}) {
			continue
		}
		t := answerTopic(a, k)
		a.Refused = append(a.Refused, fetchmsg.RefusedPartition{Index: k.Partition, ErrorCode: l.code})
		t.EndRefused = len(a.Refused)
	}
}

// answerTopic returns the last topic of the answer if it is that of a key, else a new one.
func answerTopic(a *fetchmsg.Answer, k fetch.Key) *fetchmsg.AnswerTopic {
	last := len(a.Topics) - 1
	if last < 0 || a.Topics[last].ID != k.ID || a.Topics[last].Name != k.Topic {
		n, refused := len(a.Partitions), len(a.Refused)
		a.Topics = append(a.Topics, fetchmsg.AnswerTopic{Name: k.Topic, ID: k.ID, First: n, End: n, FirstRefused: refused, EndRefused: refused})
		last++
	}
	return &a.Topics[last]
}

func (op *fetchOp) mention(r *fetchRead) bool {
	f := fetch.Found{Told: fetch.Told{HighWatermark: r.result.HighWatermark, LogStartOffset: r.result.LogStartOffset},
		HasRecords: r.result.Slice.Len() > 0, Failed: r.err != nil, Other: r.result.Diverging}
	return op.session.Mention(r.key, f)
}

func (op *fetchOp) add(a *fetchmsg.Answer, r *fetchRead) {
	p := failedPartition(r.key.Partition, code(r.err))
	if r.err == nil {
		p.HighWatermark, p.LastStableOffset, p.LogStartOffset = r.result.HighWatermark, r.result.LastStableOffset, r.result.LogStartOffset
	}
	if r.result.Slice.Len() > 0 {
		p.Records = r.result.Slice.Region
	}
	if r.err == nil && r.result.Aborted != nil {
		p.Aborted = make([]fetchmsg.Aborted, len(r.result.Aborted))
		for i, t := range r.result.Aborted {
			p.Aborted[i] = fetchmsg.Aborted{ProducerID: t.ProducerID, FirstOffset: t.FirstOffset}
		}
	}
	if r.result.Diverging {
		p.Diverging = &fetchmsg.EpochEnd{Epoch: r.result.DivergingEpoch, EndOffset: r.result.DivergingEnd}
	}
	op.tellLeader(a, r, &p)
	t := answerTopic(a, r.key)
	a.Partitions = append(a.Partitions, p)
	t.End = len(a.Partitions)
}

// tellLeader names the leader that a reader should turn to instead (KIP-951, trap T74).
func (op *fetchOp) tellLeader(a *fetchmsg.Answer, r *fetchRead, p *fetchmsg.AnswerPartition) {
	moved := p.ErrorCode == kerr.NotLeaderForPartition.Code || p.ErrorCode == kerr.FencedLeaderEpoch.Code
	if op.req.Version < 16 || !moved {
		return
	}
	if mp := op.img.Partition(r.topic, r.key.Partition); mp != nil {
		p.LeaderID, p.LeaderEpoch = mp.Leader, mp.LeaderEpoch
		if op.q.ReplicaID >= 0 {
			return // a follower knows the brokers
		}
		a.NodeEndpoints = appendEndpoint(a.NodeEndpoints, op.img, mp.Leader, op.req.Conn.Listener)
	}
}
