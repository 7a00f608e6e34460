package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
)

// command is a suite or a tool. A suite has a long and a quick form; both take --bootstrap.
type command struct {
	name, about string
	run         func(args []string) error
	suite       bool
	quick       []string // the arguments of its quick form
}

func commands() []command {
	return []command{
		{"scripts", "differential scripts: the broker against Apache Kafka's transcripts; --record, -v", scriptsCommand, true, nil},
		{"parity", "api-versions and feature levels that the broker offers of Kafka 4.4; --write updates the README", parityCommand, true, nil},
		{"clients", "clients in other languages, one list of scenarios; --apache, --quick, --write", clientsCommand, true, []string{"--quick"}},
		{"suites", "the own tests of franz-go and kafka-go; --record, --quick", suitesCommand, true, []string{"--quick"}},
		{"frameworks", "Kafka Streams and Kafka Connect; --apache, --quick", frameworksCommand, true, []string{"--quick"}},
		{"bench", "speed and cost beside Apache Kafka, same load programs; --quick, --write, --from", benchCommand, true, []string{"--smoke"}},
		{"all", "every suite, one after another; --quick takes the quick forms, --without=NAME,NAME leaves some out", nil, false, nil},
		{"kafka", "the reference broker: kafka start [--nodes 1|3] [--name N] [key=value ...] | stop | address", kafkaCommand, false, nil},
		{"play", "print the transcript of script files: play host:port FILE ...", playCommand, false, nil},
	}
}

func run(args []string) error {
	if len(args) == 0 || isHelp(args[0]) || args[0] == "all" && slices.ContainsFunc(args, isHelp) {
		fmt.Print(usage())
		return nil
	}
	if args[0] == "all" {
		return runAll(args[1:])
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		if !c.suite && len(args) > 1 && isHelp(args[1]) {
			fmt.Printf("%s: %s\n", c.name, c.about)
			return nil
		}
		if err := machine(c, args[1:]); err != nil {
			return err
		}
		err := c.run(args[1:])
		if errors.Is(err, flag.ErrHelp) {
			return nil // the flags printed their usage
		}
		return err
	}
	return fmt.Errorf("no suite or command %q\n%s", args[0], usage())
}

func isHelp(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }

// runAll runs every suite and goes on when one fails.
func runAll(args []string) error {
	quick := false
	var rest, without []string
	for _, a := range args {
		name, left := strings.CutPrefix(a, "--without=")
		switch {
		case a == "--quick" || a == "-quick":
			quick = true
		case left:
			without = append(without, listed(name)...)
		default:
			rest = append(rest, a)
		}
	}
	if err := checkNames("suite", without, namesOf(commands(), func(c command) string { return c.name })); err != nil {
		return err
	}
	var failed []string
	for _, c := range commands() {
		if !c.suite || slices.Contains(without, c.name) {
			continue
		}
		fmt.Printf("=== %s\n", c.name)
		form := rest
		if quick {
			form = append(append([]string{}, c.quick...), rest...)
		}
		if err := counted(c.name, func() error { return runOn(c, form) }); err != nil {
			failed = append(failed, c.name)
		}
	}
	return summary(failed)
}

// runOn runs a suite if this machine can.
func runOn(c command, args []string) error {
	if err := machine(c, args); err != nil {
		return err
	}
	return c.run(args)
}

// counted runs one of several suites and says why it failed. One that failed without counting a failure counts as one.
func counted(name string, run func() error) error {
	before := total.failed
	err := run()
	if err != nil {
		fmt.Printf("=== %s failed: %v\n", name, err)
		if total.failed == before {
			total.failed++
		}
	}
	return err
}

// summary prints the total of several suites as the last line, and fails if one of them did.
func summary(failed []string) error {
	if failed != nil {
		fmt.Printf("=== failed: %s\n", strings.Join(failed, ", "))
	}
	fmt.Println(total)
	if failed != nil {
		return errSaid
	}
	return nil
}

// errSaid is a failure of which everything has been said.
var errSaid = errors.New("suites failed")

func usage() string {
	var b strings.Builder
	b.WriteString("usage: compat-tests/run SUITE|COMMAND [--bootstrap host:port] [options]\n\nWithout --bootstrap a suite builds and starts kbroker.\n\n")
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
