package suites_test

import (
	"slices"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/suites"
)

// TestBehindNotices shows that the judge tells a known test that failed, one that skipped itself and one that did not run.
func TestBehindNotices(t *testing.T) {
	got := suites.Outcomes{"TestGood": "pass", "TestBad": "fail", "TestShy": "skip", "TestNew": "fail"}
	failed, missing := suites.Behind([]string{"TestGood", "TestBad", "TestShy", "TestAway"}, got)
	if !slices.Equal(failed, []string{"TestBad", "TestShy"}) || !slices.Equal(missing, []string{"TestAway"}) {
		t.Errorf("failed %v, missing %v", failed, missing)
	}
	known := []string{"TestGood", "TestAway"}
	if part := suites.Failing(known, got, false); part != nil {
		t.Errorf("of a part of the suite %v fail: nothing does", part)
	}
	if whole := suites.Failing(known, got, true); !slices.Equal(whole, []string{"TestAway"}) {
		t.Errorf("of the whole suite %v fail: want what did not run", whole)
	}
}
