package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
)

func (a *App) topicAlter() *cobra.Command {
	var set, del, add, remove []string
	var dryRun bool
	c := &cobra.Command{Use: "alter TOPIC…", Short: "Change the configuration of topics", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeTopics()}
	f := c.Flags()
	f.StringArrayVarP(&set, "set", "s", nil, "key=value to set; may repeat")
	f.StringArrayVarP(&del, "delete", "d", nil, "key to put back to its default; may repeat")
	f.StringArrayVar(&add, "append", nil, "key=value to add to a list; may repeat")
	f.StringArrayVar(&remove, "subtract", nil, "key=value to take from a list; may repeat")
	f.BoolVar(&dryRun, "dry-run", false, "only check")
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		changes, err := alterations(set, del, add, remove)
		if err != nil {
			return err
		}
		apply := s.adm.AlterTopicConfigs
		if dryRun {
			apply = s.adm.ValidateAlterTopicConfigs
		}
		res, err := apply(ctx, changes, names...)
		if err != nil {
			return err
		}
		return a.printAltered(res, dryRun)
	})
	return a.withOutput(c)
}

// alterations builds the operations of one request.
func alterations(set, del, add, remove []string) ([]kadm.AlterConfig, error) {
	var out []kadm.AlterConfig
	for _, o := range []struct {
		op   kadm.IncrementalOp
		args []string
	}{{kadm.SetConfig, set}, {kadm.AppendConfig, add}, {kadm.SubtractConfig, remove}} {
		values, err := settings(o.args)
		if err != nil {
			return nil, err
		}
		for k, v := range values {
			out = append(out, kadm.AlterConfig{Op: o.op, Name: k, Value: &v})
		}
	}
	for _, k := range del {
		out = append(out, kadm.AlterConfig{Op: kadm.DeleteConfig, Name: k})
	}
	if len(out) == 0 {
		return nil, usagef("nothing to change: give --set, --delete, --append or --subtract")
	}
	return out, nil
}

type alteredRow struct {
	Resource string `json:"resource"`
	Done     bool   `json:"done"`
	Note     string `json:"note"`
}

func (a *App) printAltered(res kadm.AlterConfigsResponses, dryRun bool) error {
	t := &table{head: []string{"RESOURCE", "RESULT"}}
	note := "changed"
	if dryRun {
		note = "would be changed"
	}
	var failed error
	for _, r := range res {
		if r.Err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", r.Name, describeKafka(r.Err, r.ErrMessage)))
		}
		t.add(alteredRow{r.Name, r.Err == nil, note}, orDefault(r.Name, "(default)"), note)
	}
	if failed != nil {
		return failed
	}
	return a.print(t)
}
