package cli

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// session is a client for the time of one command.
type session struct {
	cl     *kgo.Client
	adm    *kadm.Client
	dialer *dialer
	cancel context.CancelCauseFunc
}

func (s *session) close() {
	s.cl.Close()
	s.cancel(nil)
}

// explain gives the reason of a command's end: nobody was there, or what the command says itself.
func (s *session) explain(err error) error {
	if lost := s.dialer.lost(); lost != nil {
		return lost
	}
	return err
}

// bootstrap is where to find brokers, as host:port: the flag, the client properties, the environment, this machine.
func (a *App) bootstrap(props map[string]string) ([]string, error) {
	if a.flags.bootstrapGiven() && len(a.flags.bootstrap) == 0 {
		return nil, usagef("--bootstrap is empty: give host:port")
	}
	for _, list := range [][]string{a.flags.bootstrap, splitComma(props["bootstrap.servers"]), splitComma(a.env("KBROKER_BOOTSTRAP"))} {
		if len(list) > 0 {
			return addresses(list)
		}
	}
	return []string{defaultBootstrap}, nil
}

// addresses checks that each is host or host:port and adds the port that is left out. One that is named twice counts once.
func addresses(list []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		host, port, err := net.SplitHostPort(s)
		if err != nil && (!strings.Contains(s, ":") || net.ParseIP(s) != nil) {
			host, port, err = s, defaultPort, nil
		}
		switch n, perr := strconv.ParseUint(port, 10, 16); {
		case err != nil || host == "" || strings.ContainsAny(host, " \t/"):
			return nil, usagef("%q is no broker's address: give host:port", s)
		case perr != nil || n == 0:
			return nil, usagef("%q is no broker's address: the port must be a number from 1 to 65535", s)
		}
		if addr := net.JoinHostPort(host, port); !seen[addr] {
			seen[addr] = true
			out = append(out, addr)
		}
	}
	return out, nil
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

// limit is how long a command may take: --timeout, and before that --wait for the first broker.
func (a *App) limit() time.Duration { return a.flags.timeout + a.flags.wait }

// open makes a client with the properties of file and flags. It does not connect yet. The context it returns ends, with the
// reason as its cause, when there is no broker to be found.
func (a *App) open(ctx context.Context, extra ...kgo.Opt) (context.Context, *session, error) {
	if a.flags.timeout <= 0 || a.flags.wait < 0 {
		return nil, nil, usagef("--timeout must be above 0, --wait not below")
	}
	props, err := a.clientProperties()
	if err != nil {
		return nil, nil, err
	}
	seeds, err := a.bootstrap(props)
	if err != nil {
		return nil, nil, err
	}
	opts, conf, err := a.clientOptions(props)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	base := a.Dial
	if base == nil {
		base = (&net.Dialer{}).DialContext
	}
	d := &dialer{base: base, conf: conf, limit: a.flags.timeout, wait: a.flags.wait, seeds: seeds, giveUp: cancel}
	opts = append(opts, kgo.Dialer(d.dial), kgo.SeedBrokers(seeds...), kgo.ClientID(orDefault(props["client.id"], "kbroker")),
		kgo.RetryTimeout(a.limit()))
	cl, err := kgo.NewClient(append(opts, extra...)...)
	if err != nil {
		cancel(nil)
		return nil, nil, usage(err)
	}
	adm := kadm.NewClient(cl)
	adm.SetTimeoutMillis(int32(min(a.flags.timeout, time.Hour) / time.Millisecond))
	return ctx, &session{cl, adm, d, cancel}, nil
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
		ctx, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer s.close()
		ctx, cancel := context.WithTimeout(ctx, a.limit())
		defer cancel()
		err = s.explain(run(ctx, s, args))
		if errors.Is(err, context.DeadlineExceeded) && codeOf(err) == exitTimeout {
			return withCode(exitTimeout, "no answer from %s within --timeout %v: %w", strings.Join(s.dialer.seeds, ", "), a.flags.timeout, err)
		}
		return err
	}
}
