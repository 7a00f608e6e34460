package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

type trimRow struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Before    int64  `json:"start_before"`
	After     int64  `json:"start_after"`
}

func (a *App) topicTrim() *cobra.Command {
	var offset string
	var partitions []int32
	var dryRun bool
	c := &cobra.Command{Use: "trim TOPIC", Short: "Delete the records before an offset or a time",
		Long: "Delete the records before an offset or a time. The offset is a number, end, or @time as in consume.",
		Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeTopics()}
	c.Flags().StringVar(&offset, "before", "", "first offset that stays: a number, end, or @time")
	c.Flags().Int32SliceVarP(&partitions, "partitions", "p", nil, "only these partitions")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would be deleted")
	a.required(c, "before", "name the first offset that stays, as a number, end, or @time")
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		b, err := parseBound(offset, a.now())
		if err != nil {
			return err
		}
		topics, err := existing(ctx, s, args[0])
		if err != nil {
			return err
		}
		r, err := newResolver(ctx, s, topics, args[0], false)
		if err != nil {
			return err
		}
		var os kadm.Offsets
		t := &table{head: []string{"TOPIC", "PARTITION", "START", "NEW-START"}}
		parts, err := r.partitions(partitions)
		if err != nil {
			return err
		}
		for _, p := range parts {
			to, err := r.resolve(ctx, p, b)
			if err != nil {
				return err
			}
			to = min(max(to, r.start[p]), r.end[p])
			os.AddOffset(args[0], p, to, -1)
			t.add(trimRow{args[0], p, r.start[p], to}, args[0], fmt.Sprint(p), fmt.Sprint(r.start[p]), fmt.Sprint(to))
		}
		if dryRun {
			return a.print(t)
		}
		if err := a.confirm(fmt.Sprintf("Delete records of %s before %s", args[0], offset)); err != nil {
			return err
		}
		res, err := s.adm.DeleteRecords(ctx, os)
		if err != nil {
			return err
		}
		if err := res.Error(); err != nil {
			return err
		}
		return a.print(t)
	})
	return a.withYes(a.withOutput(c))
}
