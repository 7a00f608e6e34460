package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

type benchProduceFlags struct {
	topic                                          benchTopic
	requests, conns, inFlight, batch, size, fanOut int
	acks                                           string
}

func (a *App) benchProduceCommand() *cobra.Command {
	var f benchProduceFlags
	c := &cobra.Command{Use: "produce", Short: "Send produce requests that were encoded beforehand", Args: cobra.NoArgs,
		Long: `Send produce requests that were encoded beforehand, with random values, over connections that each keep a number of
requests in flight. Latency is from send to answer.`}
	f.topic.flags(c)
	fs := c.Flags()
	fs.IntVarP(&f.requests, "requests", "n", 10000, "requests in all")
	fs.IntVarP(&f.conns, "connections", "c", 1, "connections, spread over the partitions")
	fs.IntVar(&f.inFlight, "in-flight", 5, "requests in flight on each connection")
	fs.IntVar(&f.batch, "batch", 16<<10, "bytes of a batch, about")
	fs.IntVar(&f.size, "size", 1024, "bytes of a record's value")
	fs.IntVar(&f.fanOut, "fan-out", 1, "partitions in one request")
	fs.StringVar(&f.acks, "acks", "all", "who must have a record: all or leader")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return a.benchProduce(ctx, f) })
	}
	return a.withOutput(c)
}

type benchProduceRow struct {
	Requests  int     `json:"requests"`
	Records   int     `json:"records"`
	Bytes     int64   `json:"bytes"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"requests_per_second"`
	RecordsPS float64 `json:"records_per_second"`
	MBps      float64 `json:"mb_per_second"`
	latencyRow
}

func (f benchProduceFlags) check() error {
	for name, n := range map[string]int{"requests": f.requests, "connections": f.conns, "in-flight": f.inFlight, "batch": f.batch, "size": f.size, "fan-out": f.fanOut} {
		if n < 1 || n > 1<<30 {
			return usagef("--%s %d: must be at least 1", name, n)
		}
	}
	if f.acks != "all" && f.acks != "leader" {
		return usagef("--acks %q: use all or leader", f.acks)
	}
	return nil
}

func (a *App) benchProduce(ctx context.Context, f benchProduceFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	name, leaders, undo, err := f.topic.prepare(a)
	if err != nil {
		return err
	}
	defer undo()
	load := bench.Load{Topic: name, RecordSize: f.size, Acks: 1}.FillBatch(f.batch)
	if f.acks == "all" {
		load.Acks = -1
	}
	bar := a.newProgress(int64(f.requests), "produce")
	sent, err := bench.Replay{Conns: f.conns, InFlight: f.inFlight, Requests: f.requests, Distinct: max(1, min(64, 64<<20/f.batch)), Progress: bar.shared(),
		AddrOf: func(c int) string { return leaders[c%len(leaders)] },
		Load: func(c int) bench.Load {
			l := load
			for i := range min(f.fanOut, len(leaders)) {
				l.Partitions = append(l.Partitions, int32((c+i)%len(leaders)))
			}
			return l
		}}.Run(ctx)
	bar.done()
	if err != nil {
		return err
	}
	records := sent.Requests * load.Records * min(f.fanOut, len(leaders))
	r := benchProduceRow{sent.Requests, records, sent.Bytes, sent.Elapsed.Seconds(), rate(float64(sent.Requests), sent.Elapsed), rate(float64(records), sent.Elapsed),
		rate(float64(sent.Bytes)/1e6, sent.Elapsed), quantiles(sent.Latency)}
	t := &table{head: append([]string{"REQUESTS", "RECORDS", "SECONDS", "REQUESTS/S", "RECORDS/S", "MB/S"}, latencyHead...), whole: r}
	t.add(r, append([]string{fmt.Sprint(r.Requests), fmt.Sprint(r.Records), fmt.Sprintf("%.3f", r.Seconds), fmt.Sprintf("%.0f", r.PerSecond), fmt.Sprintf("%.0f", r.RecordsPS),
		fmt.Sprintf("%.1f", r.MBps)}, r.cells()...)...)
	return a.print(t)
}
