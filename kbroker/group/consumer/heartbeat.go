package consumer

import (
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Heartbeat decides a ConsumerGroupHeartbeat, which is also how members join (epoch 0) and leave (-1, and -2 for a static
// member that will be back).
func Heartbeat(h Host, now time.Time, req *kmsg.ConsumerGroupHeartbeatRequest, client Client) (coordinator.Result, error) {
	if err := ValidateRequest(h.ConsumerConfig(), req); err != nil {
		return coordinator.Result{}, err
	}
	if req.MemberEpoch < 0 {
		return leave(h, now, req)
	}
	c, err := enter(h, now, req.Group, req.MemberEpoch == joiningEpoch)
	if err != nil {
		return coordinator.Result{}, err
	}
	if err := c.heartbeat(req, client); err != nil {
		return coordinator.Result{}, err
	}
	return c.done(), nil
}

// enter finds the group, or makes it for a member that joins: anew, in place of an empty classic group, or out of a classic
// group with members.
func enter(h Host, now time.Time, id string, joins bool) (*change, error) {
	if g := h.ConsumerGroup(id); g != nil {
		return begin(h, g, now), nil
	}
	old := h.ClassicGroup(id)
	switch {
	case old == nil && !joins:
		if h.GroupExists(id) {
			return nil, refuse(kerr.GroupIDNotFound, "Group %s is not a consumer group.", id)
		}
		return nil, refuse(kerr.GroupIDNotFound, "Consumer group %s not found.", id)
	case old == nil && h.GroupExists(id), !joins:
		return nil, refuse(kerr.GroupIDNotFound, "Group %s is not a consumer group.", id)
	case old == nil:
		return begin(h, NewGroup(strings.Clone(id)), now), nil
	}
	return upgrade(h, now, old)
}

func (c *change) heartbeat(req *kmsg.ConsumerGroupHeartbeatRequest, client Client) error {
	id := strings.Clone(req.MemberID)
	if err := c.roomFor(id); err != nil {
		return err
	}
	if id == "" {
		id = c.cfg.NewMemberID()
	}
	if err := c.find(id, req); err != nil {
		return err
	}
	c.m = c.before.as(func(m *Member) {
		m.ClientID, m.ClientHost = strings.Clone(client.ID), strings.Clone(client.Host)
		m.Classic = nil
		if req.InstanceID != nil {
			m.InstanceID = keep(req.InstanceID)
		}
		if req.RackID != nil {
			m.RackID = keep(req.RackID)
		}
		if req.RebalanceTimeoutMillis != -1 {
			m.RebalanceTimeout = req.RebalanceTimeoutMillis
		}
		if req.ServerAssignor != nil {
			m.Assignor = keep(req.ServerAssignor)
		}
		if req.SubscribedTopicNames != nil {
			m.Topics = sortedSet(keepAll(req.SubscribedTopicNames))
		}
		if req.SubscribedTopicRegex != nil {
			m.Regex = strings.Clone(*req.SubscribedTopicRegex)
		}
	})
	if err := c.update(client); err != nil {
		return err
	}
	epoch, target := c.assign()
	if err := c.reconcile(epoch, target, req.Topics); err != nil {
		return err
	}
	c.time(session(c.h, c.g, c.m))
	c.respond(req)
	return nil
}

// respond tells the member its epoch, and its assignment when that is news or the member seems not to know it.
func (c *change) respond(req *kmsg.ConsumerGroupHeartbeatRequest) {
	resp := kmsg.NewPtrConsumerGroupHeartbeatResponse()
	resp.MemberID, resp.MemberEpoch = &c.m.ID, c.m.Epoch
	resp.HeartbeatIntervalMillis = int32(c.cfg.heartbeatInterval(c.g.ID).Milliseconds())
	full := req.RebalanceTimeoutMillis != -1 && (req.SubscribedTopicNames != nil || req.SubscribedTopicRegex != nil) && req.Topics != nil
	if req.MemberEpoch == joiningEpoch || full || !c.m.Assigned.samePartitions(c.before.Assigned) {
		resp.Assignment = &kmsg.ConsumerGroupHeartbeatResponseAssignment{}
		for _, topic := range c.m.Assigned.topics() {
			resp.Assignment.Topics = append(resp.Assignment.Topics, kmsg.ConsumerGroupHeartbeatResponseAssignmentTopic{
				TopicID: topic, Partitions: numbers(c.m.Assigned[topic]),
			})
		}
	}
	c.res.Response = resp
}

func (c *change) roomFor(id string) error {
	if len(c.g.members) < c.cfg.MaxSize || c.g.members[id] != nil {
		return nil
	}
	return refuse(kerr.GroupMaxSizeReached, "The consumer group has reached its maximum capacity of %d members.", c.cfg.MaxSize)
}

// find finds the member that sent the heartbeat, or makes it.
func (c *change) find(id string, req *kmsg.ConsumerGroupHeartbeatRequest) error {
	joins := req.MemberEpoch == joiningEpoch
	if req.InstanceID != nil {
		return c.findStatic(id, *req.InstanceID, joins, false, func(m *Member) error { return m.validateEpoch(req) })
	}
	c.before = c.g.members[id]
	switch {
	case c.before != nil:
		return c.before.validateEpoch(req)
	case !joins:
		return refuse(kerr.UnknownMemberID, "Member %s is not a member of group %s.", id, c.g.ID)
	}
	c.before = newMember(id)
	return nil
}

// findStatic finds a static member. One that joins takes the place of the member that had its instance id, if that has left
// for a while, or one of the two speaks the classic protocol.
func (c *change) findStatic(id, instance string, joins, classicProtocol bool, validate func(*Member) error) error {
	holder := c.g.staticMember(&instance)
	switch {
	case !joins && holder == nil:
		return refuse(kerr.UnknownMemberID, "Instance id %s is unknown.", instance)
	case !joins && holder.ID != id:
		return refuse(kerr.FencedInstanceID, "Static member %s with instance id %s was fenced by member %s.", id, instance, holder.ID)
	case !joins:
		c.before = holder
		return validate(holder)
	case holder == nil:
		if c.before = c.g.members[id]; c.before == nil {
			c.before = newMember(id)
		}
		return nil
	case !classicProtocol && holder.Classic == nil && holder.Epoch != staticAwayEpoch:
		return refuse(kerr.UnreleasedInstanceID, "Static member %s with instance id %s cannot join the group because the instance id is owned by %s member.", id, instance, holder.ID)
	}
	c.replace(holder, id)
	return nil
}

// replace writes that another member has taken the place of a static one: subscription, target and assignment stay. Nobody
// is told, so nobody rebalances (G7).
func (c *change) replace(old *Member, id string) {
	c.before = old.as(func(m *Member) {
		m.ID, m.Epoch, m.PreviousEpoch = id, joiningEpoch, joiningEpoch
		m.Assigned, m.Revoking = m.Assigned.withEpoch(joiningEpoch), m.Revoking.withEpoch(joiningEpoch)
	})
	c.write(memberTombstones(c.g.ID, old.ID)...)
	c.write(memberRecord(c.g.ID, c.before), targetRecord(c.g.ID, id, c.g.targets[old.ID]), currentRecord(c.g.ID, c.before))
	c.time(cancelTimers(c.g.ID, old.ID)...)
}

// validateEpoch fences a member that is not where the coordinator thinks it is. One that is behind by one step may have
// missed an answer; it goes on if it owns nothing that it should not (G2).
func (m *Member) validateEpoch(req *kmsg.ConsumerGroupHeartbeatRequest) error {
	got := req.MemberEpoch
	switch {
	case got == joiningEpoch || got == m.Epoch:
		return nil
	case got > m.Epoch:
		return fenced("greater", got, m.Epoch)
	case got != m.PreviousEpoch || !subset(req.Topics, m.Assigned):
		return fenced("smaller", got, m.Epoch)
	}
	return nil
}

func fenced(how string, got, known int32) error {
	return refuse(kerr.FencedMemberEpoch, "The consumer group member has a %s member epoch (%d) than the one known by the group coordinator (%d). The member must abandon all its partitions and rejoin.", how, got, known)
}
