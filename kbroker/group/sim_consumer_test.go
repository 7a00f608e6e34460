package group

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// A consumerSim drives groups that members of both protocols join, while topics grow, answers get lost, appends fail and
// coordinators change.
type consumerSim struct {
	t       *testing.T
	seed    uint64
	rng     *rand.Rand
	cfg     Config
	topics  *testTopics
	b       *coordtest.Bench
	ids     int
	members []*simConsumer
	trace   strings.Builder
	quiet   bool // nothing fails and everybody is prompt
}

// A simConsumer believes what it was told last, and acts on it at once: it works on new partitions as soon as it may, and
// gives them up as late as it can.
type simConsumer struct {
	s           *consumerSim
	name, group string
	instance    *string
	classic     bool
	topicNames  []string
	pattern     string

	id      string
	epoch   int32 // of the member, or its generation
	owned   map[string]bool
	giving  map[string]bool // owned, told to give up
	full    bool            // says everything in its next heartbeat
	away    bool
	changed bool

	joined, synced bool // classic
	leader         bool
	peers          []string
	waits          *coordtest.Call
}

func newConsumerSim(t *testing.T, seed uint64) *consumerSim {
	s := &consumerSim{t: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 848)), cfg: DefaultConfig(), topics: newTestTopics()}
	newID := func() string { s.ids++; return fmt.Sprint(s.ids) }
	s.cfg.Classic.NewMemberID, s.cfg.Consumer.NewMemberID = newID, newID
	s.cfg.Topics = func() Topics { return s.topics }
	s.cfg.Consumer.SessionTimeout = 12 * time.Second
	s.cfg.Consumer.RegexBudget = 1 // so that each expression is resolved in an operation of its own
	s.cfg.Classic.InitialRebalanceDelay = time.Second
	s.topics.set("t", 3, []string{"a", "b", "c"})
	s.topics.set("u", 1, nil)
	s.topics.set("app-1", 2, []string{"a", "a"})
	s.b = coordtest.NewBench(NewMachine(&s.cfg, 0))
	for i := range 8 {
		m := &simConsumer{s: s, name: fmt.Sprint("m", i), group: fmt.Sprint("g", i%2)}
		if i%3 == 0 {
			inst := fmt.Sprint("i", i)
			m.instance = &inst
		}
		s.members = append(s.members, m)
		m.restart()
	}
	return s
}

func (s *consumerSim) note(format string, args ...any) { fmt.Fprintf(&s.trace, format+"\n", args...) }

func (s *consumerSim) machine() *Machine { return s.b.M.(*Machine) }

// chance is true once in n times, never in quiet times.
func (s *consumerSim) chance(n int) bool { return !s.quiet && s.rng.IntN(n) == 0 }

func (s *consumerSim) step() {
	s.b.Fail = nil
	if s.chance(25) {
		s.b.Fail = kerr.NotEnoughReplicas
	}
	m := s.members[s.rng.IntN(len(s.members))]
	switch n := s.rng.IntN(100); {
	case n < 60:
		m.act()
	case n < 64:
		m.resubscribe()
	case n < 68:
		m.leave()
	case n < 71:
		m.restart()
	case n < 73:
		s.grow()
	case n < 74:
		s.reload()
	case n < 75:
		c := s.b.Do(DeleteGroups([]string{"g0", "g1"}))
		s.note("delete %v %v", c.Response, c.Err)
	default:
		s.b.Fail = nil
		d := time.Duration(s.rng.Int64N(int64(2 * time.Second)))
		if s.chance(12) {
			d *= 10
		}
		s.note("advance %v", d)
		s.b.Advance(d)
	}
	for _, m := range s.members {
		m.learn()
	}
	s.checkOwners()
}

// grow adds partitions or a topic, or takes one away for good.
func (s *consumerSim) grow() {
	switch n := s.rng.IntN(8); {
	case n == 0 && len(s.topics.partitions) < 7:
		s.topics.set(fmt.Sprint("app-", s.topics.version), 1, nil)
	case n == 1 && s.topics.partitions["u"] > 0:
		s.topics.set("u", 0, nil)
	case s.topics.partitions["t"] < 6:
		s.topics.set("t", s.topics.partitions["t"]+1, []string{"a", "b", "c"})
	}
	s.note("topics %v", s.topics.partitions)
}

func (s *consumerSim) reload() {
	s.b.Fail = nil
	s.b.Reload(NewMachine(&s.cfg, 0), kerr.NotCoordinator)
	s.note("reload")
}

func (m *simConsumer) do(what string, req kmsg.Request) *coordtest.Call {
	c := m.s.b.Do(Handle(req, RequestContext{ClientID: m.name, ClientHost: "/h"}))
	if c.Done && c.Err == nil {
		m.s.note("%s (%s) %s: %s", m.name, m.id, what, (&world{}).showResponse(c.Response.(kmsg.Response)))
	} else {
		m.s.note("%s (%s) %s: done=%v err=%v", m.name, m.id, what, c.Done, c.Err)
	}
	return c
}

// restart kills the process without a word; the next one may speak another protocol.
func (m *simConsumer) restart() {
	m.abandon()
	m.s.ids++
	m.id, m.classic, m.waits = fmt.Sprint("x", m.s.ids), m.s.rng.IntN(3) == 0, nil
	if m.classic {
		m.id = ""
	}
	m.subscribe()
	m.s.note("%s restarts as %q classic=%v topics=%v pattern=%q", m.name, m.id, m.classic, m.topicNames, m.pattern)
}

// abandon drops all partitions; the member has to join again.
func (m *simConsumer) abandon() {
	m.epoch, m.owned, m.giving, m.full = 0, map[string]bool{}, map[string]bool{}, true
	m.joined, m.synced = false, false
}

func (m *simConsumer) subscribe() {
	m.topicNames, m.pattern, m.changed = nil, "", true
	for _, n := range []string{"t", "u", "app-1", "none"} {
		if m.s.rng.IntN(2) == 0 {
			m.topicNames = append(m.topicNames, n)
		}
	}
	if !m.classic && m.s.rng.IntN(3) == 0 {
		m.pattern = []string{"app-.*", "t|u", "app-[1-3]"}[m.s.rng.IntN(3)]
	}
}

func (m *simConsumer) resubscribe() {
	m.subscribe()
	m.s.note("%s subscribes to %v %q", m.name, m.topicNames, m.pattern)
	if m.classic {
		m.giveUpAndJoin()
	}
}

func (m *simConsumer) giveUpAndJoin() {
	if m.waits == nil {
		m.abandon()
	}
}

func (m *simConsumer) act() {
	if m.classic {
		m.actClassic()
	} else {
		m.heartbeat()
	}
}

func (m *simConsumer) heartbeat() {
	if len(m.giving) > 0 && (m.s.quiet || m.s.rng.IntN(2) == 0) {
		for p := range m.giving {
			delete(m.owned, p)
		}
		m.giving, m.full = map[string]bool{}, true
	}
	r := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.MemberEpoch = 1, m.group, m.id, m.instance, m.epoch
	if m.epoch == 0 || m.full || m.changed {
		r.RebalanceTimeoutMillis = 15000
		r.SubscribedTopicNames, r.SubscribedTopicRegex = append([]string{}, m.topicNames...), &m.pattern
		r.Topics = m.claims()
	} else if m.s.rng.IntN(2) == 0 {
		r.Topics = m.claims()
	}
	c := m.do("heartbeat", r)
	if m.s.chance(12) {
		m.full = true
		m.s.note("%s does not hear of it", m.name)
		return
	}
	if c.Err == nil {
		m.full, m.changed, m.away = false, false, false
		m.told(c.Response.(*kmsg.ConsumerGroupHeartbeatResponse))
		return
	}
	m.full = true
	switch CodeOf(c.Err) {
	case kerr.FencedMemberEpoch, kerr.UnknownMemberID, kerr.FencedInstanceID, kerr.GroupIDNotFound:
		m.abandon()
	}
}

func (m *simConsumer) claims() []kmsg.ConsumerGroupHeartbeatRequestTopic {
	out := []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	for _, name := range slices.Sorted(maps.Keys(m.owned)) {
		topic, p, _, _ := parseOffset(m.s.t, name)
		out = append(out, kmsg.ConsumerGroupHeartbeatRequestTopic{TopicID: testID(topic), Partitions: []int32{p}})
	}
	return out
}

func (m *simConsumer) told(r *kmsg.ConsumerGroupHeartbeatResponse) {
	m.epoch = r.MemberEpoch
	if r.Assignment == nil {
		return
	}
	m.giving = maps.Clone(m.owned)
	for _, t := range r.Assignment.Topics {
		for _, p := range t.Partitions {
			name := fmt.Sprintf("%s/%d", idName(t.TopicID), p)
			m.owned[name] = true
			delete(m.giving, name)
		}
	}
}

// leave says goodbye, and does not care whether it is heard.
func (m *simConsumer) leave() {
	if m.classic {
		r := kmsg.NewPtrLeaveGroupRequest()
		r.Version, r.Group = 5, m.group
		lm := kmsg.NewLeaveGroupRequestMember()
		lm.MemberID, lm.InstanceID = m.id, m.instance
		r.Members = []kmsg.LeaveGroupRequestMember{lm}
		m.abandon()
		m.do("leave", r)
		m.id = ""
		return
	}
	r := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.MemberEpoch, r.RebalanceTimeoutMillis = 1, m.group, m.id, m.instance, -1, -1
	if m.instance != nil && m.s.rng.IntN(2) == 0 {
		r.MemberEpoch = -2
	}
	m.abandon()
	m.do(fmt.Sprint("leave ", r.MemberEpoch), r)
	if r.MemberEpoch == -2 {
		m.restart()
	}
}

// actClassic takes the next step of an eager consumer of the classic protocol.
func (m *simConsumer) actClassic() {
	switch {
	case m.waits != nil:
	case !m.joined:
		m.join()
	case !m.synced:
		m.sync()
	default:
		r := kmsg.NewPtrHeartbeatRequest()
		r.Version, r.Group, r.MemberID, r.InstanceID, r.Generation = 4, m.group, m.id, m.instance, m.epoch
		c := m.do("classic heartbeat", r)
		if c.Err != nil {
			m.refused(CodeOf(c.Err).Code)
		} else {
			m.refused(c.Response.(*kmsg.HeartbeatResponse).ErrorCode)
		}
	}
}

func (m *simConsumer) refused(code int16) {
	switch code {
	case 0, kerr.NotCoordinator.Code, kerr.CoordinatorNotAvailable.Code, kerr.NotEnoughReplicas.Code:
	case kerr.UnknownMemberID.Code, kerr.FencedInstanceID.Code:
		m.id = ""
		m.abandon()
	default:
		m.abandon()
	}
}

func (m *simConsumer) join() {
	r := kmsg.NewPtrJoinGroupRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID = 9, m.group, m.id, m.instance
	r.SessionTimeoutMillis, r.RebalanceTimeoutMillis, r.ProtocolType = 10000, 15000, "consumer"
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name = "range"
	sub := kmsg.NewConsumerMemberMetadata()
	sub.Topics = m.topicNames
	p.Metadata = sub.AppendTo(nil)
	r.Protocols = []kmsg.JoinGroupRequestProtocol{p}
	m.waits = m.do("join", r)
}

func (m *simConsumer) sync() {
	r := kmsg.NewPtrSyncGroupRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.Generation = 3, m.group, m.id, m.instance, m.epoch
	if m.leader {
		r.GroupAssignment = m.assign()
	}
	m.waits = m.do("sync", r)
}

// assign gives everything to the peers in turn, as a leader does that knows only what they all subscribe to.
func (m *simConsumer) assign() (out []kmsg.SyncGroupRequestGroupAssignment) {
	given := map[string]*kmsg.ConsumerMemberAssignment{}
	subscribed := map[string][]string{}
	for _, o := range m.s.members {
		for _, t := range o.topicNames {
			if slices.Contains(m.peers, o.id) && o.group == m.group {
				subscribed[t] = append(subscribed[t], o.id)
			}
		}
	}
	for _, id := range m.peers {
		given[id] = &kmsg.ConsumerMemberAssignment{}
	}
	for _, t := range slices.Sorted(maps.Keys(subscribed)) {
		for p := range m.s.topics.Partitions(t) {
			a := given[subscribed[t][int(p)%len(subscribed[t])]]
			a.Topics = append(a.Topics, kmsg.ConsumerMemberAssignmentTopic{Topic: t, Partitions: []int32{p}})
		}
	}
	for _, id := range m.peers {
		out = append(out, kmsg.SyncGroupRequestGroupAssignment{MemberID: id, MemberAssignment: given[id].AppendTo(nil)})
	}
	return out
}

// learn takes note of the answer to a join or a sync.
func (m *simConsumer) learn() {
	if m.waits == nil || !m.waits.Done {
		return
	}
	c := m.waits
	m.waits = nil
	if c.Err != nil {
		m.refused(CodeOf(c.Err).Code)
		return
	}
	switch r := c.Response.(type) {
	case *kmsg.JoinGroupResponse:
		if m.refused(r.ErrorCode); r.ErrorCode == 0 || r.ErrorCode == kerr.MemberIDRequired.Code {
			m.id = r.MemberID
		}
		if r.ErrorCode == 0 {
			m.joined, m.synced, m.epoch, m.leader, m.peers = true, false, r.Generation, r.LeaderID == r.MemberID, nil
			for _, p := range r.Members {
				m.peers = append(m.peers, p.MemberID)
			}
		}
	case *kmsg.SyncGroupResponse:
		if m.refused(r.ErrorCode); r.ErrorCode != 0 {
			return
		}
		m.synced = true
		var a kmsg.ConsumerMemberAssignment
		if len(r.MemberAssignment) == 0 {
			return
		}
		if err := a.ReadFrom(r.MemberAssignment); err != nil {
			m.s.t.Fatalf("assignment %q: %v", r.MemberAssignment, err)
		}
		for _, t := range a.Topics {
			for _, p := range t.Partitions {
				m.owned[fmt.Sprintf("%s/%d", t.Topic, p)] = true
			}
		}
	}
	m.s.note("%s (%s) learns %s", m.name, m.id, (&world{}).showResponse(c.Response.(kmsg.Response)))
}

// known reports whether the coordinator still counts the member in; if it does not, the member just has not heard of it yet.
func (m *simConsumer) known() bool {
	switch g := m.s.machine().groups[m.group].(type) {
	case *consumer.Group:
		return g.Member(m.id) != nil
	case *classic.Group:
		return g.Member(m.id) != nil
	}
	return false
}

// checkOwners checks that no partition has two owners, neither in the books nor in the world (G3).
func (s *consumerSim) checkOwners() {
	held := map[string]string{}
	for _, m := range s.members {
		if !m.known() {
			continue
		}
		for p := range m.owned {
			key := m.group + " " + p
			if held[key] != "" {
				s.fail("%s is owned by %s and by %s", key, held[key], m.name)
			}
			held[key] = m.name
		}
	}
	for _, id := range s.machine().ids() {
		g, ok := s.machine().groups[id].(*consumer.Group)
		if !ok {
			continue
		}
		d := g.Describe(&s.cfg.Consumer, s.topics)
		for _, m := range d.Members {
			if m.MemberEpoch > d.AssignmentEpoch || d.AssignmentEpoch > d.Epoch {
				s.fail("group %s at %d, target of %d, member %s at %d", id, d.Epoch, d.AssignmentEpoch, m.MemberID, m.MemberEpoch)
			}
		}
		booked, aims := map[string]string{}, map[string]string{}
		book := func(books map[string]string, what string, topic consumer.TopicID, p int32, member string) {
			key := fmt.Sprintf("%s/%d", idName(topic), p)
			if books[key] != "" {
				s.fail("%s %s: %s of %s and of %s", what, id, key, books[key], member)
			}
			books[key] = member
		}
		for _, m := range g.Members() {
			for _, o := range []consumer.Owned{m.Assigned, m.Revoking} {
				for topic, list := range o {
					for _, p := range list {
						book(booked, "assigned", topic, p.Partition, m.ID)
					}
				}
			}
			for topic, list := range g.Target(m.ID) {
				for _, p := range list {
					book(aims, "target", topic, p, m.ID)
				}
			}
		}
	}
}

func (s *consumerSim) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("seed %d: %s\n%s", s.seed, fmt.Sprintf(format, args...), s.trace.String())
}

// checkReplay loads the log, compacted at a random point, into another machine and compares (G4).
func (s *consumerSim) checkReplay() {
	n, keep := s.rng.IntN(len(s.b.Log)+1), s.rng.IntN(2) == 0
	other := NewMachine(&s.cfg, 0)
	coordtest.Replay(other, coordtest.Compact(s.b.Log, n, keep))
	live, loaded := fingerprint(s.machine()), fingerprint(other)
	if diff := differences(live, loaded); len(diff) > 0 {
		s.fail("n=%d keep=%v: groups %v differ\nlive:\n%s\nloaded:\n%s", n, keep, diff, live, loaded)
	}
}

// settle leaves the members in peace until they have shared out everything.
func (s *consumerSim) settle() {
	s.b.Fail, s.quiet = nil, true
	s.note("settle")
	for range 80 {
		for _, m := range s.members {
			m.act()
			for _, o := range s.members {
				o.learn()
			}
			s.checkOwners()
		}
		s.b.Advance(1500 * time.Millisecond)
		for _, o := range s.members {
			o.learn()
		}
		s.checkOwners()
	}
	for _, id := range []string{"g0", "g1"} {
		s.checkSettled(id)
	}
}

func (s *consumerSim) checkSettled(id string) {
	want, got := map[string]bool{}, map[string]bool{}
	for _, m := range s.members {
		if m.group != id {
			continue
		}
		maps.Copy(got, m.owned)
		for topic, n := range s.topics.partitions {
			match := slices.Contains(m.topicNames, topic)
			if m.pattern != "" {
				match = match || regexp.MustCompile("^(?:"+m.pattern+")$").MatchString(topic)
			}
			for p := range n {
				if match {
					want[fmt.Sprintf("%s/%d", topic, p)] = true
				}
			}
		}
	}
	g := s.machine().groups[id]
	if g.StateName() != "Stable" {
		s.fail("group %s is %s", id, g.StateName())
	}
	if !maps.Equal(got, want) {
		s.fail("group %s: members own %v, of %v\n%s", id, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), fingerprint(s.machine()))
	}
}

func runConsumerSim(t *testing.T, seed uint64, steps int) string {
	s := newConsumerSim(t, seed)
	for i := range steps {
		s.step()
		if i%20 == 0 {
			s.checkReplay()
		}
	}
	s.settle()
	s.checkReplay()
	return s.trace.String()
}

// Each seed runs twice and must leave the same trace.
func TestInvG03NoPartitionHasTwoOwners(t *testing.T) {
	for seed := range uint64(30) {
		first := runConsumerSim(t, seed, 500)
		if second := runConsumerSim(t, seed, 500); first != second {
			t.Fatalf("seed %d: two runs differ:\n%s\n---\n%s", seed, first, second)
		}
	}
}
