package consumer

import (
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// Types of members in ConsumerGroupDescribe.
const (
	memberTypeClassic  = 0
	memberTypeConsumer = 1
)

// Describe fills in a ConsumerGroupDescribe answer. What a member is giving up counts as its assignment until it has, and
// stands behind what it keeps.
func (g *Group) Describe(cfg *Config, t Topics) kmsg.ConsumerGroupDescribeResponseGroup {
	out := kmsg.NewConsumerGroupDescribeResponseGroup()
	out.Group, out.State, out.Epoch, out.AssignmentEpoch = g.ID, g.StateName(), g.epoch, g.assignmentEpoch
	out.AssignorName = g.without(nil).preferred(cfg.Assignors)
	for _, m := range g.Members() {
		dm := kmsg.NewConsumerGroupDescribeResponseGroupMember()
		dm.MemberID, dm.InstanceID, dm.RackID, dm.MemberEpoch = m.ID, m.InstanceID, m.RackID, m.Epoch
		dm.ClientID, dm.ClientHost = m.ClientID, m.ClientHost
		dm.SubscribedTopics, dm.SubscribedTopicRegex = m.Topics, &m.Regex
		for _, topic := range m.owned().topics() {
			described(&dm.Assignment, t, topic, append(numbers(m.Assigned[topic]), numbers(m.Revoking[topic])...))
		}
		target := g.targets[m.ID]
		for _, topic := range target.Topics() {
			described(&dm.TargetAssignment, t, topic, target[topic])
		}
		dm.MemberType = memberTypeConsumer
		if m.Classic != nil {
			dm.MemberType = memberTypeClassic
		}
		out.Members = append(out.Members, dm)
	}
	return out
}

// described adds a topic, unless it was deleted meanwhile.
func described(a *kmsg.Assignment, t Topics, topic assignor.TopicID, partitions []int32) {
	name, ok := t.TopicName(topic)
	if !ok {
		return
	}
	tp := kmsg.NewAssignmentTopicPartition()
	tp.TopicID, tp.Topic, tp.Partitions = topic, name, partitions
	a.TopicPartitions = append(a.TopicPartitions, tp)
}
