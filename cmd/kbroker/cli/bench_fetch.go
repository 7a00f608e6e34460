package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

type benchFetchFlags struct {
	topic     benchTopic
	partition int32
	maxBytes  int32
	total     int64
	batch     int
	size      int
}

func (a *App) benchFetchCommand() *cobra.Command {
	var f benchFetchFlags
	c := &cobra.Command{Use: "fetch", Short: "Read a partition from its start, over and over", Args: cobra.NoArgs,
		Long: `Read a partition from its start, one request at a time, over and over. Without --topic one is made and 64 MB are written to
it first.`}
	f.topic.flags(c)
	fs := c.Flags()
	fs.Int32VarP(&f.partition, "partition", "p", 0, "partition to read")
	fs.Int32Var(&f.maxBytes, "max-bytes", 1<<20, "largest answer")
	fs.Int64Var(&f.total, "total", 1<<30, "bytes to read")
	fs.IntVar(&f.batch, "batch", 16<<10, "bytes of a batch that is written")
	fs.IntVar(&f.size, "size", 1024, "bytes of a record's value that is written")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return a.benchFetch(ctx, f) })
	}
	return a.withOutput(c)
}

type benchFetchRow struct {
	Requests  int     `json:"requests"`
	Bytes     int64   `json:"bytes"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"requests_per_second"`
	MBps      float64 `json:"mb_per_second"`
}

func (a *App) benchFetch(ctx context.Context, f benchFetchFlags) error {
	if f.total < 1 || f.maxBytes < 1 || f.batch < 1 || f.size < 1 {
		return usagef("--total, --max-bytes, --batch and --size must be at least 1")
	}
	name, leaders, undo, err := f.topic.prepare(a)
	if err != nil {
		return err
	}
	defer undo()
	if f.partition < 0 || int(f.partition) >= len(leaders) {
		return noPartition(name, f.partition, len(leaders))
	}
	addr := leaders[f.partition]
	if f.topic.name == "" {
		load := bench.Load{Topic: name, Partitions: []int32{f.partition}, RecordSize: f.size, Acks: -1}.FillBatch(f.batch)
		if _, err := (bench.Replay{Addr: addr, Conns: 1, InFlight: 5, Requests: max(1, 64<<20/f.batch), Distinct: 4, Load: func(int) bench.Load { return load }}).Run(ctx); err != nil {
			return err
		}
	}
	bar := a.newProgress(f.total, "fetch")
	got, err := bench.Reading{Addr: addr, Topic: name, Partition: f.partition, MaxBytes: f.maxBytes, Total: f.total, Progress: bar.shared()}.Run(ctx)
	bar.done()
	if err != nil {
		return err
	}
	r := benchFetchRow{got.Requests, got.Bytes, got.Elapsed.Seconds(), rate(float64(got.Requests), got.Elapsed), rate(float64(got.Bytes)/1e6, got.Elapsed)}
	t := &table{head: []string{"REQUESTS", "BYTES", "SECONDS", "REQUESTS/S", "MB/S"}, whole: r}
	t.add(r, fmt.Sprint(r.Requests), fmt.Sprint(r.Bytes), fmt.Sprintf("%.3f", r.Seconds), fmt.Sprintf("%.0f", r.PerSecond), fmt.Sprintf("%.1f", r.MBps))
	return a.print(t)
}
