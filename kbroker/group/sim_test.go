package group

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
)

// fingerprint is everything of a machine that its log tells. A classic group between two generations is only in memory;
// of it the log has the last settled generation, which is older.
func fingerprint(m *Machine) string {
	var sb strings.Builder
	for _, id := range m.ids() {
		g, ok := m.groups[id].(*classic.Group)
		switch {
		case !ok:
			fmt.Fprintf(&sb, "group %s consumer", id)
			for _, r := range m.ConsumerGroup(id).Records() {
				fmt.Fprintf(&sb, "; %s %x", showLogged(coordtest.Logged{Record: r}), r.Value)
			}
			sb.WriteString("\n")
		case g.State() == classic.Stable || g.State() == classic.Empty:
			l := coordtest.Logged{Record: classic.Record(g)}
			fmt.Fprintf(&sb, "%s\n", showLogged(l))
		default:
			fmt.Fprintf(&sb, "group %s\n", id)
		}
		for _, p := range m.offsets.Partitions(id) {
			o, _ := m.offsets.Get(id, p)
			fmt.Fprintf(&sb, "  %v=%d %q %d\n", p, o.Offset, o.Metadata, o.Committed)
		}
		for _, p := range m.offsets.Pending(id) {
			fmt.Fprintf(&sb, "  pending %v\n", p)
		}
	}
	return sb.String()
}

// sections divides a fingerprint by group: its header and the lines of its offsets.
func sections(f string) map[string][]string {
	out := map[string][]string{}
	id := ""
	for _, l := range strings.Split(strings.TrimSuffix(f, "\n"), "\n") {
		if w := strings.Fields(l); !strings.HasPrefix(l, " ") && len(w) > 1 {
			id = w[1]
		}
		out[id] = append(out[id], l)
	}
	return out
}

// differences names the groups that differ. A group that is between two generations is compared by its offsets alone, and
// one that is simple and empty may be missing: it was made by offsets that have gone, and is not logged itself.
func differences(live, loaded string) []string {
	var out []string
	a, b := sections(live), sections(loaded)
	for id := range b {
		if a[id] == nil {
			a[id] = nil
		}
	}
	for id := range a {
		x, y := a[id], b[id]
		unsettled := len(x) > 0 && len(strings.Fields(x[0])) == 2
		switch {
		case slices.Equal(x, y), transient(x) && transient(y):
		case unsettled && slices.Equal(x[1:], y[min(1, len(y)):]):
		default:
			out = append(out, id)
		}
	}
	return out
}

func transient(section []string) bool {
	return len(section) == 0 || len(section) == 1 && strings.Contains(section[0], `type="" generation=0`)
}

// A classicSim drives some groups with members that join, sync, beat, commit, leave and die at random, while appends fail
// and coordinators change.
type classicSim struct {
	t       *testing.T
	rng     *rand.Rand
	cfg     Config
	b       *coordtest.Bench
	ids     int
	members []*simMember
	open    map[int64]bool // transactions
	trace   strings.Builder
	asked   []*coordtest.Call
}

type simMember struct {
	name, group string
	instance    *string
	id          string
	generation  int32
	leader      bool
	peers       []string
	waits       *coordtest.Call
}

func newClassicSim(t *testing.T, seed uint64) *classicSim {
	s := &classicSim{t: t, rng: rand.New(rand.NewPCG(seed, 7)), cfg: DefaultConfig(), open: map[int64]bool{}}
	s.cfg.Classic.NewMemberID = func() string { s.ids++; return fmt.Sprint(s.ids) }
	s.cfg.OffsetsRetention = 20 * time.Minute
	s.cfg.Classic.MaxSize = 4
	s.b = coordtest.NewBench(NewMachine(&s.cfg, 0))
	for i := range 10 {
		m := &simMember{name: fmt.Sprint("m", i), group: fmt.Sprint("g", i%2)}
		if i%3 == 0 {
			inst := fmt.Sprint("i", i%6)
			m.instance = &inst
		}
		s.members = append(s.members, m)
	}
	return s
}

func (s *classicSim) step() {
	m := s.members[s.rng.IntN(len(s.members))]
	s.b.Fail = nil
	if s.rng.IntN(20) == 0 {
		s.b.Fail = kerr.NotEnoughReplicas
	}
	switch n := s.rng.IntN(100); {
	case n < 30:
		s.join(m)
	case n < 50:
		s.sync(m)
	case n < 60:
		s.do(m, "heartbeat", s.heartbeat(m))
	case n < 75:
		s.do(m, "commit", s.commit(m))
	case n < 78:
		s.leave(m)
	case n < 80:
		m.id, m.generation, m.waits = "", 0, nil // restarts
	case n < 83:
		s.transaction(m)
	case n < 84:
		s.housekeep(m)
	case n < 85:
		s.reload()
	default:
		s.b.Fail = nil
		d := time.Duration(s.rng.Int64N(int64(4 * time.Second)))
		if s.rng.IntN(20) == 0 {
			d = time.Duration(s.rng.Int64N(int64(5 * time.Minute)))
		}
		s.b.Advance(d)
		s.note("advance %v", d)
	}
	s.learn()
}

func (s *classicSim) note(format string, args ...any) { fmt.Fprintf(&s.trace, format+"\n", args...) }

func (s *classicSim) do(m *simMember, what string, req kmsg.Request) *coordtest.Call {
	c := s.b.Do(Handle(req, RequestContext{ClientID: m.name, ClientHost: "/h"}))
	s.asked = append(s.asked, c)
	if c.Done && c.Err == nil {
		s.note("%s %s: %s", m.name, what, showResponse(c.Response.(kmsg.Response)))
	} else {
		s.note("%s %s: done=%v err=%v", m.name, what, c.Done, c.Err)
	}
	return c
}

func (s *classicSim) join(m *simMember) {
	r := kmsg.NewPtrJoinGroupRequest()
	r.Version = int16(s.rng.IntN(10))
	if m.instance != nil {
		r.Version = 9
	}
	r.Group, r.MemberID, r.InstanceID = m.group, m.id, m.instance
	r.SessionTimeoutMillis, r.RebalanceTimeoutMillis, r.ProtocolType = 10000, 15000, "consumer"
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name = "range"
	sub := kmsg.NewConsumerMemberMetadata()
	sub.Topics = []string{"t", fmt.Sprint("u", s.rng.IntN(2))}
	p.Metadata = sub.AppendTo(nil)
	r.Protocols = []kmsg.JoinGroupRequestProtocol{p}
	m.waits = s.do(m, "join", r)
}

func (s *classicSim) sync(m *simMember) {
	r := kmsg.NewPtrSyncGroupRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.Generation = 3, m.group, m.id, m.instance, m.generation
	if m.leader {
		for _, peer := range m.peers {
			r.GroupAssignment = append(r.GroupAssignment, kmsg.SyncGroupRequestGroupAssignment{MemberID: peer, MemberAssignment: []byte(fmt.Sprint(m.generation, peer))})
		}
	}
	s.do(m, "sync", r)
}

func (s *classicSim) heartbeat(m *simMember) kmsg.Request {
	r := kmsg.NewPtrHeartbeatRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.Generation = 4, m.group, m.id, m.instance, m.generation
	return r
}

func (s *classicSim) commit(m *simMember) kmsg.Request {
	r := kmsg.NewPtrOffsetCommitRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.Generation = 8, m.group, m.id, m.instance, m.generation
	p := kmsg.NewOffsetCommitRequestTopicPartition()
	p.Partition, p.Offset = int32(s.rng.IntN(3)), s.rng.Int64N(1000)
	t := kmsg.NewOffsetCommitRequestTopic()
	t.Topic, t.Partitions = "t", []kmsg.OffsetCommitRequestTopicPartition{p}
	r.Topics = []kmsg.OffsetCommitRequestTopic{t}
	return r
}

func (s *classicSim) leave(m *simMember) {
	r := kmsg.NewPtrLeaveGroupRequest()
	r.Version, r.Group = 5, m.group
	lm := kmsg.NewLeaveGroupRequestMember()
	lm.MemberID, lm.InstanceID = m.id, m.instance
	r.Members = []kmsg.LeaveGroupRequestMember{lm}
	s.do(m, "leave", r)
}

func (s *classicSim) transaction(m *simMember) {
	pid := int64(s.rng.IntN(3))
	if s.open[pid] {
		commit := s.rng.IntN(2) == 0
		s.b.EndTxn(pid, 0, commit)
		delete(s.open, pid)
		s.note("end %d %v", pid, commit)
		return
	}
	r := kmsg.NewPtrTxnOffsetCommitRequest()
	r.Version, r.Group, r.ProducerID = 3, fmt.Sprint("x", s.rng.IntN(2)), pid
	p := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	p.Partition, p.Offset = int32(s.rng.IntN(3)), s.rng.Int64N(1000)
	t := kmsg.NewTxnOffsetCommitRequestTopic()
	t.Topic, t.Partitions = "t", []kmsg.TxnOffsetCommitRequestTopicPartition{p}
	r.Topics = []kmsg.TxnOffsetCommitRequestTopic{t}
	if s.do(m, "txn-commit", r).Err == nil {
		s.open[pid] = true
	}
}

func (s *classicSim) housekeep(m *simMember) {
	r := kmsg.NewPtrOffsetDeleteRequest()
	r.Group = m.group
	t := kmsg.NewOffsetDeleteRequestTopic()
	t.Topic, t.Partitions = "t", []kmsg.OffsetDeleteRequestTopicPartition{{Partition: 0}, {Partition: 1}}
	r.Topics = []kmsg.OffsetDeleteRequestTopic{t}
	s.do(m, "offset-delete", r)
	c := s.b.Do(DeleteGroups([]string{"x0", m.group}))
	s.note("delete %v %v", c.Response, c.Err)
}

// reload lets the next coordinator load the log.
func (s *classicSim) reload() {
	s.b.Fail = nil
	s.b.Reload(NewMachine(&s.cfg, 0), kerr.NotCoordinator)
	s.note("reload")
}

// learn lets members take note of answers that came late.
func (s *classicSim) learn() {
	for _, m := range s.members {
		if m.waits == nil || !m.waits.Done {
			continue
		}
		c := m.waits
		m.waits = nil
		if c.Err != nil {
			continue
		}
		r := c.Response.(*kmsg.JoinGroupResponse)
		if r.ErrorCode == kerr.UnknownMemberID.Code || r.ErrorCode == kerr.FencedInstanceID.Code {
			m.id = ""
		} else if r.MemberID != "" {
			m.id = r.MemberID
		}
		if r.ErrorCode == 0 {
			m.generation, m.leader = r.Generation, r.LeaderID == r.MemberID
			m.peers = nil
			for _, p := range r.Members {
				m.peers = append(m.peers, p.MemberID)
			}
		}
		s.note("%s learns %s", m.name, showResponse(r))
	}
}

// check loads the log, compacted at a random point, into another machine and compares (G4).
func (s *classicSim) check() {
	n, keep := s.rng.IntN(len(s.b.Log)+1), s.rng.IntN(2) == 0
	log := coordtest.Compact(s.b.Log, n, keep)
	other := NewMachine(&s.cfg, 0)
	coordtest.Replay(other, log)
	live, loaded := fingerprint(s.b.M.(*Machine)), fingerprint(other)
	if diff := differences(live, loaded); len(diff) > 0 {
		var a, b strings.Builder
		for _, l := range s.b.Log {
			fmt.Fprintln(&a, l.At.Offset, showLogged(l))
		}
		for _, l := range log {
			fmt.Fprintln(&b, l.At.Offset, showLogged(l))
		}
		s.t.Logf("n=%d keep=%v log:\n%s\ncompacted:\n%s", n, keep, a.String(), b.String())
		s.t.Fatalf("groups %v differ\nlive machine:\n%s\nloaded machine:\n%s\ntrace:\n%s", diff, live, loaded, s.trace.String())
	}
}

// drain lets so much time pass that everybody who waits has been answered (T77).
func (s *classicSim) drain() {
	s.b.Fail = nil
	s.b.Advance(time.Hour)
	if n := s.b.Held(); n > 0 {
		s.t.Fatalf("%d answers are never given\n%s", n, s.trace.String())
	}
	for _, c := range s.asked {
		if !c.Done {
			s.t.Fatalf("a request was never answered\n%s", s.trace.String())
		}
	}
}

func runClassicSim(t *testing.T, seed uint64, steps int) string {
	s := newClassicSim(t, seed)
	for i := range steps {
		s.step()
		if i%25 == 0 {
			s.check()
		}
	}
	s.drain()
	s.check()
	return s.trace.String()
}

// Each seed runs twice and must leave the same trace: nothing depends on the order of maps.
func TestInvG04ReplayOfACompactedLogGivesTheSameState(t *testing.T) {
	for seed := range uint64(30) {
		first := runClassicSim(t, seed, 500)
		if second := runClassicSim(t, seed, 500); first != second {
			t.Fatalf("seed %d: two runs differ:\n%s\n---\n%s", seed, first, second)
		}
	}
}

// Tombstones of what is not there are no-ops (G4).
func TestInvG04TombstonesForUnknownGroupsAreNoOps(t *testing.T) {
	cfg := DefaultConfig()
	m := NewMachine(&cfg, 0)
	for _, r := range []coordinator.Record{classic.Tombstone("g"), offsets.Tombstone("g", offsets.Partition{Topic: "t"})} {
		if err := m.Replay(coordinator.Position{ProducerID: -1, ProducerEpoch: -1}, r); err != nil {
			t.Errorf("replay: %v", err)
		}
	}
	if f := fingerprint(m); f != "" {
		t.Errorf("tombstones made %s", f)
	}
}

// Whatever bytes the log holds, a machine takes them or says why not (X2).
func FuzzReplay(f *testing.F) {
	cfg := DefaultConfig()
	g := classic.NewGroup("g", time.UnixMilli(1))
	for _, r := range []coordinator.Record{classic.Record(g), classic.Tombstone("g"), offsets.Record("g", offsets.Partition{Topic: "t"}, offsets.Offset{Expires: 1})} {
		f.Add(r.Key, r.Value, int64(-1))
		f.Add(r.Key, r.Value, int64(3))
	}
	s := newConsumerSim(&testing.T{}, 1)
	for range 100 {
		s.step()
	}
	for _, l := range s.b.Log {
		f.Add(l.Record.Key, l.Record.Value, int64(-1))
	}
	f.Fuzz(func(t *testing.T, key, value []byte, producer int64) {
		m := NewMachine(&cfg, 0)
		at := coordinator.Position{ProducerID: producer}
		if m.Replay(at, coordinator.Record{Key: key, Value: value}) == nil {
			_ = m.Replay(at, coordinator.Record{Key: key})
		}
		_ = m.ReplayEndTxn(at, true)
		m.Loaded(time.UnixMilli(5)).Apply()
		fingerprint(m)
	})
}
