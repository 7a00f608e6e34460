package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// kip848 starts two members whose partitions the broker deals out, and waits until each has two of four.
func kip848(ctx context.Context, e env) error {
	if err := create(ctx, e, 4); err != nil {
		return err
	}
	var counts [2]atomic.Int64
	var members [2]*kgo.Client
	for i := range members {
		change := func(sign int64) func(context.Context, *kgo.Client, map[string][]int32) {
			return func(_ context.Context, _ *kgo.Client, topics map[string][]int32) {
				for _, p := range topics {
					counts[i].Add(sign * int64(len(p)))
				}
			}
		}
		cl, err := client(e, kgo.ConsumerGroup(e.Topic), kgo.ConsumeTopics(e.Topic), kgo.ServerSideBalancer(), kgo.Balancers(kgo.RangeBalancer()),
			kgo.OnPartitionsAssigned(change(1)), kgo.OnPartitionsRevoked(change(-1)), kgo.OnPartitionsLost(change(-1)))
		if err != nil {
			return err
		}
		defer cl.Close()
		members[i] = cl
	}
	for counts[0].Load() != 2 || counts[1].Load() != 2 {
		if ctx.Err() != nil {
			return errors.New("the two members never had two partitions each")
		}
		for _, cl := range members {
			step, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			cl.PollFetches(step)
			cancel()
		}
	}
	return ofConsumerType(ctx, members[0], e.Topic)
}

// ofConsumerType fails unless the broker lists the group as one whose partitions it deals out itself.
func ofConsumerType(ctx context.Context, cl *kgo.Client, group string) error {
	req := kmsg.NewPtrListGroupsRequest()
	req.TypesFilter = []string{"consumer"}
	resp, err := req.RequestWith(ctx, cl)
	if err != nil {
		return err
	}
	for _, g := range resp.Groups {
		if g.Group == group {
			return nil
		}
	}
	return fmt.Errorf("%s is not listed as a group of type consumer", group)
}
