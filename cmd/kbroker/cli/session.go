package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// session is a client for the time of one command.
type session struct {
	cl  *kgo.Client
	adm *kadm.Client
}

func (s *session) close() { s.cl.Close() }

// bootstrap is where to find brokers: the flag, the client properties, the environment, this machine.
func (a *App) bootstrap(props map[string]string) []string {
	for _, list := range [][]string{a.flags.bootstrap, splitComma(props["bootstrap.servers"]), splitComma(a.env("KBROKER_BOOTSTRAP"))} {
		if len(list) > 0 {
			return list
		}
	}
	return []string{defaultBootstrap}
}

func splitComma(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// open makes a client with the properties of file and flags. It does not connect yet.
func (a *App) open(extra ...kgo.Opt) (*session, error) {
	props, err := a.clientProperties()
	if err != nil {
		return nil, err
	}
	opts, err := a.clientOptions(props)
	if err != nil {
		return nil, err
	}
	opts = append(opts, kgo.SeedBrokers(a.bootstrap(props)...), kgo.ClientID(orDefault(props["client.id"], "kbroker")),
		kgo.RetryTimeout(a.flags.timeout))
	cl, err := kgo.NewClient(append(opts, extra...)...)
	if err != nil {
		return nil, usage(err)
	}
	adm := kadm.NewClient(cl)
	adm.SetTimeoutMillis(int32(min(a.flags.timeout, time.Hour) / time.Millisecond))
	return &session{cl: cl, adm: adm}, nil
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// ask is a command that asks brokers something and must end within --timeout.
func (a *App) ask(run func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := a.checkOutput(); err != nil {
			return err
		}
		s, err := a.open()
		if err != nil {
			return err
		}
		defer s.close()
		ctx, cancel := context.WithTimeout(cmd.Context(), a.flags.timeout)
		defer cancel()
		return run(ctx, s, args)
	}
}
