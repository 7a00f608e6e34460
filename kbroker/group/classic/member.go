package classic

import (
	"bytes"
	"slices"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Protocol is an assignment strategy (or whatever the protocol type makes of it) that a member supports.
type Protocol struct {
	Name     string
	Metadata []byte
}

// A Member of a group. It is immutable once it is in a group; changes go to a copy.
type Member struct {
	ID         string
	InstanceID *string // not nil for a static member (KIP-345)
	ClientID   string
	ClientHost string

	RebalanceTimeout int32      // ms
	SessionTimeout   int32      // ms
	Protocols        []Protocol // in order of preference
	Assignment       []byte     // never nil

	join  *coordinator.Pending // the JoinGroup that waits for the generation
	sync  *coordinator.Pending // the SyncGroup that waits for the leader's
	isNew bool                 // has not been in a completed generation
	seq   uint64               // order of joining: the place in Group.order
	// expire is the handler of the heartbeat timer, made once so that a heartbeat allocates nothing.
	expire coordinator.Handler
}

// Static reports whether the member has an instance id.
func (m *Member) Static() bool { return m.InstanceID != nil }

// metadata returns what the member says to a protocol; nil, false when it does not support it.
func (m *Member) metadata(protocol string) ([]byte, bool) {
	for _, p := range m.Protocols {
		if p.Name == protocol {
			return p.Metadata, true
		}
	}
	return nil, false
}

// matches reports whether the protocols are the member's own, in the same order.
func (m *Member) matches(ps []Protocol) bool {
	return slices.EqualFunc(m.Protocols, ps, func(a, b Protocol) bool {
		return a.Name == b.Name && bytes.Equal(a.Metadata, b.Metadata)
	})
}

// excused reports whether the member need not send heartbeats: it waits for an answer. New members are not, as they could
// be gone without anybody noticing.
func (m *Member) excused() bool { return !m.isNew && (m.join != nil || m.sync != nil) }
