package group

import (
	"fmt"
	"sort"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/coordrec"
)

// testTopics is a world of topics that tests change. The id of a topic begins with its name.
type testTopics struct {
	partitions map[string]int32
	racks      map[string][]string // of each partition's only replica
	version    int64
}

func newTestTopics() *testTopics {
	return &testTopics{partitions: map[string]int32{}, racks: map[string][]string{}}
}

// set makes or changes a topic; no partitions deletes it.
func (t *testTopics) set(name string, partitions int32, racks []string) {
	t.version++
	t.partitions[name], t.racks[name] = partitions, racks
	if partitions == 0 {
		delete(t.partitions, name)
	}
}

func testID(name string) (id [16]byte) {
	copy(id[:], name)
	return id
}

func idName(id [16]byte) string { return strings.TrimRight(string(id[:]), "\x00") }

func (t *testTopics) TopicID(name string) ([16]byte, bool) {
	_, ok := t.partitions[name]
	return testID(name), ok
}

func (t *testTopics) TopicName(id [16]byte) (string, bool) {
	_, ok := t.partitions[idName(id)]
	return idName(id), ok
}
func (t *testTopics) Partitions(name string) int32 { return t.partitions[name] }
func (t *testTopics) Version() int64               { return t.version }

func (t *testTopics) Racks(name string, p int32) []string {
	if r := t.racks[name]; int(p) < len(r) {
		return r[p : p+1]
	}
	return nil
}

func (t *testTopics) Each(yield func(string) bool) {
	for name := range t.partitions {
		if !yield(name) {
			return
		}
	}
}

// consumerHeartbeat makes a ConsumerGroupHeartbeat. A first one (epoch 0) has what it needs unless told otherwise.
func consumerHeartbeat(a args) kmsg.Request {
	r := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	r.Version = int16(a.int("version", 1))
	r.Group, r.MemberID, r.InstanceID, r.RackID = a.str("group", "g"), a.str("member", ""), a.ptr("instance"), a.ptr("rack")
	r.MemberEpoch, r.ServerAssignor = int32(a.int("epoch", 0)), a.ptr("assignor")
	r.RebalanceTimeoutMillis, r.SubscribedTopicRegex = int32(a.int("rebalance", -1)), a.ptr("regex")
	if a.has("topics") {
		r.SubscribedTopicNames = append([]string{}, a.list("topics")...)
	}
	if r.MemberEpoch == 0 && !a.has("rebalance") {
		r.RebalanceTimeoutMillis = 60000
	}
	if r.MemberEpoch == 0 || a.has("owned") {
		r.Topics = []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	}
	for _, v := range a.list("owned") {
		topic, p, _, _ := parseOffset(a.t, v)
		r.Topics = append(r.Topics, kmsg.ConsumerGroupHeartbeatRequestTopic{TopicID: testID(topic), Partitions: []int32{p}})
	}
	return r
}

// showResponse also reads what members are assigned.
func (w *world) showResponse(resp kmsg.Response) string {
	switch r := resp.(type) {
	case *kmsg.ConsumerGroupHeartbeatResponse:
		if r.ErrorCode != 0 {
			return fmt.Sprintf("%s %s", code(r.ErrorCode), str(r.ErrorMessage))
		}
		s := fmt.Sprintf("ok member=%s epoch=%d", *r.MemberID, r.MemberEpoch)
		if r.HeartbeatIntervalMillis != 0 {
			s += fmt.Sprintf(" interval=%d", r.HeartbeatIntervalMillis)
		}
		if r.Assignment != nil {
			var parts []string
			for _, t := range r.Assignment.Topics {
				parts = append(parts, fmt.Sprintf("%s%v", idName(t.TopicID), t.Partitions))
			}
			s += fmt.Sprintf(" assignment=(%s)", strings.Join(parts, " "))
		}
		return s
	case *kmsg.SyncGroupResponse:
		var a kmsg.ConsumerMemberAssignment
		if r.ErrorCode == 0 && len(r.MemberAssignment) > 4 && a.ReadFrom(r.MemberAssignment) == nil {
			var parts []string
			for _, t := range a.Topics {
				parts = append(parts, fmt.Sprintf("%s%v", t.Topic, t.Partitions))
			}
			return fmt.Sprintf("ok assignment=(%s)", strings.Join(parts, " "))
		}
	}
	return showResponse(resp)
}

func (w *world) showConsumers(v any) string {
	var sb strings.Builder
	for i, g := range v.([]kmsg.ConsumerGroupDescribeResponseGroup) {
		if i > 0 {
			sb.WriteString("\n")
		}
		fmt.Fprintf(&sb, "%s %s %s epoch=%d assignment=%d %s", g.Group, code(g.ErrorCode), g.State, g.Epoch, g.AssignmentEpoch, g.AssignorName)
		if g.ErrorMessage != nil {
			fmt.Fprintf(&sb, " %q", *g.ErrorMessage)
		}
		for _, m := range g.Members {
			fmt.Fprintf(&sb, "\n  %s type=%d epoch=%d topics=%v regex=%s has %s shall have %s", m.MemberID, m.MemberType, m.MemberEpoch,
				m.SubscribedTopics, str(m.SubscribedTopicRegex), showAssignment(m.Assignment), showAssignment(m.TargetAssignment))
		}
	}
	return sb.String()
}

func showAssignment(a kmsg.Assignment) string {
	var parts []string
	for _, tp := range a.TopicPartitions {
		parts = append(parts, fmt.Sprintf("%s%v", tp.Topic, tp.Partitions))
	}
	return "(" + strings.Join(parts, " ") + ")"
}

// showConsumerRecord shows a record of a consumer group on one line.
func showConsumerRecord(rec coordrec.Record) string {
	kind, id, member := "", "", ""
	switch k := rec.Key.(type) {
	case *coordrec.ConsumerGroupMetadataKey:
		kind, id = "epoch", k.GroupID
	case *coordrec.ConsumerGroupPartitionMetadataKey:
		kind, id = "legacy metadata", k.GroupID
	case *coordrec.ConsumerGroupMemberMetadataKey:
		kind, id, member = "member", k.GroupID, k.MemberID
	case *coordrec.ConsumerGroupTargetAssignmentMetadataKey:
		kind, id = "target epoch", k.GroupID
	case *coordrec.ConsumerGroupTargetAssignmentMemberKey:
		kind, id, member = "target", k.GroupID, k.MemberID
	case *coordrec.ConsumerGroupCurrentMemberAssignmentKey:
		kind, id, member = "current", k.GroupID, k.MemberID
	case *coordrec.ConsumerGroupRegularExpressionKey:
		kind, id, member = "regex", k.GroupID, k.RegularExpression
	}
	s := strings.TrimSpace(fmt.Sprintf("%s %s %s", kind, id, member))
	switch v := rec.Value.(type) {
	case nil:
		return s + " deleted"
	case *coordrec.ConsumerGroupMetadataValue:
		return fmt.Sprintf("%s = %d", s, v.Epoch)
	case *coordrec.ConsumerGroupMemberMetadataValue:
		out := fmt.Sprintf("%s topics=%v", s, v.SubscribedTopicNames)
		if v.InstanceID != nil {
			out += " instance=" + *v.InstanceID
		}
		if v.SubscribedTopicRegex != nil && *v.SubscribedTopicRegex != "" {
			out += " regex=" + *v.SubscribedTopicRegex
		}
		if v.ClassicMemberMetadata != nil {
			out += " classic"
		}
		return out
	case *coordrec.ConsumerGroupTargetAssignmentMetadataValue:
		return fmt.Sprintf("%s = %d", s, v.AssignmentEpoch)
	case *coordrec.ConsumerGroupTargetAssignmentMemberValue:
		var parts []string
		for _, t := range v.TopicPartitions {
			parts = append(parts, fmt.Sprintf("%s%v", idName(t.TopicID), t.Partitions))
		}
		return fmt.Sprintf("%s = (%s)", s, strings.Join(parts, " "))
	case *coordrec.ConsumerGroupCurrentMemberAssignmentValue:
		state, known := map[int8]string{0: "stable", 1: "unrevoked", 2: "unreleased"}[v.State]
		if !known {
			state = fmt.Sprintf("state %d", v.State)
		}
		return fmt.Sprintf("%s = epoch %d after %d, %s, has %s, gives up %s", s, v.MemberEpoch, v.PreviousMemberEpoch, state, showOwned(v.AssignedPartitions), showOwned(v.PartitionsPendingRevocation))
	case *coordrec.ConsumerGroupRegularExpressionValue:
		topics := append([]string{}, v.Topics...)
		sort.Strings(topics)
		return fmt.Sprintf("%s = %v", s, topics)
	}
	return fmt.Sprintf("%s %+v", s, rec.Value)
}

func showOwned(v []coordrec.ConsumerGroupCurrentMemberAssignmentTopicPartitions) string {
	var parts []string
	for _, t := range v {
		parts = append(parts, fmt.Sprintf("%s%v@%v", idName(t.TopicID), t.Partitions, t.AssignmentEpochs))
	}
	return "(" + strings.Join(parts, " ") + ")"
}
