package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// dialPause is the pause between two tries to connect.
const dialPause = 100 * time.Millisecond

// dialer connects a command's client to brokers. Until somebody was there the seeds stand for each other, since any of
// them can tell where the brokers are, and when all refuse for as long as wait, which is one round when it is 0, the command
// is given up: a wrong address must be told at once. From then on a broker that is not there may be restarting, and is tried
// again until limit is over.
type dialer struct {
	base        func(ctx context.Context, network, addr string) (net.Conn, error)
	conf        *tls.Config   // nil: no TLS
	limit, wait time.Duration // of one dial
	seeds       []string      // as host:port
	giveUp      context.CancelCauseFunc

	mu   sync.Mutex // guards what follows
	met  bool       // a connection was made once
	gone error      // why the command was given up
}

func (d *dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.limit+d.wait)
	defer cancel()
	if i := slices.Index(d.seeds, addr); i >= 0 && !d.wasMet() {
		return d.first(ctx, network, slices.Concat(d.seeds[i:], d.seeds[:i]))
	}
	return d.again(ctx, network, addr)
}

// first finds the first broker.
func (d *dialer) first(ctx context.Context, network string, seeds []string) (net.Conn, error) {
	over := time.After(d.wait)
	for {
		refusals := make([]error, len(seeds))
		for i, s := range seeds {
			conn, err := d.once(ctx, network, s)
			if err == nil {
				d.meet()
				return conn, nil
			}
			if !refused(err) {
				return nil, err
			}
			refusals[i] = err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", context.DeadlineExceeded, refusals[0])
		case <-over:
			d.leave(seeds, refusals)
			return nil, refusals[0]
		case <-time.After(dialPause):
		}
	}
}

// again finds a broker that may be restarting. A name that does not resolve fails at once.
func (d *dialer) again(ctx context.Context, network, addr string) (net.Conn, error) {
	for {
		conn, err := d.once(ctx, network, addr)
		if err == nil {
			return conn, nil
		}
		if n := (*net.DNSError)(nil); errors.As(err, &n) && n.IsNotFound || !refused(err) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
		case <-time.After(dialPause):
		}
	}
}

func (d *dialer) meet() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.met = true
}

func (d *dialer) wasMet() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.met
}

// leave gives the command up, unless another dial met somebody.
func (d *dialer) leave(seeds []string, refusals []error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.met || d.gone != nil {
		return
	}
	each := make([]string, len(seeds))
	for i, s := range seeds {
		each[i] = fmt.Sprintf("%s (%s)", s, reason(refusals[i]))
	}
	slices.Sort(each)
	d.gone = withCode(exitTimeout, "%s, or add --wait 10s for one that is starting", nobody(each...))
	d.giveUp(d.gone)
}

// nobody says that no broker is there and what to do about it.
func nobody(refusals ...string) string {
	return "no broker is there: " + strings.Join(refusals, ", ") + ". Start one (kbroker start), name another with -b host:port or KBROKER_BOOTSTRAP"
}

// lost is why the command was given up, nil when it was not.
func (d *dialer) lost() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.gone
}

// reason is what is at the bottom of a dial's error: "connection refused", "no such host".
func reason(err error) string {
	if n := (*net.DNSError)(nil); errors.As(err, &n) {
		return n.Err
	}
	for {
		below := errors.Unwrap(err)
		if below == nil {
			return err.Error()
		}
		err = below
	}
}

// refused tells a connection that could not be made from one that was made and then failed, in TLS for instance, and from
// one that was not answered in time.
func refused(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial" && !op.Timeout() && !errors.Is(err, context.Canceled)
}

func (d *dialer) once(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.base(ctx, network, addr)
	if err != nil || d.conf == nil {
		return conn, err
	}
	conf := d.conf.Clone()
	if conf.ServerName == "" {
		conf.ServerName, _, _ = net.SplitHostPort(addr)
	}
	secure := tls.Client(conn, conf)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}
