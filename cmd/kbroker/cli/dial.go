package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// dialPause is the pause between two tries to connect.
const dialPause = 100 * time.Millisecond

// patientDial connects and, while a broker is not there yet, tries again until limit is over: commands are run beside
// brokers that are just starting. A name that does not resolve fails at once.
func patientDial(conf *tls.Config, limit time.Duration) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		for {
			conn, err := dialOnce(ctx, conf, network, addr)
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
}

// refused tells a connection that could not be made from one that was made and then failed, in TLS for instance.
func refused(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial"
}

func dialOnce(ctx context.Context, conf *tls.Config, network, addr string) (net.Conn, error) {
	if conf != nil {
		return (&tls.Dialer{Config: conf}).DialContext(ctx, network, addr)
	}
	return (&net.Dialer{}).DialContext(ctx, network, addr)
}
