package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/bench"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// form is how much is measured.
type form struct {
	rounds int
	scale  float64
	warm   time.Duration
	bytes  int64
	budget time.Duration
}

// The forms of the benchmark. The smoke form runs every scenario once, small, against kbroker alone: it shows that the
// load programs and the broker understand each other, and measures nothing.
var (
	longForm  = form{rounds: 5, scale: 1, warm: 45 * time.Second, bytes: 2e9, budget: 9*time.Minute + 30*time.Second}
	quickForm = form{rounds: 2, scale: 0.2, warm: 8 * time.Second, bytes: 2e8, budget: 105 * time.Second}
	smokeForm = form{rounds: 1, scale: 0.02, budget: 150 * time.Second} // it takes 25 s
)

// benchCommand measures Apache Kafka and kbroker side by side.
func benchCommand(args []string) error {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := fs.Bool("quick", false, "a fifth of the work with fewer clients, within 2 minutes")
	smoke := fs.Bool("smoke", false, "every scenario once, tiny, against kbroker alone: a test, not a measurement")
	write := fs.Bool("write", false, "write BENCHMARKS.md and BENCHMARKS.svg")
	from := fs.String("from", "", "report again what an earlier run kept in this JSON file")
	bootstrap := fs.String("bootstrap", "", "refused: CPU time and memory are those of brokers that are started here")
	clientsOnly := fs.String("clients", "", "comma-separated names of clients")
	server := fs.String("server-cores", "0", "CPU list of the brokers, as taskset takes it")
	client := fs.String("client-cores", "1", "CPU list of the load programs")
	scale := fs.Float64("scale", 0, "multiplies how much is done; 0 is the form's own")
	rounds := fs.Int("rounds", 0, "rounds at most; 0 is the form's own")
	names, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if err := benchNames(names, listed(*clientsOnly)); err != nil {
		return err
	}
	if *bootstrap != "" {
		fmt.Println("bench starts the brokers that it measures: skipped with --bootstrap")
		say(0, 0, 1)
		return nil
	}
	if *from != "" {
		return reportAgain(*from, *write)
	}
	f := longForm
	switch {
	case *smoke:
		f = smokeForm
	case *quick:
		f = quickForm
	}
	if *scale > 0 {
		f.scale = *scale
	}
	if *rounds > 0 {
		f.rounds = *rounds
	}
	cfg, err := benchConfig(f, *server, *client)
	if err != nil {
		return err
	}
	if *smoke {
		cfg.Systems = []target.Kind{target.Kbroker}
	}
	cfg.Quick = *quick
	cfg.Only = func(scenario, client string) bool {
		return wanted(names, scenario) && (*clientsOnly == "" || strings.Contains(","+*clientsOnly+",", ","+client+","))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return measure(ctx, cfg, *write)
}

// benchNames checks what was asked for against the scenarios and their clients.
func benchNames(scenarios, clients []string) error {
	var have []string
	for _, s := range bench.Scenarios() {
		for _, c := range s.Clients {
			if !slices.Contains(have, c) {
				have = append(have, c)
			}
		}
	}
	return errors.Join(checkPrefixes("scenario", scenarios, namesOf(bench.Scenarios(), func(s bench.Scenario) string { return s.Name })),
		checkNames("client", clients, have))
}

func benchConfig(f form, server, client string) (bench.Config, error) {
	cache, err := filepath.Abs(target.CacheDir())
	if err != nil {
		return bench.Config{}, err
	}
	if runtime.NumCPU() < 2 {
		return bench.Config{}, errors.New("bench needs two cores: one for the broker, one for the load program")
	}
	if _, err := exec.LookPath("taskset"); err != nil {
		return bench.Config{}, fmt.Errorf("bench pins with taskset (util-linux): %w", err)
	}
	began := time.Now()
	return bench.Config{Root: target.Root(), Cache: cache, Systems: []target.Kind{target.Apache, target.Kbroker}, Rounds: f.rounds, Scale: f.scale,
		WarmTime: f.warm, WarmBytes: f.bytes, Budget: f.budget, ServerCores: server, ClientCores: client, Log: func(format string, a ...any) {
			fmt.Printf("%6.1fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, a...))
		}}, nil
}

// measure runs the benchmark and keeps and reports what it gave, also when it was cut short.
func measure(ctx context.Context, cfg bench.Config, write bool) error {
	r, err := bench.Run(ctx, cfg)
	if r == nil || len(r.Samples) == 0 && err != nil {
		return err // nothing was measured: what an earlier run kept stays
	}
	r.Versions[string(target.Kbroker)] = commit()
	file := filepath.Join(cfg.Cache, "bench", "results.json")
	if saveErr := r.Save(file); saveErr != nil {
		return errors.Join(err, saveErr)
	}
	fmt.Printf("\nkept in %s\n", file)
	if err != nil {
		passed, failed, skipped := r.Counts()
		say(passed, failed+1, skipped)
		return err
	}
	return report(r, write)
}

func reportAgain(file string, write bool) error {
	r, err := bench.Load(file)
	if err != nil {
		return err
	}
	return report(r, write)
}

// report prints the table, writes it where that was asked for, and gives the verdict.
func report(r *bench.Results, write bool) error {
	for _, l := range r.Lines() {
		if l.Ratio.N == 0 {
			continue // of one broker alone: seen as it ran
		}
		fmt.Printf("%-20s %-11s %-22s apache %-24s kbroker %-24s ratio %-22s %s\n", l.Scenario, l.Client, l.Unit, l.Reference, l.Subject, l.Ratio, l.Verdict())
	}
	if write {
		if err := writeBenchmarks(r); err != nil {
			return err
		}
	}
	passed, failed, skipped := r.Counts()
	for _, s := range r.Skipped {
		fmt.Println("skipped:", s)
	}
	if os.Getenv("CI") == "true" {
		failed, skipped = failed+skipped, 0
	}
	say(passed, failed, skipped)
	if failed > 0 {
		return fmt.Errorf("bench: %d failed", failed)
	}
	return nil
}

func writeBenchmarks(r *bench.Results) error {
	const page, picture = "BENCHMARKS.md", "BENCHMARKS.svg"
	return errors.Join(os.WriteFile(filepath.Join(target.Root(), page), []byte(r.Markdown(picture)), 0o644),
		os.WriteFile(filepath.Join(target.Root(), picture), []byte(r.SVG()), 0o644))
}

// commit names the state of the tree that kbroker was built from.
func commit() string {
	cmd := exec.Command("git", "describe", "--always", "--dirty")
	cmd.Dir = target.Root()
	out, err := cmd.Output()
	if err != nil {
		return "of unknown commit"
	}
	return strings.TrimSpace(string(out))
}
