package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"
	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
)

// shapes writes records with and without keys, values and headers and reads them back.
func shapes(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	p, err := sarama.NewSyncProducer([]string{e.Bootstrap}, config())
	if err != nil {
		return err
	}
	defer p.Close()
	base := scenario.Hour()
	for i, s := range scenario.Shapes {
		m := &sarama.ProducerMessage{Topic: e.Topic, Timestamp: base.Add(time.Duration(i) * time.Second)}
		if s.Key != nil {
			m.Key = sarama.ByteEncoder(s.Key)
		}
		if s.Value != nil {
			m.Value = sarama.ByteEncoder(s.Value)
		}
		for _, h := range s.Headers {
			m.Headers = append(m.Headers, sarama.RecordHeader{Key: []byte(h[0]), Value: []byte(h[1])})
		}
		if _, _, err := p.SendMessage(m); err != nil {
			return err
		}
	}
	i := 0
	return consume(ctx, e, 0, len(scenario.Shapes), func(m *sarama.ConsumerMessage) error {
		got := scenario.Shape{Key: m.Key, Value: m.Value}
		for _, h := range m.Headers {
			got.Headers = append(got.Headers, [2]string{string(h.Key), string(h.Value)})
		}
		i++
		return scenario.SameShape(i-1, base, got, m.Timestamp)
	})
}

// consume gives n messages from an offset on to a function.
func consume(ctx context.Context, e env, from int64, n int, each func(*sarama.ConsumerMessage) error) error {
	c, err := sarama.NewConsumer([]string{e.Bootstrap}, config())
	if err != nil {
		return err
	}
	defer c.Close()
	pc, err := c.ConsumePartition(e.Topic, 0, from)
	if err != nil {
		return err
	}
	defer pc.Close()
	for range n {
		select {
		case m := <-pc.Messages():
			if err := each(m); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func large(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	bound := func(cfg *sarama.Config) { cfg.Producer.MaxMessageBytes = scenario.ClientLimit }
	if err := produceUnkeyed(e, scenario.TooLarge(), bound); !errors.Is(err, sarama.ErrMessageSizeTooLarge) {
		return fmt.Errorf("a record that is too large: %v", err)
	}
	if err := produceUnkeyed(e, scenario.Fits(), bound); err != nil {
		return err
	}
	return expect(ctx, e, []string{scenario.Fits()}, nil)
}

func produceUnkeyed(e env, value string, set func(*sarama.Config)) error {
	cfg := config()
	set(cfg)
	p, err := sarama.NewSyncProducer([]string{e.Bootstrap}, cfg)
	if err != nil {
		return err
	}
	_, _, err = p.SendMessage(&sarama.ProducerMessage{Topic: e.Topic, Value: sarama.StringEncoder(value)})
	return errors.Join(err, p.Close())
}

func deleteRecords(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	values := scenario.Values("v", 10)
	if err := produce(e, values, nil); err != nil {
		return err
	}
	err := withAdmin(e, func(adm sarama.ClusterAdmin) error { return adm.DeleteRecords(e.Topic, map[int32]int64{0: 5}) })
	if err != nil {
		return err
	}
	return expect(ctx, e, values[5:], nil)
}
