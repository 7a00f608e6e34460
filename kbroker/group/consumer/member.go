package consumer

import (
	"bytes"
	"slices"

	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// A State is how far a member is with its reconciliation. The numbers are those of the record.
type State int8

// States of a member.
const (
	Stable State = iota
	UnrevokedPartitions
	UnreleasedPartitions
	unknownState State = 127 // of a newer coordinator
)

// Epochs of members that are not in the group, or not now.
const (
	joiningEpoch     = 0
	leftEpoch        = -1
	staticAwayEpoch  = -2
	noPreviousEpoch  = -1
	initialEpoch     = 1 // of a group: an empty assignment, so that a member can be given an epoch before the first one
	noGenerationSent = -1
)

// A Member of a group. It is immutable.
type Member struct {
	ID         string
	InstanceID *string
	RackID     *string
	ClientID   string
	ClientHost string

	Topics           []string // subscribed by name: sorted, each once
	Regex            string   // subscribed by pattern, "" for none
	Assignor         *string  // asked for
	RebalanceTimeout int32    // ms, -1 when not known
	Classic          *Classic // not nil while the member speaks the classic protocol

	Epoch         int32
	PreviousEpoch int32
	State         State
	Assigned      Owned
	Revoking      Owned // to be given up; still its own until it says so
}

// Classic is what is known of a member of the classic protocol.
type Classic struct {
	SessionTimeout int32 // ms
	Protocols      []classic.Protocol
}

func newMember(id string) *Member {
	return &Member{ID: id, PreviousEpoch: noPreviousEpoch, RebalanceTimeout: -1, Assigned: Owned{}, Revoking: Owned{}}
}

// as makes a changed copy.
func (m *Member) as(change func(*Member)) *Member {
	c := *m
	change(&c)
	return &c
}

// reconciledTo reports whether the member has nothing to do for the target of that epoch.
func (m *Member) reconciledTo(epoch int32) bool { return m.State == Stable && m.Epoch == epoch }

// sameMetadata compares what the member's metadata record holds.
func (m *Member) sameMetadata(o *Member) bool {
	return samePtr(m.InstanceID, o.InstanceID) && samePtr(m.RackID, o.RackID) && m.ClientID == o.ClientID &&
		m.ClientHost == o.ClientHost && slices.Equal(m.Topics, o.Topics) && m.Regex == o.Regex &&
		samePtr(m.Assignor, o.Assignor) && m.RebalanceTimeout == o.RebalanceTimeout && m.Classic.equal(o.Classic)
}

// sameAssignment compares what the member's assignment record holds.
func (m *Member) sameAssignment(o *Member) bool {
	return m.Epoch == o.Epoch && m.PreviousEpoch == o.PreviousEpoch && m.State == o.State &&
		m.Assigned.equal(o.Assigned) && m.Revoking.equal(o.Revoking)
}

func (c *Classic) equal(o *Classic) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.SessionTimeout == o.SessionTimeout && slices.EqualFunc(c.Protocols, o.Protocols, func(a, b classic.Protocol) bool {
		return a.Name == b.Name && bytes.Equal(a.Metadata, b.Metadata)
	})
}

func samePtr(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// owned is everything that nobody else may own, whether the member keeps it or not.
func (m *Member) owned() Owned {
	out := Owned{}
	out.addAll(m.Assigned)
	out.addAll(m.Revoking)
	return out
}

// assignmentEpoch is the epoch at which the member got a partition that it still owns.
func (m *Member) assignmentEpoch(topic TopicID, partition int32) (int32, bool) {
	if e, ok := m.Assigned.at(topic, partition); ok {
		return e, true
	}
	return m.Revoking.at(topic, partition)
}
