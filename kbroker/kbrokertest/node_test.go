package kbrokertest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// inBubble runs a test in virtual time. That the bubble ends proves that Close leaves no goroutine behind.
func inBubble(t *testing.T, fn func(t *testing.T, ctx context.Context)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		fn(t, ctx)
	})
}

func produce(t *testing.T, ctx context.Context, cl *kgo.Client, topic string, values ...string) {
	t.Helper()
	for _, v := range values {
		if err := cl.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte(v)}).FirstErr(); err != nil {
			t.Fatalf("produce %s: %v", v, err)
		}
	}
}

// consume polls until it has n values, and returns them sorted.
func consume(t *testing.T, ctx context.Context, cl *kgo.Client, n int) []string {
	t.Helper()
	var got []string
	for len(got) < n {
		fetches := cl.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("poll after %d of %d: %v", len(got), n, err)
		}
		fetches.EachRecord(func(r *kgo.Record) { got = append(got, string(r.Value)) })
	}
	slices.Sort(got)
	return got
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%03d", prefix, i)
	}
	return out
}

func TestWhatIsProducedIsConsumed(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		want := numbered("v", 50)
		produce(t, ctx, b.Client(t, kgo.AllowAutoTopicCreation()), "orders", want...)
		if got := consume(t, ctx, b.Client(t, kgo.ConsumeTopics("orders")), len(want)); !slices.Equal(got, want) {
			t.Fatalf("got %v", got)
		}
	})
}

func TestInvR01RecordsAndOffsetsSurviveARestart(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		first, second := numbered("a", 20), numbered("b", 20)
		producer := b.Client(t, kgo.AllowAutoTopicCreation(), kgo.DefaultProduceTopic("orders"))
		produce(t, ctx, producer, "orders", first...)
		member := b.Client(t, kgo.ConsumeTopics("orders"), kgo.ConsumerGroup("g"), kgo.DisableAutoCommit())
		if got := consume(t, ctx, member, 20); !slices.Equal(got, first) {
			t.Fatalf("got %v", got)
		}
		if err := member.CommitUncommittedOffsets(ctx); err != nil {
			t.Fatal(err)
		}
		member.Close()
		b.Restart(t)
		produce(t, ctx, producer, "orders", second...)
		again := b.Client(t, kgo.ConsumeTopics("orders"), kgo.ConsumerGroup("g"))
		if got := consume(t, ctx, again, 20); !slices.Equal(got, second) {
			t.Fatalf("after the restart: %v", got)
		}
		all := b.Client(t, kgo.ConsumeTopics("orders"))
		if got := consume(t, ctx, all, 40); !slices.Equal(got, append(first, second...)) {
			t.Fatalf("in all: %v", got)
		}
	})
}

func TestTwoMembersShareAndTakeOver(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		adm := kadm.NewClient(b.Client(t))
		if _, err := adm.CreateTopic(ctx, 4, 1, nil, "orders"); err != nil {
			t.Fatal(err)
		}
		join := func() *kgo.Client {
			return b.Client(t, kgo.ConsumeTopics("orders"), kgo.ConsumerGroup("g"), kgo.Balancers(kgo.CooperativeStickyBalancer()), kgo.SessionTimeout(10*time.Second))
		}
		one, two := join(), join()
		drain := func(ctx context.Context, cl *kgo.Client) {
			for ctx.Err() == nil && !cl.PollFetches(ctx).IsClientClosed() {
			}
		}
		polling, stop := context.WithCancel(ctx)
		done := make(chan struct{}, 2)
		for _, cl := range []*kgo.Client{one, two} {
			go func() { drain(polling, cl); done <- struct{}{} }()
		}
		awaitGroup(t, ctx, adm, func(g kadm.DescribedGroup) bool {
			return g.State == "Stable" && len(g.Members) == 2 && len(g.AssignedPartitions()["orders"]) == 4 && fair(g)
		})
		two.Close()
		awaitGroup(t, ctx, adm, func(g kadm.DescribedGroup) bool {
			return g.State == "Stable" && len(g.Members) == 1 && len(g.AssignedPartitions()["orders"]) == 4
		})
		stop()
		<-done
		<-done
	})
}

func fair(g kadm.DescribedGroup) bool {
	for _, m := range g.Members {
		a, ok := m.Assigned.AsConsumer()
		if !ok || len(a.Topics) != 1 || len(a.Topics[0].Partitions) != 2 {
			return false
		}
	}
	return true
}

func awaitGroup(t *testing.T, ctx context.Context, adm *kadm.Client, want func(kadm.DescribedGroup) bool) {
	t.Helper()
	var last kadm.DescribedGroup
	for range 200 {
		groups, err := adm.DescribeGroups(ctx, "g")
		if err != nil {
			t.Fatal(err)
		}
		if last = groups["g"]; want(last) {
			return
		}
		time.Sleep(500 * time.Millisecond) // virtual
	}
	t.Fatalf("the group stays at %+v", last)
}

func TestTopicsAreAdministered(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		adm := kadm.NewClient(b.Client(t))
		value := "12345"
		if _, err := adm.CreateTopic(ctx, 2, 1, map[string]*string{"retention.ms": &value}, "a"); err != nil {
			t.Fatal(err)
		}
		if _, err := adm.CreateTopic(ctx, 2, 1, nil, "a"); err == nil || kerr.ErrorForCode(36) == nil {
			t.Fatal("a topic was created twice")
		}
		if _, err := adm.CreatePartitions(ctx, 1, "a"); err != nil {
			t.Fatal(err)
		}
		topics, err := adm.ListTopics(ctx, "a")
		if err != nil || len(topics["a"].Partitions) != 3 {
			t.Fatalf("%v, %v", topics, err)
		}
		configs, err := adm.DescribeTopicConfigs(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, c := range configs[0].Configs {
			found = found || c.Key == "retention.ms" && c.MaybeValue() == value
		}
		if !found {
			t.Fatalf("retention.ms is not %s in %v", value, configs)
		}
		if _, err := adm.DeleteTopics(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if topics, _ := adm.ListTopics(ctx); len(topics) != 0 {
			t.Fatalf("still there: %v", topics.Names())
		}
	})
}

// Trap 33: a name that was given again is another topic; nothing of the old one is served.
func TestInvR33ARecreatedTopicShowsNothingOld(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		cl := b.Client(t)
		adm := kadm.NewClient(cl)
		create := func() kadm.TopicID {
			made, err := adm.CreateTopic(ctx, 1, 1, nil, "a")
			if err != nil {
				t.Fatal(err)
			}
			return made.ID
		}
		first := create()
		produce(t, ctx, cl, "a", "old")
		if _, err := adm.DeleteTopics(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if second := create(); second == first {
			t.Fatal("the new topic has the old one's id")
		}
		fresh := b.Client(t)
		produce(t, ctx, fresh, "a", "new")
		if got := consume(t, ctx, b.Client(t, kgo.ConsumeTopics("a")), 1); got[0] != "new" {
			t.Fatalf("got %v", got)
		}
		ends, err := kadm.NewClient(fresh).ListEndOffsets(ctx, "a")
		if err != nil || ends["a"][0].Offset != 1 {
			t.Fatalf("%v, %v", ends, err)
		}
	})
}

// Not in a bubble: the client's zstd decoders are closed by finalizers, which run outside of it.
func TestEveryCodecRoundTrips(t *testing.T) {
	b, ctx := kbrokertest.Start(t), t.Context()
	for name, codec := range map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()} {
		want := numbered(name, 30)
		cl := b.Client(t, kgo.AllowAutoTopicCreation(), kgo.ProducerBatchCompression(codec), kgo.ProducerLinger(10*time.Millisecond))
		records := make([]*kgo.Record, len(want))
		for i, v := range want {
			records[i] = &kgo.Record{Topic: name, Value: []byte(v)}
		}
		if err := cl.ProduceSync(ctx, records...).FirstErr(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := consume(t, ctx, b.Client(t, kgo.ConsumeTopics(name)), len(want)); !slices.Equal(got, want) {
			t.Fatalf("%s: got %v", name, got)
		}
	}
}
