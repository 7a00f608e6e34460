package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// adminDeadline bounds making, asking and deleting a topic.
const adminDeadline = 20 * time.Second

// createTopic makes a topic with one replica whose files go soon after it is deleted.
func createTopic(ctx context.Context, a *kadm.Client, name string, partitions int, configs map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, adminDeadline)
	defer cancel()
	all := map[string]*string{"file.delete.delay.ms": kadm.StringPtr("100")}
	for k, v := range configs {
		all[k] = &v
	}
	if _, err := a.CreateTopic(ctx, int32(partitions), 1, all, name); err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	for { // answered before every partition has become a leader
		ends, err := a.ListEndOffsets(ctx, name)
		if err == nil {
			err = ends.Error()
		}
		if err == nil && len(ends[name]) == partitions {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s has no leaders: %w", name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func deleteTopic(ctx context.Context, a *kadm.Client, name string) error {
	ctx, cancel := context.WithTimeout(ctx, adminDeadline)
	defer cancel()
	_, err := a.DeleteTopic(ctx, name)
	return err
}

// stored counts the records of a topic by its end offsets.
func stored(ctx context.Context, a *kadm.Client, name string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, adminDeadline)
	defer cancel()
	ends, err := a.ListEndOffsets(ctx, name)
	if err != nil {
		return 0, err
	}
	if err := ends.Error(); err != nil {
		return 0, err
	}
	var n int64
	ends.Each(func(o kadm.ListedOffset) { n += o.Offset })
	return n, nil
}

func admin(bootstrap string) (*kadm.Client, error) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(bootstrap))
	if err != nil {
		return nil, err
	}
	return kadm.NewClient(cl), nil
}
