package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// owner is a group member that keeps count of its partitions and of those that it was asked for.
type owner struct {
	cl      *kgo.Client
	mu      sync.Mutex
	have    []int32
	revoked int
}

func own(e env, opts ...kgo.Opt) (*owner, error) {
	o := &owner{}
	lost := func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.revoked += len(topics[e.Topic])
		o.have = slices.DeleteFunc(o.have, func(p int32) bool { return slices.Contains(topics[e.Topic], p) })
	}
	cl, err := member(e, e.Topic, append(opts, kgo.OnPartitionsRevoked(lost), kgo.OnPartitionsLost(lost),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.have = append(o.have, topics[e.Topic]...)
			slices.Sort(o.have)
		}))...)
	o.cl = cl
	return o, err
}

// state is the partitions that the member has and how many it was asked for so far.
func (o *owner) state() ([]int32, int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.have), o.revoked
}

// owning polls the members until each has that many partitions.
func owning(ctx context.Context, n int, all ...*owner) error {
	for {
		done := true
		for _, o := range all {
			step, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
			o.cl.PollFetches(step)
			cancel()
			have, _ := o.state()
			done = done && len(have) == n
		}
		if done || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// static has a member go and come back under its instance id: it gets what it had, and the other one is not disturbed.
func static(ctx context.Context, e env) error {
	if err := create(ctx, e, 4); err != nil {
		return err
	}
	var all [2]*owner
	for i, id := range []string{"a", "b"} {
		o, err := own(e, kgo.InstanceID(id))
		if err != nil {
			return err
		}
		defer o.cl.Close()
		all[i] = o
	}
	if err := owning(ctx, 2, all[:]...); err != nil {
		return err
	}
	before, _ := all[1].state()
	_, revoked := all[0].state()
	all[1].cl.Close()
	again, err := own(e, kgo.InstanceID("b"))
	if err != nil {
		return err
	}
	defer again.cl.Close()
	if err := owning(ctx, 2, all[0], again); err != nil {
		return err
	}
	if have, _ := again.state(); !slices.Equal(have, before) {
		return fmt.Errorf("the member had %v and came back to %v", before, have)
	}
	if _, now := all[0].state(); now != revoked {
		return errors.New("the other member was disturbed")
	}
	return nil
}

// cooperative has a second member join: the first gives up two partitions of four and keeps the others all the time.
func cooperative(ctx context.Context, e env) error {
	if err := create(ctx, e, 4); err != nil {
		return err
	}
	first, err := own(e, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	if err != nil {
		return err
	}
	defer first.cl.Close()
	if err := owning(ctx, 4, first); err != nil {
		return err
	}
	second, err := own(e, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	if err != nil {
		return err
	}
	defer second.cl.Close()
	if err := owning(ctx, 2, first, second); err != nil {
		return err
	}
	if _, revoked := first.state(); revoked != 2 {
		return fmt.Errorf("the first was asked for %d partitions, want 2", revoked)
	}
	return nil
}

// brokerRestart has a producer and a consumer live through a restart, and a later member begin at the committed offset.
func brokerRestart(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	p, err := client(e)
	if err != nil {
		return err
	}
	defer p.Close()
	before, after := scenario.Values("before", 10), scenario.Values("after", 10)
	if err := produce(ctx, p, e.Topic, before); err != nil {
		return err
	}
	m, err := member(e, e.Topic)
	if err != nil {
		return err
	}
	defer m.Close()
	got, err := consume(ctx, m, 10)
	if err := errors.Join(err, scenario.Same(before, got), m.CommitUncommittedOffsets(ctx), scenario.RestartBroker()); err != nil {
		return err
	}
	if err := produce(ctx, p, e.Topic, after); err != nil {
		return err
	}
	got = nil
	for len(got) < 10 && ctx.Err() == nil { // polls tell of the time without a broker, too
		for _, r := range m.PollFetches(ctx).Records() {
			got = append(got, string(r.Value))
		}
	}
	if err := scenario.Same(after, got); err != nil {
		return fmt.Errorf("the member that lived through it: %w", err)
	}
	m.Close()
	later, err := member(e, e.Topic)
	if err != nil {
		return err
	}
	defer later.Close()
	got, err = consume(ctx, later, 10)
	return errors.Join(err, scenario.Same(after, got))
}

func groupAdmin(ctx context.Context, e env) error {
	if err := create(ctx, e, 1); err != nil {
		return err
	}
	m, err := member(e, e.Topic)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := produce(ctx, m, e.Topic, scenario.Values("v", 3)); err != nil {
		return err
	}
	if _, err := consume(ctx, m, 3); err != nil {
		return err
	}
	if err := m.CommitUncommittedOffsets(ctx); err != nil {
		return err
	}
	cl, err := client(e)
	if err != nil {
		return err
	}
	defer cl.Close()
	adm := kadm.NewClient(cl)
	described, err := adm.DescribeGroups(ctx, e.Topic)
	if g := described[e.Topic]; err != nil || g.State != "Stable" || len(g.Members) != 1 {
		return fmt.Errorf("described as %s with %d members: %w", g.State, len(g.Members), err)
	}
	offs, err := adm.FetchOffsets(ctx, e.Topic)
	if o, _ := offs.Lookup(e.Topic, 0); err != nil || o.At != 3 {
		return fmt.Errorf("offset %d, want 3: %w", o.At, err)
	}
	m.Close()
	if _, err := adm.DeleteGroup(ctx, e.Topic); err != nil {
		return err
	}
	groups, err := adm.ListGroups(ctx)
	if _, there := groups[e.Topic]; there {
		return errors.New("the deleted group is listed")
	}
	return err
}
