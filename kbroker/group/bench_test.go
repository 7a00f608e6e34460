package group

import (
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
)

// big is a settled consumer group of 1000 members and 10 000 partitions.
func big(b *testing.B) (*coordtest.Bench, []*kmsg.ConsumerGroupHeartbeatRequest) {
	topics := newTestTopics()
	topics.set("t", 10_000, nil)
	cfg := DefaultConfig()
	cfg.Topics = func() Topics { return topics }
	bench := coordtest.NewBench(NewMachine(&cfg, 0))
	beats := make([]*kmsg.ConsumerGroupHeartbeatRequest, 1000)
	for i := range beats {
		r := kmsg.NewPtrConsumerGroupHeartbeatRequest()
		r.Version, r.Group, r.MemberID, r.RebalanceTimeoutMillis = 1, "g", fmt.Sprint("member-", i), 60_000
		r.SubscribedTopicNames, r.Topics = []string{"t"}, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
		beats[i] = r
		bench.Do(Handle(r, RequestContext{}))
	}
	for range 4 {
		bench.Advance(2 * time.Second)
		for _, r := range beats {
			c := bench.Do(Handle(r, RequestContext{}))
			if c.Err != nil {
				b.Fatal(c.Err)
			}
			r.MemberEpoch = c.Response.(*kmsg.ConsumerGroupHeartbeatResponse).MemberEpoch
		}
	}
	for _, r := range beats {
		r.Topics, r.SubscribedTopicNames, r.RebalanceTimeoutMillis = nil, nil, -1
	}
	return bench, beats
}

// An idle heartbeat costs a look, however big the group is.
func BenchmarkHeartbeat(b *testing.B) {
	bench, beats := big(b)
	m := bench.M
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Handle(beats[i%len(beats)], RequestContext{})(m, bench.Now, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// A member that joins costs as many records as members whose assignment changes.
func BenchmarkJoin(b *testing.B) {
	bench, beats := big(b)
	join := *beats[0]
	join.MemberID, join.MemberEpoch, join.RebalanceTimeoutMillis = "another", 0, 60_000
	join.SubscribedTopicNames, join.Topics = []string{"t"}, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
	now := bench.Now.Add(time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Handle(&join, RequestContext{})(bench.M, now, nil); err != nil {
			b.Fatal(err)
		}
	}
}
