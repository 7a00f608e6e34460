package consumer

import (
	"bytes"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// joinKnownMemberID is the first version of JoinGroup whose members must know their id (KIP-394).
const joinKnownMemberID = 4

// Join decides a JoinGroup to a consumer group that has members. It is answered at once: there is no leader and nothing to
// wait for, the coordinator assigns.
func Join(h Host, now time.Time, req *kmsg.JoinGroupRequest, client Client) (coordinator.Result, error) {
	c := begin(h, h.ConsumerGroup(req.Group), now)
	id, unknown := strings.Clone(req.MemberID), req.MemberID == ""
	if unknown {
		id = c.cfg.NewMemberID()
	}
	if err := c.roomFor(id); err != nil {
		return coordinator.Result{}, err
	}
	if !c.g.supportsAny(req.ProtocolType, req.Protocols) {
		return coordinator.Result{}, kerr.InconsistentGroupProtocol
	}
	if unknown && req.InstanceID == nil && req.Version >= joinKnownMemberID {
		resp := kmsg.NewPtrJoinGroupResponse()
		resp.Generation, resp.Protocol, resp.MemberID, resp.ErrorCode = -1, new(string), id, kerr.MemberIDRequired.Code
		return coordinator.Result{Response: resp}, nil
	}
	if err := c.join(req, id, unknown, client); err != nil {
		return coordinator.Result{}, err
	}
	return c.done(), nil
}

// supportsAny reports whether a joiner shares a protocol with all classic members.
func (g *Group) supportsAny(protocolType string, ps []kmsg.JoinGroupRequestProtocol) bool {
	if protocolType != classic.ConsumerProtocol {
		return false
	}
	for _, p := range ps {
		if g.allSupport(p.Name) {
			return true
		}
	}
	return false
}

func (g *Group) allSupport(protocol string) bool {
	for _, m := range g.members {
		if m.Classic != nil && !m.Classic.supports(protocol) {
			return false
		}
	}
	return true
}

func (c *Classic) supports(protocol string) bool {
	for _, p := range c.Protocols {
		if p.Name == protocol {
			return true
		}
	}
	return false
}

func (c *change) join(req *kmsg.JoinGroupRequest, id string, unknown bool, client Client) error {
	replaced := c.g.staticMember(req.InstanceID)
	if req.InstanceID != nil {
		if err := c.findStatic(id, *req.InstanceID, unknown, true, func(*Member) error { return nil }); err != nil {
			return err
		}
	} else if c.before = c.g.members[id]; c.before == nil {
		c.before = newMember(id)
	}
	sub, err := readSubscription(req.Protocols[0].Metadata)
	if err != nil {
		return kerr.InconsistentGroupProtocol
	}
	c.m = c.before.as(func(m *Member) { m.joinedClassic(req, sub, client) })
	if err := c.update(client); err != nil {
		return err
	}
	claims := claimed(sub, c.t)
	if replaced != nil && replaced.Classic == nil && canDowngradeFor(c.h, c.g, replaced) {
		return c.joinAndDowngrade(replaced, claims)
	}
	epoch, target := c.assign()
	if err := c.reconcile(epoch, target, claims); err != nil {
		return err
	}
	session := time.Duration(req.SessionTimeoutMillis) * time.Millisecond
	sync := time.Duration(req.RebalanceTimeoutMillis) * time.Millisecond
	c.time(
		coordinator.Cancel(key(c.g.ID, timerJoin, c.m.ID)),
		fenceTimer(c.g.ID, timerSession, c.m.ID, session, nil),
		fenceTimer(c.g.ID, timerSync, c.m.ID, sync, nil),
	)
	c.joined()
	return nil
}

func (m *Member) joinedClassic(req *kmsg.JoinGroupRequest, sub *kmsg.ConsumerMemberMetadata, client Client) {
	m.ClientID, m.ClientHost = strings.Clone(client.ID), strings.Clone(client.Host)
	if req.InstanceID != nil {
		m.InstanceID = keep(req.InstanceID)
	}
	if sub.Rack != nil {
		m.RackID = keep(sub.Rack)
	}
	if req.RebalanceTimeoutMillis != -1 {
		m.RebalanceTimeout = req.RebalanceTimeoutMillis
	}
	m.Topics, m.Regex = sortedSet(keepAll(sub.Topics)), ""
	m.Classic = &Classic{SessionTimeout: req.SessionTimeoutMillis}
	for _, p := range req.Protocols {
		m.Classic.Protocols = append(m.Classic.Protocols, classic.Protocol{Name: strings.Clone(p.Name), Metadata: bytes.Clone(p.Metadata)})
	}
}

// claimed is what a classic member says it owns, by topic id. Versions that do not say it own nothing: members give
// everything up before they join.
func claimed(sub *kmsg.ConsumerMemberMetadata, t Topics) []kmsg.ConsumerGroupHeartbeatRequestTopic {
	out := []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	for _, o := range sub.OwnedPartitions {
		if id, ok := t.TopicID(o.Topic); ok {
			out = append(out, kmsg.ConsumerGroupHeartbeatRequestTopic{TopicID: id, Partitions: o.Partitions})
		}
	}
	return out
}

func canDowngradeFor(h Host, g *Group, replaced *Member) bool {
	return g.allClassicWithout(map[string]bool{replaced.ID: true}) && h.ConsumerConfig().Downgrade && len(g.members) <= h.ClassicConfig().MaxSize
}

// joinAndDowngrade lets the last member of the consumer protocol come back, static, with the classic one: the group becomes
// a classic one, which rebalances only if the member's subscription is another.
func (c *change) joinAndDowngrade(replaced *Member, claims []kmsg.ConsumerGroupHeartbeatRequestTopic) error {
	bumped := c.epoch != c.g.epoch
	if !bumped {
		if err := c.reconcile(c.g.assignmentEpoch, c.g.target(c.m), claims); err != nil {
			return err
		}
	}
	after := *c.g
	after.epoch = c.epoch
	res, ok := downgrade(c.h, &after, map[string]bool{replaced.ID: true}, c.m, bumped, c.now)
	if !ok {
		return kerr.UnknownServerError
	}
	c.write(res.Records...)
	c.time(res.Timers...)
	c.res.Apply, c.looked, c.resolve = res.Apply, false, false
	c.joined()
	return nil
}

// joined answers: the member's epoch is its generation, and nobody leads.
func (c *change) joined() {
	resp := kmsg.NewPtrJoinGroupResponse()
	protocolType, protocol := classic.ConsumerProtocol, c.m.Classic.Protocols[0].Name
	resp.MemberID, resp.Generation, resp.ProtocolType, resp.Protocol = c.m.ID, c.m.Epoch, &protocolType, &protocol
	c.res.Response = resp
	h, id, member := c.h, c.g.ID, c.m.ID
	apply := c.res.Apply
	c.res.Apply = func() {
		if apply != nil {
			apply()
		}
		if g := h.ConsumerGroup(id); g != nil {
			delete(g.rejoining, member)
		}
	}
}
