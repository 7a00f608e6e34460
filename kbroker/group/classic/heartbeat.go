package classic

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Heartbeat keeps a session alive and tells of a rebalance. It changes nothing but the timer.
func Heartbeat(h Host, req *kmsg.HeartbeatRequest) coordinator.Result {
	resp := kmsg.NewPtrHeartbeatResponse()
	res := coordinator.Result{Response: resp}
	g := h.ClassicGroup(req.Group)
	if g == nil {
		resp.ErrorCode = kerr.UnknownMemberID.Code
		return res
	}
	if err := g.validateMember(req.MemberID, req.InstanceID); err != nil {
		resp.ErrorCode = err.Code
		return res
	}
	if req.Generation != g.generation {
		resp.ErrorCode = kerr.IllegalGeneration.Code
		return res
	}
	if g.state == PreparingRebalance {
		resp.ErrorCode = kerr.RebalanceInProgress.Code
	}
	res.Timers = []coordinator.Timer{g.session(g.Member(req.MemberID))}
	return res
}

// KeepAlive is what a commit does for the session of its member, nil when the member is not there or the state says no.
func (g *Group) KeepAlive(id string) []coordinator.Timer {
	m := g.Member(id)
	if m == nil || g.state != Stable && g.state != PreparingRebalance {
		return nil
	}
	return []coordinator.Timer{g.session(m)}
}
