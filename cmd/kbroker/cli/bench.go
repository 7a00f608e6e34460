package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

// benchCommand measures brokers.
func (a *App) benchCommand() *cobra.Command {
	return parent("bench", "Measure a broker, or several side by side", a.benchProduceCommand(), a.benchFetchCommand(), a.benchLatencyCommand(),
		a.benchSuiteCommand(), a.benchHostileCommand(), a.benchNullCommand())
}

// benchTopic is the topic a single measurement uses, made for it unless it is named.
type benchTopic struct {
	name       string
	partitions int
	configs    map[string]string
}

func (t *benchTopic) flags(c *cobra.Command) {
	c.Flags().StringVar(&t.name, "topic", "", "use this topic and leave it; without it one is made and deleted")
	c.Flags().IntVar(&t.partitions, "partitions", 1, "partitions of the topic that is made")
	c.Flags().StringToStringVar(&t.configs, "topic-config", nil, "configs of the topic that is made, name=value")
}

// prepare makes the topic and returns its name, its partitions' leaders, and what undoes it.
func (t *benchTopic) prepare(a *App) (name string, leaders []string, undo func(), err error) {
	props, err := a.clientProperties()
	if err != nil {
		return "", nil, nil, err
	}
	seeds, err := a.bootstrap(props)
	if err != nil {
		return "", nil, nil, err
	}
	addr := seeds[0]
	name, undo = t.name, func() {}
	if name == "" {
		name = fmt.Sprintf("bench-%d", a.now().UnixNano())
		if err := bench.MakeTopic(addr, name, t.partitions, t.configs); err != nil {
			return "", nil, nil, present(addr, err)
		}
		undo = func() { _ = bench.RemoveTopic(addr, name) }
	}
	leaders, err = bench.Leaders(addr, name)
	if err != nil {
		undo()
	}
	return name, leaders, undo, present(addr, err)
}

// present says it in words when nobody is at an address.
func present(addr string, err error) error {
	if err == nil || !refused(err) {
		return err
	}
	return withCode(exitTimeout, "%s", nobody(fmt.Sprintf("%s (%s)", addr, reason(err))))
}

// interruptible runs fn until it is done or the user has had enough.
func (a *App) interruptible(cmd *cobra.Command, fn func(ctx context.Context) error) error {
	if err := a.checkOutput(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return fn(ctx)
}

// shared is a progress bar that many goroutines may move.
func (p *progress) shared() func(n int) {
	if p.bar == nil {
		return nil
	}
	var mu sync.Mutex
	return func(n int) {
		mu.Lock()
		defer mu.Unlock()
		p.add(n)
	}
}

// latencyRow are the quantiles of a histogram of microseconds, in milliseconds.
type latencyRow struct {
	P50  float64 `json:"p50_ms"`
	P95  float64 `json:"p95_ms"`
	P99  float64 `json:"p99_ms"`
	P999 float64 `json:"p999_ms"`
	Max  float64 `json:"max_ms"`
}

func quantiles(h *hdrhistogram.Histogram) latencyRow {
	at := func(q float64) float64 { return float64(h.ValueAtQuantile(q)) / 1e3 }
	return latencyRow{at(50), at(95), at(99), at(99.9), float64(h.Max()) / 1e3}
}

func (r latencyRow) cells() []string {
	var out []string
	for _, v := range []float64{r.P50, r.P95, r.P99, r.P999, r.Max} {
		out = append(out, fmt.Sprintf("%.3f", v))
	}
	return out
}

var latencyHead = []string{"P50 MS", "P95 MS", "P99 MS", "P99.9 MS", "MAX MS"}

func rate(n float64, d time.Duration) float64 { return n / d.Seconds() }
