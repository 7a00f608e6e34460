// Package suites runs the test suites of other projects against a broker: those that come as packages of their own
// language and need nothing but an address. A test counts when Apache Kafka passes it in the same set-up; the lists of
// what passes there are committed beside this file.
package suites

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
)

// Suite is one project's tests.
type Suite struct {
	Name    string // also the name of the list, NAME.passes
	Module  string
	Package string
	LeftOut string // the go test -skip expression of what is not asked of a broker yet
	Why     string // the reason for it
	Quick   string // the -run expression of the quick form
	Env     func(bootstrap string) []string
	Hosts   bool          // the tests have their address in their text: it is replaced
	Alone   bool          // each test in a process of its own, since one that panics ends them all
	Limit   time.Duration // of the whole, or of each test where each is alone
}

// All lists the suites.
func All() []Suite {
	return []Suite{
		{
			Name: "franz-go", Module: "github.com/twmb/franz-go", Package: "./pkg/kgo", Limit: 20 * time.Minute,
			LeftOut: "Share|Scram|SCRAM", Why: "share groups and SCRAM are in the README's ledger of what is missing",
			Quick: "TestGroupETL$|TestTxnEtl|TestClient|TestConsumeRegex|TestPauseIssue|TestIssue",
			Env: func(b string) []string {
				return []string{"KGO_SEEDS=" + b, "KGO_TEST_RF=1", "KGO_TEST_RECORDS=20000"}
			},
		},
		{
			Name: "kafka-go", Module: "github.com/segmentio/kafka-go", Package: ".", Limit: 3 * time.Minute, Hosts: true, Alone: true,
			Quick: "TestClient|TestConn$|TestReader$|TestWriter$|TestDialer",
			Env:   func(string) []string { return []string{"KAFKA_VERSION=4.0.0", "KAFKA_SKIP_NETTEST=1"} },
		},
	}
}

// Outcomes maps each test to pass, fail or skip.
type Outcomes map[string]string

// Passed lists the tests that passed, sorted.
func (o Outcomes) Passed() []string {
	var out []string
	for t, a := range o {
		if a == "pass" {
			out = append(out, t)
		}
	}
	sort.Strings(out)
	return out
}

// Count is how many tests came to an outcome.
func (o Outcomes) Count(outcome string) int {
	n := 0
	for _, a := range o {
		if a == outcome {
			n++
		}
	}
	return n
}

// Expression is the -run expression of a form: only if that is not empty, else the quick form's own; empty for the whole.
func (s Suite) Expression(only string, quick bool) string {
	if only == "" && quick {
		return s.Quick
	}
	return only
}

// Run runs the tests of a suite that match expr against a broker, all of them if it is empty.
// Of two runs that share the cache the second waits for the first.
func Run(s Suite, root, cache, bootstrap, expr string) (Report, error) {
	var got Report
	err := fetch.Locked(cache, "suites-"+s.Name, func() (err error) {
		got, err = s.run(root, cache, bootstrap, expr)
		return err
	})
	return got, err
}

func (s Suite) run(root, cache, bootstrap, expr string) (Report, error) {
	dir, err := s.source(root, cache, bootstrap)
	if err != nil {
		return Report{}, err
	}
	log, err := os.Create(filepath.Join(cache, "suites", s.Name+".log"))
	if err != nil {
		return Report{}, err
	}
	defer log.Close()
	if !s.Alone {
		return s.test(dir, bootstrap, expr, log)
	}
	names, err := s.names(dir, expr)
	got := Report{Outcomes: Outcomes{}}
	for _, n := range names {
		one, oneErr := s.test(dir, bootstrap, alone(n), log)
		if oneErr != nil {
			return got, oneErr
		}
		maps.Copy(got.Outcomes, one.Outcomes)
		got.Broken = append(got.Broken, one.Broken...)
	}
	return got, err
}

// names lists the tests that are to run alone.
func (s Suite) names(dir, expr string) ([]string, error) {
	if expr == "" {
		expr = "."
	}
	cmd := exec.Command("go", "test", "-list", expr, s.Package)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := cmd.Output()
	var names []string
	for _, l := range strings.Fields(string(out)) {
		if strings.HasPrefix(l, "Test") {
			names = append(names, l)
		}
	}
	return names, err
}

// test runs go test for the tests that match. It fails where no test ran at all.
func (s Suite) test(dir, bootstrap, expr string, log io.Writer) (Report, error) {
	args := []string{"test", "-json", "-count=1", "-timeout", s.Limit.String(), "-parallel", "16"} // they wait more than they work
	if expr != "" {
		args = append(args, "-run", expr)
	}
	if s.LeftOut != "" {
		args = append(args, "-skip", s.LeftOut)
	}
	args = append(args, s.Package)
	ctx, cancel := context.WithTimeout(context.Background(), s.Limit+time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), append(s.Env(bootstrap), "GOFLAGS=-mod=mod")...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Report{}, err
	}
	if err := cmd.Start(); err != nil {
		return Report{}, err
	}
	got, said := read(bufio.NewScanner(out), log)
	if s.Hosts {
		got = portless(got, bootstrap)
	}
	r := Report{Outcomes: got}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return r, err
	}
	if len(got) == 0 && said.started == 0 {
		return r, fmt.Errorf("no test ran: %w\n%s", err, said)
	}
	if said.broken() || got.Count("fail") == 0 {
		r.Broken = []Broken{{Expr: expr, Said: said.String()}}
	}
	return r, nil // tests failed: that is a result
}

// ownAddress is the address that the tests of a suite with Hosts have in their text.
const ownAddress = "localhost:9092"

// portless gives a test that has the broker's address in its name the name that it has in the suite's own text.
func portless(got Outcomes, bootstrap string) Outcomes {
	_, port, _ := strings.Cut(bootstrap, ":")
	out := Outcomes{}
	for t, a := range got {
		out[strings.ReplaceAll(t, "localhost:"+port, ownAddress)] = a
	}
	return out
}

// source copies the module out of the module cache, where it cannot be written to.
func (s Suite) source(root, cache, bootstrap string) (string, error) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", s.Module)
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("%s is not in the module cache: %w", s.Module, err)
	}
	dir := filepath.Join(cache, "suites", s.Name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(string(out)))); err != nil {
		return "", err
	}
	return dir, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		if err := os.Chmod(path, 0o644); err != nil || !s.Hosts || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(readdressed(string(text), bootstrap)), 0o644)
	})
}

// readdressed puts the broker's port into the text of a suite with Hosts, also where the text leaves the default one out.
func readdressed(text, bootstrap string) string {
	_, port, _ := strings.Cut(bootstrap, ":")
	return strings.NewReplacer(ownAddress, "localhost:"+port, `Dial("tcp", "127.0.0.1:9092")`, `Dial("tcp", "127.0.0.1:`+port+`")`,
		`TCP("localhost")`, `TCP("localhost:`+port+`")`).Replace(text)
}

// Known reads the list of what Apache Kafka passes. A line that begins with # is a test that is excused, with its reason.
func Known(root, name string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(root, "suites", name+".passes"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range strings.Split(string(b), "\n") {
		if l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out, nil
}

// Write writes that list.
func Write(root, name string, tests []string) error {
	return os.WriteFile(filepath.Join(root, "suites", name+".passes"), []byte(strings.Join(tests, "\n")+"\n"), 0o644)
}
