package main

import (
	"flag"
	"fmt"

	"github.com/kbroker/kbroker/compat-tests/refkafka"
	"github.com/kbroker/kbroker/compat-tests/suites"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// suitesCommand runs other projects' own tests and says what falls behind Apache Kafka.
func suitesCommand(args []string) error {
	fs := flag.NewFlagSet("suites", flag.ContinueOnError)
	bootstrap := fs.String("bootstrap", "", "run against the broker at host:port")
	record := fs.Bool("record", false, "run against Apache Kafka and write the lists of what passes there")
	quick := fs.Bool("quick", false, "the quick form")
	only := fs.String("run", "", "only tests that match, as go test -run")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := checkPrefixes("suite", fs.Args(), namesOf(suites.All(), func(s suites.Suite) string { return s.Name })); err != nil {
		return err
	}
	if err := mayRecord(*record, *bootstrap); err != nil {
		return err
	}
	// kafka-go's tests expect the broker to call itself localhost
	b, err := target.Open(kindOf(*record), *bootstrap, map[string]string{refkafka.AdvertisedHost: "localhost"})
	if err != nil {
		return err
	}
	defer b.Close()
	passed, failed, skipped := 0, 0, 0
	for _, s := range suites.All() {
		if !wanted(fs.Args(), s.Name) {
			continue
		}
		got, err := suites.Run(s, target.Root(), target.CacheDir(), b.Bootstrap, *only, *quick)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if *record && *only == "" && !*quick {
			if err := suites.Write(target.Root(), s.Name, got.Passed()); err != nil {
				return err
			}
		}
		known, err := suites.Known(target.Root(), s.Name)
		if err != nil {
			return err
		}
		behind, missing := suites.Behind(known, got)
		for _, t := range behind {
			fmt.Printf("%s: %s passes on Apache Kafka and did not here\n", s.Name, t)
		}
		if *only == "" && !*quick {
			for _, t := range missing {
				fmt.Printf("%s: %s passes on Apache Kafka and did not run here\n", s.Name, t)
			}
		}
		behind = suites.Failing(known, got, *only == "" && !*quick)
		if s.LeftOut != "" {
			fmt.Printf("%s: tests that match %s are left out and not counted: %s\n", s.Name, s.LeftOut, s.Why)
		}
		own := got.Count("skip")
		fmt.Printf("%-10s %d passed, %d known to pass and did not, %d of those known not run, %d skipped by the tests themselves\n",
			s.Name, len(got.Passed()), len(behind), len(missing), own)
		passed, failed, skipped = passed+len(got.Passed()), failed+len(behind), skipped+own
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if passed+failed == 0 {
		return errNothing
	}
	if failed > 0 {
		return fmt.Errorf("suites: %d tests fall behind", failed)
	}
	return nil
}
