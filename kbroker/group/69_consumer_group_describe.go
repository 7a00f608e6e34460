package group

// ConsumerGroupDescribe, key 69, versions 0 and 1, as batches of groups of one partition. Groups of other kinds count as
// missing.
//
//	v1 member types (KIP-1099)

import (
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// DescribeConsumerGroups makes the handler that describes groups of one partition. Its response is a
// []kmsg.ConsumerGroupDescribeResponseGroup in the order asked.
func DescribeConsumerGroups(ids []string) coordinator.Handler {
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		out := make([]kmsg.ConsumerGroupDescribeResponseGroup, len(ids))
		for i, id := range ids {
			out[i] = m.describeConsumerGroup(id)
		}
		return coordinator.Result{Response: out}, nil
	}
}

func (m *Machine) describeConsumerGroup(id string) kmsg.ConsumerGroupDescribeResponseGroup {
	if g := m.ConsumerGroup(id); g != nil {
		return g.Describe(&m.cfg.Consumer, m.Topics())
	}
	out := kmsg.NewConsumerGroupDescribeResponseGroup()
	why := notFound(id)
	if m.groups[id] != nil {
		why = fmt.Sprintf("Group %s is not a consumer group.", id)
	}
	out.Group, out.ErrorCode, out.ErrorMessage = id, kerr.GroupIDNotFound.Code, &why
	return out
}
