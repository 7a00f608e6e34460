package cli

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kbroker/kbroker/kbroker/config"
)

// App is one run of the program and everything it touches outside itself.
type App struct {
	Args   []string // with the program's name first
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Env    []string // NAME=value
	InTTY  bool     // a person can answer questions
	ErrTTY bool     // a person can see progress
	OutTTY bool     // a person reads the output

	Now  func() time.Time                                                  // nil: the clock
	Dial func(ctx context.Context, network, addr string) (net.Conn, error) // nil: this machine's network

	flags globalFlags
	rules map[*cobra.Command][]rule
}

// RunBroker runs a node until ctx ends and then shuts it down cleanly. The root of the broker sets it; without it the
// start command says that this binary carries no broker.
var RunBroker func(ctx context.Context, c *config.Static, log io.Writer) error

// CheckBroker says what of a configuration that can be read this binary cannot be. The root of the broker sets it.
var CheckBroker func(c *config.Static) error

// Applets are programs that run instead of the commands when the binary is called by their name, without path and .sh.
var Applets = map[string]func(a *App) int{}

// Process is the App of this process.
func Process() *App {
	return &App{Args: os.Args, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Environ(),
		InTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		ErrTTY: term.IsTerminal(int(os.Stderr.Fd())),
		OutTTY: term.IsTerminal(int(os.Stdout.Fd()))}
}

// Main runs the program and returns its exit code.
func Main(a *App) int {
	if name := strings.TrimSuffix(filepath.Base(a.Args[0]), ".sh"); Applets[name] != nil {
		return Applets[name](a)
	}
	root := a.root()
	root.SetArgs(a.Args[1:])
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	ran, err := root.ExecuteContextC(context.Background())
	return a.report(ran, err)
}

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kbroker",
		Short: "A broker that speaks Kafka's protocol, and the commands to operate one",
		Long: `A broker that speaks Kafka's protocol, and the commands to operate one.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 login failed or not authorised, 5 nobody there or no answer
in time, 6 unhealthy. With -o json errors are JSON too, on standard error.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.SetHelpCommand(helpCommand())
	a.flags.register(root.PersistentFlags())
	root.AddCommand(a.startCommand(), a.topicCommand(), a.produceCommand(), a.consumeCommand(), a.groupCommand(),
		a.configCommand(), a.clusterCommand(), a.healthCommand(), a.storageCommand(), a.dumpCommand(), a.benchCommand())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.RunE == nil && c.Run == nil { // cobra's completion
			c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	a.wrap(root)
	return root
}

// env is a variable of the environment, empty when it is not set.
func (a *App) env(name string) string {
	for _, pair := range a.Env {
		if n, v, _ := strings.Cut(pair, "="); n == name {
			return v
		}
	}
	return ""
}

// parent is a command that only has commands below it.
func parent(use, short string, children ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return cmd.Help()
	}}
	c.AddCommand(children...)
	return c
}

func (a *App) now() time.Time {
	if a.Now != nil {
		return a.Now()
	}
	return time.Now()
}
