package kbrokertest_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// members polls with clients of one group until the test ends, and notes what each got.
type members struct {
	t    *testing.T
	b    *kbrokertest.Broker
	ctx  context.Context
	wg   sync.WaitGroup
	mu   sync.Mutex
	seen []string
}

func groupOf(t *testing.T, ctx context.Context, b *kbrokertest.Broker) *members {
	ctx, stop := context.WithCancel(ctx)
	g := &members{t: t, b: b, ctx: ctx}
	t.Cleanup(func() { stop(); g.wg.Wait() })
	return g
}

func (g *members) join(opts ...kgo.Opt) *kgo.Client {
	cl := g.b.Client(g.t, append([]kgo.Opt{kgo.ConsumerGroup("g"), kgo.AutoCommitMarks()}, opts...)...)
	g.wg.Go(func() {
		for g.ctx.Err() == nil {
			f := cl.PollFetches(g.ctx)
			if f.IsClientClosed() {
				return
			}
			f.EachRecord(func(r *kgo.Record) {
				g.mu.Lock()
				g.seen = append(g.seen, string(r.Value))
				g.mu.Unlock()
				cl.MarkCommitRecords(r)
			})
		}
	})
	return cl
}

// await waits until the members have seen everything, at least once.
func (g *members) await(want []string) {
	g.t.Helper()
	var got []string
	for range 200 {
		g.mu.Lock()
		got = slices.Compact(slices.Sorted(slices.Values(g.seen)))
		g.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
		time.Sleep(500 * time.Millisecond) // virtual
	}
	g.t.Fatalf("seen %v, want %v", got, want)
}

// awaitConsumers waits until the group is stable with so many members and partitions, and returns it.
func (g *members) awaitConsumers(members, partitions int) kmsg.ConsumerGroupDescribeResponseGroup {
	g.t.Helper()
	var last kmsg.ConsumerGroupDescribeResponseGroup
	for range 200 {
		req := kmsg.NewPtrConsumerGroupDescribeRequest()
		req.Version, req.Groups = 1, []string{"g"}
		last = g.b.Ask(g.t, req).(*kmsg.ConsumerGroupDescribeResponse).Groups[0]
		assigned := 0
		for _, m := range last.Members {
			for _, tp := range m.Assignment.TopicPartitions {
				assigned += len(tp.Partitions)
			}
		}
		if last.State == "Stable" && len(last.Members) == members && assigned == partitions {
			return last
		}
		time.Sleep(500 * time.Millisecond) // virtual
	}
	g.t.Fatalf("the group stays at %+v", last)
	return last
}

func TestTrap086ConsumersOfTheNewProtocolShareAndTakeOver(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("orders", 4, 1))
		g := groupOf(t, ctx, b)
		next := func() *kgo.Client { return g.join(kgo.ConsumeTopics("orders"), kgo.ServerSideBalancer()) }
		next()
		g.awaitConsumers(1, 4)
		two := next()
		g.awaitConsumers(2, 4)
		cl := b.Client(t, kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		first := numbered("a", 20)
		produce(t, ctx, cl, "orders", first...)
		g.await(first)
		two.Close()
		g.awaitConsumers(1, 4)
		second := numbered("b", 20)
		produce(t, ctx, cl, "orders", second...)
		g.await(append(first, second...))
	})
}

func TestTrap086ConsumersFindNewTopicsByPattern(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("app-1", 2, 1))
		create(t, b, createRequest("other", 2, 1))
		g := groupOf(t, ctx, b)
		g.join(kgo.ConsumeRegex(), kgo.ConsumeTopics("app-.*"), kgo.ServerSideBalancer())
		g.awaitConsumers(1, 2)
		time.Sleep(time.Minute)
		create(t, b, createRequest("app-2", 3, 1))
		g.awaitConsumers(1, 5)
		produce(t, ctx, b.Client(t), "app-2", "x", "y")
		g.await([]string{"x", "y"})
	})
}

func TestTrap087MembersOfBothProtocolsShareAGroup(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("orders", 4, 1))
		g := groupOf(t, ctx, b)
		g.join(kgo.ConsumeTopics("orders"), kgo.Balancers(kgo.RangeBalancer()))
		cl := b.Client(t, kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		want := numbered("a", 20)
		produce(t, ctx, cl, "orders", want...)
		g.await(want)

		two := g.join(kgo.ConsumeTopics("orders"), kgo.ServerSideBalancer())
		described := g.awaitConsumers(2, 4)
		types := []int8{described.Members[0].MemberType, described.Members[1].MemberType}
		if slices.Sort(types); !slices.Equal(types, []int8{0, 1}) {
			t.Fatalf("member types %v", types)
		}
		more := numbered("b", 20)
		produce(t, ctx, cl, "orders", more...)
		want = append(want, more...)
		g.await(want)

		two.Close()
		list := kmsg.NewPtrListGroupsRequest()
		list.Version = 5
		if l := b.Ask(t, list).(*kmsg.ListGroupsResponse).Groups; len(l) != 1 || l[0].GroupType != "classic" {
			t.Fatalf("groups %+v", l)
		}
		more = numbered("c", 20)
		produce(t, ctx, cl, "orders", more...)
		g.await(append(want, more...))
	})
}

func TestGroupsHaveSettingsOfTheirOwn(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("orders", 1, 1))
		set := kmsg.NewPtrIncrementalAlterConfigsRequest()
		set.Version = 1
		r := kmsg.NewIncrementalAlterConfigsRequestResource()
		r.ResourceType, r.ResourceName = 32, "g"
		c := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
		c.Name, c.Value = "consumer.heartbeat.interval.ms", kmsg.StringPtr("6000")
		r.Configs = append(r.Configs, c)
		set.Resources = append(set.Resources, r)
		if got := b.Ask(t, set).(*kmsg.IncrementalAlterConfigsResponse).Resources[0]; got.ErrorCode != 0 {
			t.Fatalf("%+v", got)
		}
		for group, want := range map[string]int32{"g": 6000, "other": 5000} {
			req := kmsg.NewPtrConsumerGroupHeartbeatRequest()
			req.Version, req.Group, req.MemberID, req.RebalanceTimeoutMillis = 1, group, strings.Repeat("m", 22), 60_000
			req.SubscribedTopicNames, req.Topics = []string{"orders"}, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
			var resp *kmsg.ConsumerGroupHeartbeatResponse
			for range 20 {
				if resp = b.Ask(t, req).(*kmsg.ConsumerGroupHeartbeatResponse); resp.ErrorCode == 0 {
					break
				}
				find := kmsg.NewPtrFindCoordinatorRequest()
				find.Version, find.CoordinatorKeys = 4, []string{group}
				b.Ask(t, find)
				time.Sleep(time.Second)
			}
			if resp.ErrorCode != 0 || resp.HeartbeatIntervalMillis != want {
				t.Errorf("%s: %+v, want an interval of %d", group, resp, want)
			}
		}
	})
}

// epochs is the generation of the classic group, and the epoch of the consumer group.
func epochs(t *testing.T, b *kbrokertest.Broker) (generation, epoch int32) {
	t.Helper()
	req := kmsg.NewPtrConsumerGroupDescribeRequest()
	req.Version, req.Groups = 1, []string{"g"}
	epoch = b.Ask(t, req).(*kmsg.ConsumerGroupDescribeResponse).Groups[0].Epoch
	for _, r := range offsetsTopic(t, b) {
		if v, ok := r.value.(*kmsg.GroupMetadataValue); ok {
			generation = v.Generation
		}
	}
	return generation, epoch
}

// A groupRecord is a record of __consumer_offsets as another program reads it. Types that it does not know have no key.
type groupRecord struct{ key, value any }

func offsetsTopic(t *testing.T, b *kbrokertest.Broker) (out []groupRecord) {
	t.Helper()
	cl := b.Client(t, kgo.ConsumeTopics("__consumer_offsets"))
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // virtual
	defer cancel()
	for ctx.Err() == nil {
		cl.PollFetches(ctx).EachRecord(func(r *kgo.Record) { out = append(out, readGroupRecord(t, r)) })
	}
	return out
}

func readGroupRecord(t *testing.T, r *kgo.Record) groupRecord {
	t.Helper()
	var rec groupRecord
	read := func(key interface{ ReadFrom([]byte) error }, value interface{ ReadFrom([]byte) error }) groupRecord {
		if err := key.ReadFrom(r.Key); err != nil {
			t.Fatalf("key %q: %v", r.Key, err)
		}
		if r.Value == nil {
			return groupRecord{key, nil}
		}
		if err := value.ReadFrom(r.Value); err != nil {
			t.Fatalf("value %q of %+v: %v", r.Value, key, err)
		}
		return groupRecord{key, value}
	}
	switch r.Key[1] {
	case 0, 1:
		rec = read(new(kmsg.OffsetCommitKey), new(kmsg.OffsetCommitValue))
	case 2:
		rec = read(new(kmsg.GroupMetadataKey), new(kmsg.GroupMetadataValue))
	}
	return rec
}

// Monitors read the offsets topic themselves; franz-go's reader of it stands for them.
func TestTrap084OthersReadTheOffsetsTopic(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t, "offsets.topic.num.partitions=1")
		create(t, b, createRequest("orders", 1, 1))
		produce(t, ctx, b.Client(t), "orders", "a", "b", "c")
		g := groupOf(t, ctx, b)
		cl := g.join(kgo.ConsumeTopics("orders"), kgo.Balancers(kgo.RangeBalancer()), kgo.ClientID("monitored"))
		g.await([]string{"a", "b", "c"})
		if err := cl.CommitMarkedOffsets(ctx); err != nil {
			t.Fatal(err)
		}
		committed, members := int64(-1), 0
		for _, r := range offsetsTopic(t, b) {
			switch v := r.value.(type) {
			case *kmsg.OffsetCommitValue:
				k := r.key.(*kmsg.OffsetCommitKey)
				if k.Group != "g" || k.Topic != "orders" || k.Partition != 0 {
					t.Errorf("an offset of %+v", k)
				}
				committed = v.Offset
			case *kmsg.GroupMetadataValue:
				if members = len(v.Members); members == 1 && v.Members[0].ClientID != "monitored" {
					t.Errorf("member %+v", v.Members[0])
				}
			}
		}
		if committed != 3 || members != 1 {
			t.Errorf("read offset %d and %d members, want 3 and 1", committed, members)
		}
	})
}

// A broker bounce causes no rebalance at all (G7).
func TestInvG07ABounceCausesNoRebalance(t *testing.T) {
	protocols := map[string][]kgo.Opt{
		"classic":        {kgo.Balancers(kgo.CooperativeStickyBalancer())},
		"classic static": {kgo.Balancers(kgo.RangeBalancer()), kgo.InstanceID("i")},
		"consumer":       {kgo.ServerSideBalancer()},
	}
	for name, opts := range protocols {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t, "offsets.topic.num.partitions=1")
				create(t, b, createRequest("orders", 2, 1))
				g := groupOf(t, ctx, b)
				g.join(append(opts, kgo.ConsumeTopics("orders"))...)
				produce(t, ctx, b.Client(t), "orders", "a")
				g.await([]string{"a"})
				time.Sleep(10 * time.Second)
				generation, epoch := epochs(t, b)
				// The member's dials wait while the broker is away: one that is refused makes this client join anew by itself,
				// whatever the broker remembers.
				b.RestartUnseen(t)
				produce(t, ctx, b.Client(t), "orders", "b")
				g.await([]string{"a", "b"})
				time.Sleep(2 * time.Minute)
				if g, e := epochs(t, b); g != generation || e != epoch || g+e == 0 {
					t.Errorf("from generation %d, epoch %d to %d, %d", generation, epoch, g, e)
				}
			})
		})
	}
}
