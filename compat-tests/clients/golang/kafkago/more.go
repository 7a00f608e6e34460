package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
	"github.com/segmentio/kafka-go"
)

func writer(e env) *kafka.Writer {
	return &kafka.Writer{Addr: kafka.TCP(e.Bootstrap), Topic: e.Topic, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond,
		BatchBytes: scenario.ClientLimit, MaxAttempts: 50}
}

// shapes writes records with and without keys, values and headers and reads them back.
func shapes(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	w := writer(e)
	defer w.Close()
	base := scenario.Hour()
	for i, s := range scenario.Shapes {
		m := kafka.Message{Key: s.Key, Value: s.Value, Time: base.Add(time.Duration(i) * time.Second)}
		for _, h := range s.Headers {
			m.Headers = append(m.Headers, kafka.Header{Key: h[0], Value: []byte(h[1])})
		}
		if err := w.WriteMessages(ctx, m); err != nil {
			return err
		}
	}
	r := reader(e, "")
	defer r.Close()
	for i := range scenario.Shapes {
		m, err := r.ReadMessage(ctx)
		if err != nil {
			return err
		}
		got := scenario.Shape{Key: m.Key, Value: m.Value}
		if i == len(scenario.Shapes)-1 && m.Key == nil && m.Value == nil { // Reader gives what is empty as if it were absent
			got.Key, got.Value = []byte{}, []byte{}
		}
		for _, h := range m.Headers {
			got.Headers = append(got.Headers, [2]string{h.Key, string(h.Value)})
		}
		if err := scenario.SameShape(i, base, got, m.Time); err != nil {
			return err
		}
	}
	return nil
}

func large(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	w := writer(e)
	w.MaxAttempts = 1
	defer w.Close()
	err := w.WriteMessages(ctx, kafka.Message{Value: []byte(scenario.TooLarge())})
	if many, ok := errors.AsType[kafka.WriteErrors](err); ok {
		err = many[0]
	}
	if !errors.Is(err, kafka.MessageSizeTooLarge) {
		return fmt.Errorf("a record that is too large: %v", err)
	}
	if err := w.WriteMessages(ctx, kafka.Message{Value: []byte(scenario.Fits())}); err != nil {
		return err
	}
	r := reader(e, "")
	defer r.Close()
	m, err := r.ReadMessage(ctx)
	return errors.Join(err, scenario.Same([]string{scenario.Fits()}, []string{string(m.Value)}))
}

// take fetches as many messages as are wanted, and commits the last if asked to.
func take(ctx context.Context, r *kafka.Reader, want []string, commit bool) error {
	var got []string
	var last kafka.Message
	for len(got) < len(want) {
		m, err := r.FetchMessage(ctx)
		if err != nil {
			return err
		}
		got, last = append(got, string(m.Value)), m
	}
	if err := scenario.Same(want, got); err != nil || !commit {
		return err
	}
	return r.CommitMessages(ctx, last)
}

func send(ctx context.Context, w *kafka.Writer, values []string) error {
	var msgs []kafka.Message
	for _, v := range values {
		msgs = append(msgs, kafka.Message{Key: []byte(v), Value: []byte(v)})
	}
	return w.WriteMessages(ctx, msgs...)
}

// brokerRestart has a producer and a consumer live through a restart, and a later member begin at the committed offset.
func brokerRestart(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	before, after := scenario.Values("before", 10), scenario.Values("after", 10)
	w := writer(e)
	defer w.Close()
	if err := send(ctx, w, before); err != nil {
		return err
	}
	r := reader(e, e.Topic)
	err := errors.Join(take(ctx, r, before, true), scenario.RestartBroker())
	if err == nil {
		err = send(ctx, w, after)
	}
	if err == nil {
		err = take(ctx, r, after, false)
	}
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	r = reader(e, e.Topic)
	return errors.Join(take(ctx, r, after, false), r.Close())
}

func groupAdmin(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	want := scenario.Values("v", 3)
	if err := produce(ctx, e, kafka.RequireAll, 0, want); err != nil {
		return err
	}
	r := reader(e, e.Topic)
	err := take(ctx, r, want, true)
	cl := admin0(e)
	if err == nil {
		var d *kafka.DescribeGroupsResponse
		d, err = cl.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{e.Topic}})
		if err == nil && (d.Groups[0].GroupState != "Stable" || len(d.Groups[0].Members) != 1) {
			err = fmt.Errorf("described %+v", d.Groups[0])
		}
	}
	if err == nil {
		var offs *kafka.OffsetFetchResponse
		offs, err = cl.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: e.Topic, Topics: map[string][]int{e.Topic: {0}}})
		if err == nil && offs.Topics[e.Topic][0].CommittedOffset != 3 {
			err = fmt.Errorf("offset %d, want 3", offs.Topics[e.Topic][0].CommittedOffset)
		}
	}
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	deleted, err := cl.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{e.Topic}})
	if err == nil {
		err = deleted.Errors[e.Topic]
	}
	if err != nil {
		return err
	}
	listed, err := cl.ListGroups(ctx, &kafka.ListGroupsRequest{})
	if err != nil {
		return err
	}
	for _, g := range listed.Groups {
		if g.GroupID == e.Topic {
			return errors.New("the deleted group is listed")
		}
	}
	return nil
}
