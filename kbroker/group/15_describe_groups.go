package group

// DescribeGroups, key 15, versions 0 to 6, as batches of groups of one partition. Groups of other kinds count as missing.
//
//	v3 authorized operations (filled in by the API); v4 instance ids; v6 GROUP_ID_NOT_FOUND for a missing group (KIP-1043),
//	which before is described as Dead, without an error

import (
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// describeNotFound is the first version of DescribeGroups that says GROUP_ID_NOT_FOUND.
const describeNotFound = 6

// DescribeGroups makes the handler that describes groups of one partition. Its response is a
// []kmsg.DescribeGroupsResponseGroup in the order asked.
func DescribeGroups(ids []string, version int16) coordinator.Handler {
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		out := make([]kmsg.DescribeGroupsResponseGroup, len(ids))
		for i, id := range ids {
			out[i] = m.describeGroup(id, version)
		}
		return coordinator.Result{Response: out}, nil
	}
}

func (m *Machine) describeGroup(id string, version int16) kmsg.DescribeGroupsResponseGroup {
	g, found := m.groups[id]
	if cg, ok := g.(*classic.Group); ok {
		return cg.Describe()
	}
	out := kmsg.NewDescribeGroupsResponseGroup()
	out.Group, out.State = id, classic.Dead
	if version >= describeNotFound {
		why := notFound(id)
		if found {
			why = fmt.Sprintf("Group %s is not a classic group.", id)
		}
		out.ErrorCode, out.ErrorMessage = kerr.GroupIDNotFound.Code, &why
	}
	return out
}
