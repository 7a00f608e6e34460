package classic

import (
	"cmp"
	"slices"
	"time"
)

// ConsumerProtocol is the protocol type of consumers.
const ConsumerProtocol = "consumer"

// A Group of the classic protocol. It is changed by Result.Apply only: a handler decides on a branch, in which what it
// changes lies over what it does not, so that a change costs as much as it changes, however large the group is.
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

	members     table[string, *Member]
	order       line                    // of the members, by their seq
	static      table[string, string]   // member ids by instance id
	pendingJoin table[string, uint64]   // ids given out with MEMBER_ID_REQUIRED, not joined yet (KIP-394), and their place
	pendingLine line                    // of pendingJoin; INV: len is at most maxPendingJoin
	pendingSync table[string, struct{}] // members that owe a SyncGroup

	awaiting int                // INV: the number of members whose join is not nil
	supports table[string, int] // INV: by name of a protocol, the number of members that support it, if any do

	// subscribed is the union of the members' topics, known only for consumers whose metadata could be read.
	subscribed      map[string]struct{}
	knowsSubscribed bool
	// joinedSince says that a member was added while the first rebalance was being delayed.
	joinedSince bool
}

// maxPendingJoin bounds the member ids that a group has given out and that have not joined. Beyond it the one that was
// given first is forgotten: whoever comes with it is told UNKNOWN_MEMBER_ID and asks for another. Apache Kafka does not
// count them, not even in group.max.size.
const maxPendingJoin = 10_000

// NewGroup makes an empty group without a protocol type.
func NewGroup(id string, now time.Time) *Group { return &Group{ID: id, since: now.UnixMilli()} }

// branch makes a copy that can be changed; members are still shared.
func (g *Group) branch() *Group {
	c := *g
	c.members, c.static, c.supports = g.members.branch(), g.static.branch(), g.supports.branch()
	c.pendingJoin, c.pendingSync = g.pendingJoin.branch(), g.pendingSync.branch()
	c.order, c.pendingLine = g.order.branch(), g.pendingLine.branch()
	return &c
}

// commit makes a branch the group. What it was branched from is not used any more.
func (g *Group) commit() {
	g.members.commit()
	g.static.commit()
	g.supports.commit()
	g.pendingJoin.commit()
	g.pendingSync.commit()
	g.order.ids.commit()
	g.pendingLine.ids.commit()
}

// State, Generation, ProtocolType, Size and Empty tell what their names say.
func (g *Group) State() State { return g.state }

// Generation is the number of the current generation, 0 before the first.
func (g *Group) Generation() int32 { return g.generation }

// ProtocolType is "" for a simple group.
func (g *Group) ProtocolType() string { return g.protocolType }

// Size counts the members.
func (g *Group) Size() int { return g.members.len() }

// Empty reports whether the group has no members and expects none.
func (g *Group) Empty() bool { return g.state == Empty }

// Simple reports whether the group came into being by offset commits alone.
func (g *Group) Simple() bool {
	return g.state == Empty && g.protocolType == "" && g.members.len() == 0
}

// Member returns a member, or nil.
func (g *Group) Member(id string) *Member {
	m, _ := g.members.get(id)
	return m
}

// Members lists the members in the order in which they joined.
func (g *Group) Members() []*Member {
	out := make([]*Member, 0, g.members.len())
	for _, m := range g.members.all() {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b *Member) int { return cmp.Compare(a.seq, b.seq) })
	return out
}

// Protocol is the chosen protocol, "" when there is none.
func (g *Group) Protocol() string { return g.protocol }

// Leader is the id of the leader, "" when there is none.
func (g *Group) Leader() string { return g.leader }

func (g *Group) usesConsumerProtocol() bool { return g.protocolType == ConsumerProtocol }

// edit puts a changed copy in the place of a member, which is as the group has it, and returns the copy.
func (g *Group) edit(m *Member, change func(m *Member)) *Member {
	c := *m
	change(&c)
	if (m.join == nil) != (c.join == nil) || !sameSlice(m.Protocols, c.Protocols) {
		g.count(m, -1)
		g.count(&c, 1)
	}
	g.members.set(m.ID, &c)
	return &c
}

func sameSlice(a, b []Protocol) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// count keeps awaiting and supports when a member comes (by 1) or goes (by -1).
func (g *Group) count(m *Member, by int) {
	if m.join != nil {
		g.awaiting += by
	}
	for name := range names(m.Protocols) {
		if n, _ := g.supports.get(name); n+by > 0 {
			g.supports.set(name, n+by)
		} else {
			g.supports.delete(name)
		}
	}
}

func (g *Group) add(m *Member) {
	m.seq = g.order.push(m.ID)
	if m.Static() {
		g.static.set(*m.InstanceID, m.ID)
	}
	if g.leader == "" {
		g.leader = m.ID
	}
	g.members.set(m.ID, m)
	g.count(m, 1)
	g.forgetPending(m.ID)
}

// rename gives a static member's place to its new self.
func (g *Group) rename(old, m *Member) {
	g.members.delete(old.ID)
	g.count(old, -1)
	g.members.set(m.ID, m)
	g.count(m, 1)
	g.order.ids.set(m.seq, m.ID)
	g.static.set(*m.InstanceID, m.ID)
	if g.leader == old.ID {
		g.leader = m.ID
	}
	if g.pendingSync.has(old.ID) {
		g.pendingSync.delete(old.ID)
		g.pendingSync.set(m.ID, struct{}{})
	}
}

// remove forgets a member, wherever it is known, and gives its leadership to the oldest member.
func (g *Group) remove(id string) {
	if m, ok := g.members.get(id); ok {
		g.members.delete(id)
		g.count(m, -1)
		g.order.ids.delete(m.seq)
		if m.Static() {
			g.static.delete(*m.InstanceID)
		}
	}
	g.forgetPending(id)
	g.pendingSync.delete(id)
	if g.leader == id {
		g.leader = g.order.first()
	}
}

// expect remembers an id that was given out. It returns one that is expected no longer, as there are too many, or "".
func (g *Group) expect(id string) (forgotten string) {
	if g.pendingJoin.len() >= maxPendingJoin {
		forgotten = g.pendingLine.first()
		g.forgetPending(forgotten)
	}
	g.pendingJoin.set(id, g.pendingLine.push(id))
	return forgotten
}

func (g *Group) forgetPending(id string) {
	if place, ok := g.pendingJoin.get(id); ok {
		g.pendingJoin.delete(id)
		g.pendingLine.ids.delete(place)
	}
}

func (g *Group) transition(to State, now time.Time) {
	g.previous, g.state, g.since = g.state, to, now.UnixMilli()
}

// allJoined reports whether every member waits for its join answer and no id given out is still expected.
func (g *Group) allJoined() bool { return g.awaiting == g.members.len() && g.pendingJoin.len() == 0 }

// rebalanceTimeout is the longest that a member asks for.
func (g *Group) rebalanceTimeout() time.Duration {
	var longest int32
	for _, m := range g.members.all() {
		longest = max(longest, m.RebalanceTimeout)
	}
	return time.Duration(longest) * time.Millisecond
}

// electJoined keeps a leader that has joined, or elects the oldest member that has. It reports whether there is one.
func (g *Group) electJoined() bool {
	if l := g.Member(g.leader); l == nil || l.join != nil {
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
