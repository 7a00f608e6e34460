package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/kbroker/kbroker/compat-tests/script"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// playCommand runs script files against a broker and prints their transcripts.
func playCommand(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("play host:port FILE ...")
	}
	for _, f := range args[1:] {
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		out, err := script.Run(string(text), args[0])
		fmt.Print(out)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	return nil
}

// scriptsCommand judges a broker by the recorded transcripts, or records them anew from Apache Kafka.
func scriptsCommand(args []string) error {
	fs := flag.NewFlagSet("scripts", flag.ContinueOnError)
	record := fs.Bool("record", false, "record Apache Kafka's transcripts and show where they drifted")
	bootstrap := fs.String("bootstrap", "", "judge (or record) the broker at host:port")
	full := fs.Bool("v", false, "print every difference in full")
	kept := fs.Bool("expected", false, "print in full the differences that are kept on purpose")
	keep := fs.Bool("keep", false, "write the lines of the differences that expected-differences wants exactly")
	asked, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if err := mayRecord(*record, *bootstrap); err != nil {
		return err
	}
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		return err
	}
	names, err := suite.Names(asked)
	if err != nil {
		return err
	}
	kind := target.Kbroker
	if *record {
		kind = target.Apache
	}
	b, err := target.Open(kind, *bootstrap, nil)
	if err != nil {
		return err
	}
	defer b.Close()
	if *record {
		return recordAll(suite, names, b.Bootstrap)
	}
	if *keep {
		return keepAll(suite, names, b.Bootstrap)
	}
	j := judge{suite: suite, bootstrap: b.Bootstrap, full: *full, kept: *kept}
	// the list is of kbroker's differences, and all of them show when all scripts are played
	j.whole = *bootstrap == "" && len(asked) == 0
	return j.all(names)
}

// mayRecord refuses to put another broker's answers in the place of Apache Kafka's: what is recorded is of a broker that
// this harness started from Apache Kafka's jars.
func mayRecord(record bool, bootstrap string) error {
	if !record || bootstrap == "" || refkafka.Started(target.CacheDir(), bootstrap) {
		return nil
	}
	return fmt.Errorf("only Apache Kafka is recorded, and %s is none that \"kafka start\" started: leave out --bootstrap", bootstrap)
}

// keepAll writes what differs on purpose, line by line.
func keepAll(suite *script.Suite, names []string, bootstrap string) error {
	have, err := parity.Of(bootstrap)
	if err != nil {
		return err
	}
	for _, n := range names {
		if lacking, err := suite.Lacking(n, have); err != nil || lacking != nil {
			if err != nil {
				return err
			}
			continue
		}
		want, err := suite.Recorded(n)
		if err != nil {
			return err
		}
		got, err := suite.Play(n, bootstrap)
		if err != nil {
			return err
		}
		_, ds := script.Compare(n, want, got, nil)
		kept, err := suite.Keep(n, ds)
		if err != nil {
			return err
		}
		if kept > 0 {
			fmt.Printf("%-44s %4d differences kept\n", n, kept)
		}
	}
	return nil
}

func recordAll(suite *script.Suite, names []string, bootstrap string) error {
	drifted := 0
	for _, n := range names {
		out, err := suite.Play(n, bootstrap)
		if err != nil {
			return err
		}
		if open := strings.Count(out, "\n! "); open > 0 {
			fmt.Printf("%-40s %d lines without an answer\n", n, open)
		}
		d, err := suite.Record(n, out)
		if err != nil {
			return err
		}
		if d > 0 {
			drifted += d
			fmt.Printf("%-40s %d exchanges drifted\n", n, d)
		}
	}
	fmt.Printf("%d scripts recorded, %d exchanges drifted\n", len(names), drifted)
	return nil
}

// judge holds a broker's transcripts against Apache Kafka's and counts.
type judge struct {
	suite      *script.Suite
	bootstrap  string
	full, kept bool // print the differences that fail, and those that are kept on purpose
	whole      bool // every difference that is kept has to show

	played                           []string
	total, same, expected, different int
	failed, skipped                  int
}

func (j *judge) all(names []string) error {
	have, err := parity.Of(j.bootstrap)
	if err != nil {
		return err
	}
	for _, n := range names {
		lacking, err := j.suite.Lacking(n, have)
		if err != nil {
			return err
		}
		if lacking != nil {
			err = j.skip(n, lacking)
		} else {
			err = j.one(n)
		}
		if err != nil {
			return err
		}
	}
	stale := j.suite.Expected.Unused(j.played)
	for _, e := range stale {
		fmt.Printf("expected and not seen: %s\n", e)
	}
	fmt.Printf("exchanges: %d of %d the same, %d expected differences, %d differ\n", j.same, j.total, j.expected, j.different)
	passed := len(names) - j.failed - j.skipped
	var errs []error
	if j.failed > 0 {
		errs = append(errs, fmt.Errorf("%d scripts differ from Apache Kafka %s", j.failed, refkafka.Version))
	}
	if j.whole && len(stale) > 0 {
		j.failed += len(stale)
		errs = append(errs, fmt.Errorf("%d lines of expected-differences excuse what is gone", len(stale)))
	}
	say(passed, j.failed, j.skipped)
	return errors.Join(errs...)
}

// skip passes a script over for what the broker lacks, where the ledger knows of it.
func (j *judge) skip(name string, lacking []string) error {
	known, err := inLedger(lacking)
	if err != nil {
		return err
	}
	if !known && os.Getenv("CI") == "true" {
		j.failed++
		fmt.Printf("%-44s failed: the broker does not advertise %s and the README's ledger does not say so\n", name, strings.Join(lacking, ", "))
		return nil
	}
	j.skipped++
	fmt.Printf("%-44s skipped: the broker does not advertise %s\n", name, strings.Join(lacking, ", "))
	return nil
}

func (j *judge) one(name string) error {
	want, err := j.suite.Recorded(name)
	if err != nil {
		return err
	}
	got, err := j.suite.Play(name, j.bootstrap)
	if err != nil {
		return err
	}
	j.played = append(j.played, name)
	count, ds := script.Compare(name, want, got, j.suite.Expected)
	j.total, j.same = j.total+count, j.same+count-len(ds)
	bad := 0
	for _, d := range ds {
		show := j.full
		if d.Verdict == script.Expected {
			j.expected++
			show = j.kept
		} else {
			bad++
		}
		if show {
			fmt.Printf("--- %s, exchange %d %s\n> %s\n%s\n", d.Script, d.Exchange, d.Reason, d.Command, strings.Join(script.DiffLines(d.Want, d.Got), "\n"))
		}
	}
	j.different += bad
	verdict := "ok"
	if bad > 0 {
		j.failed++
		verdict = fmt.Sprintf("%d differ", bad)
	}
	fmt.Printf("%-44s %4d exchanges  %s\n", name, count, verdict)
	return nil
}
