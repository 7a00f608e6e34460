package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/kbroker/kbroker/compat-tests/frameworks"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// frameworksCommand runs Kafka Streams and Kafka Connect.
func frameworksCommand(args []string) error {
	fs := flag.NewFlagSet("frameworks", flag.ContinueOnError)
	bootstrap := fs.String("bootstrap", "", "run against the broker at host:port")
	apache := fs.Bool("apache", false, "run against Apache Kafka")
	quick := fs.Bool("quick", false, "the quick form: Kafka Streams, at least once and exactly once")
	names, err := arguments(fs, args)
	if err != nil {
		return err
	}
	if err := checkPrefixes("framework", names, namesOf(frameworks.All(), func(f frameworks.Framework) string { return f.Name })); err != nil {
		return err
	}
	b, err := target.Open(kindOf(*apache), *bootstrap, nil)
	if err != nil {
		return err
	}
	defer b.Close()
	passed, failed, skipped := 0, 0, 0
	for _, f := range frameworks.All() {
		if !wanted(names, f.Name) {
			continue
		}
		if *quick && !f.Quick {
			skipped++
			fmt.Printf("%-24s skipped: not part of the quick form\n", f.Name)
			continue
		}
		if err := runFramework(f, b.Bootstrap); err != nil {
			failed++
			fmt.Printf("%-24s failed: %v\n", f.Name, err)
			continue
		}
		passed++
		fmt.Printf("%-24s passed\n", f.Name)
	}
	say(passed, failed, skipped)
	if passed+failed == 0 {
		return errNothing
	}
	if failed > 0 {
		return fmt.Errorf("frameworks: %d failed", failed)
	}
	return nil
}

func runFramework(f frameworks.Framework, bootstrap string) error {
	dir, err := os.MkdirTemp("", "compat-"+f.Name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f.Run(frameworks.Env{Root: target.Root(), Cache: target.CacheDir(), Bootstrap: bootstrap,
		Prefix: fmt.Sprintf("%s-%d", f.Name, rand.IntN(1e6)), Dir: dir})
}
