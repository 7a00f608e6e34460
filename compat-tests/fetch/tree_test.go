package fetch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/fetch"
)

// TestTreesDoNotShareWhatTheyBuild shows that two trees with one cache have files of their own, and that a build which
// fails leaves what was there.
func TestTreesDoNotShareWhatTheyBuild(t *testing.T) {
	cache := t.TempDir()
	one, two := fetch.TreeFile(cache, "/a/one", "client"), fetch.TreeFile(cache, "/a/two", "client")
	if one == two || one != fetch.TreeFile(cache, "/a/one", "client") {
		t.Fatalf("%s and %s", one, two)
	}
	step := func(text string) func(string) fetch.Step {
		return func(to string) fetch.Step {
			return fetch.Step{Dir: cache, Limit: time.Minute, Args: []string{"sh", "-c", text, "sh", to}}
		}
	}
	if err := fetch.Build(one, step(`echo whole > "$1"`)); err != nil {
		t.Fatal(err)
	}
	if err := fetch.Build(one, step(`echo half > "$1"; exit 1`)); err == nil {
		t.Error("a build that failed was taken")
	}
	if b, err := os.ReadFile(one); err != nil || string(b) != "whole\n" {
		t.Errorf("%q, %v", b, err)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, ".build-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}
