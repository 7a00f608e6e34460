package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench/null"
)

func (a *App) benchNullCommand() *cobra.Command {
	var o null.Options
	c := &cobra.Command{Use: "null", Short: "Run the null broker, which does the least that a broker can", Args: cobra.NoArgs,
		Long: `Run the null broker: it reads a frame, checks the checksum, stamps offset and epoch, writes the batch to a file, and answers.
It is the machine's bound for a broker in Go, and nothing to keep data in.`}
	fs := c.Flags()
	fs.StringVar(&o.Addr, "listen", "127.0.0.1:9092", "address to listen on")
	fs.StringVar(&o.Dir, "dir", "null-data", "directory of the partitions")
	fs.StringVar(&o.Stats, "stats", "", "address of a page that tells go_memstats_mallocs_total")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return null.Run(ctx, o) })
	}
	return c
}
