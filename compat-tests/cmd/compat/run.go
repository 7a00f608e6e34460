package main

import (
	"fmt"
	"strings"
)

type command struct {
	name, about string
	run         func(args []string) error
}

func commands() []command {
	return []command{
		{"kafka", "start, stop or find the reference broker", kafkaCommand},
		{"play", "print the transcript of script files: play host:port FILE ...", playCommand},
		{"scripts", "differential scripts: kbroker (or --bootstrap) against Apache Kafka's transcripts; --record", scriptsCommand},
		{"parity", "api-versions and feature levels that a broker offers of Kafka 4.4; --write updates the README", parityCommand},
		{"clients", "clients in other languages, one list of scenarios; --apache, --quick, --write", clientsCommand},
		{"suites", "the own tests of franz-go and kafka-go; --record, --quick", suitesCommand},
		{"frameworks", "Kafka Streams and Kafka Connect; --apache, --quick", frameworksCommand},
	}
}

func run(args []string) error {
	if len(args) == 0 {
		fmt.Print(usage())
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(args[1:])
		}
	}
	return fmt.Errorf("no suite or command %q\n%s", args[0], usage())
}

func usage() string {
	var b strings.Builder
	b.WriteString("usage: compat-tests/run SUITE|COMMAND [options]\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.name, c.about)
	}
	return b.String()
}

// wanted reports whether a name begins with one of those that were asked for; no names ask for all.
func wanted(asked []string, name string) bool {
	for _, a := range asked {
		if strings.HasPrefix(name, a) {
			return true
		}
	}
	return len(asked) == 0
}
