package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
)

func (a *App) topicDelete() *cobra.Command {
	var ifExists, dryRun bool
	c := &cobra.Command{Use: "delete TOPIC…", Aliases: []string{"rm"}, Short: "Delete topics and all their records",
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: a.completeTopics()}
	c.Flags().BoolVar(&ifExists, "if-exists", false, "a topic that is not there is fine")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would be deleted")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		if !dryRun {
			if err := a.confirm("Delete " + strings.Join(names, ", ") + " and all records"); err != nil {
				return err
			}
		}
		t := &table{head: []string{"TOPIC", "RESULT"}}
		if dryRun {
			if _, err := existing(ctx, s, names...); err != nil && !ifExists {
				return err
			}
			for _, n := range names {
				t.add(resultRow{n, false, "would be deleted"}, n, "would be deleted")
			}
			return a.print(t)
		}
		res, err := s.adm.DeleteTopics(ctx, names...)
		if err != nil {
			return err
		}
		var failed error
		for _, r := range res.Sorted() {
			note := "deleted"
			switch {
			case r.Err == nil:
			case ifExists && errors.Is(r.Err, kerr.UnknownTopicOrPartition):
				note = "was not there"
			default:
				failed = errors.Join(failed, fmt.Errorf("topic %s: %w", r.Topic, describeKafka(r.Err, r.ErrMessage)))
			}
			t.add(resultRow{r.Topic, r.Err == nil, note}, r.Topic, note)
		}
		if failed != nil {
			return failed
		}
		return a.print(t)
	})
	return a.withYes(a.withOutput(c))
}
