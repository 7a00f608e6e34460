// Package scenario is the frame of the Go clients' programs: it runs the scenarios that a client offers and prints one
// line for each, in the form that the runner in clients reads:
//
//	VERSION franz-go v1.22.2
//	RESULT produce-gzip passed
//	RESULT transactions failed: what went wrong
//	RESULT transactions not-offered
package scenario

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// limit bounds one scenario.
const limit = 60 * time.Second

// ErrNotOffered says that the client has no such thing.
var ErrNotOffered = errors.New("not offered")

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
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	err := s.Run(ctx, e)
	switch {
	case err == nil:
		return "passed"
	case errors.Is(err, ErrNotOffered):
		return "not-offered"
	}
	return "failed: " + strings.ReplaceAll(err.Error(), "\n", " ")
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

// Same fails unless got holds exactly want, in any order.
func Same(want, got []string) error {
	w, g := slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))
	if !slices.Equal(w, g) {
		return fmt.Errorf("want %d records %.80s, got %d %.80s", len(w), fmt.Sprint(w), len(g), fmt.Sprint(g))
	}
	return nil
}
