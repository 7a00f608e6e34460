package classic

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Leave decides a LeaveGroup, of one member until v2, of several since, each with its own error (T78). A static member may
// be named by its instance id alone, as administrators do. The group must exist.
func Leave(h Host, now time.Time, req *kmsg.LeaveGroupRequest) coordinator.Result {
	c := begin(h, h.ClassicGroup(req.Group), now)
	resp := kmsg.NewPtrLeaveGroupResponse()
	left := false
	for _, who := range LeaveMembers(req) {
		out := kmsg.NewLeaveGroupResponseMember()
		out.MemberID, out.InstanceID = who.MemberID, who.InstanceID
		if err := c.leave(who.MemberID, who.InstanceID); err != nil {
			out.ErrorCode = err.Code
		} else {
			left = true
		}
		resp.Members = append(resp.Members, out)
	}
	if left {
		switch c.g.state {
		case Stable, CompletingRebalance:
			c.prepareRebalance()
		case PreparingRebalance:
			c.maybeCompleteJoin()
		case Empty:
		}
	}
	ForVersion(resp, req.Version)
	c.respond(resp)
	return c.done()
}

// LeaveMembers is who leaves, whatever the version.
func LeaveMembers(req *kmsg.LeaveGroupRequest) []kmsg.LeaveGroupRequestMember {
	if req.Version >= 3 {
		return req.Members
	}
	m := kmsg.NewLeaveGroupRequestMember()
	m.MemberID = req.MemberID
	return []kmsg.LeaveGroupRequestMember{m}
}

// ForVersion puts the error of the only member where versions before 3 look for it.
func ForVersion(resp *kmsg.LeaveGroupResponse, version int16) {
	if version < 3 && resp.ErrorCode == 0 && len(resp.Members) == 1 {
		resp.ErrorCode = resp.Members[0].ErrorCode
	}
}

func (c *change) leave(id string, instanceID *string) *kerr.Error {
	if id == "" {
		if instanceID == nil || !c.g.static.has(*instanceID) {
			return kerr.UnknownMemberID
		}
		id, _ = c.g.static.get(*instanceID)
	} else if c.g.pendingJoin.has(id) {
		c.g.remove(id)
		c.cancelHeartbeat(id)
		return nil
	} else if err := c.g.validateMember(id, instanceID); err != nil {
		return err
	}
	m := c.g.Member(id)
	c.cancelHeartbeat(id)
	c.removeMember(m)
	return nil
}
