package group

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// TestTranscripts runs testdata/transcripts: requests to one machine, one per command, with what is answered, to whom,
// what is logged, and what time does. `go test -rewrite` writes the answers.
//
// Every request takes as=NAME, the name under which its answer is shown, now or later.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		w := newWorld()
		datadriven.RunTest(t, path, w.run)
	})
}

// A world is a machine on a bench, with named questions.
type world struct {
	cfg   Config
	world *testTopics
	b     *coordtest.Bench
	ids   int
	calls []named
	seen  int // records of the log that were shown
	out   strings.Builder
}

type named struct {
	name string
	call *coordtest.Call
	show func(any) string
}

func newWorld() *world {
	w := &world{cfg: DefaultConfig(), world: newTestTopics()}
	w.cfg.Topics = func() Topics { return w.world }
	w.cfg.Classic.NewMemberID = func() string {
		w.ids++
		return strconv.Itoa(w.ids)
	}
	w.cfg.Consumer.NewMemberID = w.cfg.Classic.NewMemberID
	w.b = coordtest.NewBench(NewMachine(&w.cfg, 0))
	return w
}

// run executes one command and shows what came of it.
func (w *world) run(t *testing.T, d *datadriven.TestData) string {
	w.out.Reset()
	a := args{t, d}
	switch d.Cmd {
	case "config":
		w.configure(a)
	case "advance":
		dur, err := time.ParseDuration(d.CmdArgs[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		w.b.Advance(dur)
	case "fail":
		w.b.Fail = nil
		if d.CmdArgs[0].Key != "off" {
			w.b.Fail = kerr.ErrorForCode(int16(a.int("code", 0)))
		}
	case "reload":
		w.b.Reload(NewMachine(&w.cfg, 0), kerr.NotCoordinator)
	case "end-txn":
		w.b.EndTxn(int64(a.int("pid", 1)), int16(a.int("epoch", 0)), a.str("result", "commit") == "commit")
	case "topic":
		w.world.set(a.str("name", ""), int32(a.int("partitions", 1)), a.list("racks"))
	case "describe-consumer":
		w.ask(a, DescribeConsumerGroups(a.list("groups")), w.showConsumers)
	case "timers":
		for _, s := range w.b.Timers() {
			fmt.Fprintln(&w.out, s)
		}
	case "list":
		w.ask(a, ListGroups(a.list("states"), a.list("types")), showList)
	case "describe":
		w.ask(a, DescribeGroups(a.list("groups"), int16(a.int("version", 5))), showDescribe)
	case "delete":
		w.ask(a, DeleteGroups(a.list("groups")), showDelete)
	case "fetch":
		w.fetch(a)
	case "topic-deleted":
		w.ask(a, TopicDeleted(a.str("topic", ""), [16]byte{}), func(any) string { return "ok" })
	default:
		req := request(a)
		if req == nil {
			t.Fatalf("unknown command %s", d.Cmd)
		}
		ctx := RequestContext{ClientID: a.str("client", "c"), ClientHost: "/" + a.str("host", "10.0.0.1")}
		w.asked(a, w.b.Do(Handle(req, ctx)), func(v any) string { return w.showResponse(v.(kmsg.Response)) }, req)
	}
	w.settle()
	if w.out.Len() == 0 {
		return "ok\n"
	}
	return w.out.String()
}

func (w *world) configure(a args) {
	c := &w.cfg
	c.Classic.MaxSize = a.int("max-size", c.Classic.MaxSize)
	c.Classic.InitialRebalanceDelay = a.duration("initial-delay", c.Classic.InitialRebalanceDelay)
	c.OffsetsRetention = a.duration("retention", c.OffsetsRetention)
	c.OffsetMetadataMax = a.int("metadata-max", c.OffsetMetadataMax)
	c.Consumer.AssignmentInterval = a.duration("assignment-interval", c.Consumer.AssignmentInterval)
	c.Consumer.MaxSize = a.int("consumer-max-size", c.Consumer.MaxSize)
	c.Consumer.RegexBudget = a.int("regex-budget", c.Consumer.RegexBudget)
	c.Consumer.Upgrade = c.Consumer.Upgrade && !a.has("no-upgrade")
	c.Consumer.Downgrade = c.Consumer.Downgrade && !a.has("no-downgrade")
}

func (w *world) ask(a args, h coordinator.Handler, show func(any) string) {
	w.asked(a, w.b.Do(h), show, nil)
}

// asked notes a question whose answer is shown when it comes; an error is shown as the response that it becomes.
func (w *world) asked(a args, c *coordtest.Call, show func(any) string, req kmsg.Request) {
	w.calls = append(w.calls, named{a.str("as", a.d.Cmd), c, func(v any) string {
		if c.Err != nil && req != nil {
			return w.showResponse(Refuse(req, c.Err))
		}
		if c.Err != nil {
			return c.Err.(*kerr.Error).Message
		}
		return show(v)
	}})
}

// settle shows answers and records that are new.
func (w *world) settle() {
	var waiting []named
	for _, n := range w.calls {
		if !n.call.Done {
			waiting = append(waiting, n)
			continue
		}
		fmt.Fprintf(&w.out, "%s: %s\n", n.name, n.show(n.call.Response))
	}
	w.calls = waiting
	if len(w.out.String()) == 0 && len(waiting) > 0 {
		fmt.Fprintf(&w.out, "(waits)\n")
	}
	for _, l := range w.b.Log[w.seen:] {
		fmt.Fprintf(&w.out, "log %s\n", showLogged(l))
	}
	w.seen = len(w.b.Log)
}

// args reads the arguments of a command.
type args struct {
	t *testing.T
	d *datadriven.TestData
}

func (a args) get(name string) (datadriven.CmdArg, bool) {
	for _, c := range a.d.CmdArgs {
		if c.Key == name {
			return c, true
		}
	}
	return datadriven.CmdArg{}, false
}

func (a args) has(name string) bool { _, ok := a.get(name); return ok }

func (a args) str(name, def string) string {
	if c, ok := a.get(name); ok {
		if len(c.Vals) == 0 {
			return ""
		}
		return c.Vals[0]
	}
	return def
}

func (a args) ptr(name string) *string {
	if !a.has(name) {
		return nil
	}
	s := a.str(name, "")
	return &s
}

func (a args) list(name string) []string {
	c, _ := a.get(name)
	if len(c.Vals) == 1 && c.Vals[0] == "" {
		return nil
	}
	return c.Vals
}

func (a args) int(name string, def int) int {
	s := a.str(name, "")
	if s == "" {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		a.t.Fatalf("%s: %s: %v", a.d.Pos, name, err)
	}
	return n
}

func (a args) duration(name string, def time.Duration) time.Duration {
	s := a.str(name, "")
	if s == "" {
		return def
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		a.t.Fatalf("%s: %s: %v", a.d.Pos, name, err)
	}
	return v
}

// request makes the request that a command names.
func request(a args) kmsg.Request {
	switch a.d.Cmd {
	case "join":
		r := kmsg.NewPtrJoinGroupRequest()
		r.Version = int16(a.int("version", 9))
		r.Group, r.MemberID, r.InstanceID = a.str("group", "g"), a.str("member", ""), a.ptr("instance")
		r.SessionTimeoutMillis, r.RebalanceTimeoutMillis = int32(a.int("session", 10000)), int32(a.int("rebalance", 60000))
		r.ProtocolType = a.str("type", "consumer")
		names := a.list("protocols")
		if !a.has("protocols") {
			names = []string{"range"}
		}
		for _, n := range names {
			p := kmsg.NewJoinGroupRequestProtocol()
			p.Name, p.Metadata = n, subscription(a)
			r.Protocols = append(r.Protocols, p)
		}
		return r
	case "sync":
		r := kmsg.NewPtrSyncGroupRequest()
		r.Version = int16(a.int("version", 4))
		r.Group, r.MemberID, r.InstanceID = a.str("group", "g"), a.str("member", ""), a.ptr("instance")
		r.Generation = int32(a.int("generation", 1))
		r.Protocol, r.ProtocolType = a.ptr("protocol"), a.ptr("type")
		r.GroupAssignment = assignments(a)
		return r
	case "heartbeat":
		r := kmsg.NewPtrHeartbeatRequest()
		r.Version = 4
		r.Group, r.MemberID, r.InstanceID = a.str("group", "g"), a.str("member", ""), a.ptr("instance")
		r.Generation = int32(a.int("generation", 1))
		return r
	case "leave":
		r := kmsg.NewPtrLeaveGroupRequest()
		r.Version = int16(a.int("version", 5))
		r.Group, r.MemberID = a.str("group", "g"), a.str("member", "")
		for _, v := range a.list("members") {
			id, inst, static := strings.Cut(v, "/")
			m := kmsg.NewLeaveGroupRequestMember()
			m.MemberID = id
			if static {
				m.InstanceID = &inst
			}
			r.Members = append(r.Members, m)
		}
		return r
	}
	if a.d.Cmd == "hb" {
		return consumerHeartbeat(a)
	}
	return offsetRequest(a)
}

// offsetRequest makes those about offsets. offsets=(topic/partition:offset:metadata,...)
func offsetRequest(a args) kmsg.Request {
	switch a.d.Cmd {
	case "commit":
		r := kmsg.NewPtrOffsetCommitRequest()
		r.Version = int16(a.int("version", 9))
		r.Group, r.MemberID, r.InstanceID = a.str("group", "g"), a.str("member", ""), a.ptr("instance")
		r.Generation, r.RetentionTimeMillis = int32(a.int("generation", -1)), int64(a.int("retention", -1))
		for _, v := range a.list("offsets") {
			topic, p, off, meta := parseOffset(a.t, v)
			t := kmsg.NewOffsetCommitRequestTopic()
			t.Topic = topic
			tp := kmsg.NewOffsetCommitRequestTopicPartition()
			tp.Partition, tp.Offset, tp.LeaderEpoch, tp.Metadata = p, off, int32(a.int("epoch", -1)), meta
			t.Partitions = append(t.Partitions, tp)
			r.Topics = append(r.Topics, t)
		}
		return r
	case "txn-commit":
		r := kmsg.NewPtrTxnOffsetCommitRequest()
		r.Version = 5
		r.Group, r.MemberID, r.InstanceID = a.str("group", "g"), a.str("member", ""), a.ptr("instance")
		r.ProducerID, r.ProducerEpoch, r.Generation = int64(a.int("pid", 1)), int16(a.int("epoch", 0)), int32(a.int("generation", -1))
		for _, v := range a.list("offsets") {
			topic, p, off, meta := parseOffset(a.t, v)
			t := kmsg.NewTxnOffsetCommitRequestTopic()
			t.Topic = topic
			tp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
			tp.Partition, tp.Offset, tp.Metadata = p, off, meta
			t.Partitions = append(t.Partitions, tp)
			r.Topics = append(r.Topics, t)
		}
		return r
	case "offset-delete":
		r := kmsg.NewPtrOffsetDeleteRequest()
		r.Group = a.str("group", "g")
		for _, v := range a.list("offsets") {
			topic, p, _, _ := parseOffset(a.t, v)
			t := kmsg.NewOffsetDeleteRequestTopic()
			t.Topic = topic
			tp := kmsg.NewOffsetDeleteRequestTopicPartition()
			tp.Partition = p
			t.Partitions = append(t.Partitions, tp)
			r.Topics = append(r.Topics, t)
		}
		return r
	}
	return nil
}

func parseOffset(t *testing.T, s string) (topic string, partition int32, offset int64, metadata *string) {
	parts := strings.SplitN(s, ":", 3)
	topic, ps, _ := strings.Cut(parts[0], "/")
	p, err := strconv.Atoi(ps)
	if err != nil {
		t.Fatalf("offset %q: %v", s, err)
	}
	if len(parts) > 1 {
		if offset, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
			t.Fatalf("offset %q: %v", s, err)
		}
	}
	if len(parts) > 2 {
		metadata = &parts[2]
	}
	return topic, int32(p), offset, metadata
}

// subscription is a consumer's metadata for topics=(...), or metadata=X as it is, or hex=X.
func subscription(a args) []byte {
	if a.has("hex") {
		b, err := hex.DecodeString(a.str("hex", ""))
		if err != nil {
			a.t.Fatal(err)
		}
		return b
	}
	if a.has("metadata") {
		return []byte(a.str("metadata", ""))
	}
	m := kmsg.NewConsumerMemberMetadata()
	m.Topics = a.list("topics")
	if a.has("owned") {
		m.Version = 1
		for _, v := range a.list("owned") {
			topic, p, _, _ := parseOffset(a.t, v)
			o := kmsg.NewConsumerMemberMetadataOwnedPartition()
			o.Topic, o.Partitions = topic, []int32{p}
			m.OwnedPartitions = append(m.OwnedPartitions, o)
		}
	}
	return m.AppendTo(nil)
}

// assignments reads assign=(member:what,...); what is topic/partition for a consumer, or anything.
func assignments(a args) (out []kmsg.SyncGroupRequestGroupAssignment) {
	consumers := map[string]*kmsg.ConsumerMemberAssignment{}
	for _, v := range a.list("assign") {
		id, what, _ := strings.Cut(v, ":")
		if !strings.Contains(what, "/") {
			out = append(out, kmsg.SyncGroupRequestGroupAssignment{MemberID: id, MemberAssignment: []byte(what)})
			continue
		}
		if consumers[id] == nil {
			consumers[id] = &kmsg.ConsumerMemberAssignment{}
			out = append(out, kmsg.SyncGroupRequestGroupAssignment{MemberID: id})
		}
		topic, p, _, _ := parseOffset(a.t, what)
		consumers[id].Topics = append(consumers[id].Topics, kmsg.ConsumerMemberAssignmentTopic{Topic: topic, Partitions: []int32{p}})
	}
	for i := range out {
		if c := consumers[out[i].MemberID]; c != nil {
			out[i].MemberAssignment = c.AppendTo(nil)
		}
	}
	return out
}

// fetch takes offsets=(topic/partition,...), or nothing for all.
func (w *world) fetch(a args) {
	g := kmsg.NewOffsetFetchRequestGroup()
	g.Group, g.MemberID, g.MemberEpoch = a.str("group", "g"), a.ptr("member"), int32(a.int("epoch", -1))
	for _, v := range a.list("offsets") {
		topic, p, _, _ := parseOffset(a.t, v)
		t := kmsg.NewOffsetFetchRequestGroupTopic()
		t.Topic, t.Partitions = topic, []int32{p}
		g.Topics = append(g.Topics, t)
	}
	out := make([]kmsg.OffsetFetchResponseGroup, 1)
	h := FetchOffsets([]kmsg.OffsetFetchRequestGroup{g}, []int32{0}, out, a.has("stable"))
	w.ask(a, h, func(any) string { return showFetch(out[0]) })
}

func showFetch(g kmsg.OffsetFetchResponseGroup) string {
	parts := []string{code(g.ErrorCode)}
	for _, t := range g.Topics {
		for _, p := range t.Partitions {
			s := fmt.Sprintf("%s/%d=%d", t.Topic, p.Partition, p.Offset)
			if p.LeaderEpoch != -1 {
				s += fmt.Sprintf(" epoch %d", p.LeaderEpoch)
			}
			if *p.Metadata != "" {
				s += fmt.Sprintf(" %q", *p.Metadata)
			}
			if p.ErrorCode != 0 {
				s += " " + code(p.ErrorCode)
			}
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

func code(c int16) string {
	if c == 0 {
		return "ok"
	}
	return kerr.TypedErrorForCode(c).Message
}

func str(p *string) string {
	if p == nil {
		return "null"
	}
	return strconv.Quote(*p)
}

func showResponse(resp kmsg.Response) string {
	switch r := resp.(type) {
	case *kmsg.JoinGroupResponse:
		s := fmt.Sprintf("%s member=%s", code(r.ErrorCode), r.MemberID)
		if r.ErrorCode == 0 {
			s += fmt.Sprintf(" generation=%d protocol=%s type=%s leader=%s", r.Generation, str(r.Protocol), str(r.ProtocolType), r.LeaderID)
			var ms []string
			for _, m := range r.Members {
				ms = append(ms, m.MemberID)
			}
			if len(ms) > 0 {
				s += fmt.Sprintf(" members=(%s)", strings.Join(ms, ","))
			}
			if r.SkipAssignment {
				s += " skip-assignment"
			}
		}
		return s
	case *kmsg.SyncGroupResponse:
		if r.ErrorCode != 0 {
			return code(r.ErrorCode)
		}
		return fmt.Sprintf("ok assignment=%q protocol=%s type=%s", r.MemberAssignment, str(r.Protocol), str(r.ProtocolType))
	case *kmsg.HeartbeatResponse:
		return code(r.ErrorCode)
	case *kmsg.LeaveGroupResponse:
		s := code(r.ErrorCode)
		for _, m := range r.Members {
			s += fmt.Sprintf(" %s/%s=%s", m.MemberID, str(m.InstanceID), code(m.ErrorCode))
		}
		return s
	case *kmsg.OffsetCommitResponse:
		var ps []string
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				ps = append(ps, fmt.Sprintf("%s/%d=%s", t.Topic, p.Partition, code(p.ErrorCode)))
			}
		}
		return strings.Join(ps, ", ")
	case *kmsg.TxnOffsetCommitResponse:
		var ps []string
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				ps = append(ps, fmt.Sprintf("%s/%d=%s", t.Topic, p.Partition, code(p.ErrorCode)))
			}
		}
		return strings.Join(ps, ", ")
	case *kmsg.OffsetDeleteResponse:
		s := code(r.ErrorCode)
		for _, t := range r.Topics {
			for _, p := range t.Partitions {
				s += fmt.Sprintf(" %s/%d=%s", t.Topic, p.Partition, code(p.ErrorCode))
			}
		}
		return s
	}
	return fmt.Sprintf("%T", resp)
}

func showList(v any) string {
	var parts []string
	for _, g := range v.([]kmsg.ListGroupsResponseGroup) {
		parts = append(parts, fmt.Sprintf("%s (%s, %s, %q)", g.Group, g.GroupType, g.GroupState, g.ProtocolType))
	}
	return strings.Join(parts, ", ")
}

func showDescribe(v any) string {
	var sb strings.Builder
	for _, g := range v.([]kmsg.DescribeGroupsResponseGroup) {
		fmt.Fprintf(&sb, "%s %s %s type=%q protocol=%q", g.Group, code(g.ErrorCode), g.State, g.ProtocolType, g.Protocol)
		if g.ErrorMessage != nil {
			fmt.Fprintf(&sb, " %q", *g.ErrorMessage)
		}
		for _, m := range g.Members {
			fmt.Fprintf(&sb, "\n  %s instance=%s client=%s host=%s metadata=%d bytes assignment=%q", m.MemberID, str(m.InstanceID), m.ClientID, m.ClientHost, len(m.ProtocolMetadata), m.MemberAssignment)
		}
	}
	return sb.String()
}

func showDelete(v any) string {
	var parts []string
	for _, g := range v.([]kmsg.DeleteGroupsResponseGroup) {
		parts = append(parts, fmt.Sprintf("%s=%s", g.Group, code(g.ErrorCode)))
	}
	return strings.Join(parts, ", ")
}

// showLogged names a record and what it says, without times.
func showLogged(l coordtest.Logged) string {
	if l.Marker {
		return fmt.Sprintf("marker pid=%d commit=%v", l.At.ProducerID, l.Commit)
	}
	rec, err := coordrec.Unmarshal(coordrec.Group, l.Record.Key, l.Record.Value)
	if err != nil {
		return err.Error()
	}
	txn := ""
	if l.At.Transactional() {
		txn = fmt.Sprintf(" in transaction of %d", l.At.ProducerID)
	}
	switch k := rec.Key.(type) {
	case *coordrec.OffsetCommitKey:
		if rec.Value == nil {
			return fmt.Sprintf("offset %s %s/%d deleted", k.Group, k.Topic, k.Partition)
		}
		v := rec.Value.(*coordrec.OffsetCommitValue)
		version, _ := coordrec.ValueVersion(l.Record.Value)
		return fmt.Sprintf("offset %s %s/%d=%d v%d%s", k.Group, k.Topic, k.Partition, v.Offset, version, txn)
	case *coordrec.GroupMetadataKey:
		if rec.Value == nil {
			return fmt.Sprintf("group %s deleted", k.Group)
		}
		v := rec.Value.(*coordrec.GroupMetadataValue)
		version, _ := coordrec.ValueVersion(l.Record.Value)
		s := fmt.Sprintf("group %s v%d type=%q generation=%d protocol=%s leader=%s", k.Group, version, v.ProtocolType, v.Generation, str(v.Protocol), str(v.Leader))
		for _, m := range v.Members {
			s += fmt.Sprintf(" %s=%q", m.MemberID, m.Assignment)
		}
		return s
	}
	return showConsumerRecord(rec)
}
