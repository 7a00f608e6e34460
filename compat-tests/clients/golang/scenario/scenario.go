// Package scenario is the frame of the Go clients' programs: it runs the scenarios that a client offers and prints one
// line for each, in the form that the runner in clients reads:
//
//	VERSION franz-go v1.22.2
//	RESULT produce-gzip passed
//	RESULT transactions failed: what went wrong
//
// At the line RESTART the runner restarts the broker and answers with a line.
package scenario

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// limit bounds one scenario. COMPAT_LIMIT shortens it for a run that is to fail.
func limit() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("COMPAT_LIMIT")); err == nil {
		return d
	}
	return 60 * time.Second
}

// Env is what a scenario gets: the broker's address and a topic name of its own.
type Env struct {
	Bootstrap string
	Topic     string
}

// Scenario is one row of the list.
type Scenario struct {
	Name string
	Run  func(ctx context.Context, e Env) error
}

// Codecs are the compression codecs of the produce scenarios.
var Codecs = []string{"none", "gzip", "snappy", "lz4", "zstd"}

// Main runs a program: args are the bootstrap address, a prefix for names, and the scenarios wanted (all if none).
func Main(name, module string, list []Scenario) {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: program host:port prefix [scenario ...]")
		os.Exit(2)
	}
	fmt.Printf("VERSION %s %s\n", name, version(module))
	for _, s := range list {
		if len(os.Args) > 3 && !slices.Contains(os.Args[3:], s.Name) {
			continue
		}
		fmt.Println("RESULT", s.Name, outcome(s, Env{os.Args[1], os.Args[2] + "-" + s.Name}))
	}
}

func outcome(s Scenario, e Env) string {
	ctx, cancel := context.WithTimeout(context.Background(), limit())
	defer cancel()
	if err := s.Run(ctx, e); err != nil {
		return "failed: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return "passed"
}

func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return "unknown"
}

// Settle waits a little after a topic was made: a broker may name a partition's leader before it has become one, and
// acks=0 then loses.
func Settle() { time.Sleep(400 * time.Millisecond) }

// Until asks again until check says yes or fails: a config that was altered takes a moment to reach the broker.
func Until(ctx context.Context, what string, check func() (bool, error)) error {
	for {
		ok, err := check()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("never: %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Values are the values that scenarios write and expect, in order.
func Values(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%03d", prefix, i)
	}
	return out
}

// Padded are values that every codec makes smaller.
func Padded(n int) []string { return Values(strings.Repeat("v", 60), n) }

// Fits and TooLarge are values below and above what a topic's default max.message.bytes lets through as one record.
func Fits() string     { return strings.Repeat("0123456789", 100_000) }
func TooLarge() string { return strings.Repeat("0123456789", 110_000) }

// ClientLimit is what scenarios raise a client's own bounds on size to, so that the broker is asked.
const ClientLimit = 3_000_000

// Hour is an hour ago in whole seconds: the time of the first record of the scenarios that set times.
func Hour() time.Time { return time.Now().Add(-time.Hour).Truncate(time.Second) }

var input = bufio.NewReader(os.Stdin)

// RestartBroker has the runner stop the broker and start it again on its data.
func RestartBroker() error {
	fmt.Println("RESTART")
	_, err := input.ReadString('\n')
	return err
}

// Shape is a record of the scenario records; a nil field is absent, an empty one is empty.
type Shape struct {
	Key, Value []byte
	Headers    [][2]string
}

// Shapes are the records of the scenario records, in order; each is a second after the one before it.
var Shapes = []Shape{
	{Key: []byte("k0"), Value: []byte("v0"), Headers: [][2]string{{"a", "1"}, {"b", ""}}},
	{Value: []byte("v1")},
	{Key: []byte("k2")},
	{Key: []byte{}, Value: []byte{}},
}

// SameShape fails unless a record that was read is the i-th of Shapes, i seconds after base.
func SameShape(i int, base time.Time, got Shape, at time.Time) error {
	g, w := describe(got), describe(Shapes[i])
	if g != w || !at.Equal(base.Add(time.Duration(i)*time.Second)) {
		return fmt.Errorf("record %d is %s of %v, want %s of %v + %d s", i, g, at, w, base, i)
	}
	return nil
}

func describe(s Shape) string {
	field := func(b []byte) string {
		if b == nil {
			return "null"
		}
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%s=%s %q", field(s.Key), field(s.Value), s.Headers)
}

// Same fails unless got holds exactly want, in any order.
func Same(want, got []string) error {
	w, g := slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))
	if !slices.Equal(w, g) {
		return fmt.Errorf("want %d records %.80s, got %d %.80s", len(w), fmt.Sprint(w), len(g), fmt.Sprint(g))
	}
	return nil
}
