package group

// ListGroups, key 16, versions 0 to 5, of one partition: groups of every kind, those that only hold offsets too (T41).
//
//	v4 filter by state (KIP-518); v5 filter by type (KIP-848); both regardless of case

import (
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// ListGroups makes the handler that lists the groups of one partition. Empty filters let everything pass. Its response is
// a []kmsg.ListGroupsResponseGroup ordered by id.
func ListGroups(states, types []string) coordinator.Handler {
	passes := func(filter []string, v string) bool {
		return len(filter) == 0 || slices.ContainsFunc(filter, func(f string) bool { return strings.EqualFold(strings.TrimSpace(f), v) })
	}
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		out := []kmsg.ListGroupsResponseGroup{}
		for _, id := range m.ids() {
			g := m.groups[id]
			if !passes(states, g.StateName()) || !passes(types, g.Type()) {
				continue
			}
			lg := kmsg.NewListGroupsResponseGroup()
			lg.Group, lg.ProtocolType, lg.GroupState, lg.GroupType = id, g.ProtocolType(), g.StateName(), g.Type()
			out = append(out, lg)
		}
		return coordinator.Result{Response: out}, nil
	}
}
