package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *App) topicAddPartitions() *cobra.Command {
	var to, add int
	var dryRun bool
	c := &cobra.Command{Use: "add-partitions TOPIC…", Short: "Give topics more partitions", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTopics()}
	c.Flags().IntVar(&to, "to", 0, "number of partitions afterwards")
	c.Flags().IntVarP(&add, "num", "n", 0, "number of partitions to add")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only check")
	a.oneOf(c, "to", "num")
	a.exclusive(c, "--to is how many there are to be, --num how many more", "to", "num")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		apply, n := s.adm.UpdatePartitions, to
		switch {
		case to > 0 && dryRun:
			apply = s.adm.ValidateUpdatePartitions
		case add > 0 && dryRun:
			apply, n = s.adm.ValidateCreatePartitions, add
		case add > 0:
			apply, n = s.adm.CreatePartitions, add
		}
		if n < 1 {
			return usagef("the number of partitions must be above 0")
		}
		if _, err := existing(ctx, s, names...); err != nil {
			return err
		}
		res, err := apply(ctx, n, names...)
		if err != nil {
			return err
		}
		t := &table{head: []string{"TOPIC", "RESULT"}}
		var failed error
		for _, r := range res.Sorted() {
			if r.Err != nil {
				failed = errors.Join(failed, fmt.Errorf("topic %s: %w", r.Topic, describeKafka(r.Err, r.ErrMessage)))
			}
			t.add(resultRow{r.Topic, r.Err == nil, "changed"}, r.Topic, "changed")
		}
		if failed != nil {
			return failed
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
