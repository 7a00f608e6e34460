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
	names, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if err := checkPrefixes("suite", names, namesOf(suites.All(), func(s suites.Suite) string { return s.Name })); err != nil {
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
		if !wanted(names, s.Name) {
			continue
		}
		expr := s.Expression(*only, *quick)
		got, err := suites.Run(s, target.Root(), target.CacheDir(), b.Bootstrap, expr)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if *record && expr == "" {
			if err := suites.Write(target.Root(), s.Name, got.Outcomes.Passed()); err != nil {
				return err
			}
		}
		known, err := suites.Known(target.Root(), s.Name)
		if err != nil {
			return err
		}
		v := s.Judge(known, got, expr)
		for _, l := range v.Lines() {
			fmt.Printf("%s: %s\n", s.Name, l)
		}
		if s.LeftOut != "" {
			fmt.Printf("%s: tests that match %s are left out and not counted: %s\n", s.Name, s.LeftOut, s.Why)
		}
		ran, own := len(got.Outcomes.Passed()), got.Outcomes.Count("skip")
		fmt.Printf("%-10s %d passed, %d known to pass and did not, %d known to pass and did not run, %d runs broke off, %d skipped by the tests themselves\n",
			s.Name, ran, len(v.Behind), len(v.NotRun), len(v.Broken), own)
		passed, failed, skipped = passed+ran, failed+v.Failures(), skipped+own
	}
	say(passed, failed, skipped)
	if passed+failed == 0 {
		return errNothing
	}
	if failed > 0 {
		return fmt.Errorf("suites: %d tests fall behind", failed)
	}
	return nil
}
