package script

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/parity"
)

// Suite is a directory of scripts and the transcripts that Apache Kafka gave.
type Suite struct {
	Scripts     string // directory of *.txt
	Transcripts string // directory of *.transcript
	Kept        string // directory of *.difference
	Expected    ExpectedList
}

// OpenSuite reads the suite below the compat-tests directory.
func OpenSuite(root string) (*Suite, error) {
	dir := filepath.Join(root, "testdata", "kept")
	kept, err := ReadKept(dir)
	if err != nil {
		return nil, err
	}
	list, err := ReadExpected(filepath.Join(root, "scripts", "expected-differences"), kept)
	if err != nil {
		return nil, err
	}
	return &Suite{filepath.Join(root, "scripts"), filepath.Join(root, "testdata", "apache"), dir, list}, nil
}

// Names lists the scripts, of those given (by name or prefix) or all.
func (s *Suite) Names(only []string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(s.Scripts, "*.txt"))
	if err != nil {
		return nil, err
	}
	var all, out []string
	for _, f := range files {
		all = append(all, strings.TrimSuffix(filepath.Base(f), ".txt"))
	}
	sort.Strings(all)
	for _, o := range only {
		if o == "" || !slices.ContainsFunc(all, func(name string) bool { return strings.HasPrefix(name, o) }) {
			return nil, fmt.Errorf("no script %q: there are %s", o, strings.Join(all, ", "))
		}
	}
	for _, name := range all {
		if len(only) == 0 || matches(name, only) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no scripts in %s", s.Scripts)
	}
	return out, nil
}

func matches(name string, only []string) bool {
	for _, o := range only {
		if strings.HasPrefix(name, o) {
			return true
		}
	}
	return false
}

// Play runs one script against a broker.
func (s *Suite) Play(name, bootstrap string) (string, error) {
	text, err := os.ReadFile(filepath.Join(s.Scripts, name+".txt"))
	if err != nil {
		return "", err
	}
	out, err := Run(string(text), bootstrap)
	if err != nil {
		return out, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// Lacking returns the APIs that a script needs (its line "# needs: Name ...") and the broker does not advertise.
func (s *Suite) Lacking(name string, have parity.Table) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(s.Scripts, name+".txt"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	needs, ok := strings.CutPrefix(first, "# needs:")
	if !ok {
		return nil, nil
	}
	var lacking []string
	for _, n := range strings.Fields(needs) {
		if !slices.ContainsFunc(have.APIs, func(a parity.API) bool { return a.Name == n }) {
			lacking = append(lacking, n)
		}
	}
	return lacking, nil
}

// Recorded returns Apache Kafka's transcript of a script.
func (s *Suite) Recorded(name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(s.Transcripts, name+".transcript"))
	return string(b), err
}

// Record writes a transcript and returns how many exchanges differ from the one that was there.
func (s *Suite) Record(name, transcript string) (drift int, err error) {
	if old, err := s.Recorded(name); err == nil {
		_, ds := Compare(name, old, transcript, nil)
		drift = len(ds)
	}
	if err := os.MkdirAll(s.Transcripts, 0o755); err != nil {
		return drift, err
	}
	return drift, os.WriteFile(filepath.Join(s.Transcripts, name+".transcript"), []byte(transcript), 0o644)
}
