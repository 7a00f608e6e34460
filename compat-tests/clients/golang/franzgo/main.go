// Command franzgo runs the client scenarios with franz-go.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

type env = scenario.Env

func main() {
	var list []scenario.Scenario
	for _, c := range scenario.Codecs {
		list = append(list, scenario.Scenario{Name: "produce-" + c, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, kgo.ProducerBatchCompression(codec(c)))
		}})
	}
	for name, acks := range map[string]kgo.Acks{"acks-0": kgo.NoAck(), "acks-1": kgo.LeaderAck(), "acks-all": kgo.AllISRAcks()} {
		list = append(list, scenario.Scenario{Name: name, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, kgo.RequiredAcks(acks), kgo.DisableIdempotentWrite())
		}})
	}
	list = append(list, []scenario.Scenario{
		{Name: "group-rebalance", Run: rebalance}, {Name: "offsets-restart", Run: restart}, {Name: "admin", Run: admin},
		{Name: "idempotent", Run: func(ctx context.Context, e env) error { return roundTrip(ctx, e) }},
		{Name: "offsets-by-time", Run: byTime}, {Name: "transactions", Run: transactions},
		{Name: "group-kip848", Run: kip848}, {Name: "records", Run: shapes}, {Name: "large-record", Run: large},
		{Name: "group-static", Run: static}, {Name: "group-cooperative", Run: cooperative}, {Name: "broker-restart", Run: brokerRestart},
		{Name: "group-admin", Run: groupAdmin}, {Name: "delete-records", Run: deleteRecords},
	}...)
	scenario.Main("franz-go", "github.com/twmb/franz-go", list)
}

func codec(name string) kgo.CompressionCodec {
	return map[string]kgo.CompressionCodec{"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(),
		"snappy": kgo.SnappyCompression(), "lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression()}[name]
}

func client(e env, opts ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(e.Bootstrap), kgo.FetchMaxWait(200 * time.Millisecond)}, opts...)...)
}

func create(ctx context.Context, e env, partitions int32) error {
	cl, err := client(e)
	if err != nil {
		return err
	}
	defer cl.Close()
	resp, err := kadm.NewClient(cl).CreateTopic(ctx, partitions, 1, nil, e.Topic)
	scenario.Settle()
	return errors.Join(err, resp.Err)
}

func produce(ctx context.Context, cl *kgo.Client, topic string, values []string) error {
	var recs []*kgo.Record
	for _, v := range values {
		recs = append(recs, &kgo.Record{Topic: topic, Key: []byte(v), Value: []byte(v)})
	}
	return cl.ProduceSync(ctx, recs...).FirstErr()
}

func consume(ctx context.Context, cl *kgo.Client, n int) ([]string, error) {
	var out []string
	for len(out) < n {
		fs := cl.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			return out, err
		}
		for _, r := range fs.Records() {
			out = append(out, string(r.Value))
		}
	}
	return out, nil
}

func roundTrip(ctx context.Context, e env, opts ...kgo.Opt) error {
	if err := create(ctx, e, 2); err != nil {
		return err
	}
	cl, err := client(e, opts...)
	if err != nil {
		return err
	}
	defer cl.Close()
	want := scenario.Padded(50)
	if err := produce(ctx, cl, e.Topic, want); err != nil {
		return err
	}
	return expect(ctx, e, want)
}

func expect(ctx context.Context, e env, want []string, opts ...kgo.Opt) error {
	c, err := client(e, append(opts, kgo.ConsumeTopics(e.Topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	if err != nil {
		return err
	}
	defer c.Close()
	got, err := consume(ctx, c, len(want))
	return errors.Join(err, scenario.Same(want, got))
}

func member(e env, group string, opts ...kgo.Opt) (*kgo.Client, error) {
	return client(e, append([]kgo.Opt{kgo.ConsumerGroup(group), kgo.ConsumeTopics(e.Topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.HeartbeatInterval(300 * time.Millisecond)}, opts...)...)
}

func rebalance(ctx context.Context, e env) error {
	if err := create(ctx, e, 4); err != nil {
		return err
	}
	a, err := member(e, e.Topic)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := client(e)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := produce(ctx, p, e.Topic, scenario.Values("first", 40)); err != nil {
		return err
	}
	if _, err := consume(ctx, a, 40); err != nil {
		return err
	}
	b, err := member(e, e.Topic)
	if err != nil {
		return err
	}
	defer b.Close()
	for ctx.Err() == nil {
		step, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		b.PollFetches(step)
		a.PollFetches(step)
		cancel()
		if assigned(ctx, a, e.Topic) == 2 && assigned(ctx, b, e.Topic) == 2 {
			return nil
		}
	}
	return errors.New("the two members never had two partitions each")
}

// assigned asks the coordinator how many partitions a member has.
func assigned(ctx context.Context, cl *kgo.Client, group string) int {
	me, _ := cl.GroupMetadata()
	described, err := kadm.NewClient(cl).DescribeGroups(ctx, group)
	if err != nil {
		return 0
	}
	n := 0
	for _, m := range described[group].Members {
		if c, ok := m.Assigned.AsConsumer(); ok && m.MemberID == me {
			for _, t := range c.Topics {
				n += len(t.Partitions)
			}
		}
	}
	return n
}

func restart(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	p, err := client(e)
	if err != nil {
		return err
	}
	defer p.Close()
	for round := range 2 {
		want := scenario.Values(fmt.Sprint("round", round), 10)
		if err := produce(ctx, p, e.Topic, want); err != nil {
			return err
		}
		m, err := member(e, e.Topic)
		if err != nil {
			return err
		}
		got, err := consume(ctx, m, 10)
		err = errors.Join(err, scenario.Same(want, got), m.CommitUncommittedOffsets(ctx))
		m.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func admin(ctx context.Context, e env) error {
	if err := create(ctx, e, 3); err != nil {
		return err
	}
	cl, err := client(e)
	if err != nil {
		return err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	topics, err := adm.ListTopics(ctx, e.Topic)
	if err != nil || len(topics[e.Topic].Partitions) != 3 {
		return fmt.Errorf("described %v, %w", topics, err)
	}
	set := "86400000"
	if _, err := adm.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: &set}}, e.Topic); err != nil {
		return err
	}
	err = scenario.Until(ctx, "retention.ms is set", func() (bool, error) {
		configs, err := adm.DescribeTopicConfigs(ctx, e.Topic)
		if err != nil {
			return false, err
		}
		for _, c := range configs[0].Configs {
			if c.Key == "retention.ms" && c.MaybeValue() == set {
				return true, nil
			}
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if _, err := adm.UpdatePartitions(ctx, 5, e.Topic); err != nil {
		return err
	}
	err = scenario.Until(ctx, "five partitions", func() (bool, error) {
		topics, err := adm.ListTopics(ctx, e.Topic)
		return len(topics[e.Topic].Partitions) == 5, err
	})
	if err != nil {
		return err
	}
	_, err = adm.DeleteTopic(ctx, e.Topic)
	return err
}

func byTime(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	cl, err := client(e)
	if err != nil {
		return err
	}
	defer cl.Close()
	base := time.Now().Add(-time.Hour).Truncate(time.Second)
	for i := range 10 {
		rec := &kgo.Record{Topic: e.Topic, Value: []byte("x"), Timestamp: base.Add(time.Duration(i) * time.Second)}
		if err := cl.ProduceSync(ctx, rec).FirstErr(); err != nil {
			return err
		}
	}
	at := base.Add(4 * time.Second).UnixMilli()
	offs, err := kadm.NewClient(cl).ListOffsetsAfterMilli(ctx, at, e.Topic)
	if err != nil {
		return err
	}
	if o, _ := offs.Lookup(e.Topic, 0); o.Offset != 4 || o.Timestamp != at {
		return fmt.Errorf("offset %d of %d, want 4 of %d", o.Offset, o.Timestamp, at)
	}
	return nil
}

func transactions(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	cl, err := client(e, kgo.TransactionalID(e.Topic))
	if err != nil {
		return err
	}
	defer cl.Close()
	for _, commit := range []bool{true, false, true} {
		if err := cl.BeginTransaction(); err != nil {
			return err
		}
		if err := produce(ctx, cl, e.Topic, scenario.Values(fmt.Sprint(commit), 5)); err != nil {
			return err
		}
		if err := cl.EndTransaction(ctx, kgo.TransactionEndTry(commit)); err != nil {
			return err
		}
	}
	want := append(scenario.Values("true", 5), scenario.Values("true", 5)...)
	return expect(ctx, e, want, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
}
