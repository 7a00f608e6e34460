package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/cmd/kbroker/bench"
)

type benchSuiteFlags struct {
	systems, rows                         []string
	repeats                               int
	scale                                 float64
	dir, jsonFile, plotFile, from         string
	serverCores, clientCores              []int
	kafkaClasspath, kafkaHeap, kbrokerExe string
	kbrokerStats, kbrokerProps            string
	keep                                  bool
	gate                                  float64
}

func (a *App) benchSuiteCommand() *cobra.Command {
	var f benchSuiteFlags
	c := &cobra.Command{Use: "suite", Short: "Measure the rows of the project's table over several systems", Args: cobra.NoArgs,
		Long: `Measure systems side by side: each row is run for one system after the other, again and again, with the same client bytes.
The suite starts the systems itself, on cores of their own, and prints medians, the best of all repeats, and ratios, with kbroker's targets and whether
they were met.

Rows: ` + strings.Join(bench.RowIDs(), " ") + `

Systems: null (the null broker in this binary), kbroker (this binary, or --kbroker), kafka (needs --kafka-classpath), or
name=command with {properties}, {dir} and {port} to be filled in.`}
	fs := c.Flags()
	fs.StringSliceVarP(&f.systems, "systems", "s", []string{"null", "kbroker"}, "systems in the order of their turns")
	fs.StringArrayVar(&f.rows, "row", nil, "only this row; may repeat")
	fs.IntVar(&f.repeats, "repeats", 5, "how often each row is run for each system")
	fs.Float64Var(&f.scale, "scale", 1, "multiplies how much each row does")
	fs.StringVar(&f.dir, "dir", os.TempDir(), "where a directory for this run is made; removed at the end")
	fs.BoolVar(&f.keep, "keep", false, "leave data and logs")
	fs.IntSliceVar(&f.serverCores, "server-cores", nil, "cores of the systems (the first one, where there are two or more)")
	fs.IntSliceVar(&f.clientCores, "client-cores", nil, "cores of this program (the others)")
	fs.StringVar(&f.kafkaClasspath, "kafka-classpath", os.Getenv("KAFKA_CLASSPATH"), "class path of Apache Kafka's jars")
	fs.StringVar(&f.kafkaHeap, "kafka-heap", "1g", "its heap")
	fs.StringVar(&f.kbrokerExe, "kbroker", "", "another kbroker binary than this one")
	fs.StringVar(&f.kbrokerStats, "kbroker-stats", "", "URL of a page of kbroker's that tells go_memstats_mallocs_total; {stats} is a free port (the admin listener's)")
	fs.StringVar(&f.kbrokerProps, "kbroker-properties", "", "added to kbroker's properties; \\n separates lines")
	fs.StringVar(&f.jsonFile, "json", "", "write all figures to this file")
	fs.StringVar(&f.plotFile, "plot", "", "write an SVG picture to this file")
	fs.StringVar(&f.from, "from", "", "measure nothing; report the figures of this file, which --json wrote")
	fs.Float64Var(&f.gate, "gate", 0, "exit with 1 when kbroker misses a target by more than this part, 0.25 for a fourth; 0 for no gate")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.interruptible(cmd, func(ctx context.Context) error { return a.benchSuite(ctx, f) })
	}
	return a.withOutput(c)
}

func (a *App) benchSuite(ctx context.Context, f benchSuiteFlags) error {
	res, err := a.measure(ctx, f)
	if res == nil {
		return err
	}
	if werr := a.writeResults(res, f); werr != nil {
		return werr
	}
	if missed := res.Gate(f.gate); err == nil && f.gate > 0 && len(missed) > 0 {
		return withCode(exitFailed, "%s", strings.Join(missed, "\n"))
	}
	return err
}

func (a *App) measure(ctx context.Context, f benchSuiteFlags) (*bench.Results, error) {
	if f.from != "" {
		res := new(bench.Results)
		b, err := os.ReadFile(f.from)
		if err != nil {
			return nil, err
		}
		return res, json.Unmarshal(b, res)
	}
	if f.repeats < 1 || f.scale <= 0 {
		return nil, usagef("--repeats must be at least 1, --scale above 0")
	}
	cfg := bench.Config{Rows: f.rows, Repeats: f.repeats, Scale: f.scale, Dir: f.dir, Keep: f.keep, ServerCores: f.serverCores, ClientCores: f.clientCores}
	if cores := bench.Cores(); len(cores) > 1 && len(cfg.ServerCores) == 0 && len(cfg.ClientCores) == 0 {
		cfg.ServerCores, cfg.ClientCores = cores[:1], cores[1:]
	}
	for _, name := range f.systems {
		s, err := f.spec(name)
		if err != nil {
			return nil, err
		}
		cfg.Systems = append(cfg.Systems, s)
	}
	cfg.Log = func(format string, args ...any) { fmt.Fprintf(a.Err, "WARN "+format+"\n", args...) }
	bar := a.newProgress(1, "")
	last := ""
	cfg.Progress = func(done, all int, what string) {
		if bar.bar != nil {
			bar.bar.ChangeMax(all)
			bar.bar.Describe(what)
			_ = bar.bar.Set(done)
		} else if what != last && !a.flags.noProgress {
			last = what
			fmt.Fprintf(a.Err, "%d/%d %s\n", done, all, what)
		}
	}
	res, err := bench.Suite(ctx, cfg)
	bar.done()
	return res, err
}

func (f benchSuiteFlags) spec(name string) (bench.Spec, error) {
	exe, err := os.Executable()
	if err != nil {
		return bench.Spec{}, err
	}
	switch name {
	case "null":
		return bench.NullSpec(exe), nil
	case "kbroker":
		if f.kbrokerExe != "" {
			exe = f.kbrokerExe
		}
		return bench.KbrokerSpec(exe, f.kbrokerStats, strings.ReplaceAll(f.kbrokerProps, `\n`, "\n")), nil
	case "kafka":
		if f.kafkaClasspath == "" {
			return bench.Spec{}, usagef("kafka needs --kafka-classpath, or KAFKA_CLASSPATH in the environment")
		}
		return bench.KafkaSpec(f.kafkaClasspath, f.kafkaHeap), nil
	}
	label, command, ok := strings.Cut(name, "=")
	if !ok {
		return bench.Spec{}, usagef("unknown system %q: null, kbroker, kafka or name=command", name)
	}
	return bench.CommandSpec(label, command)
}

func (a *App) writeResults(res *bench.Results, f benchSuiteFlags) error {
	if f.jsonFile != "" {
		b, err := json.MarshalIndent(struct {
			*bench.Results
			Lines []bench.Line `json:"lines"` // for readers; --from makes them anew
		}{res, res.Lines()}, "", " ")
		if err == nil {
			err = os.WriteFile(f.jsonFile, append(b, '\n'), 0o644)
		}
		if err != nil {
			return err
		}
	}
	if f.plotFile != "" {
		if err := writeFile(f.plotFile, res); err != nil {
			return err
		}
	}
	if a.flags.output == "table" || a.flags.output == "" {
		return res.Table(a.Out)
	}
	return a.print(benchTable(res))
}

func writeFile(name string, res *bench.Results) error {
	w, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := res.Plot(w); err != nil {
		_ = w.Close()
		return err
	}
	return w.Close()
}

// benchTable is the report for programs: one object per measure.
func benchTable(res *bench.Results) *table {
	t := &table{head: []string{"ROW", "MEASURE", "SYSTEM", "MEDIAN", "BEST", "TO NULL", "TO KAFKA", "TARGET", "VERDICT"}}
	for _, l := range res.Lines() {
		for _, s := range res.Systems {
			if x := l.Systems[s]; x.N > 0 {
				cell := func(v float64) string { return fmt.Sprintf("%g", v) }
				t.rows = append(t.rows, []string{l.Row, l.Measure, s, cell(x.Median), cell(x.Best), cell(x.ToNull), cell(x.ToKfk), l.Target, l.Verdict})
			}
		}
		t.json = append(t.json, l)
	}
	return t
}
