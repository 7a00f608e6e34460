package consumer

import (
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// leave decides a heartbeat that says goodbye.
func leave(h Host, now time.Time, req *kmsg.ConsumerGroupHeartbeatRequest) (coordinator.Result, error) {
	g := h.ConsumerGroup(req.Group)
	if g == nil {
		if h.GroupExists(req.Group) {
			return coordinator.Result{}, refuse(kerr.GroupIDNotFound, "Group %s is not a consumer group.", req.Group)
		}
		return coordinator.Result{}, refuse(kerr.GroupIDNotFound, "Group %s not found.", req.Group)
	}
	m := g.members[req.MemberID]
	if req.InstanceID != nil {
		c := begin(h, g, now)
		if err := c.findStatic(req.MemberID, *req.InstanceID, false, false, func(*Member) error { return nil }); err != nil {
			return coordinator.Result{}, err
		}
		m = c.before
	}
	if m == nil {
		return coordinator.Result{}, refuse(kerr.UnknownMemberID, "Member %s is not a member of group %s.", req.MemberID, g.ID)
	}
	resp := kmsg.NewPtrConsumerGroupHeartbeatResponse()
	resp.MemberID, resp.MemberEpoch = &m.ID, req.MemberEpoch
	if req.InstanceID != nil && req.MemberEpoch == staticAwayEpoch {
		return coordinator.Result{Response: resp, Records: []coordinator.Record{currentRecord(g.ID, m.away())}}, nil
	}
	res := fence(h, g, map[string]bool{m.ID: true}, now)
	res.Response = resp
	return res, nil
}

// away is a static member that will be back within its session: it keeps what it owns, and gives up at once what it was
// asked to.
func (m *Member) away() *Member {
	return m.as(func(m *Member) {
		m.Epoch, m.Assigned, m.Revoking = staticAwayEpoch, m.Assigned.withEpoch(joiningEpoch), Owned{}
	})
}

// fence removes members. The others keep their target until one of them asks, at the next epoch; or, if they all speak the
// classic protocol, the group becomes a classic one. With nobody left the next epoch is assigned at once.
func fence(h Host, g *Group, leaving map[string]bool, now time.Time) coordinator.Result {
	if len(leaving) == 0 {
		return coordinator.Result{}
	}
	if canDowngrade(h, g, leaving) {
		if res, ok := downgrade(h, g, leaving, nil, true, now); ok {
			return res
		}
	}
	var res coordinator.Result
	gone := map[string]int{}
	for _, id := range slices.Sorted(maps.Keys(leaving)) {
		res.Records = append(res.Records, memberTombstones(g.ID, id)...)
		res.Timers = append(res.Timers, cancelTimers(g.ID, id)...)
		if p := g.members[id].Regex; p != "" {
			gone[p]++
		}
	}
	after := *g
	after.regexes = maps.Clone(g.regexes)
	for _, p := range sortedKeys(gone) {
		if gone[p] == g.patterns[p] {
			res.Records = append(res.Records, regexTombstone(g.ID, p))
			delete(after.regexes, p)
		}
	}
	res.Records = append(res.Records, epochRecord(g.ID, g.epoch+1, after.without(leaving).hash(h.Topics())))
	if len(leaving) == len(g.members) {
		// Nobody is left to assign to. With no time of assignment, who comes next does not wait for the interval.
		res.Records = append(res.Records, targetEpochRecord(g.ID, g.epoch+1, 0))
	}
	return res
}
