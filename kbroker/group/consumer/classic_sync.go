package consumer

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// classicMember finds the classic member that a request comes from (G2).
func (g *Group) classicMember(id string, instanceID *string, generation int32) (*Member, error) {
	m := g.members[id]
	if instanceID != nil {
		switch m = g.staticMember(instanceID); {
		case m == nil:
			return nil, kerr.UnknownMemberID
		case m.ID != id:
			return nil, kerr.FencedInstanceID
		}
	}
	switch {
	case m == nil || m.Classic == nil:
		return nil, kerr.UnknownMemberID
	case m.Epoch != generation:
		return nil, kerr.IllegalGeneration
	}
	return m, nil
}

// Sync decides a SyncGroup of a classic member: it is told what it owns.
func Sync(h Host, req *kmsg.SyncGroupRequest) (coordinator.Result, error) {
	g := h.ConsumerGroup(req.Group)
	m, err := g.classicMember(req.MemberID, req.InstanceID, req.Generation)
	if err != nil {
		return coordinator.Result{}, err
	}
	protocol := m.Classic.Protocols[0].Name
	switch {
	case req.ProtocolType != nil && *req.ProtocolType != classic.ConsumerProtocol, req.Protocol != nil && *req.Protocol != protocol:
		return coordinator.Result{}, kerr.InconsistentGroupProtocol
	case g.assignmentEpoch > m.Epoch && m.State != UnrevokedPartitions:
		res := g.rejoin(h, m)
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.ErrorCode = kerr.RebalanceInProgress.Code
		res.Response = resp
		return res, nil
	}
	a, ok := m.classicAssignment(h.Topics())
	if !ok {
		return coordinator.Result{}, kerr.UnknownServerError
	}
	resp := kmsg.NewPtrSyncGroupResponse()
	resp.ProtocolType, resp.Protocol, resp.MemberAssignment = req.ProtocolType, req.Protocol, a
	return coordinator.Result{
		Response: resp,
		Timers:   []coordinator.Timer{coordinator.Cancel(key(g.ID, timerSync, m.ID)), session(h, g, m)},
	}, nil
}

// ClassicHeartbeat decides a Heartbeat of a classic member. It has to join again when there is a newer target, when it has
// something to give up, or when something that it waited for is free.
func ClassicHeartbeat(h Host, req *kmsg.HeartbeatRequest) (coordinator.Result, error) {
	g := h.ConsumerGroup(req.Group)
	m, err := g.classicMember(req.MemberID, req.InstanceID, req.Generation)
	if err != nil {
		return coordinator.Result{}, err
	}
	resp := kmsg.NewPtrHeartbeatResponse()
	res := coordinator.Result{}
	if m.Epoch < g.assignmentEpoch || m.State == UnrevokedPartitions || m.State == UnreleasedPartitions && !g.waitsForOthers(m) {
		resp.ErrorCode = kerr.RebalanceInProgress.Code
		res = g.rejoin(h, m)
	}
	res.Response = resp
	res.Timers = append(res.Timers, session(h, g, m))
	return res, nil
}

// waitsForOthers reports whether something that the member shall get is still owned by another.
func (g *Group) waitsForOthers(m *Member) bool {
	for topic, list := range g.targets[m.ID] {
		for _, n := range list {
			if !m.Assigned.has(topic, n) && g.ownedByOther(m, topic, n) {
				return true
			}
		}
	}
	return false
}

// rejoin gives a classic member its rebalance timeout to join again, from the first time that it is asked to.
func (g *Group) rejoin(h Host, m *Member) coordinator.Result {
	if g.rejoining[m.ID] {
		return coordinator.Result{}
	}
	id, member := g.ID, m.ID
	after := time.Duration(m.RebalanceTimeout) * time.Millisecond
	return coordinator.Result{
		Timers: []coordinator.Timer{fenceTimer(id, timerJoin, member, after, nil)},
		Apply: func() {
			if g := h.ConsumerGroup(id); g != nil {
				g.rejoining[member] = true
			}
		},
	}
}

// Leave decides a LeaveGroup: members of either protocol can be made to leave, static ones by their instance id alone (T78).
func Leave(h Host, now time.Time, req *kmsg.LeaveGroupRequest) coordinator.Result {
	g := h.ConsumerGroup(req.Group)
	resp := kmsg.NewPtrLeaveGroupResponse()
	leaving := map[string]bool{}
	for _, who := range classic.LeaveMembers(req) {
		out := kmsg.NewLeaveGroupResponseMember()
		out.MemberID, out.InstanceID = who.MemberID, who.InstanceID
		if m, err := g.leaver(who); err != nil {
			out.ErrorCode = err.Code
		} else {
			leaving[m.ID] = true
		}
		resp.Members = append(resp.Members, out)
	}
	classic.ForVersion(resp, req.Version)
	res := fence(h, g, leaving, now)
	res.Response = resp
	return res
}

func (g *Group) leaver(who kmsg.LeaveGroupRequestMember) (*Member, *kerr.Error) {
	if who.InstanceID == nil {
		if m := g.members[who.MemberID]; m != nil {
			return m, nil
		}
		return nil, kerr.UnknownMemberID
	}
	m := g.staticMember(who.InstanceID)
	switch {
	case m == nil:
		return nil, kerr.UnknownMemberID
	case who.MemberID != "" && who.MemberID != m.ID:
		return nil, kerr.FencedInstanceID
	}
	return m, nil
}
