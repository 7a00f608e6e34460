package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"github.com/kbroker/kbroker/compat-tests/clients/golang/scenario"
)

// owner keeps what a member has and how often it was set up anew.
type owner struct {
	mu     sync.Mutex
	have   []int32
	setups int
	lost   int
}

func (o *owner) handler() handler {
	return handler{
		setup: func(sarama.ConsumerGroupSession) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.setups++
		},
		claim: func(partition int32, taken bool) {
			o.mu.Lock()
			defer o.mu.Unlock()
			if taken {
				o.have = append(o.have, partition)
				slices.Sort(o.have)
				return
			}
			o.have = slices.DeleteFunc(o.have, func(p int32) bool { return p == partition })
			o.lost++
		},
	}
}

func (o *owner) state() (have []int32, setups, lost int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.have), o.setups, o.lost
}

// owning waits until each has that many partitions.
func owning(ctx context.Context, n int, all ...*owner) error {
	return scenario.Until(ctx, fmt.Sprintf("%d partitions each", n), func() (bool, error) {
		for _, o := range all {
			if have, _, _ := o.state(); len(have) != n {
				return false, nil
			}
		}
		return true, nil
	})
}

// static has a member go and come back under its instance id: it gets what it had, and the other one is not disturbed.
func static(ctx context.Context, e env) error {
	if err := create(e, 4); err != nil {
		return err
	}
	named := func(id string) func(*sarama.Config) {
		return func(cfg *sarama.Config) { cfg.Consumer.Group.InstanceId = id }
	}
	first, second, again := &owner{}, &owner{}, &owner{}
	stop, err := join(ctx, e, first.handler(), named("a"))
	if err != nil {
		return err
	}
	defer stop()
	stop2, err := join(ctx, e, second.handler(), named("b"))
	if err != nil {
		return err
	}
	if err := owning(ctx, 2, first, second); err != nil {
		return errors.Join(err, stop2())
	}
	before, _, _ := second.state()
	_, setups, _ := first.state()
	if err := stop2(); err != nil {
		return err
	}
	stop3, err := join(ctx, e, again.handler(), named("b"))
	if err != nil {
		return err
	}
	defer stop3()
	if err := owning(ctx, 2, again); err != nil {
		return err
	}
	if have, _, _ := again.state(); !slices.Equal(have, before) {
		return fmt.Errorf("the member had %v and came back to %v", before, have)
	}
	if _, now, _ := first.state(); now != setups {
		return errors.New("the other member was disturbed")
	}
	return nil
}

// cooperative has a second member join: the first gives up two partitions of four and keeps the others.
func cooperative(ctx context.Context, e env) error {
	if err := create(e, 4); err != nil {
		return err
	}
	sticky := func(cfg *sarama.Config) {
		cfg.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategyCooperativeSticky()}
	}
	first, second := &owner{}, &owner{}
	stop, err := join(ctx, e, first.handler(), sticky)
	if err != nil {
		return err
	}
	defer stop()
	if err := owning(ctx, 4, first); err != nil {
		return err
	}
	stop2, err := join(ctx, e, second.handler(), sticky)
	if err != nil {
		return err
	}
	defer stop2()
	if err := owning(ctx, 2, first, second); err != nil {
		return err
	}
	if _, _, lost := first.state(); lost != 2 {
		return fmt.Errorf("the first lost %d partitions, want 2", lost)
	}
	return nil
}

// reading starts a member that gives what it reads to a channel, and commits it if asked to.
func reading(ctx context.Context, e env, commit bool) (<-chan string, func() error, error) {
	values := make(chan string, 100)
	stop, err := join(ctx, e, handler{each: func(s sarama.ConsumerGroupSession, m *sarama.ConsumerMessage) {
		if commit && m.Offset < 10 {
			s.MarkMessage(m, "")
			s.Commit()
		}
		values <- string(m.Value)
	}})
	return values, stop, err
}

func take(ctx context.Context, values <-chan string, want []string) error {
	var got []string
	for len(got) < len(want) && ctx.Err() == nil {
		select {
		case v := <-values:
			got = append(got, v)
		case <-ctx.Done():
		}
	}
	return scenario.Same(want, got)
}

// brokerRestart has a producer and a consumer live through a restart, and a later member begin at the committed offset.
func brokerRestart(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	cfg := config()
	cfg.Producer.Retry.Max, cfg.Producer.Retry.Backoff = 50, 200*time.Millisecond
	p, err := sarama.NewSyncProducer([]string{e.Bootstrap}, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	before, after := scenario.Values("before", 10), scenario.Values("after", 10)
	if err := send(p, e.Topic, before); err != nil {
		return err
	}
	values, stop, err := reading(ctx, e, true)
	if err != nil {
		return err
	}
	err = errors.Join(take(ctx, values, before), scenario.RestartBroker())
	if err == nil {
		err = send(p, e.Topic, after)
	}
	if err == nil {
		err = take(ctx, values, after)
	}
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	values, stop, err = reading(ctx, e, false)
	if err != nil {
		return err
	}
	return errors.Join(take(ctx, values, after), stop())
}

func groupAdmin(ctx context.Context, e env) error {
	if err := create(e, 1); err != nil {
		return err
	}
	want := scenario.Values("v", 3)
	if err := produce(e, want, nil); err != nil {
		return err
	}
	values, stop, err := reading(ctx, e, true)
	if err != nil {
		return err
	}
	if err := take(ctx, values, want); err != nil {
		return errors.Join(err, stop())
	}
	return withAdmin(e, func(adm sarama.ClusterAdmin) error {
		d, err := adm.DescribeConsumerGroups([]string{e.Topic})
		if err != nil || d[0].State != "Stable" || len(d[0].Members) != 1 {
			return errors.Join(fmt.Errorf("described %+v: %w", d, err), stop())
		}
		offs, err := adm.ListConsumerGroupOffsets(e.Topic, map[string][]int32{e.Topic: {0}})
		if err == nil && offs.GetBlock(e.Topic, 0).Offset != 3 {
			err = fmt.Errorf("offset %d, want 3", offs.GetBlock(e.Topic, 0).Offset)
		}
		if err := errors.Join(err, stop()); err != nil {
			return err
		}
		if err := adm.DeleteConsumerGroup(e.Topic); err != nil {
			return err
		}
		groups, err := adm.ListConsumerGroups()
		if _, there := groups[e.Topic]; there {
			return errors.New("the deleted group is listed")
		}
		return err
	})
}
