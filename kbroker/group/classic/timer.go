package classic

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Kinds of timers. Each is owned by the group; heartbeat timers have the member's id.
const (
	timerHeartbeat = "heartbeat"
	timerJoin      = "join" // end of the join phase
	timerSync      = "sync" // end of the sync phase
)

func (c *change) schedule(kind string, after time.Duration, fire coordinator.Handler) {
	key := coordinator.TimerKey{Owner: c.g.ID, Kind: kind}
	c.res.Timers = append(c.res.Timers, coordinator.Timer{Key: key, After: after, Fire: fire})
}

func (c *change) cancel(kind string) {
	c.res.Timers = append(c.res.Timers, coordinator.Cancel(coordinator.TimerKey{Owner: c.g.ID, Kind: kind}))
}

// heartbeat lets the member's session begin anew.
func (c *change) heartbeat(m *Member) { c.res.Timers = append(c.res.Timers, c.g.session(m)) }

func (c *change) cancelHeartbeat(id string) {
	key := coordinator.TimerKey{Owner: c.g.ID, Kind: timerHeartbeat, ID: id}
	c.res.Timers = append(c.res.Timers, coordinator.Cancel(key))
}

// session is the timer that ends a member's session.
func (g *Group) session(m *Member) coordinator.Timer {
	return g.sessionFor(m, time.Duration(m.SessionTimeout)*time.Millisecond)
}

func (g *Group) sessionFor(m *Member, after time.Duration) coordinator.Timer {
	key := coordinator.TimerKey{Owner: g.ID, Kind: timerHeartbeat, ID: m.ID}
	return coordinator.Timer{Key: key, After: after, Fire: m.expire}
}

// onTimer makes the handler of a timer: decide is called if the group still exists.
func onTimer(group string, decide func(c *change)) coordinator.Handler {
	return func(m coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		h := m.(Host)
		g := h.ClassicGroup(group)
		if g == nil {
			return coordinator.Result{}, nil
		}
		c := begin(h, g, now)
		decide(c)
		return c.done(), nil
	}
}

// joinTimeout ends the join phase without those who have not joined.
func joinTimeout(group string) coordinator.Handler {
	return onTimer(group, func(c *change) {
		if c.g.state == PreparingRebalance {
			c.completeJoinPhase()
		}
	})
}

// initialJoin ends the first join phase, or prolongs it while members keep coming, at most by the rebalance timeout.
func initialJoin(group string, delay, remaining time.Duration) coordinator.Handler {
	return onTimer(group, func(c *change) {
		switch {
		case c.g.state != PreparingRebalance:
		case c.g.joinedSince && remaining > 0:
			c.g.joinedSince = false
			next := min(c.cfg.InitialRebalanceDelay, remaining)
			c.schedule(timerJoin, next, initialJoin(group, next, max(remaining-delay, 0)))
		default:
			c.completeJoinPhase()
		}
	})
}

// syncTimeout removes members that have joined a generation but never asked for their assignment.
func syncTimeout(group string, generation int32) coordinator.Handler {
	return onTimer(group, func(c *change) {
		settling := c.g.state == CompletingRebalance || c.g.state == Stable
		if c.g.generation != generation || !settling || c.g.pendingSync.len() == 0 {
			return
		}
		for _, m := range c.g.Members() {
			if c.g.pendingSync.has(m.ID) {
				c.g.remove(m.ID)
				c.cancelHeartbeat(m.ID)
			}
		}
		c.prepareRebalance()
	})
}

// expireSession removes a member that was not heard of.
func expireSession(group, id string) coordinator.Handler {
	return onTimer(group, func(c *change) {
		if c.g.pendingJoin.has(id) {
			c.g.remove(id)
			c.maybeCompletePreparing()
			return
		}
		if m := c.g.Member(id); m != nil && !m.excused() {
			c.removeMember(m)
			c.afterRemoval()
		}
	})
}

// afterRemoval lets the others go on without a member.
func (c *change) afterRemoval() {
	switch c.g.state {
	case Stable, CompletingRebalance:
		c.prepareRebalance()
	case PreparingRebalance:
		c.maybeCompletePreparing()
	case Empty:
	}
}

// maybeCompletePreparing ends the join phase, be it the first one or not, when there is nobody left to wait for.
func (c *change) maybeCompletePreparing() {
	if c.g.state == PreparingRebalance && c.g.allJoined() {
		c.completeJoinPhase()
	}
}
