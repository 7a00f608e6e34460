package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
)

type offsetRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	At        *int64 `json:"at,omitempty"`
}

func (a *App) topicOffsets() *cobra.Command {
	var at string
	c := &cobra.Command{Use: "offsets TOPIC…", Short: "Show first and next offset of each partition", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTopics()}
	c.Flags().StringVar(&at, "at", "", "also the offset at @time")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		topics, err := existing(ctx, s, names...)
		if err != nil {
			return err
		}
		t := &table{head: []string{"TOPIC", "PARTITION", "START", "END"}}
		var b bound
		if at != "" {
			if b, err = parseBound(at, a.now()); err != nil {
				return err
			}
			t.head = append(t.head, "AT")
		}
		for _, name := range topics.Names() {
			r, err := newResolver(ctx, s, topics, name, false)
			if err != nil {
				return err
			}
			for _, p := range slices.Sorted(maps.Keys(r.start)) {
				row := offsetRow{name, p, r.start[p], r.end[p], nil}
				cells := []string{name, fmt.Sprint(p), fmt.Sprint(r.start[p]), fmt.Sprint(r.end[p])}
				if at != "" {
					o, err := r.resolve(ctx, p, b)
					if err != nil {
						return err
					}
					row.At = &o
					cells = append(cells, fmt.Sprint(o))
				}
				t.add(row, cells...)
			}
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
