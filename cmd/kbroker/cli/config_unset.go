package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (a *App) configUnset() *cobra.Command {
	var dryRun bool
	c := &cobra.Command{Use: "unset RESOURCE KEY…", Short: "Put keys of a resource back to their defaults", Long: resourceHelp,
		Args: cobra.MinimumNArgs(2), ValidArgsFunction: completeKeys}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only check")
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		var ops []kmsg.IncrementalAlterConfigsRequestResourceConfig
		for _, k := range args[1:] {
			o := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
			o.Name, o.Op = k, kmsg.IncrementalAlterConfigOpDelete
			ops = append(ops, o)
		}
		return a.alterResource(ctx, s, args[0], ops, dryRun)
	})
	return a.withOutput(c)
}
