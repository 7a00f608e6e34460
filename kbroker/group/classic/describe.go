package classic

import "github.com/twmb/franz-go/pkg/kmsg"

// Describe fills in a DescribeGroups answer. What members say to the protocol is shown only while one is settled.
func (g *Group) Describe() kmsg.DescribeGroupsResponseGroup {
	out := kmsg.NewDescribeGroupsResponseGroup()
	out.Group, out.State, out.ProtocolType = g.ID, g.state.String(), g.protocolType
	if g.state == Stable {
		out.Protocol = g.protocol
	}
	for _, m := range g.Members() {
		dm := kmsg.NewDescribeGroupsResponseGroupMember()
		dm.MemberID, dm.InstanceID = m.ID, m.InstanceID
		dm.ClientID, dm.ClientHost = m.ClientID, m.ClientHost
		dm.MemberAssignment = m.Assignment
		if g.state == Stable {
			dm.ProtocolMetadata, _ = m.metadata(g.protocol)
		}
		out.Members = append(out.Members, dm)
	}
	return out
}

// Type is the kind of group as ListGroups names it.
func (g *Group) Type() string { return "classic" }

// StateName is the state as ListGroups names it.
func (g *Group) StateName() string { return g.state.String() }
