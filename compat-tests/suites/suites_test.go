package suites

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestJudgeNotices shows that the judge tells a known test that failed, one that skipped itself and one that did not run,
// of the whole suite and of the part that an expression names.
func TestJudgeNotices(t *testing.T) {
	got := Report{Outcomes: Outcomes{"TestGood": "pass", "TestBad": "fail", "TestShy": "skip", "TestNew": "fail"}}
	known := []string{"TestGood", "TestBad", "TestShy", "TestAway", "TestFar/off"}
	for expr, notRun := range map[string][]string{
		"": {"TestAway", "TestFar/off"}, "TestGood|TestAway$": {"TestAway"}, "TestFar": {"TestFar/off"}, "TestFar/o|Good": {"TestFar/off"},
		"TestFar/on": nil, "TestGo": nil,
	} {
		v := (Suite{}).Judge(known, got, expr)
		if !slices.Equal(v.Behind, []string{"TestBad", "TestShy"}) || !slices.Equal(v.NotRun, notRun) || v.Failures() != 2+len(notRun) {
			t.Errorf("%q: %+v, want %v not run", expr, v, notRun)
		}
	}
}

// TestQuickFormsNameKnownTests shows that each alternative of a quick form holds a broker to something.
func TestQuickFormsNameKnownTests(t *testing.T) {
	for _, s := range All() {
		known, err := Known("..", s.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, alternative := range cut(s.Quick, '|') {
			if !slices.ContainsFunc(known, func(test string) bool { return matches(alternative, test) }) {
				t.Errorf("%s: %s names no test that Apache Kafka passes", s.Name, alternative)
			}
		}
	}
}

const crashing = `package crashing

import (
	"testing"
	"time"
)

func TestGood(t *testing.T) {}

func TestHangs(t *testing.T) { time.Sleep(time.Hour) }

func TestDies(t *testing.T) {
	go func() { panic("out of nowhere") }()
	time.Sleep(time.Hour)
}

func TestFails(t *testing.T) { t.Error("no") }
`

// TestARunThatBreaksOffFails shows, with go test itself, that a test which hangs or whose process panics is a failure
// although another one passed, that the last lines say why, and that only a test which is alone in its process and on no
// list is excused.
func TestARunThatBreaksOffFails(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module crashing\n\ngo 1.24\n", "crashing_test.go": crashing} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	known := []string{"TestGood", "TestHangs", "TestDies"}
	for _, c := range []struct {
		expr, says    string
		broken        int
		behind, noRun []string
	}{
		{"TestGood", "", 0, nil, nil},
		{"TestGood|TestHangs", "panic: test timed out after 2s", 1, nil, []string{"TestHangs"}},
		{"TestGood|TestDies", "out of nowhere", 1, nil, []string{"TestDies"}},
		{"TestGood|TestFails", "", 0, nil, nil}, // not known: a failed test is no broken run
		{"TestHangs|TestFails", "test timed out", 1, nil, []string{"TestHangs"}},
	} {
		s := Suite{Package: ".", Limit: 2 * time.Second, Env: func(string) []string { return nil }}
		r, err := s.test(dir, "127.0.0.1:1", c.expr, t.Output())
		if err != nil {
			t.Fatal(err)
		}
		v := s.Judge(known, r, c.expr)
		if len(v.Broken) != c.broken || !slices.Equal(v.Behind, c.behind) || !slices.Equal(v.NotRun, c.noRun) {
			t.Errorf("%s: broken %d, behind %v, not run %v; want %d, %v, %v", c.expr, len(v.Broken), v.Behind, v.NotRun, c.broken, c.behind, c.noRun)
		}
		if text := fmt.Sprint(v.Lines()); !strings.Contains(text, c.says) {
			t.Errorf("%s says %s, want %q", c.expr, text, c.says)
		}
	}
	s := Suite{Package: ".", Limit: 2 * time.Second, Alone: true, Env: func(string) []string { return nil }}
	r, err := s.test(dir, "127.0.0.1:1", alone("TestDies"), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Judge([]string{"TestGood"}, r, ""); len(v.Also) != 1 || len(v.Broken) != 0 {
		t.Errorf("one that is on no list: %+v", v)
	}
	if v := s.Judge(known, r, alone("TestDies")); len(v.Broken) != 1 {
		t.Errorf("one that is on the list: %+v", v)
	}
}
