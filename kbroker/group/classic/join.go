package classic

import (
	"bytes"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Versions of JoinGroup that brought something.
const (
	joinKnownMemberID  = 4 // a member without id is given one and joins again (KIP-394)
	joinSkipAssignment = 9 // the leader can be told that there is nothing to assign (KIP-814)
)

// A join is a JoinGroup under way.
type join struct {
	*change
	req       *kmsg.JoinGroupRequest
	client    Client
	to        *coordinator.Pending
	protocols []Protocol
}

// Join decides a JoinGroup to the group of that id, or to one that begins with it. The request has been validated.
func Join(h Host, now time.Time, req *kmsg.JoinGroupRequest, client Client, to *coordinator.Pending) coordinator.Result {
	g := h.ClassicGroup(req.Group)
	isNew := g == nil
	if isNew {
		if req.MemberID != "" {
			return coordinator.Result{Response: joinError(req.MemberID, kerr.UnknownMemberID)}
		}
		g = NewGroup(strings.Clone(req.Group), now)
	}
	j := &join{change: begin(h, g, now), req: req, client: client, to: to, protocols: copyProtocols(req.Protocols)}
	j.decide()
	if isNew && len(j.res.Records) == 0 {
		j.res.Records = append(j.res.Records, emptyRecord(j.g))
	}
	return j.done()
}

func (j *join) decide() {
	id := j.req.MemberID
	switch {
	case !j.accepts(id):
		j.g.remove(id)
		j.respond(joinError("", kerr.GroupMaxSizeReached))
	case !j.g.supportsAny(j.req.ProtocolType, j.protocols):
		j.respond(joinError(id, kerr.InconsistentGroupProtocol))
	case id == "":
		j.newMember()
	default:
		j.knownMember(id)
	}
}

// accepts reports whether there is room. During a rebalance those who have joined count, so that a group that is too
// large shrinks; otherwise members have their place.
func (j *join) accepts(id string) bool {
	m := j.g.Member(id)
	switch j.g.state {
	case PreparingRebalance:
		return m != nil && m.join != nil || j.g.awaiting < j.cfg.MaxSize
	case CompletingRebalance, Stable:
		return m != nil || j.g.members.len() < j.cfg.MaxSize
	case Empty:
	}
	return true
}

// newMember lets somebody without a member id in.
func (j *join) newMember() {
	if j.req.InstanceID != nil {
		id := *j.req.InstanceID + "-" + j.cfg.NewMemberID()
		if old, ok := j.g.static.get(*j.req.InstanceID); ok {
			j.replaceStatic(j.g.Member(old), id)
		} else {
			j.add(id)
		}
		return
	}
	id := j.client.ID + "-" + j.cfg.NewMemberID()
	if j.req.Version < joinKnownMemberID {
		j.add(id)
		return
	}
	if forgotten := j.g.expect(id); forgotten != "" {
		j.cancelHeartbeat(forgotten)
	}
	key := coordinator.TimerKey{Owner: j.g.ID, Kind: timerHeartbeat, ID: id}
	session := time.Duration(j.req.SessionTimeoutMillis) * time.Millisecond
	j.res.Timers = append(j.res.Timers, coordinator.Timer{Key: key, After: session, Fire: expireSession(j.g.ID, id)})
	j.respond(joinError(id, kerr.MemberIDRequired))
}

// knownMember lets a member join again, or one in that was given its id just now.
func (j *join) knownMember(id string) {
	if j.g.pendingJoin.has(id) {
		if j.req.InstanceID != nil { // such an id was never given to a static member
			j.respond(joinError(id, kerr.UnknownMemberID))
			return
		}
		j.add(strings.Clone(id))
		return
	}
	if err := j.g.validateMember(id, j.req.InstanceID); err != nil {
		resp := joinError(id, err)
		resp.Protocol = nil
		j.respond(resp)
		return
	}
	m := j.g.Member(id)
	switch j.g.state {
	case PreparingRebalance:
		j.update(m)
	case CompletingRebalance:
		if m.matches(j.protocols) { // its answer was lost
			j.respond(j.g.joined(id))
			return
		}
		j.update(m)
	case Stable:
		// A leader that joins again wants a rebalance, for reasons of its own.
		if j.g.leader != id && m.matches(j.protocols) {
			resp := j.g.joined(id)
			resp.Members = nil
			j.respond(resp)
			return
		}
		j.update(m)
	case Empty:
		j.respond(joinError(id, kerr.UnknownMemberID))
	}
}

// add makes a member and lets it wait for the generation.
func (j *join) add(id string) {
	g := j.g
	if g.members.len() == 0 {
		g.protocolType = strings.Clone(j.req.ProtocolType)
	}
	if g.state == PreparingRebalance && g.previous == Empty {
		g.joinedSince = true
	}
	m := &Member{
		ID: id, InstanceID: cloneString(j.req.InstanceID),
		ClientID: strings.Clone(j.client.ID), ClientHost: strings.Clone(j.client.Host),
		RebalanceTimeout: j.req.RebalanceTimeoutMillis, SessionTimeout: j.req.SessionTimeoutMillis,
		Protocols: j.protocols, Assignment: []byte{}, isNew: true, expire: expireSession(g.ID, id), join: j.to,
	}
	g.add(m)
	j.res.Parked = true
	// A new member cannot send heartbeats, and its connection is mute while the join waits. It is dropped after a while,
	// so that clients that gave up do not pile up.
	j.res.Timers = append(j.res.Timers, g.sessionFor(m, j.cfg.NewMemberJoinTimeout))
	j.rebalanceOrComplete()
}

// update takes over what the member says now, and lets it wait for the next generation.
func (j *join) update(m *Member) {
	j.refresh(m)
	j.rebalanceOrComplete()
}

func (j *join) refresh(m *Member) *Member {
	if m.join != nil {
		// The client asks again; the older question would never be answered otherwise. It is the same member, so the
		// answer says that it has to go on with the newer one.
		j.answer(m.join, joinError(m.ID, kerr.RebalanceInProgress))
	}
	j.res.Parked = true
	return j.g.edit(m, func(m *Member) {
		m.Protocols, m.join = j.protocols, j.to
		m.RebalanceTimeout, m.SessionTimeout = j.req.RebalanceTimeoutMillis, j.req.SessionTimeoutMillis
	})
}

// replaceStatic lets a static member that has restarted take the place of its old self, which is fenced. While the group
// is stable and its choice of protocol stands, nobody else notices (KIP-345, G7).
func (j *join) replaceStatic(old *Member, id string) {
	g := j.g
	leaderBefore := g.leader
	j.fence(old)
	m := *old
	m.ID, m.join, m.sync, m.isNew = id, nil, nil, false
	m.expire = expireSession(g.ID, id)
	g.rename(old, &m)
	j.cancelHeartbeat(old.ID)
	j.heartbeat(&m)
	switch g.state {
	case Stable:
		next := j.refresh(&m)
		if g.selectProtocol() != g.protocol {
			j.prepareRebalance()
			return
		}
		j.staticUnnoticed(next, leaderBefore)
	case CompletingRebalance:
		j.refresh(&m) // the leader may be assigning to the old id just now
		j.prepareRebalance()
	case PreparingRebalance:
		j.refresh(&m)
		j.maybeCompleteJoin()
	case Empty: // has no members to replace
	}
}

// staticUnnoticed answers a returning static member with the generation as it stands, once its new id is logged. From v9
// on a leader is told to skip the assignment; before, it is answered as if somebody else led.
func (j *join) staticUnnoticed(m *Member, leaderBefore string) {
	j.g.edit(m, func(m *Member) { m.join = nil })
	j.res.Parked = false
	resp := j.g.joined(m.ID)
	if j.req.Version >= joinSkipAssignment {
		resp.SkipAssignment = j.g.leader == m.ID
	} else {
		resp.Members = nil
		resp.LeaderID = leaderBefore
	}
	j.write()
	j.respond(resp)
}

// fence answers whatever the old self of a static member waits for.
func (j *join) fence(old *Member) {
	if old.join != nil {
		resp := joinError(old.ID, kerr.FencedInstanceID)
		resp.Protocol = nil
		j.answer(old.join, resp)
	}
	if old.sync != nil {
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.ErrorCode = kerr.FencedInstanceID.Code
		j.answer(old.sync, resp)
	}
}

// copyProtocols keeps what a request only lends.
func copyProtocols(ps []kmsg.JoinGroupRequestProtocol) []Protocol {
	out := make([]Protocol, len(ps))
	for i, p := range ps {
		out[i] = Protocol{Name: strings.Clone(p.Name), Metadata: bytes.Clone(p.Metadata)}
		if out[i].Metadata == nil {
			out[i].Metadata = []byte{}
		}
	}
	return out
}

func cloneString(s *string) *string {
	if s == nil {
		return nil
	}
	c := strings.Clone(*s)
	return &c
}
