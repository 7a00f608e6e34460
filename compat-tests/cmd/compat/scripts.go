package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/parity"
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
	if err := fs.Parse(args); err != nil {
		return err
	}
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		return err
	}
	names, err := suite.Names(fs.Args())
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
	return judgeAll(suite, names, b.Bootstrap, *full)
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

func judgeAll(suite *script.Suite, names []string, bootstrap string, full bool) error {
	var total, same, expected, wording, different, failed, skipped int
	var played []string
	have, err := parity.Of(bootstrap)
	if err != nil {
		return err
	}
	for _, n := range names {
		lacking, err := suite.Lacking(n, have)
		if err != nil {
			return err
		}
		if lacking != nil {
			known, err := inLedger(lacking)
			if err != nil {
				return err
			}
			if !known && os.Getenv("CI") == "true" {
				failed++
				fmt.Printf("%-44s failed: the broker does not advertise %s and the README's ledger does not say so\n", n, strings.Join(lacking, ", "))
				continue
			}
			skipped++
			fmt.Printf("%-44s skipped: the broker does not advertise %s\n", n, strings.Join(lacking, ", "))
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
		played = append(played, n)
		count, ds := script.Compare(n, want, got, suite.Expected)
		total, same = total+count, same+count-len(ds)
		bad := 0
		for _, d := range ds {
			switch d.Verdict {
			case script.Expected:
				expected++
			case script.Wording:
				wording++
			default:
				different++
				bad++
			}
			if full && d.Verdict != script.Expected {
				fmt.Printf("--- %s, exchange %d\n> %s\n%s\n", d.Script, d.Exchange, d.Command, strings.Join(script.DiffLines(d.Want, d.Got), "\n"))
			}
		}
		verdict := "ok"
		if bad > 0 {
			failed++
			verdict = fmt.Sprintf("%d differ", bad)
		}
		fmt.Printf("%-44s %4d exchanges  %s\n", n, count, verdict)
	}
	for _, e := range suite.Expected.Unused(played) {
		fmt.Printf("expected and not seen: %s\n", e)
	}
	fmt.Printf("exchanges: %d of %d the same, %d expected differences, %d differ in wording, %d differ\n", same, total, expected, wording, different)
	fmt.Printf("%d passed, %d failed, %d skipped\n", len(names)-failed-skipped, failed, skipped)
	if failed > 0 {
		return fmt.Errorf("%d scripts differ from Apache Kafka %s", failed, "4.4.0")
	}
	return nil
}
