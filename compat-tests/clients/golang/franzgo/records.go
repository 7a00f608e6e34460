package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// shapes writes records with and without keys, values and headers and reads them back.
func shapes(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	cl, err := client(e, kgo.ConsumeTopics(e.Topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return err
	}
	defer cl.Close()
	base := scenario.Hour()
	for i, s := range scenario.Shapes {
		r := &kgo.Record{Topic: e.Topic, Key: s.Key, Value: s.Value, Timestamp: base.Add(time.Duration(i) * time.Second)}
		for _, h := range s.Headers {
			r.Headers = append(r.Headers, kgo.RecordHeader{Key: h[0], Value: []byte(h[1])})
		}
		if err := cl.ProduceSync(ctx, r).FirstErr(); err != nil {
			return err
		}
	}
	for i := 0; i < len(scenario.Shapes); {
		fs := cl.PollFetches(ctx)
		if err := fs.Err(); err != nil {
			return err
		}
		for _, r := range fs.Records() {
			got := scenario.Shape{Key: r.Key, Value: r.Value}
			for _, h := range r.Headers {
				got.Headers = append(got.Headers, [2]string{h.Key, string(h.Value)})
			}
			if err := scenario.SameShape(i, base, got, r.Timestamp); err != nil {
				return err
			}
			i++
		}
	}
	return nil
}

func large(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	cl, err := client(e, kgo.ProducerBatchMaxBytes(scenario.ClientLimit), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		return err
	}
	defer cl.Close()
	if err := produce(ctx, cl, e.Topic, []string{scenario.TooLarge()}); !errors.Is(err, kerr.MessageTooLarge) {
		return fmt.Errorf("a record that is too large: %w", err)
	}
	rec := &kgo.Record{Topic: e.Topic, Value: []byte(scenario.Fits())}
	if err := cl.ProduceSync(ctx, rec).FirstErr(); err != nil {
		return err
	}
	return expect(ctx, e, []string{scenario.Fits()})
}

func deleteRecords(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	cl, err := client(e)
	if err != nil {
		return err
	}
	defer cl.Close()
	values := scenario.Values("v", 10)
	if err := produce(ctx, cl, e.Topic, values); err != nil {
		return err
	}
	offs := kadm.Offsets{}
	offs.AddOffset(e.Topic, 0, 5, -1)
	deleted, err := kadm.NewClient(cl).DeleteRecords(ctx, offs)
	if err != nil {
		return err
	}
	if d, _ := deleted.Lookup(e.Topic, 0); d.Err != nil || d.LowWatermark != 5 {
		return fmt.Errorf("low watermark %d, want 5: %w", d.LowWatermark, d.Err)
	}
	return expect(ctx, e, values[5:])
}
