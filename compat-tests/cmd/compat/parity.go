package main

import (
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
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("parity takes no names: %q", fs.Args())
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
	if !*write {
		return nil
	}
	file := filepath.Join(filepath.Dir(target.Root()), "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(parity.Insert(string(text), report.Markdown())), 0o644)
}

func kindOf(apache bool) target.Kind {
	if apache {
		return target.Apache
	}
	return target.Kbroker
}
