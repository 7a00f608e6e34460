package classic

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A change is one operation on one group: the group as it will be, a branch of the one that is, and everything else that
// is to happen.
type change struct {
	host Host
	cfg  *Config
	now  time.Time
	g    *Group
	res  coordinator.Result
}

func begin(h Host, g *Group, now time.Time) *change {
	return &change{host: h, cfg: h.ClassicConfig(), now: now, g: g.branch()}
}

// done hands the group over.
func (c *change) done() coordinator.Result {
	h, g := c.host, c.g
	c.res.Apply = func() {
		g.commit()
		h.StoreClassicGroup(g)
	}
	return c.res
}

// respond answers the operation itself.
func (c *change) respond(resp kmsg.Response) { c.res.Response = resp }

// answer answers an operation that waits; a token that is nil is none.
func (c *change) answer(to *coordinator.Pending, resp kmsg.Response) {
	if to != nil {
		c.res.Answers = append(c.res.Answers, coordinator.Answer{To: to, Response: resp})
	}
}

// completeJoin answers a member's join, if it waits for one.
func (c *change) completeJoin(m *Member, resp *kmsg.JoinGroupResponse) {
	if m.join != nil {
		c.answer(m.join, resp)
		c.g.edit(m, func(m *Member) { m.join = nil })
	}
}

// rebalanceOrComplete begins a rebalance, or, when one is on, sees whether this was the last member it waited for.
func (c *change) rebalanceOrComplete() {
	if c.g.state == PreparingRebalance {
		c.maybeCompleteJoin()
	} else {
		c.prepareRebalance()
	}
}

// prepareRebalance asks all members to join again. The first rebalance of a group waits a while for more members.
func (c *change) prepareRebalance() {
	g := c.g
	if g.state == CompletingRebalance {
		c.resetAssignments(kerr.RebalanceInProgress)
	}
	g.pendingSync.clear()
	c.cancel(timerSync)
	first := g.state == Empty
	g.transition(PreparingRebalance, c.now)
	switch {
	case first:
		delay := c.cfg.InitialRebalanceDelay
		c.schedule(timerJoin, delay, initialJoin(g.ID, delay, max(g.rebalanceTimeout()-delay, 0)))
	case g.allJoined():
		c.completeJoinPhase()
	default:
		c.schedule(timerJoin, g.rebalanceTimeout(), joinTimeout(g.ID))
	}
}

// maybeCompleteJoin ends the join phase when everybody has joined, unless it is the first one, which ends by its timer.
func (c *change) maybeCompleteJoin() {
	if c.g.state == PreparingRebalance && c.g.previous != Empty && c.g.allJoined() {
		c.completeJoinPhase()
	}
}

// completeJoinPhase begins the next generation with those who have joined. Dynamic members that have not are removed.
func (c *change) completeJoinPhase() {
	g := c.g
	c.cancel(timerJoin)
	for _, m := range g.Members() {
		if m.join == nil && !m.Static() {
			g.remove(m.ID)
			c.cancelHeartbeat(m.ID)
		}
	}
	if !g.electJoined() && g.members.len() > 0 {
		// Nobody (static members only) has joined. Their sessions end it one day.
		c.schedule(timerJoin, g.rebalanceTimeout(), joinTimeout(g.ID))
		return
	}
	g.generation++
	g.pendingSync.clear()
	if g.members.len() == 0 {
		g.protocol = ""
		g.learnSubscriptions()
		g.transition(Empty, c.now)
		c.write()
		return
	}
	g.protocol = g.selectProtocol()
	g.learnSubscriptions()
	g.transition(CompletingRebalance, c.now)
	for _, m := range g.Members() {
		c.answer(m.join, g.joined(m.ID))
		c.heartbeat(g.edit(m, func(m *Member) { m.join, m.isNew = nil, false }))
		g.pendingSync.set(m.ID, struct{}{})
	}
	c.schedule(timerSync, g.rebalanceTimeout(), syncTimeout(g.ID, g.generation))
}

// joined is the answer to a member of the current generation; the leader gets everybody's metadata.
func (g *Group) joined(id string) *kmsg.JoinGroupResponse {
	resp := joinResponse(id)
	resp.Generation = g.generation
	resp.Protocol, resp.ProtocolType = nullable(g.protocol), nullable(g.protocolType)
	resp.LeaderID = g.leader
	if g.leader == id {
		resp.Members = g.joinedMembers()
	}
	return resp
}

func (g *Group) joinedMembers() []kmsg.JoinGroupResponseMember {
	out := make([]kmsg.JoinGroupResponseMember, 0, g.members.len())
	for _, m := range g.Members() {
		jm := kmsg.NewJoinGroupResponseMember()
		jm.MemberID, jm.InstanceID = m.ID, m.InstanceID
		jm.ProtocolMetadata, _ = m.metadata(g.protocol)
		out = append(out, jm)
	}
	return out
}

// resetAssignments takes all assignments away and tells those who wait for theirs why.
func (c *change) resetAssignments(err *kerr.Error) {
	for _, m := range c.g.Members() {
		c.g.edit(m, func(m *Member) { m.Assignment = []byte{} })
	}
	c.propagate(err)
}

// propagate answers the syncs that wait, with the member's assignment or an error.
func (c *change) propagate(err *kerr.Error) {
	for _, m := range c.g.Members() {
		if m.sync == nil {
			continue
		}
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.MemberAssignment = m.Assignment
		if err != nil {
			resp.ErrorCode = err.Code
		} else {
			resp.Protocol, resp.ProtocolType = nullable(c.g.protocol), nullable(c.g.protocolType)
		}
		c.answer(m.sync, resp)
		c.heartbeat(c.g.edit(m, func(m *Member) { m.sync = nil }))
	}
}

// removeMember removes a member that failed or left. A join of it that waits is answered UNKNOWN_MEMBER_ID, so that a
// client that is alive tries again.
func (c *change) removeMember(m *Member) {
	c.completeJoin(m, joinError("", kerr.UnknownMemberID))
	if m.sync != nil {
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.ErrorCode = kerr.UnknownMemberID.Code
		c.answer(m.sync, resp)
	}
	c.g.remove(m.ID)
}

func joinResponse(memberID string) *kmsg.JoinGroupResponse {
	resp := kmsg.NewPtrJoinGroupResponse()
	resp.Generation = -1
	resp.MemberID = memberID
	return resp
}

// joinError is a JoinGroup answer with nothing but an error.
func joinError(memberID string, err *kerr.Error) *kmsg.JoinGroupResponse {
	resp := joinResponse(memberID)
	resp.ErrorCode = err.Code
	resp.Protocol = new(string)
	return resp
}

// nullable turns "", our none, into null.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
