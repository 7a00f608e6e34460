package cli

import (
	"context"
	"sort"
	"strings"

	"github.com/spf13/cobra"
)

func (a *App) configList() *cobra.Command {
	var all bool
	c := &cobra.Command{Use: "list RESOURCE", Short: "Show what is set on a resource, or with --all every key", Long: resourceHelp, Args: cobra.ExactArgs(1)}
	c.Flags().BoolVarP(&all, "all", "a", false, "defaults too")
	c.RunE = a.ask(func(ctx context.Context, s *session, args []string) error {
		r, err := parseResource(args[0])
		if err != nil {
			return err
		}
		res, err := describeResource(ctx, s, r, nil, false)
		if err != nil {
			return err
		}
		sort.Slice(res.Configs, func(i, j int) bool { return res.Configs[i].Name < res.Configs[j].Name })
		t := &table{head: []string{"KEY", "VALUE", "SOURCE"}}
		for _, c := range res.Configs {
			e := entryOf(c)
			if !all && strings.EqualFold(e.Source, "DEFAULT_CONFIG") {
				continue
			}
			t.add(e, e.Key, shownValue(e), e.Source)
		}
		return a.print(t)
	})
	return a.withOutput(c)
}
