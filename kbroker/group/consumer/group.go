package consumer

import (
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// A Group of the consumer protocol. Its logged part changes only in Replay and the methods that begin with put and drop.
//
// assignmentEpoch <= epoch. Each partition in owners is Assigned or Revoking at the member named there.
type Group struct {
	ID string

	epoch           int32
	hash            int64 // of the subscribed topics as they were when epoch was set
	assignmentEpoch int32
	assignedAt      int64 // ms, when the target was computed
	members         map[string]*Member
	targets         map[string]assignor.Partitions // by member id
	regexes         map[string]Resolved            // by pattern
	legacyMetadata  bool                           // the log holds a record of Kafka before 4.1 that is to be removed

	// Derived from members.
	static   map[string]string // member ids by instance id
	owners   map[TopicID]map[int32]string
	patterns map[string]int // how many members subscribe to each pattern

	// Not logged.
	seen      int64 // version of the topics when hash was last compared with them, -1 before
	resolving bool  // a resolution of the patterns is scheduled
	// rejoining are the classic members that were asked to join again, and have a timer for it.
	rejoining map[string]bool
}

// Resolved is which topics a pattern matched.
type Resolved struct {
	Topics    []string // sorted
	Version   int64    // of the topics
	Timestamp int64    // ms
}

// NewGroup makes a group that nobody has joined.
func NewGroup(id string) *Group {
	return &Group{
		ID: id, epoch: initialEpoch, assignmentEpoch: initialEpoch, seen: -1,
		members: map[string]*Member{}, targets: map[string]assignor.Partitions{}, regexes: map[string]Resolved{},
		static: map[string]string{}, owners: map[TopicID]map[int32]string{}, patterns: map[string]int{}, rejoining: map[string]bool{},
	}
}

// Type is the kind of group as ListGroups names it.
func (g *Group) Type() string { return "consumer" }

// ProtocolType is that of consumers.
func (g *Group) ProtocolType() string { return "consumer" }

// Empty reports whether the group has no members.
func (g *Group) Empty() bool { return len(g.members) == 0 }

// Size counts the members.
func (g *Group) Size() int { return len(g.members) }

// StateName is the state as ListGroups names it.
func (g *Group) StateName() string {
	switch {
	case len(g.members) == 0:
		return "Empty"
	case g.epoch > g.assignmentEpoch:
		return "Assigning"
	}
	for _, m := range g.members {
		if !m.reconciledTo(g.assignmentEpoch) {
			return "Reconciling"
		}
	}
	return "Stable"
}

// Members lists the members by id.
func (g *Group) Members() []*Member {
	out := make([]*Member, 0, len(g.members))
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		out = append(out, g.members[id])
	}
	return out
}

// Member returns a member, or nil.
func (g *Group) Member(id string) *Member { return g.members[id] }

// Target is what a member shall own.
func (g *Group) Target(id string) assignor.Partitions { return g.targets[id] }

// staticMember returns the member that holds an instance id, or nil.
func (g *Group) staticMember(instanceID *string) *Member {
	if instanceID == nil {
		return nil
	}
	return g.members[g.static[*instanceID]]
}

// target is the target assignment of a member, or of the one whose instance id it takes over.
func (g *Group) target(m *Member) assignor.Partitions {
	id := m.ID
	if m.InstanceID != nil {
		id = g.static[*m.InstanceID]
	}
	return g.targets[id]
}

// owned reports whether a member other than m owns the partition.
func (g *Group) ownedByOther(m *Member, topic TopicID, partition int32) bool {
	owner, owned := g.owners[topic][partition]
	return owned && owner != m.ID
}

// put makes m the member of its id.
func (g *Group) put(m *Member) {
	if old := g.members[m.ID]; old != nil {
		g.disown(old)
		shift(g.patterns, old.Regex, -1)
	}
	g.members[m.ID] = m
	shift(g.patterns, m.Regex, +1)
	if m.InstanceID != nil {
		g.static[*m.InstanceID] = m.ID
	}
	g.own(m.ID, m.Assigned)
	g.own(m.ID, m.Revoking)
}

// drop removes a member.
func (g *Group) drop(id string) {
	m := g.members[id]
	if m == nil {
		return
	}
	g.disown(m)
	shift(g.patterns, m.Regex, -1)
	delete(g.members, id)
	delete(g.rejoining, id)
	if m.InstanceID != nil && g.static[*m.InstanceID] == id {
		delete(g.static, *m.InstanceID)
	}
}

func (g *Group) own(id string, o Owned) {
	for topic, list := range o {
		if g.owners[topic] == nil {
			g.owners[topic] = make(map[int32]string, len(list))
		}
		for _, p := range list {
			g.owners[topic][p.Partition] = id
		}
	}
}

// disown frees what a member owns, unless somebody else is on record by now: in a log that was compacted in part, the
// new owner may be replayed before the old one has let go.
func (g *Group) disown(m *Member) {
	for _, o := range []Owned{m.Assigned, m.Revoking} {
		for topic, list := range o {
			for _, p := range list {
				if g.owners[topic][p.Partition] == m.ID {
					delete(g.owners[topic], p.Partition)
				}
			}
			if len(g.owners[topic]) == 0 {
				delete(g.owners, topic)
			}
		}
	}
}

// ValidateDelete refuses to delete a group that has members.
func (g *Group) ValidateDelete() *kerr.Error {
	if !g.Empty() {
		return kerr.NonEmptyGroup
	}
	return nil
}

// ValidateOffsetDelete refuses nothing: subscribed topics are refused one by one.
func (g *Group) ValidateOffsetDelete() *kerr.Error { return nil }

// ExpiryBase implements offsets.Tenant: offsets of topics that nobody subscribes to expire by their age.
func (g *Group) ExpiryBase(committed int64) (int64, bool) { return committed, true }

// SubscribedTo reports whether a member subscribes to the topic, by name or by pattern.
func (g *Group) SubscribedTo(topic string) bool {
	for _, m := range g.members {
		if _, ok := slices.BinarySearch(m.Topics, topic); ok {
			return true
		}
		if _, ok := slices.BinarySearch(g.regexes[m.Regex].Topics, topic); ok && m.Regex != "" {
			return true
		}
	}
	return false
}

// allClassicWithout reports whether only members of the classic protocol are left without those.
func (g *Group) allClassicWithout(leaving map[string]bool) bool {
	for id, m := range g.members {
		if !leaving[id] && m.Classic == nil {
			return false
		}
	}
	return true
}
