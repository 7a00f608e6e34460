package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// parityCommand prints what a broker offers of Kafka 4.4, and writes the ledger into the project's README.
func parityCommand(args []string) error {
	fs := flag.NewFlagSet("parity", flag.ContinueOnError)
	bootstrap := fs.String("bootstrap", "", "measure the broker at host:port")
	apache := fs.Bool("apache", false, "measure Apache Kafka")
	write := fs.Bool("write", false, "write the ledger between the markers of the project's README")
	names, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		return fmt.Errorf("parity takes no names: %q", names)
	}
	b, err := target.Open(kindOf(*apache), *bootstrap, nil)
	if err != nil {
		return err
	}
	defer b.Close()
	want, err := parity.Expected()
	if err != nil {
		return err
	}
	have, err := parity.Of(b.Bootstrap)
	if err != nil {
		return err
	}
	report := parity.Compare(want, have)
	fmt.Print(report.Markdown())
	file := filepath.Join(filepath.Dir(target.Root()), "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if *write {
		if err := os.WriteFile(file, []byte(parity.Insert(string(text), report.Markdown())), 0o644); err != nil {
			return err
		}
	}
	passed, failed, skipped := report.Counts()
	var errs []error
	if failed > 0 {
		errs = append(errs, fmt.Errorf("parity: %d rows are advertised beyond Kafka's table", failed))
	}
	// only of the kbroker that was built here does the ledger speak
	if block, ok := parity.Block(string(text)); !*write && !*apache && *bootstrap == "" && (!ok || block != report.Markdown()) {
		failed++
		errs = append(errs, errors.New("parity: the README's ledger is stale: run parity --write"))
	}
	fmt.Println()
	say(passed, failed, skipped)
	return errors.Join(errs...)
}

// inLedger reports whether the README's ledger says of each of these APIs that it is missing.
func inLedger(apis []string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(filepath.Dir(target.Root()), "README.md"))
	if err != nil {
		return false, err
	}
	block, ok := parity.Block(string(text))
	for _, a := range apis {
		ok = ok && parity.Missing(block, a)
	}
	return ok, nil
}

func kindOf(apache bool) target.Kind {
	if apache {
		return target.Apache
	}
	return target.Kbroker
}
