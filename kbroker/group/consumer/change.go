package consumer

import (
	"maps"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// A change is one member's heartbeat or join under way: what it was, what it becomes, and what is to be written.
type change struct {
	h   Host
	cfg *Config
	t   Topics
	g   *Group // as it is; read only
	now time.Time
	res coordinator.Result

	before *Member // as the coordinator knew it, maybe just made
	m      *Member // as it will be
	epoch  int32   // of the group, after this change
	// changed says that the member's subscription is another one.
	changed bool
	// looked says that the hash of the subscribed topics was compared with the topics as they are.
	looked bool
	// resolve says that the patterns are to be resolved.
	resolve bool
	// inherited says that the target is what a classic group left, maybe in the middle of a rebalance.
	inherited bool
}

func begin(h Host, g *Group, now time.Time) *change {
	return &change{h: h, cfg: h.ConsumerConfig(), t: h.Topics(), g: g, now: now, epoch: g.epoch}
}

func (c *change) write(recs ...coordinator.Record) { c.res.Records = append(c.res.Records, recs...) }

func (c *change) time(ts ...coordinator.Timer) { c.res.Timers = append(c.res.Timers, ts...) }

// update writes what the member says of itself, and bumps the group's epoch if that, or the topics, ask for another
// assignment.
func (c *change) update(client Client) error {
	if !c.m.sameMetadata(c.before) {
		c.write(memberRecord(c.g.ID, c.m))
	}
	names := !equalStrings(c.m.Topics, c.before.Topics)
	p, err := c.g.changePattern(c.cfg, c.t, c.before, c.m, c.now)
	if err != nil {
		return err
	}
	c.write(p.records...)
	c.changed, c.resolve = names || p.updated, p.due
	if p.due {
		c.time(resolveTimer(c.g.ID, c.now, 0, client.TopicAllowed))
	}
	// A pattern that is not resolved yet bumps the epoch when it is.
	c.bump(names || c.inherited || p.updated && (p.resolved || c.m.Classic != nil) || c.otherAssignor())
	return nil
}

// otherAssignor reports whether the group, not only the member, prefers another assignor after this change.
func (c *change) otherAssignor() bool {
	if samePtr(c.before.Assignor, c.m.Assignor) {
		return false
	}
	return c.g.with(c.m).preferred(c.cfg.Assignors) != c.g.without(nil).preferred(c.cfg.Assignors)
}

// bump raises the group's epoch when it must, or when the subscribed topics are not what they were.
func (c *change) bump(must bool) {
	if !must && c.g.seen == c.t.Version() {
		return
	}
	c.looked = true
	hash := c.g.with(c.m).hash(c.t)
	if must || hash != c.g.hash {
		c.epoch++
		c.write(epochRecord(c.g.ID, c.epoch, hash))
	}
	if c.g.legacyMetadata {
		c.write(legacyTombstone(c.g.ID))
	}
}

// assign returns the target of the member, computing it anew when there is a newer epoch and the assignment interval has
// passed since the last one.
func (c *change) assign() (epoch int32, target assignor.Partitions) {
	g := c.g
	due := time.UnixMilli(g.assignedAt).Add(c.cfg.assignmentInterval(g.ID))
	if c.epoch == g.assignmentEpoch || c.now.Before(due) {
		return g.assignmentEpoch, g.target(c.m)
	}
	r := g.with(c.m)
	spec := r.spec(c.t)
	targets := assignor.ByName(r.preferred(c.cfg.Assignors))(spec)
	for _, m := range spec.Members {
		if old, had := g.targets[m.ID]; !had || !old.Equal(targets[m.ID]) {
			c.write(targetRecord(g.ID, m.ID, targets[m.ID]))
		}
	}
	c.write(targetEpochRecord(g.ID, c.epoch, c.now.UnixMilli()))
	return c.epoch, targets[c.m.ID]
}

// reconcile moves the member one step towards a target.
func (c *change) reconcile(epoch int32, target assignor.Partitions, claims []kmsg.ConsumerGroupHeartbeatRequestTopic) error {
	if !c.changed && c.m.reconciledTo(epoch) {
		return nil
	}
	subscribed := map[TopicID]bool{}
	for _, id := range topicIDs(c.g.names(c.m), c.t) {
		subscribed[id] = true
	}
	r := &reconciliation{g: c.g, m: c.m, epoch: epoch, target: target, subscribed: subscribed, changed: c.changed, claims: claims}
	next, err := r.step()
	if err != nil {
		return err
	}
	if !next.sameAssignment(c.m) {
		c.write(currentRecord(c.g.ID, next))
		if next.Classic == nil {
			c.time(rebalance(c.g, next))
		}
	}
	c.m = next
	return nil
}

// done adds what is not logged: that the topics were looked at, and that patterns are being resolved.
func (c *change) done() coordinator.Result {
	if !c.looked && !c.resolve {
		return c.res
	}
	h, id, version, looked, resolve := c.h, c.g.ID, c.t.Version(), c.looked, c.resolve
	apply := c.res.Apply
	c.res.Apply = func() {
		if apply != nil {
			apply()
		}
		if g := h.ConsumerGroup(id); g != nil {
			if looked {
				g.seen = version
			}
			g.resolving = g.resolving || resolve
		}
	}
	return c.res
}

// resolvePause lets others have their turn between two parts of a resolution.
const resolvePause = time.Millisecond

// resolveTimer resolves the group's patterns that were not resolved since, in an operation of its own, with what the client
// that brought the pattern may know of. When there is too much to do for one operation it goes on with another.
func resolveTimer(group string, since time.Time, after time.Duration, allowed func(string) bool) coordinator.Timer {
	return coordinator.Timer{Key: key(group, timerResolve, ""), After: after, Fire: func(cm coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		h := cm.(Host)
		g := h.ConsumerGroup(group)
		if g == nil {
			return coordinator.Result{}, nil
		}
		todo := g.unresolved(since.UnixMilli())
		found := resolve(todo, h.Topics(), allowed, h.ConsumerConfig().RegexBudget, now)
		res := resolved(h, g, found)
		if len(todo) > len(found) {
			res.Timers = append(res.Timers, resolveTimer(group, since, resolvePause, allowed))
			return res, nil
		}
		res.Apply = func() {
			if g := h.ConsumerGroup(group); g != nil {
				g.resolving = false
			}
		}
		return res, nil
	}}
}

// resolved writes what patterns match, and bumps the epoch if the subscribed topics are not what they were.
func resolved(h Host, g *Group, found map[string]Resolved) coordinator.Result {
	res := coordinator.Result{}
	bump := false
	after := *g
	after.regexes = maps.Clone(g.regexes)
	maps.Copy(after.regexes, found)
	for _, p := range sortedKeys(found) {
		if !equalStrings(found[p].Topics, g.regexes[p].Topics) {
			bump = true
		}
		res.Records = append(res.Records, regexRecord(g.ID, p, found[p]))
	}
	hash := after.without(nil).hash(h.Topics())
	if bump || hash != g.hash {
		res.Records = append(res.Records, epochRecord(g.ID, g.epoch+1, hash))
	}
	return res
}
