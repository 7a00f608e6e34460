package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

type benchHostileFlags struct {
	cases []string
	most  bool
	dir   string
	exe   string
}

func (a *App) benchHostileCommand() *cobra.Command {
	var f benchHostileFlags
	c := &cobra.Command{Use: "hostile", Short: "Measure what hostile requests cost a broker", Args: cobra.NoArgs,
		Long: `Send requests with very long lists, and other input that has brought brokers down, each to a broker that was just started.
Printed are the bytes sent and answered, how much the broker's resident memory grew at its peak, the CPU time it spent, and
how long another client waited for its slowest answer. A case is over the bound when memory grew by more than what was sent
and 48 MiB, or it took more than 0.25 CPU seconds; then the command exits with 1.

Cases: ` + strings.Join(bench.HostileCases(), ", "),
		Example: "  kbroker bench hostile --case \"Fetch v12 session\" --most"}
	fs := c.Flags()
	fs.StringArrayVar(&f.cases, "case", nil, "only this case; may repeat")
	fs.BoolVar(&f.most, "most", false, "the most parts that a frame can hold and a broker lets through, instead of 100 000")
	fs.StringVar(&f.dir, "dir", os.TempDir(), "where a directory for each broker is made and removed")
	fs.StringVar(&f.exe, "kbroker", "", "another kbroker binary than this one")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return a.benchHostile(ctx, f) })
	}
	return a.withOutput(c)
}

func (a *App) benchHostile(ctx context.Context, f benchHostileFlags) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if f.exe != "" {
		exe = f.exe
	}
	cfg := bench.HostileConfig{Spec: bench.KbrokerSpec(exe, "", ""), Dir: f.dir, Cases: f.cases, Most: f.most}
	t := &table{head: []string{"CASE", "PARTS", "SENT MB", "ANSWERED MB", "GROWTH MB", "CPU S", "OTHERS' WORST MS", "OVER"}}
	over := 0
	cfg.Report = func(r bench.Abuse) {
		mark := ""
		if r.OverBound() {
			mark = "over"
			over++
		}
		row := []string{r.Case, fmt.Sprint(r.Parts), mib(r.Sent), mib(r.Got), mib(int64(r.Growth)), fmt.Sprintf("%.3f", r.CPU.Seconds()),
			fmt.Sprintf("%.1f", r.Worst.Seconds()*1e3), mark}
		if !a.flags.noProgress {
			fmt.Fprintln(a.Err, strings.Join(row, "\t"))
		}
		t.rows = append(t.rows, row)
		t.json = append(t.json, r)
	}
	if err := bench.Hostile(ctx, cfg); err != nil {
		return err
	}
	if err := a.print(t); err != nil {
		return err
	}
	if over > 0 {
		return withCode(exitFailed, "%d cases cost more than they may", over)
	}
	return nil
}

func mib(n int64) string { return fmt.Sprintf("%.1f", float64(n)/(1<<20)) }
