package consumer

import (
	"encoding/binary"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/assignor"
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// upgrade turns a classic group into a consumer group, for the member that joins with the new protocol. The classic members
// stay, with what they were assigned; those who wait for a round of joining or syncing are sent into the next.
func upgrade(h Host, now time.Time, old *classic.Group) (*change, error) {
	if old.Empty() {
		c := begin(h, NewGroup(old.ID), now)
		c.write(classic.Tombstone(old.ID))
		return c, nil
	}
	cfg := h.ConsumerConfig()
	cannot := func(why string) error {
		return refuse(kerr.GroupIDNotFound, "Cannot upgrade classic group %s to consumer group because %s.", old.ID, why)
	}
	switch {
	case !cfg.Upgrade:
		return nil, cannot("online upgrade is disabled")
	case old.ProtocolType() != classic.ConsumerProtocol:
		return nil, cannot("the group does not use the consumer embedded protocol")
	case old.Size() > cfg.MaxSize:
		return nil, cannot("the group size exceeds the consumer group maximum size")
	}
	g := NewGroup(old.ID)
	g.epoch = max(old.Generation(), initialEpoch)
	g.assignmentEpoch = g.epoch
	for _, cm := range old.Members() {
		m, err := fromClassic(old, cm, g.epoch, h.Topics())
		if err != nil {
			return nil, cannot(err.Error())
		}
		g.put(m)
		g.targets[m.ID] = assignor.Partitions{}
		for topic, list := range m.Assigned {
			g.targets[m.ID][topic] = numbers(list)
		}
	}
	g.hash = g.without(nil).hash(h.Topics())
	c := begin(h, g, now)
	c.inherited = true
	c.write(classic.Tombstone(g.ID))
	c.write(g.Records()...)
	c.res.Answers = old.TurnedAway()
	c.time(old.CancelTimers()...)
	for _, m := range g.Members() {
		c.time(session(h, g, m))
	}
	return c, nil
}

// A reasonError is why a group stays what it is.
type reasonError string

func (e reasonError) Error() string { return string(e) }

// fromClassic makes a member out of a classic one.
func fromClassic(g *classic.Group, cm *classic.Member, epoch int32, t Topics) (*Member, error) {
	sub, err := readSubscription(g.Metadata(cm))
	if err != nil {
		return nil, errMalformed
	}
	m := newMember(cm.ID)
	m.InstanceID, m.RackID, m.ClientID, m.ClientHost = cm.InstanceID, sub.Rack, cm.ClientID, cm.ClientHost
	m.Topics, m.RebalanceTimeout = sortedSet(sub.Topics), cm.RebalanceTimeout
	m.Classic = &Classic{SessionTimeout: cm.SessionTimeout, Protocols: cm.Protocols}
	m.Epoch, m.PreviousEpoch = epoch, epoch
	if len(cm.Assignment) == 0 {
		return m, nil
	}
	var a kmsg.ConsumerMemberAssignment
	if err := a.ReadFrom(cm.Assignment); err != nil {
		return nil, errMalformed
	}
	if len(a.UserData) > 0 {
		return nil, reasonError("an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade")
	}
	for _, at := range a.Topics {
		if id, ok := t.TopicID(at.Topic); ok {
			for _, n := range at.Partitions {
				m.Assigned.add(id, Part{Partition: n, Epoch: epoch})
			}
		}
	}
	return m, nil
}

// errMalformed is a member whose subscription or assignment cannot be read.
const errMalformed = reasonError("the embedded consumer protocol is malformed")

// readSubscription reads what a classic consumer says to its protocol.
func readSubscription(b []byte) (*kmsg.ConsumerMemberMetadata, error) {
	var sub kmsg.ConsumerMemberMetadata
	if err := sub.ReadFrom(b); err != nil {
		return nil, err
	}
	// ReadFrom lets a negative version and a null list of topics pass; Kafka refuses both.
	if topics := int32(binary.BigEndian.Uint32(b[2:])); sub.Version < 0 || topics < 0 {
		return nil, errMalformed
	}
	return &sub, nil
}

// canDowngrade reports whether the group may become a classic one when those have left.
func canDowngrade(h Host, g *Group, leaving map[string]bool) bool {
	left := len(g.members) - len(leaving)
	return left > 0 && g.allClassicWithout(leaving) && h.ConsumerConfig().Downgrade && left <= h.ClassicConfig().MaxSize
}

// downgrade turns the group into a classic one of those who stay. joining, if not nil, is a member as it will be, already
// among the leaving under the id it had. It fails when what a member says cannot be read.
func downgrade(h Host, g *Group, leaving map[string]bool, joining *Member, rebalance bool, now time.Time) (coordinator.Result, bool) {
	var stay []*Member
	var ids []string
	for _, m := range g.Members() {
		if !leaving[m.ID] {
			stay = append(stay, m)
		}
		if joining == nil || !leaving[m.ID] {
			ids = append(ids, m.ID)
		}
	}
	if joining != nil {
		stay, ids = append(stay, joining), append(ids, joining.ID)
	}
	members := make([]classic.Member, 0, len(stay))
	for _, m := range stay {
		cm, ok := m.toClassic(h.Topics())
		if !ok {
			return coordinator.Result{}, false
		}
		members = append(members, cm)
	}
	res := classic.Adopt(h, g.ID, g.epoch, members, rebalance, now)
	res.Records = append(groupTombstones(g, ids), res.Records...)
	var timers []coordinator.Timer
	for _, m := range g.Members() {
		timers = append(timers, cancelTimers(g.ID, m.ID)...)
	}
	res.Timers = append(timers, res.Timers...)
	return res, true
}

func (m *Member) toClassic(t Topics) (classic.Member, bool) {
	a, ok := m.classicAssignment(t)
	return classic.Member{
		ID: m.ID, InstanceID: m.InstanceID, ClientID: m.ClientID, ClientHost: m.ClientHost,
		RebalanceTimeout: m.RebalanceTimeout, SessionTimeout: m.Classic.SessionTimeout,
		Protocols: m.Classic.Protocols, Assignment: a,
	}, ok
}

// classicAssignment is what the member owns, in the form that classic consumers read.
func (m *Member) classicAssignment(t Topics) ([]byte, bool) {
	if len(m.Classic.Protocols) == 0 {
		return nil, false
	}
	sub, err := readSubscription(m.Classic.Protocols[0].Metadata)
	if err != nil {
		return nil, false
	}
	a := kmsg.NewConsumerMemberAssignment()
	a.Version = sub.Version
	for _, topic := range m.Assigned.topics() {
		if name, ok := t.TopicName(topic); ok {
			at := kmsg.NewConsumerMemberAssignmentTopic()
			at.Topic, at.Partitions = name, numbers(m.Assigned[topic])
			a.Topics = append(a.Topics, at)
		}
	}
	return a.AppendTo(nil), true
}
