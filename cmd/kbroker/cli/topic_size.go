package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
)

type sizeRow struct {
	Topic    string `json:"topic"`
	Bytes    int64  `json:"bytes"`
	Replicas int    `json:"replicas"`
}

func (a *App) topicSize() *cobra.Command {
	c := &cobra.Command{Use: "size [TOPIC…]", Short: "Show how much disk topics take, over all replicas", ValidArgsFunction: a.completeTopics()}
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		if len(names) > 0 {
			if _, err := existing(ctx, s, names...); err != nil {
				return err
			}
		}
		dirs, err := s.adm.DescribeAllLogDirs(ctx, nil)
		if err != nil {
			return err
		}
		bytes, replicas := map[string]int64{}, map[string]int{}
		for _, n := range names {
			bytes[n] = 0
		}
		for _, dir := range dirs.Sorted() {
			if dir.Err != nil {
				return fmt.Errorf("broker %d, %s: %w", dir.Broker, dir.Dir, dir.Err)
			}
			for _, p := range dir.Topics.Sorted() {
				if len(names) > 0 && !slices.Contains(names, p.Topic) {
					continue
				}
				bytes[p.Topic] += p.Size
				replicas[p.Topic]++
			}
		}
		t := &table{head: []string{"TOPIC", "SIZE", "REPLICAS"}}
		for _, n := range slices.Sorted(maps.Keys(bytes)) {
			t.add(sizeRow{n, bytes[n], replicas[n]}, n, a.size(bytes[n]), fmt.Sprint(replicas[n]))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
