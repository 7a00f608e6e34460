package consumer

import (
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// heartbeatNamesMember is the first version of ConsumerGroupHeartbeat in which members name themselves (KIP-1082).
const heartbeatNamesMember = 1

// ValidateRequest checks what a heartbeat must and must not say.
func ValidateRequest(cfg *Config, req *kmsg.ConsumerGroupHeartbeatRequest) error {
	bad := func(why string) error { return refuse(kerr.InvalidRequest, "%s", why) }
	empty := func(s *string) bool { return s != nil && strings.TrimSpace(*s) == "" }
	if req.Version >= heartbeatNamesMember || req.MemberEpoch != joiningEpoch {
		if strings.TrimSpace(req.MemberID) == "" {
			return bad("MemberId can't be empty.")
		}
	}
	switch {
	case strings.TrimSpace(req.Group) == "":
		return bad("GroupId can't be empty.")
	case empty(req.InstanceID):
		return bad("InstanceId can't be empty.")
	case empty(req.RackID):
		return bad("RackId can't be empty.")
	}
	switch {
	case req.MemberEpoch > 0 || req.MemberEpoch == leftEpoch:
	case req.MemberEpoch == joiningEpoch:
		switch {
		case req.RebalanceTimeoutMillis == -1:
			return bad("RebalanceTimeoutMs must be provided in first request.")
		case req.Topics == nil || len(req.Topics) > 0:
			return bad("TopicPartitions must be empty when (re-)joining.")
		case req.SubscribedTopicNames == nil && req.SubscribedTopicRegex == nil:
			return bad("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
		}
	case req.MemberEpoch == staticAwayEpoch:
		if req.InstanceID == nil {
			return bad("InstanceId can't be null.")
		}
	default:
		return bad("MemberEpoch is invalid.")
	}
	if a := req.ServerAssignor; a != nil && !slices.Contains(cfg.Assignors, *a) {
		return refuse(kerr.UnsupportedAssignor, "ServerAssignor %s is not supported. Supported assignors: %s.", *a, strings.Join(cfg.Assignors, ", "))
	}
	return nil
}

// A Commit says whether offsets may be committed, partition by partition.
type Commit func(topic TopicID, partition int32) *kerr.Error

func anything(TopicID, int32) *kerr.Error { return nil }

// commitNamesEpoch is the first version of OffsetCommit that members of the consumer protocol may use.
const commitNamesEpoch = 9

// ValidateCommit says whether such a member may commit offsets, and for partitions of a member that is behind, which: those
// that it got no later than at the epoch it names (KIP-1251).
func (g *Group) ValidateCommit(id string, instanceID *string, epoch int32, transactional bool, version int16) (Commit, *kerr.Error) {
	switch {
	case epoch < 0 && g.Empty():
		return anything, nil // an administrator, or a consumer that assigns itself
	case transactional && epoch == noGenerationSent && id == "" && instanceID == nil:
		return anything, nil // a producer that does not say for whom
	}
	m := g.members[id]
	if m == nil {
		return nil, kerr.UnknownMemberID
	}
	if !transactional && m.Classic == nil && version < commitNamesEpoch {
		return nil, kerr.UnsupportedVersion
	}
	stale := kerr.StaleMemberEpoch
	if m.Classic != nil {
		stale = kerr.IllegalGeneration
	}
	switch {
	case epoch == m.Epoch:
		return anything, nil
	case epoch > m.Epoch:
		return nil, stale
	}
	return func(topic TopicID, partition int32) *kerr.Error {
		if at, ok := m.assignmentEpoch(topic, partition); !ok || epoch < at {
			return stale
		}
		return nil
	}, nil
}

// ValidateFetch says whether such a member may fetch offsets. Who does not say that he is a member may.
func (g *Group) ValidateFetch(id *string, epoch int32) *kerr.Error {
	if id == nil && epoch < 0 {
		return nil
	}
	var m *Member
	if id != nil {
		m = g.members[*id]
	}
	switch {
	case m == nil:
		return kerr.UnknownMemberID
	case epoch == m.Epoch:
		return nil
	case m.Classic != nil:
		return kerr.IllegalGeneration
	}
	return kerr.StaleMemberEpoch
}
