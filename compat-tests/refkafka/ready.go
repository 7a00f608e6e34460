package refkafka

import (
	"context"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/wire"
)

// WaitReady returns when the broker at addr knows at least n brokers and a controller. alive, if given, ends the wait early with its error.
func WaitReady(ctx context.Context, addr string, n int, alive func() error) error {
	var last error
	for {
		if last = probe(addr, n); last == nil {
			return nil
		}
		if alive != nil {
			if err := alive(); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", addr, last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func probe(addr string, n int) error {
	c, err := wire.Dial(addr, "ready-probe")
	if err != nil {
		return err
	}
	defer c.Close()
	resp, err := c.Do("Metadata", 12, map[string]any{"topics": []any{}})
	if err != nil {
		return err
	}
	brokers, _ := resp.Get("brokers")
	if have := len(brokers.([]any)); have < n {
		return fmt.Errorf("%d of %d brokers", have, n)
	}
	if id, _ := resp.Get("controllerId"); id.(int64) < 0 {
		return fmt.Errorf("no controller")
	}
	return nil
}
