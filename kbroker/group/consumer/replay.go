package consumer

import (
	"slices"

	"github.com/kbroker/kbroker/kbroker/group/assignor"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// GroupOf returns the group that a record of this package is about; ok is false for other records.
func GroupOf(k coordrec.Key) (id string, ok bool) {
	switch k := k.(type) {
	case *coordrec.ConsumerGroupMetadataKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupPartitionMetadataKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupMemberMetadataKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupTargetAssignmentMetadataKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupTargetAssignmentMemberKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupCurrentMemberAssignmentKey:
		return k.GroupID, true
	case *coordrec.ConsumerGroupRegularExpressionKey:
		return k.GroupID, true
	}
	return "", false
}

// Replay applies one record of the group, and reports whether the group is gone with it. Records of a log that was compacted
// in part may come without the ones that led to them: each says what holds for its key, and nothing is expected of others.
func (g *Group) Replay(rec coordrec.Record) (gone bool) {
	if rec.Value == nil {
		return g.replayTombstone(rec.Key)
	}
	switch k := rec.Key.(type) {
	case *coordrec.ConsumerGroupMetadataKey:
		v := rec.Value.(*coordrec.ConsumerGroupMetadataValue)
		g.epoch, g.hash = v.Epoch, v.MetadataHash
	case *coordrec.ConsumerGroupPartitionMetadataKey:
		g.legacyMetadata = true
	case *coordrec.ConsumerGroupMemberMetadataKey:
		g.put(g.memberOr(k.MemberID).as(func(m *Member) { m.setMetadata(rec.Value.(*coordrec.ConsumerGroupMemberMetadataValue)) }))
	case *coordrec.ConsumerGroupTargetAssignmentMetadataKey:
		v := rec.Value.(*coordrec.ConsumerGroupTargetAssignmentMetadataValue)
		g.assignmentEpoch, g.assignedAt = v.AssignmentEpoch, v.AssignmentTimestamp
	case *coordrec.ConsumerGroupTargetAssignmentMemberKey:
		g.targets[k.MemberID] = targetFrom(rec.Value.(*coordrec.ConsumerGroupTargetAssignmentMemberValue))
	case *coordrec.ConsumerGroupCurrentMemberAssignmentKey:
		g.put(g.memberOr(k.MemberID).as(func(m *Member) { m.setCurrent(rec.Value.(*coordrec.ConsumerGroupCurrentMemberAssignmentValue)) }))
	case *coordrec.ConsumerGroupRegularExpressionKey:
		v := rec.Value.(*coordrec.ConsumerGroupRegularExpressionValue)
		g.regexes[k.RegularExpression] = Resolved{Topics: slices.Sorted(slices.Values(v.Topics)), Version: v.Version, Timestamp: v.Timestamp}
	}
	return false
}

func (g *Group) replayTombstone(key coordrec.Key) (gone bool) {
	switch k := key.(type) {
	case *coordrec.ConsumerGroupMetadataKey:
		return true
	case *coordrec.ConsumerGroupPartitionMetadataKey:
		g.legacyMetadata = false
	case *coordrec.ConsumerGroupMemberMetadataKey:
		g.drop(k.MemberID)
	case *coordrec.ConsumerGroupTargetAssignmentMetadataKey:
		g.assignmentEpoch, g.assignedAt = initialEpoch, 0
	case *coordrec.ConsumerGroupTargetAssignmentMemberKey:
		delete(g.targets, k.MemberID)
	case *coordrec.ConsumerGroupCurrentMemberAssignmentKey:
		if m := g.members[k.MemberID]; m != nil {
			g.put(m.as(func(m *Member) {
				m.Epoch, m.PreviousEpoch, m.Assigned, m.Revoking = leftEpoch, leftEpoch, Owned{}, Owned{}
			}))
		}
	case *coordrec.ConsumerGroupRegularExpressionKey:
		delete(g.regexes, k.RegularExpression)
	}
	return false
}

func (g *Group) memberOr(id string) *Member {
	if m := g.members[id]; m != nil {
		return m
	}
	return newMember(id)
}

func (m *Member) setMetadata(v *coordrec.ConsumerGroupMemberMetadataValue) {
	m.InstanceID, m.RackID, m.ClientID, m.ClientHost = v.InstanceID, v.RackID, v.ClientID, v.ClientHost
	m.Topics = sortedSet(v.SubscribedTopicNames)
	m.Regex, m.Assignor, m.RebalanceTimeout, m.Classic = "", v.ServerAssignor, v.RebalanceTimeoutMs, nil
	if v.SubscribedTopicRegex != nil {
		m.Regex = *v.SubscribedTopicRegex
	}
	if c := v.ClassicMemberMetadata; c != nil {
		m.Classic = &Classic{SessionTimeout: c.SessionTimeoutMs}
		for _, p := range c.SupportedProtocols {
			m.Classic.Protocols = append(m.Classic.Protocols, classic.Protocol{Name: p.Name, Metadata: p.Metadata})
		}
	}
}

func (m *Member) setCurrent(v *coordrec.ConsumerGroupCurrentMemberAssignmentValue) {
	m.Epoch, m.PreviousEpoch, m.State = v.MemberEpoch, v.PreviousMemberEpoch, State(v.State)
	if m.State < Stable || m.State > UnreleasedPartitions {
		m.State = unknownState
	}
	m.Assigned, m.Revoking = ownedFrom(v.AssignedPartitions, v.MemberEpoch), ownedFrom(v.PartitionsPendingRevocation, v.MemberEpoch)
}

func targetFrom(v *coordrec.ConsumerGroupTargetAssignmentMemberValue) assignor.Partitions {
	out := assignor.Partitions{}
	for _, tp := range v.TopicPartitions {
		for _, n := range tp.Partitions {
			out.Add(tp.TopicID, n)
		}
	}
	return out
}

// sortedSet is a list of names in order, each once.
func sortedSet(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
