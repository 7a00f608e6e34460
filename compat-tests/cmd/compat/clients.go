package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/compat-tests/clients"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// clientsCommand runs the clients and writes the table of results.
func clientsCommand(args []string) error {
	fs := flag.NewFlagSet("clients", flag.ContinueOnError)
	bootstrap := fs.String("bootstrap", "", "run against the broker at host:port")
	apache := fs.Bool("apache", false, "run against Apache Kafka")
	quick := fs.Bool("quick", false, "only the clients of the quick form")
	only := fs.String("clients", "", "comma-separated names of clients")
	write := fs.Bool("write", false, "write the table into RESULTS.md")
	names, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if *write && len(names) > 0 {
		return errors.New("--write wants whole rows: name clients (--clients), no scenarios")
	}
	programs, err := selectPrograms(*quick, listed(*only), names)
	if err != nil {
		return err
	}
	b, err := target.Open(kindOf(*apache), *bootstrap, nil)
	if err != nil {
		return err
	}
	defer b.Close()
	var restart func() error
	if b.CanRestart() {
		restart = b.Restart
	} else {
		fmt.Println("broker-restart is left out: this broker was not started here")
	}
	dirs := clients.Dirs{Root: target.Root(), Cache: target.CacheDir()}
	var results []clients.Result
	for _, p := range programs {
		r := clients.RunRestarting(p, dirs, b.Bootstrap, fmt.Sprintf("c%d", rand.IntN(1e9)), names, restart)
		show(r)
		results = append(results, r)
	}
	if *write {
		if err := writeResults(b, results); err != nil {
			return err
		}
	}
	return verdict(results)
}

// selectPrograms lists the clients that are to run, of those named or all.
func selectPrograms(quick bool, only, scenarios []string) ([]clients.Program, error) {
	all := clients.Programs()
	err := errors.Join(checkNames("client", only, namesOf(all, func(p clients.Program) string { return p.Name })),
		checkNames("scenario", scenarios, clients.Scenarios))
	if err != nil {
		return nil, err
	}
	var out []clients.Program
	for _, p := range all {
		if (!quick || p.Quick) && (only == nil || slices.Contains(only, p.Name)) {
			out = append(out, p)
		}
	}
	if out == nil {
		return nil, errNothing
	}
	return out, nil
}

func show(r clients.Result) {
	if r.Skipped != "" {
		fmt.Printf("%-32s skipped: %s\n", r.Client, r.Skipped)
		return
	}
	passed, failed, none := r.Counts()
	fmt.Printf("%-32s %-28s %2d passed, %2d failed, %2d not offered\n", r.Client, r.Version, passed, failed, none)
	for _, s := range clients.Scenarios {
		if r.Outcomes[s] == clients.Failed {
			fmt.Printf("    %s: %s\n", s, r.Details[s])
		}
	}
}

func verdict(results []clients.Result) error {
	var passed, failed, skipped int
	for _, r := range results {
		p, f, _ := r.Counts()
		passed, failed = passed+p, failed+f
		if r.Skipped != "" {
			skipped++
		}
	}
	if os.Getenv("CI") == "true" && skipped > 0 {
		failed, skipped = failed+skipped, 0
	}
	say(passed, failed, skipped)
	if failed > 0 {
		return fmt.Errorf("clients: %d failed", failed)
	}
	return nil
}

func writeResults(b *target.Broker, results []clients.Result) error {
	file := filepath.Join(target.Root(), "RESULTS.md")
	name := map[target.Kind]string{target.Apache: "Apache Kafka 4.4.0", target.Kbroker: "kbroker"}[b.Kind]
	old, _ := os.ReadFile(file)
	return os.WriteFile(file, []byte(clients.Section(string(old), name, clients.Table(results))), 0o644)
}
