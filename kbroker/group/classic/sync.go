package classic

import (
	"bytes"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Sync decides a SyncGroup: the leader's settles the generation and is logged, a follower's waits for it (T76).
func Sync(h Host, now time.Time, req *kmsg.SyncGroupRequest, to *coordinator.Pending) coordinator.Result {
	g := h.ClassicGroup(req.Group)
	if g == nil || g.Empty() {
		return syncError(kerr.UnknownMemberID)
	}
	if err := g.validateSync(req); err != nil {
		return syncError(err)
	}
	switch g.state {
	case CompletingRebalance:
		c := begin(h, g, now)
		c.sync(req, to)
		return c.done()
	case Stable:
		c := begin(h, g, now)
		c.synced(req.MemberID)
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.Protocol, resp.ProtocolType = nullable(g.protocol), nullable(g.protocolType)
		resp.MemberAssignment = g.Member(req.MemberID).Assignment
		c.respond(resp)
		return c.done()
	default:
		return syncError(kerr.RebalanceInProgress)
	}
}

func (g *Group) validateSync(req *kmsg.SyncGroupRequest) *kerr.Error {
	if err := g.validateMember(req.MemberID, req.InstanceID); err != nil {
		return err
	}
	switch {
	case req.Generation != g.generation:
		return kerr.IllegalGeneration
	case req.ProtocolType != nil && *req.ProtocolType != g.protocolType:
		return kerr.InconsistentGroupProtocol
	case req.Protocol != nil && *req.Protocol != g.protocol:
		return kerr.InconsistentGroupProtocol
	}
	return nil
}

// sync lets the member wait for its assignment; the leader brings everybody's.
func (c *change) sync(req *kmsg.SyncGroupRequest, to *coordinator.Pending) {
	m := c.g.Member(req.MemberID)
	if m.sync != nil { // the client asks again
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.ErrorCode = kerr.RebalanceInProgress.Code
		c.answer(m.sync, resp)
	}
	c.g.edit(m, func(m *Member) { m.sync = to })
	c.res.Parked = true
	c.synced(req.MemberID)
	if c.g.leader != req.MemberID {
		return
	}
	given := make(map[string][]byte, len(req.GroupAssignment))
	for _, a := range req.GroupAssignment {
		given[a.MemberID] = a.MemberAssignment
	}
	for _, m := range c.g.Members() {
		c.g.edit(m, func(m *Member) {
			if m.Assignment = bytes.Clone(given[m.ID]); m.Assignment == nil {
				m.Assignment = []byte{}
			}
		})
	}
	c.write()
	c.propagate(nil)
	c.g.transition(Stable, c.now)
}

// synced notes that a member has asked for its assignment.
func (c *change) synced(id string) {
	c.g.pendingSync.delete(id)
	if c.g.pendingSync.len() == 0 {
		c.cancel(timerSync)
	}
}

func syncError(err *kerr.Error) coordinator.Result {
	resp := kmsg.NewPtrSyncGroupResponse()
	resp.ErrorCode = err.Code
	return coordinator.Result{Response: resp}
}
