package main

import (
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
)

// TestFlagsMayFollowNames shows that a flag is one wherever it stands, and a name too.
func TestFlagsMayFollowNames(t *testing.T) {
	for line, want := range map[string]struct {
		names  []string
		rounds int
		quick  bool
	}{
		"produce-1k --rounds 3":             {[]string{"produce-1k"}, 3, false},
		"--quick a --rounds=2 b":            {[]string{"a", "b"}, 2, true},
		"a b":                               {[]string{"a", "b"}, 0, false},
		"a -- --quick":                      {[]string{"a", "--quick"}, 0, false},
		"-- --quick":                        {[]string{"--quick"}, 0, false},
		"k=v --rounds 1 --quick=false":      {[]string{"k=v"}, 1, false},
		"--rounds 4 --quick":                {nil, 4, true},
		"produce-1k --quick -rounds 5 -- x": {[]string{"produce-1k", "x"}, 5, true},
	} {
		fs := flag.NewFlagSet("t", flag.ContinueOnError)
		rounds, quick := fs.Int("rounds", 0, ""), fs.Bool("quick", false, "")
		names, err := arguments(fs, strings.Fields(line))
		if err != nil || !slices.Equal(names, want.names) || *rounds != want.rounds || *quick != want.quick {
			t.Errorf("%s: names %q, rounds %d, quick %v (%v); want %+v", line, names, *rounds, *quick, err, want)
		}
	}
}

// TestTheSumIsOfAllSuites shows that the last line counts what each suite said, and a suite that broke off once.
func TestTheSumIsOfAllSuites(t *testing.T) {
	total = counts{}
	t.Cleanup(func() { total = counts{} })
	bad := errors.New("bad")
	for _, s := range []func() error{
		func() error { say(3, 0, 1); return nil }, func() error { say(4, 2, 0); return bad }, func() error { return bad },
	} {
		_ = counted("suite", s)
	}
	if got := total.String(); got != "7 passed, 3 failed, 1 skipped" {
		t.Errorf("got %s", got)
	}
	if summary([]string{"suite"}) == nil || summary(nil) != nil {
		t.Error("the sum fails where a suite did, and nowhere else")
	}
}
