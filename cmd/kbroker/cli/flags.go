package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const (
	defaultPort      = "9092"
	defaultBootstrap = "localhost:" + defaultPort
	defaultTimeout   = 10 * time.Second
)

// globalFlags are those that every command knows.
type globalFlags struct {
	bootstrap     []string
	commandConfig string
	properties    []string
	timeout       time.Duration
	wait          time.Duration
	output        string
	yes           bool
	noProgress    bool

	set *pflag.FlagSet
}

func (f *globalFlags) register(fs *pflag.FlagSet) {
	f.set = fs
	fs.StringSliceVarP(&f.bootstrap, "bootstrap", "b", nil, "addresses of brokers, host:port[,…] (KBROKER_BOOTSTRAP, else "+defaultBootstrap+")")
	fs.StringVar(&f.commandConfig, "command-config", "", "file of Java client properties")
	fs.StringArrayVarP(&f.properties, "property", "X", nil, "one client property, key=value; may repeat, goes over the file")
	fs.DurationVar(&f.timeout, "timeout", defaultTimeout, "longest time for the whole command")
	fs.DurationVar(&f.wait, "wait", 0, "before it, wait so long for a broker that is not there yet")
	fs.BoolVar(&f.noProgress, "no-progress", false, "never draw a progress bar")
}

// bootstrapGiven tells an empty --bootstrap from none.
func (f *globalFlags) bootstrapGiven() bool { return f.set != nil && f.set.Changed("bootstrap") }

// withOutput gives a command -o.
func (a *App) withOutput(c *cobra.Command) *cobra.Command {
	c.Flags().StringVarP(&a.flags.output, "output", "o", "table", "table, json, jsonl, csv or name")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputNames, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// withYes gives a command that destroys something --yes.
func (a *App) withYes(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do it without asking")
	return c
}
