package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/kbroker/config"
)

func (a *App) startCommand() *cobra.Command {
	var set []string
	var check bool
	c := &cobra.Command{Use: "start [server.properties]", Short: "Run a broker", Args: cobra.MaximumNArgs(1),
		Long: `Run a node until it is told to stop (SIGTERM or SIGINT), then shut it down cleanly.

Without a file and without KAFKA_PROCESS_ROLES in the environment it is one combined node for this machine: clients on
localhost:9092, data in ./kbroker-data, one replica of everything, no wait before a group's first rebalance. With a
Kafka server.properties the defaults are Kafka's. KAFKA_ variables go over the file, --set goes over both.`}
	c.Flags().StringArrayVar(&set, "set", nil, "name=value, goes over file and environment; may repeat")
	c.Flags().StringArrayVar(&set, "override", nil, "the same, as kafka-server-start spells it")
	c.Flags().BoolVar(&check, "check", false, "only read and check the configuration")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		path := ""
		if len(args) == 1 {
			path = args[0]
		}
		static, warnings, err := config.LoadFile(path, a.Env, set)
		a.warn(warnings)
		if err == nil && CheckBroker != nil {
			err = CheckBroker(static)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return err
		case err != nil:
			return usage(err)
		}
		if check {
			fmt.Fprintf(a.Out, "node %d, %s, listeners %s, data in %s\n", static.NodeID, roles(static), listeners(static), strings.Join(static.LogDirs, ", "))
			return nil
		}
		if RunBroker == nil {
			return withCode(exitFailed, "this binary was built without a broker")
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := RunBroker(ctx, static, a.Out); err != nil {
			return &exitError{exitFailed, err} // whatever it was: a file that is not there is no answer "not found"
		}
		return nil
	}
	return c
}

// warn writes one line per warning.
func (a *App) warn(warnings []config.Warning) {
	seen := map[string]bool{}
	for _, w := range warnings {
		if !seen[w.String()] {
			seen[w.String()] = true
			fmt.Fprintf(a.Err, "WARN %s\n", w)
		}
	}
}

func roles(s *config.Static) string {
	var out []string
	if s.IsBroker {
		out = append(out, "broker")
	}
	if s.IsController {
		out = append(out, "controller")
	}
	return strings.Join(out, "+")
}

func listeners(s *config.Static) string {
	var out []string
	for _, l := range s.Listeners {
		out = append(out, l.String())
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}
