package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (a *App) groupDelete() *cobra.Command {
	c := &cobra.Command{Use: "delete GROUP…", Aliases: []string{"rm"}, Short: "Delete groups and their positions", Args: cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeGroups()}
	c.RunE = a.ask(func(ctx context.Context, s *session, names []string) error {
		if err := a.confirm("Delete groups " + strings.Join(names, ", ")); err != nil {
			return err
		}
		res, err := s.adm.DeleteGroups(ctx, names...)
		if err != nil {
			return err
		}
		t := &table{head: []string{"GROUP", "RESULT"}}
		var failed error
		for _, r := range res.Sorted() {
			if r.Err != nil {
				failed = errors.Join(failed, fmt.Errorf("group %s: %w", r.Group, r.Err))
			}
			t.add(map[string]any{"group": r.Group, "done": r.Err == nil}, r.Group, "deleted")
		}
		if failed != nil {
			return failed
		}
		return a.print(t)
	})
	return a.withYes(a.withOutput(c))
}
