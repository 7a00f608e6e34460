package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

func (a *App) benchLatencyCommand() *cobra.Command {
	var p bench.Pace
	var topic benchTopic
	c := &cobra.Command{Use: "latency", Short: "Send single records at a fixed rate and time their acknowledgements", Args: cobra.NoArgs,
		Long: `Send one record per request at a fixed rate, whatever the answers do, and time each from the moment it was due. With
--consume a second connection long-polls, and the time until it has the record is measured too.`}
	c.Flags().StringToStringVar(&topic.configs, "topic-config", nil, "configs of the topic that is made, name=value")
	topic.partitions = 1
	fs := c.Flags()
	fs.IntVarP(&p.Rate, "rate", "r", 1000, "records per second")
	fs.DurationVarP(&p.Duration, "duration", "d", 10*time.Second, "how long")
	fs.IntVar(&p.RecordSize, "size", 100, "bytes of a record's value")
	fs.BoolVar(&p.Consume, "consume", false, "measure until a consumer has the record")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return a.benchLatency(ctx, p, topic) })
	}
	return a.withOutput(c)
}

type benchLatencyRow struct {
	What    string `json:"what"`
	Records int64  `json:"records"`
	latencyRow
}

func (a *App) benchLatency(ctx context.Context, p bench.Pace, topic benchTopic) error {
	if p.Rate < 1 || p.Rate > 1_000_000 || p.Duration <= 0 || p.RecordSize < 1 {
		return usagef("--rate must be from 1 to 1000000, --duration and --size above 0")
	}
	name, leaders, undo, err := topic.prepare(a)
	if err != nil {
		return err
	}
	defer undo()
	bar := a.newProgress(int64(float64(p.Rate)*p.Duration.Seconds()), "latency")
	p.Addr, p.Topic, p.Acks, p.Progress = leaders[0], name, -1, bar.shared()
	got, err := p.Run(ctx)
	bar.done()
	if err != nil {
		return err
	}
	t := &table{head: append([]string{"WHAT", "RECORDS"}, latencyHead...)}
	rows := []benchLatencyRow{{"acknowledged", got.Acks.TotalCount(), quantiles(got.Acks)}}
	if p.Consume {
		rows = append(rows, benchLatencyRow{"consumed", got.Read.TotalCount(), quantiles(got.Read)})
	}
	for _, r := range rows {
		t.add(r, append([]string{r.What, fmt.Sprint(r.Records)}, r.cells()...)...)
	}
	return a.print(t)
}
