package classic

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// oneGroup hosts the group "g", and keeps its timers.
type oneGroup struct {
	coordinator.Machine
	cfg    Config
	g      *Group
	now    time.Time
	ids    int
	timers map[coordinator.TimerKey]coordinator.Handler
}

func newOneGroup() *oneGroup {
	h := &oneGroup{now: time.UnixMilli(1000), timers: map[coordinator.TimerKey]coordinator.Handler{}}
	h.cfg = Config{
		MinSessionTimeout: time.Second, MaxSessionTimeout: time.Hour, InitialRebalanceDelay: 3 * time.Second,
		MaxSize: 1 << 30, NewMemberJoinTimeout: 5 * time.Minute,
		NewMemberID: func() string { h.ids++; return fmt.Sprint(h.ids) },
	}
	return h
}

func (h *oneGroup) ClassicGroup(string) *Group { return h.g }
func (h *oneGroup) StoreClassicGroup(g *Group) { h.g = g }
func (h *oneGroup) ClassicConfig() *Config     { return &h.cfg }
func (h *oneGroup) apply(res coordinator.Result) {
	if res.Apply != nil {
		res.Apply()
	}
	for _, t := range res.Timers {
		if t.Fire == nil {
			delete(h.timers, t.Key)
		} else {
			h.timers[t.Key] = t.Fire
		}
	}
}

func (h *oneGroup) fire(k coordinator.TimerKey) coordinator.Result {
	res, _ := h.timers[k](h, h.now, nil)
	return res
}

func (h *oneGroup) join(version int16, id string, instance *string, protocols ...string) coordinator.Result {
	r := kmsg.NewPtrJoinGroupRequest()
	r.Version, r.Group, r.MemberID, r.InstanceID, r.ProtocolType = version, "g", id, instance, "consumer"
	r.SessionTimeoutMillis, r.RebalanceTimeoutMillis = 10_000, 60_000
	for _, p := range protocols {
		jp := kmsg.NewJoinGroupRequestProtocol()
		jp.Name, jp.Metadata = p, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
		r.Protocols = append(r.Protocols, jp)
	}
	return Join(h, h.now, r, Client{ID: "c"}, coordinator.NewPending(func(any, error) {}))
}

func (h *oneGroup) sync(id string, generation int32) coordinator.Result {
	r := kmsg.NewPtrSyncGroupRequest()
	r.Group, r.MemberID, r.Generation = "g", id, generation
	return Sync(h, h.now, r, coordinator.NewPending(func(any, error) {}))
}

func (h *oneGroup) leave(id string) coordinator.Result {
	r := kmsg.NewPtrLeaveGroupRequest()
	r.Version, r.Group, r.MemberID = 0, "g", id
	return Leave(h, h.now, r)
}

// fill lets members join (version 3, no ids given out), and completes the first join phase.
func (h *oneGroup) fill(members int) {
	for range members {
		h.apply(h.join(3, "", nil, "range"))
	}
	for h.g.state == PreparingRebalance {
		h.apply(h.fire(coordinator.TimerKey{Owner: "g", Kind: timerJoin}))
	}
}

// settle lets everybody ask for its assignment.
func (h *oneGroup) settle() {
	for _, m := range h.g.Members() {
		h.apply(h.sync(m.ID, h.g.generation))
	}
}

func plain[K comparable, V any](t table[K, V]) map[K]V {
	out := map[K]V{}
	for k, v := range t.all() {
		out[k] = v
	}
	return out
}

// seen is all there is to see of a group.
func seen(g *Group) any {
	members := map[string]Member{}
	for id, m := range g.members.all() {
		c := *m
		c.expire = nil // functions do not compare
		members[id] = c
	}
	return []any{
		g.state, g.previous, g.since, g.protocolType, g.protocol, g.generation, g.leader, members, plain(g.static),
		plain(g.pendingJoin), plain(g.pendingSync), plain(g.order.ids), plain(g.pendingLine.ids), g.awaiting,
		plain(g.supports), g.joinedSince, g.subscribed, g.knowsSubscribed,
	}
}

// check holds the invariants of a group's fields against a count of its members.
func check(t *testing.T, g *Group) {
	t.Helper()
	awaiting, supports, order := 0, map[string]int{}, map[uint64]string{}
	for id, m := range g.members.all() {
		if id != m.ID {
			t.Errorf("member %s is kept as %s", m.ID, id)
		}
		if m.join != nil {
			awaiting++
		}
		order[m.seq] = id
		for name := range names(m.Protocols) {
			supports[name]++
		}
	}
	if awaiting != g.awaiting || !reflect.DeepEqual(supports, plain(g.supports)) || !reflect.DeepEqual(order, plain(g.order.ids)) {
		t.Errorf("counted %d %v %v, kept %d %v %v", awaiting, supports, order, g.awaiting, plain(g.supports), plain(g.order.ids))
	}
	line := map[uint64]string{}
	for id, place := range g.pendingJoin.all() {
		line[place] = id
	}
	if !reflect.DeepEqual(line, plain(g.pendingLine.ids)) {
		t.Errorf("pending %v in line %v", plain(g.pendingJoin), plain(g.pendingLine.ids))
	}
	if ms := g.Members(); len(ms) != g.members.len() || len(ms) > 0 && g.order.first() != ms[0].ID {
		t.Errorf("%d of %d members, the first %q", len(ms), g.members.len(), g.order.first())
	}
}

// What a handler has decided and the log has refused did not happen, whatever it was.
func TestDecisionsThatAreNotAppliedChangeNothing(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		h := newOneGroup()
		for range 400 {
			decide := randomDecision(rng, h)
			if decide == nil {
				continue
			}
			if h.g != nil {
				before, ids := seen(h.g), h.ids
				decide()
				if !reflect.DeepEqual(before, seen(h.g)) {
					t.Fatalf("seed %d: deciding has changed %+v\ninto %+v", seed, before, seen(h.g))
				}
				check(t, h.g)
				h.ids = ids
			}
			h.apply(decide())
			check(t, h.g)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
}

// randomDecision picks an operation, to be decided any number of times.
func randomDecision(rng *rand.Rand, h *oneGroup) func() coordinator.Result {
	version := int16(3 + rng.IntN(3))
	protocols := [][]string{{"range"}, {"range", "sticky"}, {"sticky", "range", "sticky"}}[rng.IntN(3)]
	var known []string
	if h.g != nil {
		for _, m := range h.g.Members() {
			known = append(known, m.ID)
		}
		for p := range h.g.pendingJoin.all() {
			known = append(known, p)
		}
		slices.Sort(known)
	}
	if len(known) == 0 || rng.IntN(5) == 0 {
		var instance *string
		if rng.IntN(3) == 0 {
			s := fmt.Sprint("i", rng.IntN(4))
			instance, version = &s, 5
		}
		return func() coordinator.Result { return h.join(version, "", instance, protocols...) }
	}
	id := known[rng.IntN(len(known))]
	switch rng.IntN(6) {
	case 0, 1:
		var instance *string
		if m := h.g.Member(id); m != nil {
			instance = m.InstanceID
		}
		return func() coordinator.Result { return h.join(5, id, instance, protocols...) }
	case 2, 3:
		return func() coordinator.Result { return h.sync(id, h.g.generation) }
	case 4:
		return func() coordinator.Result { return h.leave(id) }
	}
	var keys []coordinator.TimerKey
	for k := range h.timers {
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(keys, func(a, b coordinator.TimerKey) int {
		if fmt.Sprint(a) < fmt.Sprint(b) {
			return -1
		}
		return 1
	})
	k := keys[rng.IntN(len(keys))]
	if k.Kind == timerHeartbeat && rng.IntN(3) > 0 {
		return nil
	}
	return func() coordinator.Result { return h.fire(k) }
}

// allocated returns the bytes that fn allocates.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// An operation of one member costs what it changes: a copy of any table of the group would take hundreds of kilobytes.
func TestOperationsOfOneMemberDoNotCostTheGroup(t *testing.T) {
	const size, rounds, each = 8000, 50, 32 << 10
	h := newOneGroup()
	h.fill(size)
	h.settle()
	if h.g.state != Stable || h.g.members.len() != size {
		t.Fatalf("%s of %d", h.g.state, h.g.members.len())
	}
	for range size {
		h.apply(h.join(5, "", nil, "range"))
	}
	// Of the others, which the leader's asking again brings into a rebalance.
	h.apply(h.join(5, h.g.leader, nil, "range"))
	members := h.g.Members()[1:]
	pending := h.g.pendingLine.first()
	for _, c := range []struct {
		what string
		do   func(i int) coordinator.Result
	}{
		{"a join without an id", func(int) coordinator.Result { return h.join(5, "", nil, "range") }},
		{"a join of somebody given an id", func(int) coordinator.Result { return h.join(5, pending, nil, "range") }},
		{"a join before KIP-394", func(int) coordinator.Result { return h.join(3, "", nil, "range") }},
		{"a join again", func(i int) coordinator.Result { return h.join(5, members[i].ID, nil, "range") }},
		{"a leave", func(i int) coordinator.Result { return h.leave(members[rounds+i].ID) }},
	} {
		got := allocated(func() {
			for i := range rounds {
				h.apply(c.do(i))
			}
		})
		if got > rounds*each {
			t.Errorf("%s in a group of %d takes %d bytes", c.what, size, got/rounds)
		}
	}
}

func TestSyncsDoNotCostTheGroup(t *testing.T) {
	const size, each = 5000, 32 << 10
	h := newOneGroup()
	h.fill(size)
	followers := h.g.Members()[1:]
	got := allocated(func() {
		for _, m := range followers {
			h.apply(h.sync(m.ID, h.g.generation))
		}
	})
	if got > uint64(len(followers))*each {
		t.Errorf("a sync takes %d bytes", got/uint64(len(followers)))
	}
	h.apply(h.sync(h.g.leader, h.g.generation))
	if h.g.state != Stable || h.g.pendingSync.len() != 0 {
		t.Errorf("%s, %d owe a sync", h.g.state, h.g.pendingSync.len())
	}
}

// X2: who asks for ids and never comes with them pushes out others of his kind, not memory.
func TestInvX02IDsGivenOutAreBounded(t *testing.T) {
	h := newOneGroup()
	first := h.join(5, "", nil, "range")
	h.apply(first)
	id := first.Response.(*kmsg.JoinGroupResponse).MemberID
	for range maxPendingJoin {
		h.apply(h.join(5, "", nil, "range"))
	}
	if n := h.g.pendingJoin.len(); n != maxPendingJoin || len(h.timers) != maxPendingJoin {
		t.Errorf("%d ids are expected, with %d timers", n, len(h.timers))
	}
	check(t, h.g)
	if resp := h.join(5, id, nil, "range").Response.(*kmsg.JoinGroupResponse); resp.ErrorCode != kerr.UnknownMemberID.Code {
		t.Errorf("the id that was pushed out is answered %d", resp.ErrorCode)
	}
	last := fmt.Sprint("c-", h.ids)
	if res := h.join(5, last, nil, "range"); !res.Parked {
		t.Errorf("the last id is answered %+v", res.Response)
	}
}

// G2: neither the generation before nor one that is still to come may commit or ask for its assignment.
func TestInvG02OnlyTheGenerationThatIsIsServed(t *testing.T) {
	h := newOneGroup()
	h.fill(1)
	h.settle()
	id := h.g.Members()[0].ID
	h.apply(h.join(3, id, nil, "range"))
	for h.g.state == PreparingRebalance {
		h.apply(h.fire(coordinator.TimerKey{Owner: "g", Kind: timerJoin}))
	}
	h.settle()
	now := h.g.generation
	if now != 2 || h.g.state != Stable {
		t.Fatalf("generation %d, %v", now, h.g.state)
	}
	for generation, want := range map[int32]*kerr.Error{now - 1: kerr.IllegalGeneration, now: nil, now + 1: kerr.IllegalGeneration} {
		for _, transactional := range []bool{false, true} {
			if err := h.g.ValidateCommit(id, nil, generation, transactional); err != want {
				t.Errorf("commit of generation %d (transactional %v): %v", generation, transactional, err)
			}
		}
		var code int16
		if want != nil {
			code = want.Code
		}
		if resp := h.sync(id, generation).Response.(*kmsg.SyncGroupResponse); resp.ErrorCode != code {
			t.Errorf("sync of generation %d: %d", generation, resp.ErrorCode)
		}
	}
}

// A whole life of a large group: everybody joins, is assigned, joins again.
func BenchmarkRebalance(b *testing.B) {
	for _, size := range []int{1000, 2000, 5000, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				h := newOneGroup()
				h.fill(size)
				h.settle()
				for _, m := range h.g.Members() {
					h.apply(h.join(5, m.ID, nil, "range"))
				}
				h.settle()
				if h.g.state != Stable || h.g.generation != 2 || h.g.members.len() != size {
					b.Fatalf("%s %d %d", h.g.state, h.g.generation, h.g.members.len())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(size), "µs/member")
		})
	}
}
