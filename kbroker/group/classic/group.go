package classic

import (
	"maps"
	"slices"
	"time"
)

// ConsumerProtocol is the protocol type of consumers.
const ConsumerProtocol = "consumer"

// A Group of the classic protocol. It is immutable once stored.
//
// protocolType is "" for a group that only holds offsets ("simple"). protocol and leader are "" when there is none.
// Members wait for a join answer only in PreparingRebalance, for a sync answer only in CompletingRebalance.
type Group struct {
	ID           string
	state        State
	previous     State
	since        int64 // ms, when state was entered; -1 for groups written by Kafka before 2.1
	protocolType string
	protocol     string
	generation   int32
	leader       string

	members     map[string]*Member
	static      map[string]string   // member ids by instance id
	pendingJoin map[string]struct{} // ids given out with MEMBER_ID_REQUIRED, not joined yet (KIP-394)
	pendingSync map[string]struct{} // members that owe a SyncGroup
	seq         uint64

	// subscribed is the union of the members' topics, known only for consumers whose metadata could be read.
	subscribed      map[string]struct{}
	knowsSubscribed bool
	// joinedSince says that a member was added while the first rebalance was being delayed.
	joinedSince bool
}

// NewGroup makes an empty group without a protocol type.
func NewGroup(id string, now time.Time) *Group {
	return &Group{
		ID: id, since: now.UnixMilli(),
		members: map[string]*Member{}, static: map[string]string{},
		pendingJoin: map[string]struct{}{}, pendingSync: map[string]struct{}{},
	}
}

// clone makes a copy that can be changed; members are still shared.
func (g *Group) clone() *Group {
	c := *g
	c.members, c.static = maps.Clone(g.members), maps.Clone(g.static)
	c.pendingJoin, c.pendingSync = maps.Clone(g.pendingJoin), maps.Clone(g.pendingSync)
	return &c
}

// State, Generation, ProtocolType, Size and Empty tell what their names say.
func (g *Group) State() State { return g.state }

// Generation is the number of the current generation, 0 before the first.
func (g *Group) Generation() int32 { return g.generation }

// ProtocolType is "" for a simple group.
func (g *Group) ProtocolType() string { return g.protocolType }

// Size counts the members.
func (g *Group) Size() int { return len(g.members) }

// Empty reports whether the group has no members and expects none.
func (g *Group) Empty() bool { return g.state == Empty }

// Simple reports whether the group came into being by offset commits alone.
func (g *Group) Simple() bool { return g.state == Empty && g.protocolType == "" && len(g.members) == 0 }

// Member returns a member, or nil.
func (g *Group) Member(id string) *Member { return g.members[id] }

// Members lists the members in the order in which they joined.
func (g *Group) Members() []*Member {
	return slices.SortedFunc(maps.Values(g.members), func(a, b *Member) int {
		if a.seq < b.seq {
			return -1
		}
		return 1
	})
}

// Protocol is the chosen protocol, "" when there is none.
func (g *Group) Protocol() string { return g.protocol }

// Leader is the id of the leader, "" when there is none.
func (g *Group) Leader() string { return g.leader }

func (g *Group) usesConsumerProtocol() bool { return g.protocolType == ConsumerProtocol }

// edit returns a copy of a member that can be changed, put in its place.
func (g *Group) edit(m *Member) *Member {
	c := *m
	g.members[m.ID] = &c
	return &c
}

func (g *Group) add(m *Member) {
	g.seq++
	m.seq = g.seq
	if m.Static() {
		g.static[*m.InstanceID] = m.ID
	}
	if g.leader == "" {
		g.leader = m.ID
	}
	g.members[m.ID] = m
	delete(g.pendingJoin, m.ID)
}

// remove forgets a member, wherever it is known, and gives its leadership to the oldest member.
func (g *Group) remove(id string) {
	if m := g.members[id]; m != nil {
		delete(g.members, id)
		if m.Static() {
			delete(g.static, *m.InstanceID)
		}
	}
	delete(g.pendingJoin, id)
	delete(g.pendingSync, id)
	if g.leader == id {
		g.leader = ""
		if ms := g.Members(); len(ms) > 0 {
			g.leader = ms[0].ID
		}
	}
}

func (g *Group) transition(to State, now time.Time) {
	g.previous, g.state, g.since = g.state, to, now.UnixMilli()
}

// allJoined reports whether every member waits for its join answer and no id given out is still expected.
func (g *Group) allJoined() bool {
	return g.awaitingJoin() == len(g.members) && len(g.pendingJoin) == 0
}

func (g *Group) awaitingJoin() int {
	n := 0
	for _, m := range g.members {
		if m.join != nil {
			n++
		}
	}
	return n
}

// rebalanceTimeout is the longest that a member asks for.
func (g *Group) rebalanceTimeout() time.Duration {
	var longest int32
	for _, m := range g.members {
		longest = max(longest, m.RebalanceTimeout)
	}
	return time.Duration(longest) * time.Millisecond
}

// electJoined keeps a leader that has joined, or elects the oldest member that has. It reports whether there is one.
func (g *Group) electJoined() bool {
	if l := g.members[g.leader]; l == nil || l.join != nil {
		return l != nil
	}
	for _, m := range g.Members() {
		if m.join != nil {
			g.leader = m.ID
			return true
		}
	}
	return false
}
