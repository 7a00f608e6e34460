package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/protocol/configdef/kafka"
)

// completionLimit is how long a shell may wait for names from a broker.
const completionLimit = 500 * time.Millisecond

type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// complete offers the names that list returns, and nothing when no broker answers in time.
func (a *App) complete(list func(ctx context.Context, s *session) ([]string, error)) completer {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		a.flags.timeout = completionLimit
		ctx, s, err := a.open(context.Background())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer s.close()
		ctx, cancel := context.WithTimeout(ctx, completionLimit)
		defer cancel()
		names, err := list(ctx, s)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		for _, n := range names {
			if strings.HasPrefix(n, typed) {
				out = append(out, n)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func (a *App) completeTopics() completer {
	return a.complete(func(ctx context.Context, s *session) ([]string, error) {
		t, err := s.adm.ListTopics(ctx)
		return t.Names(), err
	})
}

func (a *App) completeGroups() completer {
	return a.complete(func(ctx context.Context, s *session) ([]string, error) {
		g, err := s.adm.ListGroups(ctx)
		return g.Groups(), err
	})
}

// completeKeys offers the names of configuration keys, without asking anybody.
func completeKeys(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, def := range []interface{ Names() []string }{kafka.Topic, kafka.Broker, kafka.Group, kafka.ClientMetrics} {
		for _, n := range def.Names() {
			if strings.HasPrefix(n, typed) {
				out = append(out, n)
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
