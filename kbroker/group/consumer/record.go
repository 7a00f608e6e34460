package consumer

import (
	"maps"
	"slices"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/assignor"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// All values are written at version 0, their only one.

func put(key coordrec.Key, value coordrec.Value) coordinator.Record {
	return coordinator.Record{Key: coordrec.MarshalKey(nil, key), Value: coordrec.MarshalValue(nil, value, 0)}
}

func tombstone(key coordrec.Key) coordinator.Record {
	return coordinator.Record{Key: coordrec.MarshalKey(nil, key)}
}

func epochRecord(group string, epoch int32, hash int64) coordinator.Record {
	return put(&coordrec.ConsumerGroupMetadataKey{GroupID: group}, &coordrec.ConsumerGroupMetadataValue{Epoch: epoch, MetadataHash: hash})
}

func memberRecord(group string, m *Member) coordinator.Record {
	v := coordrec.NewConsumerGroupMemberMetadataValue()
	v.InstanceID, v.RackID, v.ClientID, v.ClientHost = m.InstanceID, m.RackID, m.ClientID, m.ClientHost
	v.SubscribedTopicNames, v.SubscribedTopicRegex = m.Topics, &m.Regex
	v.RebalanceTimeoutMs, v.ServerAssignor = m.RebalanceTimeout, m.Assignor
	if m.Classic != nil {
		c := coordrec.NewConsumerGroupMemberMetadataClassicMemberMetadata()
		c.SessionTimeoutMs = m.Classic.SessionTimeout
		for _, p := range m.Classic.Protocols {
			cp := coordrec.NewConsumerGroupMemberMetadataClassicProtocol()
			cp.Name, cp.Metadata = p.Name, p.Metadata
			c.SupportedProtocols = append(c.SupportedProtocols, *cp)
		}
		v.ClassicMemberMetadata = c
	}
	return put(&coordrec.ConsumerGroupMemberMetadataKey{GroupID: group, MemberID: m.ID}, v)
}

func targetEpochRecord(group string, epoch int32, at int64) coordinator.Record {
	v := &coordrec.ConsumerGroupTargetAssignmentMetadataValue{AssignmentEpoch: epoch, AssignmentTimestamp: at}
	return put(&coordrec.ConsumerGroupTargetAssignmentMetadataKey{GroupID: group}, v)
}

func targetRecord(group, member string, t assignor.Partitions) coordinator.Record {
	v := coordrec.NewConsumerGroupTargetAssignmentMemberValue()
	for _, topic := range t.Topics() {
		tp := coordrec.NewConsumerGroupTargetAssignmentMemberTopicPartition()
		tp.TopicID, tp.Partitions = topic, t[topic]
		v.TopicPartitions = append(v.TopicPartitions, *tp)
	}
	return put(&coordrec.ConsumerGroupTargetAssignmentMemberKey{GroupID: group, MemberID: member}, v)
}

func currentRecord(group string, m *Member) coordinator.Record {
	v := coordrec.NewConsumerGroupCurrentMemberAssignmentValue()
	v.MemberEpoch, v.PreviousMemberEpoch, v.State = m.Epoch, m.PreviousEpoch, int8(m.State)
	v.AssignedPartitions, v.PartitionsPendingRevocation = ownedValue(m.Assigned), ownedValue(m.Revoking)
	return put(&coordrec.ConsumerGroupCurrentMemberAssignmentKey{GroupID: group, MemberID: m.ID}, v)
}

func ownedValue(o Owned) []coordrec.ConsumerGroupCurrentMemberAssignmentTopicPartitions {
	var out []coordrec.ConsumerGroupCurrentMemberAssignmentTopicPartitions
	for _, topic := range o.topics() {
		tp := coordrec.NewConsumerGroupCurrentMemberAssignmentTopicPartitions()
		tp.TopicID, tp.Partitions = topic, numbers(o[topic])
		for _, p := range o[topic] {
			tp.AssignmentEpochs = append(tp.AssignmentEpochs, p.Epoch)
		}
		out = append(out, *tp)
	}
	return out
}

// ownedFrom reads what ownedValue wrote. Kafka before 4.3 wrote no epochs: the member's own is taken, so that no commit of
// an older one is accepted.
func ownedFrom(v []coordrec.ConsumerGroupCurrentMemberAssignmentTopicPartitions, memberEpoch int32) Owned {
	out := Owned{}
	for _, tp := range v {
		for i, n := range tp.Partitions {
			p := Part{Partition: n, Epoch: memberEpoch}
			if len(tp.AssignmentEpochs) == len(tp.Partitions) {
				p.Epoch = tp.AssignmentEpochs[i]
			}
			out.add(tp.TopicID, p)
		}
	}
	return out
}

func regexRecord(group, pattern string, r Resolved) coordinator.Record {
	v := &coordrec.ConsumerGroupRegularExpressionValue{Topics: r.Topics, Version: r.Version, Timestamp: r.Timestamp}
	return put(&coordrec.ConsumerGroupRegularExpressionKey{GroupID: group, RegularExpression: pattern}, v)
}

func regexTombstone(group, pattern string) coordinator.Record {
	return tombstone(&coordrec.ConsumerGroupRegularExpressionKey{GroupID: group, RegularExpression: pattern})
}

func legacyTombstone(group string) coordinator.Record {
	return tombstone(&coordrec.ConsumerGroupPartitionMetadataKey{GroupID: group})
}

// memberTombstones end a member. A reader that is strict wants them in this order.
func memberTombstones(group, member string) []coordinator.Record {
	return []coordinator.Record{
		tombstone(&coordrec.ConsumerGroupCurrentMemberAssignmentKey{GroupID: group, MemberID: member}),
		tombstone(&coordrec.ConsumerGroupTargetAssignmentMemberKey{GroupID: group, MemberID: member}),
		tombstone(&coordrec.ConsumerGroupMemberMetadataKey{GroupID: group, MemberID: member}),
	}
}

// Records say everything about the group.
func (g *Group) Records() []coordinator.Record {
	var out []coordinator.Record
	for _, m := range g.Members() {
		out = append(out, memberRecord(g.ID, m))
	}
	for _, p := range sortedKeys(g.regexes) {
		out = append(out, regexRecord(g.ID, p, g.regexes[p]))
	}
	out = append(out, epochRecord(g.ID, g.epoch, g.hash))
	for _, id := range sortedKeys(g.targets) {
		out = append(out, targetRecord(g.ID, id, g.targets[id]))
	}
	out = append(out, targetEpochRecord(g.ID, g.assignmentEpoch, g.assignedAt))
	for _, m := range g.Members() {
		out = append(out, currentRecord(g.ID, m))
	}
	return out
}

// Tombstones end the group and whoever is in it.
func (g *Group) Tombstones() []coordinator.Record {
	return groupTombstones(g, slices.Sorted(maps.Keys(g.members)))
}

func groupTombstones(g *Group, members []string) []coordinator.Record {
	var out []coordinator.Record
	for _, id := range members {
		out = append(out, tombstone(&coordrec.ConsumerGroupCurrentMemberAssignmentKey{GroupID: g.ID, MemberID: id}))
	}
	for _, id := range members {
		out = append(out, tombstone(&coordrec.ConsumerGroupTargetAssignmentMemberKey{GroupID: g.ID, MemberID: id}))
	}
	out = append(out, tombstone(&coordrec.ConsumerGroupTargetAssignmentMetadataKey{GroupID: g.ID}))
	for _, id := range members {
		out = append(out, tombstone(&coordrec.ConsumerGroupMemberMetadataKey{GroupID: g.ID, MemberID: id}))
	}
	for _, pattern := range slices.Sorted(maps.Keys(g.regexes)) {
		out = append(out, regexTombstone(g.ID, pattern))
	}
	if g.legacyMetadata {
		out = append(out, legacyTombstone(g.ID))
	}
	return append(out, tombstone(&coordrec.ConsumerGroupMetadataKey{GroupID: g.ID}))
}
