// Command kafkago runs the client scenarios with segmentio/kafka-go.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
	"github.com/segmentio/kafka-go"
)

type env = scenario.Env

func main() {
	codecs := map[string]kafka.Compression{"none": 0, "gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd}
	var list []scenario.Scenario
	for _, c := range scenario.Codecs {
		list = append(list, scenario.Scenario{Name: "produce-" + c, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, kafka.RequireAll, codecs[c])
		}})
	}
	for _, a := range []struct {
		name string
		acks kafka.RequiredAcks
	}{{"acks-0", kafka.RequireNone}, {"acks-1", kafka.RequireOne}, {"acks-all", kafka.RequireAll}} {
		list = append(list, scenario.Scenario{Name: a.name, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, a.acks, 0)
		}})
	}
	list = append(list, []scenario.Scenario{
		{Name: "group-rebalance", Run: rebalance}, {Name: "offsets-restart", Run: restart}, {Name: "admin", Run: admin},
		{Name: "offsets-by-time", Run: byTime}, {Name: "records", Run: shapes}, {Name: "large-record", Run: large},
		{Name: "broker-restart", Run: brokerRestart}, {Name: "group-admin", Run: groupAdmin},
	}...)
	scenario.Main("kafka-go", "github.com/segmentio/kafka-go", list)
}

func admin0(e env) *kafka.Client {
	return &kafka.Client{Addr: kafka.TCP(e.Bootstrap), Timeout: 10 * time.Second}
}

func create(ctx context.Context, e env, partitions int) error {
	resp, err := admin0(e).CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: e.Topic, NumPartitions: partitions, ReplicationFactor: 1}}})
	if err != nil {
		return err
	}
	if err := resp.Errors[e.Topic]; err != nil {
		return err
	}
	defer scenario.Settle()
	return metadata(ctx, e, partitions)
}

// metadata waits until the topic has that many partitions.
func metadata(ctx context.Context, e env, partitions int) error {
	for ctx.Err() == nil {
		m, err := admin0(e).Metadata(ctx, &kafka.MetadataRequest{Topics: []string{e.Topic}})
		if err == nil && len(m.Topics) == 1 && m.Topics[0].Error == nil && len(m.Topics[0].Partitions) == partitions {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return ctx.Err()
}

func produce(ctx context.Context, e env, acks kafka.RequiredAcks, c kafka.Compression, values []string) error {
	w := &kafka.Writer{Addr: kafka.TCP(e.Bootstrap), Topic: e.Topic, RequiredAcks: acks, Compression: c, BatchTimeout: 5 * time.Millisecond}
	var msgs []kafka.Message
	for _, v := range values {
		msgs = append(msgs, kafka.Message{Key: []byte(v), Value: []byte(v)})
	}
	return errors.Join(w.WriteMessages(ctx, msgs...), w.Close())
}

func reader(e env, group string) *kafka.Reader {
	cfg := kafka.ReaderConfig{Brokers: []string{e.Bootstrap}, Topic: e.Topic, MaxWait: 200 * time.Millisecond, StartOffset: kafka.FirstOffset}
	if group != "" {
		cfg.GroupID, cfg.HeartbeatInterval, cfg.JoinGroupBackoff = group, 300*time.Millisecond, 300*time.Millisecond
	}
	return kafka.NewReader(cfg)
}

func roundTrip(ctx context.Context, e env, acks kafka.RequiredAcks, c kafka.Compression) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	want := scenario.Padded(50)
	if err := produce(ctx, e, acks, c, want); err != nil {
		return err
	}
	r := reader(e, "")
	defer r.Close()
	var got []string
	for len(got) < len(want) {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			return err
		}
		got = append(got, string(m.Value))
	}
	return scenario.Same(want, got)
}

func rebalance(ctx context.Context, e env) error {
	if err := create(ctx, e, 4); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	readers := []*kafka.Reader{reader(e, e.Topic), nil}
	defer func() {
		for _, r := range readers {
			if r != nil {
				r.Close()
			}
		}
	}()
	pump := func(r *kafka.Reader) {
		for ctx.Err() == nil {
			r.ReadMessage(ctx)
		}
	}
	go pump(readers[0])
	if err := members(ctx, e, 1); err != nil {
		return err
	}
	readers[1] = reader(e, e.Topic)
	go pump(readers[1])
	return members(ctx, e, 2)
}

// members waits until a group is stable with n members that have 4/n partitions each.
func members(ctx context.Context, e env, n int) error {
	for ctx.Err() == nil {
		resp, err := admin0(e).DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{e.Topic}})
		if err == nil && len(resp.Groups) == 1 && resp.Groups[0].GroupState == "Stable" && len(resp.Groups[0].Members) == n {
			even := true
			for _, m := range resp.Groups[0].Members {
				even = even && len(m.MemberAssignments.Topics) == 1 && len(m.MemberAssignments.Topics[0].Partitions) == 4/n
			}
			if even {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("never %d members: %w", n, ctx.Err())
}

func restart(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	for round := range 2 {
		want := scenario.Values(fmt.Sprint("round", round), 10)
		if err := produce(ctx, e, kafka.RequireAll, 0, want); err != nil {
			return err
		}
		r := reader(e, e.Topic)
		var got []string
		for len(got) < 10 {
			m, err := r.FetchMessage(ctx)
			if err != nil {
				return errors.Join(err, r.Close())
			}
			got = append(got, string(m.Value))
			if err := r.CommitMessages(ctx, m); err != nil {
				return errors.Join(err, r.Close())
			}
		}
		if err := errors.Join(r.Close(), scenario.Same(want, got)); err != nil {
			return err
		}
	}
	return nil
}

func admin(ctx context.Context, e env) error {
	if err := create(ctx, e, 3); err != nil {
		return err
	}
	cl := admin0(e)
	_, err := cl.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: e.Topic,
		Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "retention.ms", Value: "86400000", ConfigOperation: kafka.ConfigOperationSet}},
	}}})
	if err != nil {
		return err
	}
	err = scenario.Until(ctx, "retention.ms is set", func() (bool, error) {
		got, err := cl.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: e.Topic, ConfigNames: []string{"retention.ms"}}}})
		return err == nil && got.Resources[0].ConfigEntries[0].ConfigValue == "86400000", err
	})
	if err != nil {
		return err
	}
	more, err := cl.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: e.Topic, Count: 5}}})
	if err := errors.Join(err, more.Errors[e.Topic]); err != nil {
		return err
	}
	if err := metadata(ctx, e, 5); err != nil {
		return err
	}
	del, err := cl.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{e.Topic}})
	if err != nil {
		return err
	}
	return del.Errors[e.Topic]
}

func byTime(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	w := &kafka.Writer{Addr: kafka.TCP(e.Bootstrap), Topic: e.Topic, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond}
	base := time.Now().Add(-time.Hour).Truncate(time.Second)
	for i := range 10 {
		if err := w.WriteMessages(ctx, kafka.Message{Value: []byte("x"), Time: base.Add(time.Duration(i) * time.Second)}); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	conn, err := kafka.DialLeader(ctx, "tcp", e.Bootstrap, e.Topic, 0)
	if err != nil {
		return err
	}
	defer conn.Close()
	if o, err := conn.ReadOffset(base.Add(4 * time.Second)); err != nil || o != 4 {
		return fmt.Errorf("offset %d, want 4: %w", o, err)
	}
	return nil
}
