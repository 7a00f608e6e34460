package classic

import (
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Metadata is what the member says to the group's protocol, or to the one that would be chosen now if there is none yet.
func (g *Group) Metadata(m *Member) []byte {
	protocol := g.protocol
	if protocol == "" {
		protocol = g.selectProtocol()
	}
	b, _ := m.metadata(protocol)
	return b
}

// TurnedAway answers everybody who waits for a join or a sync with REBALANCE_IN_PROGRESS, as the group is about to become a
// consumer group: they join that one.
func (g *Group) TurnedAway() []coordinator.Answer {
	var out []coordinator.Answer
	for _, m := range g.Members() {
		if m.join != nil {
			out = append(out, coordinator.Answer{To: m.join, Response: joinError(m.ID, kerr.RebalanceInProgress)})
		}
		if m.sync != nil {
			resp := kmsg.NewPtrSyncGroupResponse()
			resp.ErrorCode = kerr.RebalanceInProgress.Code
			out = append(out, coordinator.Answer{To: m.sync, Response: resp})
		}
	}
	return out
}

// CancelTimers takes back everything that the group has scheduled.
func (g *Group) CancelTimers() []coordinator.Timer {
	c := &change{g: g}
	c.cancel(timerJoin)
	c.cancel(timerSync)
	for _, m := range g.Members() {
		c.cancelHeartbeat(m.ID)
	}
	pending := make([]string, 0, g.pendingJoin.len())
	for id := range g.pendingJoin.all() {
		pending = append(pending, id)
	}
	slices.Sort(pending)
	for _, id := range pending {
		c.cancelHeartbeat(id)
	}
	return c.res.Timers
}

// Adopt makes a settled group of members with their assignments, as a consumer group leaves it behind, and logs it. If
// rebalance is set it asks them all to join again at once.
func Adopt(h Host, id string, generation int32, members []Member, rebalance bool, now time.Time) coordinator.Result {
	g := NewGroup(id, now)
	g.state, g.generation, g.protocolType = Stable, generation, ConsumerProtocol
	for i := range members {
		m := members[i]
		m.expire = expireSession(id, m.ID)
		if m.Assignment == nil {
			m.Assignment = []byte{}
		}
		g.add(&m)
	}
	g.protocol = g.selectProtocol()
	g.learnSubscriptions()
	g.commit()
	c := begin(h, g, now)
	c.write()
	for _, m := range c.g.Members() {
		c.heartbeat(m)
	}
	if rebalance {
		c.prepareRebalance()
	}
	return c.done()
}
