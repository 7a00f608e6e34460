// Command sarama runs the client scenarios with Sarama.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"
	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
)

type env = scenario.Env

func main() {
	codecs := map[string]sarama.CompressionCodec{"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP,
		"snappy": sarama.CompressionSnappy, "lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD}
	var list []scenario.Scenario
	for _, c := range scenario.Codecs {
		list = append(list, scenario.Scenario{Name: "produce-" + c, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, func(cfg *sarama.Config) { cfg.Producer.Compression = codecs[c] })
		}})
	}
	for _, a := range []struct {
		name string
		acks sarama.RequiredAcks
	}{{"acks-0", sarama.NoResponse}, {"acks-1", sarama.WaitForLocal}, {"acks-all", sarama.WaitForAll}} {
		list = append(list, scenario.Scenario{Name: a.name, Run: func(ctx context.Context, e env) error {
			return roundTrip(ctx, e, func(cfg *sarama.Config) { cfg.Producer.RequiredAcks = a.acks })
		}})
	}
	list = append(list, []scenario.Scenario{
		{Name: "group-rebalance", Run: rebalance}, {Name: "offsets-restart", Run: restart}, {Name: "admin", Run: admin},
		{Name: "idempotent", Run: func(ctx context.Context, e env) error { return roundTrip(ctx, e, idempotent) }},
		{Name: "offsets-by-time", Run: byTime}, {Name: "transactions", Run: transactions},
		{Name: "records", Run: shapes}, {Name: "large-record", Run: large}, {Name: "delete-records", Run: deleteRecords},
		{Name: "group-static", Run: static}, {Name: "group-cooperative", Run: cooperative}, {Name: "broker-restart", Run: brokerRestart},
		{Name: "group-admin", Run: groupAdmin},
	}...)
	scenario.Main("sarama", "github.com/IBM/sarama", list)
}

func idempotent(cfg *sarama.Config) {
	cfg.Producer.Idempotent, cfg.Producer.RequiredAcks, cfg.Net.MaxOpenRequests = true, sarama.WaitForAll, 1
}

func config() *sarama.Config {
	cfg := sarama.NewConfig()
	cfg.Version = sarama.MaxVersion
	cfg.Producer.Return.Successes = true
	cfg.Producer.RequiredAcks = sarama.WaitForAll
	cfg.Consumer.Offsets.Initial = sarama.OffsetOldest
	cfg.Consumer.Offsets.AutoCommit.Enable = false
	cfg.Consumer.MaxWaitTime = 200 * time.Millisecond
	cfg.Consumer.Group.Heartbeat.Interval = 300 * time.Millisecond
	cfg.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategyRange()}
	return cfg
}

func withAdmin(e env, f func(sarama.ClusterAdmin) error) error {
	adm, err := sarama.NewClusterAdmin([]string{e.Bootstrap}, config())
	if err != nil {
		return err
	}
	return errors.Join(f(adm), adm.Close())
}

func create(e env, partitions int32) error {
	defer scenario.Settle()
	return withAdmin(e, func(adm sarama.ClusterAdmin) error {
		return adm.CreateTopic(e.Topic, &sarama.TopicDetail{NumPartitions: partitions, ReplicationFactor: 1}, false)
	})
}

func produce(e env, values []string, set func(*sarama.Config)) error {
	cfg := config()
	if set != nil {
		set(cfg)
	}
	p, err := sarama.NewSyncProducer([]string{e.Bootstrap}, cfg)
	if err != nil {
		return err
	}
	return errors.Join(send(p, e.Topic, values), p.Close())
}

func send(p sarama.SyncProducer, topic string, values []string) error {
	var msgs []*sarama.ProducerMessage
	for _, v := range values {
		msgs = append(msgs, &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(v), Value: sarama.StringEncoder(v)})
	}
	return p.SendMessages(msgs)
}

func roundTrip(ctx context.Context, e env, set func(*sarama.Config)) error {
	if err := create(e, 1); err != nil {
		return err
	}
	want := scenario.Padded(50)
	if err := produce(e, want, set); err != nil {
		return err
	}
	return expect(ctx, e, want, nil)
}

func expect(ctx context.Context, e env, want []string, set func(*sarama.Config)) error {
	cfg := config()
	if set != nil {
		set(cfg)
	}
	c, err := sarama.NewConsumer([]string{e.Bootstrap}, cfg)
	if err != nil {
		return err
	}
	defer c.Close()
	pc, err := c.ConsumePartition(e.Topic, 0, sarama.OffsetOldest)
	if err != nil {
		return err
	}
	defer pc.Close()
	var got []string
	for len(got) < len(want) {
		select {
		case m := <-pc.Messages():
			got = append(got, string(m.Value))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return scenario.Same(want, got)
}

type handler struct {
	setup func(sarama.ConsumerGroupSession)
	each  func(sarama.ConsumerGroupSession, *sarama.ConsumerMessage)
	claim func(partition int32, taken bool) // a cooperative session is set up once, its claims come and go
}

func (h handler) Setup(s sarama.ConsumerGroupSession) error {
	if h.setup != nil {
		h.setup(s)
	}
	return nil
}
func (h handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (h handler) ConsumeClaim(s sarama.ConsumerGroupSession, c sarama.ConsumerGroupClaim) error {
	if h.claim != nil {
		h.claim(c.Partition(), true)
		defer h.claim(c.Partition(), false)
	}
	for {
		select {
		case m, ok := <-c.Messages():
			if !ok {
				return nil
			}
			if h.each != nil {
				h.each(s, m)
			}
		case <-s.Context().Done():
			return nil
		}
	}
}

func join(ctx context.Context, e env, h handler, set ...func(*sarama.Config)) (func() error, error) {
	cfg := config()
	for _, f := range set {
		f(cfg)
	}
	g, err := sarama.NewConsumerGroup([]string{e.Bootstrap}, e.Topic, cfg)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			g.Consume(ctx, []string{e.Topic}, h)
		}
	}()
	return func() error { cancel(); <-done; return g.Close() }, nil
}

func rebalance(ctx context.Context, e env) error {
	if err := create(e, 4); err != nil {
		return err
	}
	claims := make(chan [2]int, 100)
	note := func(member int) handler {
		return handler{setup: func(s sarama.ConsumerGroupSession) { claims <- [2]int{member, len(s.Claims()[e.Topic])} }}
	}
	stop, err := join(ctx, e, note(0))
	if err != nil {
		return err
	}
	defer stop()
	have := [2]int{}
	wait := func(want [2]int) error {
		for have != want {
			select {
			case c := <-claims:
				have[c[0]] = c[1]
			case <-ctx.Done():
				return fmt.Errorf("claims %v, want %v", have, want)
			}
		}
		return nil
	}
	if err := wait([2]int{4, 0}); err != nil {
		return err
	}
	stop2, err := join(ctx, e, note(1))
	if err != nil {
		return err
	}
	defer stop2()
	return wait([2]int{2, 2})
}

func restart(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	for round := range 2 {
		want := scenario.Values(fmt.Sprint("round", round), 10)
		if err := produce(e, want, nil); err != nil {
			return err
		}
		values := make(chan string, 100)
		stop, err := join(ctx, e, handler{each: func(s sarama.ConsumerGroupSession, m *sarama.ConsumerMessage) {
			s.MarkMessage(m, "")
			s.Commit()
			values <- string(m.Value)
		}})
		if err != nil {
			return err
		}
		var got []string
		for len(got) < 10 && ctx.Err() == nil {
			select {
			case v := <-values:
				got = append(got, v)
			case <-ctx.Done():
			}
		}
		if err := errors.Join(stop(), scenario.Same(want, got)); err != nil {
			return err
		}
	}
	return nil
}

func admin(ctx context.Context, e env) error {
	if err := create(e, 3); err != nil {
		return err
	}
	return withAdmin(e, func(adm sarama.ClusterAdmin) error {
		d, err := adm.DescribeTopics([]string{e.Topic})
		if err != nil || len(d) != 1 || len(d[0].Partitions) != 3 {
			return fmt.Errorf("described %v: %w", d, err)
		}
		v := "86400000"
		if err := adm.IncrementalAlterConfig(sarama.TopicResource, e.Topic, map[string]sarama.IncrementalAlterConfigsEntry{
			"retention.ms": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &v}}, false); err != nil {
			return err
		}
		if err := scenario.Until(ctx, "retention.ms is set", func() (bool, error) {
			got, err := adm.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: e.Topic, ConfigNames: []string{"retention.ms"}})
			return err == nil && len(got) == 1 && got[0].Value == v, err
		}); err != nil {
			return err
		}
		if err := adm.CreatePartitions(e.Topic, 5, nil, false); err != nil {
			return err
		}
		if err := scenario.Until(ctx, "five partitions", func() (bool, error) {
			d, err := adm.DescribeTopics([]string{e.Topic})
			return err == nil && len(d[0].Partitions) == 5, err
		}); err != nil {
			return err
		}
		return adm.DeleteTopic(e.Topic)
	})
}

func byTime(_ context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	cl, err := sarama.NewClient([]string{e.Bootstrap}, config())
	if err != nil {
		return err
	}
	defer cl.Close()
	p, err := sarama.NewSyncProducerFromClient(cl)
	if err != nil {
		return err
	}
	base := time.Now().Add(-time.Hour).Truncate(time.Second)
	for i := range 10 {
		if _, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: e.Topic, Value: sarama.StringEncoder("x"),
			Timestamp: base.Add(time.Duration(i) * time.Second)}); err != nil {
			return err
		}
	}
	if o, err := cl.GetOffset(e.Topic, 0, base.Add(4*time.Second).UnixMilli()); err != nil || o != 4 {
		return fmt.Errorf("offset %d, want 4: %w", o, err)
	}
	return nil
}

func transactions(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	cfg := config()
	idempotent(cfg)
	cfg.Producer.Transaction.ID = e.Topic
	p, err := sarama.NewSyncProducer([]string{e.Bootstrap}, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	for _, commit := range []bool{true, false, true} {
		if err := p.BeginTxn(); err != nil {
			return err
		}
		if err := send(p, e.Topic, scenario.Values(fmt.Sprint(commit), 5)); err != nil {
			return err
		}
		end := p.AbortTxn
		if commit {
			end = p.CommitTxn
		}
		if err := end(); err != nil {
			return err
		}
	}
	want := append(scenario.Values("true", 5), scenario.Values("true", 5)...)
	return expect(ctx, e, want, func(cfg *sarama.Config) { cfg.Consumer.IsolationLevel = sarama.ReadCommitted })
}
