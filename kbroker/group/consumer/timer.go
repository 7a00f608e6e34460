package consumer

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Kinds of timers, all owned by the group.
const (
	timerSession   = "session"   // a member was not heard of
	timerRebalance = "rebalance" // a member does not give up what it should
	timerJoin      = "join"      // a classic member does not join again
	timerSync      = "sync"      // a classic member does not ask for its assignment
	timerResolve   = "resolve"   // patterns are to be resolved
)

func key(group, kind, member string) coordinator.TimerKey {
	// Classic groups have timers of the same kinds; a group can become one, so the names must differ.
	return coordinator.TimerKey{Owner: group, Kind: "consumer-" + kind, ID: member}
}

// fenceTimer removes the member when it is due, if stands still says so.
func fenceTimer(group, kind, member string, after time.Duration, stands func(*Member) bool) coordinator.Timer {
	return coordinator.Timer{Key: key(group, kind, member), After: after, Fire: func(cm coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		h := cm.(Host)
		g := h.ConsumerGroup(group)
		if g == nil || g.members[member] == nil || stands != nil && !stands(g.members[member]) {
			return coordinator.Result{}, nil
		}
		return fence(h, g, map[string]bool{member: true}, now), nil
	}}
}

// session lets a member's session begin anew.
func session(h Host, g *Group, m *Member) coordinator.Timer {
	after := h.ConsumerConfig().sessionTimeout(g.ID)
	if m.Classic != nil {
		after = time.Duration(m.Classic.SessionTimeout) * time.Millisecond
	}
	return fenceTimer(g.ID, timerSession, m.ID, after, nil)
}

// rebalance is the timer that goes with a member's state: it has its rebalance timeout to give up what it should.
func rebalance(g *Group, m *Member) coordinator.Timer {
	if m.State != UnrevokedPartitions {
		return coordinator.Cancel(key(g.ID, timerRebalance, m.ID))
	}
	epoch := m.Epoch
	after := time.Duration(m.RebalanceTimeout) * time.Millisecond
	return fenceTimer(g.ID, timerRebalance, m.ID, after, func(now *Member) bool { return now.Epoch == epoch })
}

func cancelTimers(group, member string) []coordinator.Timer {
	var out []coordinator.Timer
	for _, kind := range []string{timerSession, timerRebalance, timerJoin, timerSync} {
		out = append(out, coordinator.Cancel(key(group, kind, member)))
	}
	return out
}

// Loaded begins the sessions of a loaded group's members.
func Loaded(h Host, g *Group) coordinator.Result {
	var res coordinator.Result
	for _, m := range g.Members() {
		res.Timers = append(res.Timers, session(h, g, m))
		if m.State == UnrevokedPartitions {
			res.Timers = append(res.Timers, rebalance(g, m))
		}
	}
	return res
}
