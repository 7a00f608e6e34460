package classic

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// valueVersion is the version of GroupMetadataValue that is written, as Kafka does.
const valueVersion = 3

// write logs the group as it stands: its generation, members and assignments.
func (c *change) write() { c.res.Records = append(c.res.Records, Record(c.g)) }

// Record is the record of a settled group.
func Record(g *Group) coordinator.Record {
	v := coordrec.NewGroupMetadataValue()
	v.ProtocolType, v.Generation, v.CurrentStateTimestamp = g.protocolType, g.generation, g.since
	v.Protocol, v.Leader = nullable(g.protocol), nullable(g.leader)
	for _, m := range g.Members() {
		rm := coordrec.NewGroupMetadataMemberMetadata()
		rm.MemberID, rm.GroupInstanceID = m.ID, m.InstanceID
		rm.ClientID, rm.ClientHost = m.ClientID, m.ClientHost
		rm.RebalanceTimeout, rm.SessionTimeout = m.RebalanceTimeout, m.SessionTimeout
		rm.Subscription, _ = m.metadata(g.protocol)
		rm.Assignment = m.Assignment
		v.Members = append(v.Members, *rm)
	}
	return coordinator.Record{Key: key(g.ID), Value: coordrec.MarshalValue(nil, v, valueVersion)}
}

// emptyRecord is what Kafka writes of a group that has just begun.
func emptyRecord(g *Group) coordinator.Record {
	v := coordrec.NewGroupMetadataValue()
	v.CurrentStateTimestamp = g.since
	return coordinator.Record{Key: key(g.ID), Value: coordrec.MarshalValue(nil, v, valueVersion)}
}

// Tombstone is the record that deletes a group.
func Tombstone(id string) coordinator.Record { return coordinator.Record{Key: key(id)} }

func key(id string) []byte { return coordrec.MarshalKey(nil, &coordrec.GroupMetadataKey{Group: id}) }

// Load makes a group from its record: Stable if it has members, otherwise Empty.
func Load(id string, v *coordrec.GroupMetadataValue) *Group {
	g := NewGroup(id, time.Time{})
	g.since, g.protocolType, g.generation = v.CurrentStateTimestamp, v.ProtocolType, v.Generation
	if v.Protocol != nil {
		g.protocol = *v.Protocol
	}
	if v.Leader != nil {
		g.leader = *v.Leader
	}
	for i := range v.Members {
		rm := &v.Members[i]
		m := &Member{
			ID: rm.MemberID, InstanceID: rm.GroupInstanceID, ClientID: rm.ClientID, ClientHost: rm.ClientHost,
			RebalanceTimeout: rm.RebalanceTimeout, SessionTimeout: rm.SessionTimeout,
			Protocols:  []Protocol{{Name: g.protocol, Metadata: rm.Subscription}},
			Assignment: rm.Assignment, expire: expireSession(id, rm.MemberID),
		}
		if m.RebalanceTimeout == -1 {
			m.RebalanceTimeout = m.SessionTimeout
		}
		if m.Assignment == nil {
			m.Assignment = []byte{}
		}
		g.add(m)
		g.state = Stable
	}
	g.learnSubscriptions()
	g.commit()
	return g
}

// Loaded begins the sessions of a loaded group's members, and a rebalance if it is larger than it may be by now.
func Loaded(h Host, g *Group, now time.Time) coordinator.Result {
	c := begin(h, g, now)
	for _, m := range c.g.Members() {
		c.heartbeat(m)
	}
	if c.g.members.len() > c.cfg.MaxSize {
		c.prepareRebalance()
	}
	return c.done()
}
