package frameworks

import (
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/compat-tests/proxy"
)

// spoiledPatience is how long a spoiled run is waited for: several times what a whole one needs.
const spoiledPatience = 15 * time.Second

// StreamsSpoiled shows that the judge of the word count judges: the application sits behind a proxy that spoils what it
// fetches, in one way after the other, and each run has to end in a verdict.
func StreamsSpoiled(e Env) error {
	for _, f := range []struct {
		name  string
		fault proxy.Fault
	}{
		{"dropped", proxy.DropBatch()},
		{"swapped", proxy.SwapBatches()},
		{"changed", proxy.Flip()},
		{"late", proxy.OlderLayout(3)}, // Metadata: the last version of Fetch has the layout of the one before
	} {
		each := e
		each.Prefix += "-" + f.name
		if err := spoiled(each, f.fault, StreamsAtLeastOnce); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// spoiled runs a framework behind a fault and fails unless the judge, who stands before it, finds the output wrong.
func spoiled(e Env, fault proxy.Fault, run func(Env) error) error {
	p, err := proxy.Start(e.Bootstrap, fault)
	if err != nil {
		return err
	}
	e.Observer, e.Bootstrap, e.Patience = e.Bootstrap, p.Addr, spoiledPatience
	err = run(e)
	n := p.Spoiled()
	closed := p.Close()
	var w *Wrong
	switch {
	case n == 0:
		return errors.Join(errors.New("the proxy spoiled nothing"), err)
	case err == nil:
		return fmt.Errorf("%d answers were spoiled and the judge found nothing wrong", n)
	case !errors.As(err, &w):
		return fmt.Errorf("%d answers were spoiled and the run failed without a verdict: %w", n, err)
	}
	return closed
}
