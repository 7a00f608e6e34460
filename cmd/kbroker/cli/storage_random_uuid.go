package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *App) storageRandomUUID() *cobra.Command {
	return &cobra.Command{Use: "random-uuid", Short: "Make up a cluster id", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		_, err := fmt.Fprintln(a.Out, randomUUID())
		return err
	}}
}
