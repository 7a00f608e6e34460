package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

type seekRow struct {
	Group     string `json:"group"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Before    int64  `json:"before"` // -1: nothing was committed
	After     int64  `json:"after"`
}

func (a *App) groupSeek() *cobra.Command {
	var to string
	var topics []string
	var execute bool
	c := &cobra.Command{Use: "seek GROUP", Aliases: []string{"reset"}, Short: "Move the positions of a group that nobody uses",
		Long: `Move the committed positions of a group without members. --to is start, end, an offset, @time, or a distance
from the present position: +n or -n. Without --execute only the plan is shown.`,
		Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeGroups()}
	c.Flags().StringVar(&to, "to", "", "start, end, an offset, @time, +n or -n")
	c.Flags().StringSliceVarP(&topics, "topics", "t", nil, "only these topics; topics the group does not know yet may be named")
	c.Flags().BoolVar(&execute, "execute", false, "do it")
	a.required(c, "to", "say where, as start, end, an offset, @time, +n or -n")
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		b, err := parseBound(to, a.now())
		if err != nil {
			return err
		}
		rows, err := seekPlan(ctx, s, args[0], topics, b)
		if err != nil {
			return err
		}
		t := &table{head: []string{"GROUP", "TOPIC", "PARTITION", "BEFORE", "AFTER"}}
		var os kadm.Offsets
		for _, r := range rows {
			os.AddOffset(r.Topic, r.Partition, r.After, -1)
			t.add(r, r.Group, r.Topic, fmt.Sprint(r.Partition), dashed(r.Before), fmt.Sprint(r.After))
		}
		if execute {
			if err := s.adm.CommitAllOffsets(ctx, args[0], os); err != nil {
				return err
			}
		} else {
			fmt.Fprintln(a.Err, "This is only the plan. Add --execute to do it.")
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

// seekPlan says where every partition is and where it would be.
func seekPlan(ctx context.Context, s *session, group string, topics []string, b bound) ([]seekRow, error) {
	committed, err := s.adm.FetchOffsets(ctx, group)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
		return nil, fmt.Errorf("group %s: %w", group, err)
	}
	if len(topics) == 0 {
		for t := range committed {
			topics = append(topics, t)
		}
	}
	if len(topics) == 0 {
		return nil, notFoundf("group %s has no positions; name topics with --topics", group)
	}
	details, err := existing(ctx, s, topics...)
	if err != nil {
		return nil, err
	}
	var rows []seekRow
	for _, topic := range details.Names() {
		r, err := newResolver(ctx, s, details, topic, false)
		if err != nil {
			return nil, err
		}
		for _, p := range slices.Sorted(maps.Keys(r.start)) {
			before := int64(-1)
			if o, ok := committed.Lookup(topic, p); ok {
				before = o.At
			}
			after, err := r.shift(ctx, p, before, b)
			if err != nil {
				return nil, err
			}
			rows = append(rows, seekRow{group, topic, p, before, after})
		}
	}
	return rows, nil
}

// shift resolves a bound for a group: a distance counts from the group's position where it has one.
func (r *resolver) shift(ctx context.Context, p int32, position int64, b bound) (int64, error) {
	if position >= 0 && (b.kind == fromStart || b.kind == beforeEnd) {
		n := b.n
		if b.kind == beforeEnd {
			n = -n
		}
		return min(max(position+n, r.start[p]), r.end[p]), nil
	}
	o, err := r.resolve(ctx, p, b)
	return min(max(o, r.start[p]), r.end[p]), err
}
