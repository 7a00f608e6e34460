package consumer

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// A roster is the members as they will be: those of the group, some replaced, added or gone.
type roster struct {
	g       *Group
	members map[string]*Member
}

// with is the group's members with one changed or added; a static member takes the place of the one that had its instance
// id.
func (g *Group) with(m *Member) roster {
	members := maps.Clone(g.members)
	if old := g.staticMember(m.InstanceID); old != nil {
		delete(members, old.ID)
	}
	members[m.ID] = m
	return roster{g, members}
}

// without is the group's members without some.
func (g *Group) without(leaving map[string]bool) roster {
	members := maps.Clone(g.members)
	for id := range leaving {
		delete(members, id)
	}
	return roster{g, members}
}

// names is what a member subscribes to, by name and by what its pattern was resolved to. A pattern that is not resolved
// matches nothing yet.
func (g *Group) names(m *Member) []string {
	if m.Regex == "" || len(g.regexes[m.Regex].Topics) == 0 {
		return m.Topics
	}
	return sortedSet(append(slices.Clone(m.Topics), g.regexes[m.Regex].Topics...))
}

// topicIDs are the topics of names that exist, in order.
func topicIDs(names []string, t Topics) []TopicID {
	out := make([]TopicID, 0, len(names))
	for _, n := range names {
		if id, ok := t.TopicID(n); ok {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, assignor.CompareIDs)
	return out
}

// hash is a number for everything about the subscribed topics that an assignment depends on. It is 0 without topics.
func (r roster) hash(t Topics) int64 {
	seen, patterns := map[string]bool{}, map[string]bool{}
	add := func(names []string) {
		for _, n := range names {
			seen[n] = true
		}
	}
	for _, m := range r.members {
		if add(m.Topics); m.Regex != "" && !patterns[m.Regex] {
			patterns[m.Regex] = true
			add(r.g.regexes[m.Regex].Topics)
		}
	}
	h := fnv.New64a()
	any := false
	var buf []byte
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		id, ok := t.TopicID(name)
		if !ok {
			continue
		}
		any = true
		count := t.Partitions(name)
		buf = append(append(buf[:0], id[:]...), name...)
		buf = binary.BigEndian.AppendUint32(append(buf, 0), uint32(count))
		for p := range count {
			for _, rack := range slices.Sorted(slices.Values(t.Racks(name, p))) {
				buf = append(append(buf, rack...), ';')
			}
			buf = append(buf, ',')
		}
		_, _ = h.Write(buf)
	}
	if !any {
		return 0
	}
	return int64(h.Sum64())
}

// spec is the question to the assignor.
func (r roster) spec(t Topics) assignor.Spec {
	s := assignor.Spec{
		Count: func(id TopicID) int32 {
			name, _ := t.TopicName(id)
			return t.Partitions(name)
		},
		Racks: func(id TopicID, p int32) []string {
			name, _ := t.TopicName(id)
			return t.Racks(name, p)
		},
	}
	for _, id := range slices.Sorted(maps.Keys(r.members)) {
		m := r.members[id]
		am := assignor.Member{ID: id, Topics: topicIDs(r.g.names(m), t), Current: r.g.target(m)}
		if m.InstanceID == nil || r.g.static[*m.InstanceID] == "" {
			am.Current = r.g.targets[id]
		}
		if m.InstanceID != nil {
			am.Instance = *m.InstanceID
		}
		if m.RackID != nil {
			am.Rack = *m.RackID
		}
		s.Members = append(s.Members, am)
	}
	return s
}

// preferred is the assignor that most members ask for, the earlier configured one on a tie; the default when none asks.
func (r roster) preferred(assignors []string) string {
	votes := map[string]int{}
	for _, m := range r.members {
		if m.Assignor != nil {
			votes[*m.Assignor]++
		}
	}
	best := assignors[0]
	for _, a := range assignors {
		if votes[a] > votes[best] {
			best = a
		}
	}
	return best
}

// compile checks a pattern. It matches whole names, in the dialect of RE2.
func compile(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, refuse(kerr.InvalidRegularExpression, "SubscribedTopicRegex `%s` is not a valid regular expression: %s.", pattern, reason(err))
	}
	return regexp.Compile("^(?:" + pattern + ")$")
}

// unresolved lists the patterns, in order, that were not resolved since.
func (g *Group) unresolved(since int64) []string {
	var out []string
	for _, p := range sortedKeys(g.patterns) {
		if r, ok := g.regexes[p]; !ok || r.Timestamp < since {
			out = append(out, p)
		}
	}
	return out
}

// resolve finds the topics of the first of the patterns: of as many as the budget allows, at least of one.
func resolve(patterns []string, t Topics, allowed func(string) bool, budget int, now time.Time) map[string]Resolved {
	var names []string
	for name := range t.Each {
		if allowed == nil || allowed(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := map[string]Resolved{}
	for _, p := range patterns[:min(len(patterns), max(1, budget/max(1, len(names))))] {
		r := Resolved{Topics: []string{}, Version: t.Version(), Timestamp: now.UnixMilli()}
		if re, err := compile(p); err == nil {
			for _, name := range names {
				if re.MatchString(name) {
					r.Topics = append(r.Topics, name)
				}
			}
		}
		out[p] = r
	}
	return out
}

// lastResolution is when, and at which version of the topics, all patterns were resolved.
func (g *Group) lastResolution() (at, version int64, ok bool) {
	for _, r := range g.regexes {
		if !ok || r.Timestamp < at {
			at, version, ok = r.Timestamp, r.Version, true
		}
	}
	return at, version, ok
}

// patternsChange says what a changed pattern of one member means.
type patternsChange struct {
	records  []coordinator.Record
	updated  bool // the pattern is another one
	resolved bool // and what it matches is known
	due      bool // patterns have to be resolved (again)
}

// changePattern compares the patterns of a member before and after.
func (g *Group) changePattern(cfg *Config, t Topics, before, after *Member, now time.Time) (patternsChange, error) {
	c := patternsChange{updated: before.Regex != after.Regex}
	patterns := g.patterns
	if c.updated {
		if before.Regex != "" && patterns[before.Regex] == 1 {
			c.records = append(c.records, regexTombstone(g.ID, before.Regex))
		}
		_, known := g.regexes[after.Regex]
		switch {
		case after.Regex == "":
			c.resolved = true
		case patterns[after.Regex] == 0:
			if _, err := compile(after.Regex); err != nil {
				return c, err
			}
			c.due = true
		default:
			c.resolved = known
		}
		patterns = maps.Clone(patterns)
		shift(patterns, before.Regex, -1)
		shift(patterns, after.Regex, +1)
	}
	c.due = g.resolutionDue(cfg, t, patterns, c.due, now)
	return c, nil
}

func shift(patterns map[string]int, p string, by int) {
	if p == "" {
		return
	}
	if patterns[p] += by; patterns[p] <= 0 {
		delete(patterns, p)
	}
}

// resolutionDue reports whether the patterns should be resolved: a new one, one that is not resolved, new topics, or an old
// resolution; but never twice at a time, nor shortly after the last.
func (g *Group) resolutionDue(cfg *Config, t Topics, patterns map[string]int, brought bool, now time.Time) bool {
	if len(patterns) == 0 || g.resolving {
		return false
	}
	at, version, any := g.lastResolution()
	age := now.Sub(time.UnixMilli(at))
	if any && age <= regexRefreshMin {
		return false
	}
	return brought || len(patterns) != len(g.regexes) || version < t.Version() || age > cfg.RegexRefreshInterval
}

// reason is what is wrong with a pattern, as RE2 says it.
func reason(err error) string {
	var se *syntax.Error
	if errors.As(err, &se) {
		return se.Code.String()
	}
	return err.Error()
}
