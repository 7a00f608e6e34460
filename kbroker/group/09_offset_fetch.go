package group

// OffsetFetch, key 9, versions 1 to 10, as batches of groups of one partition.
//
// Null topics ask for everything that a group has committed. What is not committed has offset -1 and no error.
//
//	v2 null topics; v5 leader epoch; v7 require_stable (KIP-447); v8 several groups (KIP-709); v9 member id and epoch
//	(KIP-848); v10 topic ids (resolved before, by the service)
//
// A null member id with an epoch, of a consumer group, is UNKNOWN_MEMBER_ID; Kafka fails there with an unexpected exception.

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
)

// FetchOffsets makes the handler that fetches for groups of one partition in one pass: for each i in which, out[i] answers
// groups[i]. Topics are named, and carry the id they were asked with. It has no response of its own.
func FetchOffsets(groups []kmsg.OffsetFetchRequestGroup, which []int32, out []kmsg.OffsetFetchResponseGroup, requireStable bool) coordinator.Handler {
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		m := cm.(*Machine)
		for _, i := range which {
			out[i] = m.offsetFetch(&groups[i], requireStable)
		}
		return coordinator.Result{}, nil
	}
}

func (m *Machine) offsetFetch(req *kmsg.OffsetFetchRequestGroup, requireStable bool) kmsg.OffsetFetchResponseGroup {
	out := kmsg.OffsetFetchResponseGroup{Group: req.Group}
	if g := m.ConsumerGroup(req.Group); g != nil {
		if err := g.ValidateFetch(req.MemberID, req.MemberEpoch); err != nil {
			out.ErrorCode = err.Code
			return out
		}
	}
	if req.Topics == nil {
		out.Topics = m.fetchAll(req.Group, requireStable)
		return out
	}
	out.Topics = make([]kmsg.OffsetFetchResponseGroupTopic, len(req.Topics))
	for i, t := range req.Topics {
		ot := &out.Topics[i]
		ot.Topic, ot.TopicID = t.Topic, t.TopicID
		ot.Partitions = make([]kmsg.OffsetFetchResponseGroupTopicPartition, len(t.Partitions))
		for j, p := range t.Partitions {
			ot.Partitions[j] = m.fetchOne(req.Group, offsets.Partition{Topic: t.Topic, Partition: p}, t.TopicID, requireStable)
		}
	}
	return out
}

func (m *Machine) fetchAll(group string, requireStable bool) []kmsg.OffsetFetchResponseGroupTopic {
	out := []kmsg.OffsetFetchResponseGroupTopic{}
	for _, p := range m.offsets.Partitions(group) {
		if n := len(out); n == 0 || out[n-1].Topic != p.Topic {
			out = append(out, kmsg.OffsetFetchResponseGroupTopic{Topic: p.Topic})
		}
		t := &out[len(out)-1]
		t.Partitions = append(t.Partitions, m.fetchOne(group, p, [16]byte{}, requireStable))
	}
	return out
}

// noMetadata is the metadata of an offset that was committed without, or not at all. It is shared and never written.
var noMetadata = new(string)

func (m *Machine) fetchOne(group string, p offsets.Partition, topicID [16]byte, requireStable bool) kmsg.OffsetFetchResponseGroupTopicPartition {
	out := kmsg.OffsetFetchResponseGroupTopicPartition{Partition: p.Partition, Offset: -1, LeaderEpoch: -1, Metadata: noMetadata}
	if requireStable && m.offsets.Unstable(group, p) {
		out.ErrorCode = kerr.UnstableOffsetCommit.Code
		return out
	}
	if o, ok := m.offsets.Get(group, p); ok && o.For(topicID) {
		out.Offset, out.LeaderEpoch = o.Offset, o.LeaderEpoch
		if o.Metadata != "" {
			out.Metadata = &o.Metadata
		}
	}
	return out
}
