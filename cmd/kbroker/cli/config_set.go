package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (a *App) configSet() *cobra.Command {
	var add, subtract, dryRun bool
	c := &cobra.Command{Use: "set RESOURCE KEY=VALUE…", Short: "Set keys of a resource", Long: resourceHelp, Args: cobra.MinimumNArgs(2),
		ValidArgsFunction: completeKeys}
	c.Flags().BoolVar(&add, "append", false, "add the value to a list")
	c.Flags().BoolVar(&subtract, "subtract", false, "take the value from a list")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only check")
	a.exclusive(c, "a value is added to a list or taken from it", "append", "subtract")
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		values, err := settings(args[1:])
		if err != nil {
			return err
		}
		op := kmsg.IncrementalAlterConfigOpSet
		if add {
			op = kmsg.IncrementalAlterConfigOpAppend
		} else if subtract {
			op = kmsg.IncrementalAlterConfigOpSubtract
		}
		var ops []kmsg.IncrementalAlterConfigsRequestResourceConfig
		for k, v := range values {
			o := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
			o.Name, o.Op, o.Value = k, op, kmsg.StringPtr(v)
			ops = append(ops, o)
		}
		return a.alterResource(ctx, s, args[0], ops, dryRun)
	})
	return a.withOutput(c)
}

// alterResource sends one incremental alteration and prints what came of it.
func (a *App) alterResource(ctx context.Context, s *session, name string, ops []kmsg.IncrementalAlterConfigsRequestResourceConfig, dryRun bool) error {
	r, err := parseResource(name)
	if err != nil {
		return err
	}
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.ValidateOnly = dryRun
	rr := kmsg.NewIncrementalAlterConfigsRequestResource()
	rr.ResourceType, rr.ResourceName, rr.Configs = r.typ, r.name, ops
	req.Resources = append(req.Resources, rr)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return explainBroker(ctx, s, r, err)
	}
	for _, res := range resp.Resources {
		if err := kerr.ErrorForCode(res.ErrorCode); err != nil {
			return withResource(r, describeKafka(err, deref(res.ErrorMessage)))
		}
	}
	note := "changed"
	if dryRun {
		note = "would be changed"
	}
	t := &table{head: []string{"RESOURCE", "RESULT"}}
	t.add(alteredRow{r.String(), true, note}, r.String(), note)
	return a.print(t)
}
