package service

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/group"
)

func consumerBeat(id, member string, epoch int32) *kmsg.ConsumerGroupHeartbeatRequest {
	r := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	r.Version, r.Group, r.MemberID, r.MemberEpoch = 1, id, member, epoch
	if epoch == 0 {
		r.RebalanceTimeoutMillis = 60000
		r.SubscribedTopicNames, r.Topics = []string{"t"}, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	}
	return r
}

func describeConsumers(groups ...string) *kmsg.ConsumerGroupDescribeRequest {
	r := kmsg.NewPtrConsumerGroupDescribeRequest()
	r.Version, r.Groups, r.IncludeAuthorizedOperations = 1, groups, true
	return r
}

func TestConsumerGroupsAreServed(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		r := ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "m", 0), Context{})
		if r.ErrorCode != 0 || r.MemberEpoch != 2 || len(r.Assignment.Topics) != 1 || len(r.Assignment.Topics[0].Partitions) != 3 {
			t.Fatalf("joined with %+v", r)
		}
		r = ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "m", 1), Context{})
		if r.ErrorCode != kerr.FencedMemberEpoch.Code || r.ErrorMessage == nil || r.MemberID != nil {
			t.Errorf("an old epoch is told %+v", r)
		}
		ctx := Context{GroupOperations: func(string) int32 { return 8 }}
		d := ask[*kmsg.ConsumerGroupDescribeResponse](t, f, describeConsumers("g", "", "none"), ctx)
		if g := d.Groups[0]; g.ErrorCode != 0 || g.State != "Stable" || len(g.Members) != 1 || g.AuthorizedOperations != 8 {
			t.Errorf("g is %+v", g)
		}
		if g := d.Groups[1]; g.ErrorCode != kerr.InvalidGroupID.Code || g.ErrorMessage != nil {
			t.Errorf("the group without a name is %+v", g)
		}
		if g := d.Groups[2]; g.ErrorCode != kerr.GroupIDNotFound.Code || *g.ErrorMessage != "Group none not found." || g.AuthorizedOperations == 8 {
			t.Errorf("no group is %+v", g)
		}
	})
}

func TestConsumerGroupsAreKeptFromOthers(t *testing.T) {
	bubble(t, nil, func(f *fixture) {
		ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "m", 0), Context{})
		noGroup := Context{GroupAllowed: func(string) bool { return false }}
		noTopic := Context{RequestContext: group.RequestContext{TopicAllowed: func(string) bool { return false }}}
		if r := ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "m", 2), noGroup); r.ErrorCode != kerr.GroupAuthorizationFailed.Code {
			t.Errorf("heartbeat to a forbidden group: %d", r.ErrorCode)
		}
		if r := ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "n", 0), noTopic); r.ErrorCode != kerr.TopicAuthorizationFailed.Code {
			t.Errorf("subscription to a forbidden topic: %d", r.ErrorCode)
		}
		if d := ask[*kmsg.ConsumerGroupDescribeResponse](t, f, describeConsumers("g"), noGroup); d.Groups[0].ErrorCode != kerr.GroupAuthorizationFailed.Code {
			t.Errorf("description of a forbidden group: %+v", d.Groups[0])
		}
		d := ask[*kmsg.ConsumerGroupDescribeResponse](t, f, describeConsumers("g"), noTopic)
		if g := d.Groups[0]; g.ErrorCode != kerr.TopicAuthorizationFailed.Code || len(g.Members) != 0 {
			t.Errorf("description of forbidden topics: %+v", g)
		}
	})
}

func TestConsumerGroupsNeedTheirFeature(t *testing.T) {
	off := func(c *Config) { c.ConsumerProtocol = func() bool { return false } }
	bubble(t, off, func(f *fixture) {
		if r := ask[*kmsg.ConsumerGroupHeartbeatResponse](t, f, consumerBeat("g", "m", 0), Context{}); r.ErrorCode != kerr.UnsupportedVersion.Code {
			t.Errorf("heartbeat: %d", r.ErrorCode)
		}
		if d := ask[*kmsg.ConsumerGroupDescribeResponse](t, f, describeConsumers("g"), Context{}); d.Groups[0].ErrorCode != kerr.UnsupportedVersion.Code {
			t.Errorf("description: %+v", d.Groups[0])
		}
	})
}
