package script_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/script"
	"github.com/kbroker/kbroker/compat-tests/target"
)

var asked = regexp.MustCompile(`(?m)^> .*?\b([A-Z][A-Za-z]+) v(\d+)\b`)

// TestScriptsCoverEveryVersion checks that each version of each API that the broker advertises stands in a transcript
// that is played against it: a script that is passed over counts for nothing. What is not advertised stands in the
// README's ledger.
func TestScriptsCoverEveryVersion(t *testing.T) {
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	have := tableOf(t)
	seen := played(t, suite, have)
	want, err := parity.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range have.APIs {
		i := slices.IndexFunc(want.APIs, func(w parity.API) bool { return w.Key == a.Key })
		if i < 0 {
			continue // beyond Kafka: the parity meter fails on it
		}
		m, ok := schema.Request(a.Key)
		if !ok {
			t.Fatalf("%s (%d) has no schema", a.Name, a.Key)
		}
		var missing []string
		// Kafka advertises Produce from 0 on for an old client's sake and serves it from the schema's first version on
		for v := max(a.Min, want.APIs[i].Min, m.Versions.Min); v <= min(a.Max, want.APIs[i].Max); v++ {
			if !seen[fmt.Sprintf("%s v%d", a.Name, v)] {
				missing = append(missing, fmt.Sprint(v))
			}
		}
		if missing != nil {
			t.Errorf("%s (%d) is advertised and no script that is played asks for version %s", a.Name, a.Key, strings.Join(missing, ", "))
		}
	}
}

var gotError = regexp.MustCompile(`\b([A-Z][A-Z_]+)\(-?\d+\)`)

// TestScriptsCoverEveryError checks the list of errors against the transcripts that are played: each stands in the
// answer to a request of that API, and no advertised API is without a line.
func TestScriptsCoverEveryError(t *testing.T) {
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(suite.Scripts, "errors"))
	if err != nil {
		t.Fatal(err)
	}
	have := tableOf(t)
	seen := map[string]bool{}
	playedTexts(t, suite, have, func(transcript string) {
		for _, e := range script.Exchanges(transcript) {
			api := asked.FindStringSubmatch("> " + e.Command)
			if api == nil {
				continue
			}
			for _, code := range gotError.FindAllStringSubmatch(e.Answer, -1) {
				seen[api[1]+" "+code[1]] = true
			}
		}
	})
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if listed[words[0]] = len(words) > 1; !listed[words[0]] {
			t.Errorf("%s has neither an error nor a reason", words[0])
		}
		advertised := slices.ContainsFunc(have.APIs, func(a parity.API) bool { return a.Name == words[0] })
		if !advertised || len(words) < 2 || words[1] == "none:" {
			continue
		}
		for _, code := range words[1:] {
			if !seen[words[0]+" "+code] {
				t.Errorf("no script that is played gets %s from %s", code, words[0])
			}
		}
	}
	for _, a := range have.APIs {
		if !listed[a.Name] {
			t.Errorf("%s (%d) is advertised and scripts/errors has no line of it", a.Name, a.Key)
		}
	}
}

// TestErrorsThatAreDocumentedArePlayedOrExplained holds what others say that an API answers against what scripts get: nothing
// may be missing without a reason, and no reason may outlive a script that gets the error after all.
func TestErrorsThatAreDocumentedArePlayedOrExplained(t *testing.T) {
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	played := wordsByAPI(t, filepath.Join(suite.Scripts, "errors"))
	documented := wordsByAPI(t, filepath.Join(suite.Scripts, "errors-documented"))
	why := map[string]string{} // by "API CODE", API being * for every one
	for _, line := range listLines(t, filepath.Join(suite.Scripts, "errors-elsewhere")) {
		head, reason, ok := strings.Cut(line, ": ")
		words := strings.Fields(head)
		if !ok || len(words) < 2 {
			t.Fatalf("errors-elsewhere: %q is not CODE API ...: reason", line)
		}
		for _, api := range words[1:] {
			why[api+" "+words[0]] = reason
			switch {
			case api == "*":
			case slices.Contains(played[api], words[0]):
				t.Errorf("errors-elsewhere says why no script gets %s from %s, and one does", words[0], api)
			case !slices.Contains(documented[api], words[0]):
				t.Errorf("errors-elsewhere: nobody documents %s of %s", words[0], api)
			}
		}
	}
	for _, a := range tableOf(t).APIs {
		for _, code := range documented[a.Name] {
			if !slices.Contains(played[a.Name], code) && why[a.Name+" "+code] == "" && why["* "+code] == "" {
				t.Errorf("%s is documented to answer %s: no script gets it, and errors-elsewhere does not say why", a.Name, code)
			}
		}
	}
}

// listLines returns the lines of a list that say something.
func listLines(t *testing.T, file string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

// wordsByAPI reads lines of an API's name and words.
func wordsByAPI(t *testing.T, file string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, line := range listLines(t, file) {
		words := strings.Fields(line)
		out[words[0]] = words[1:]
	}
	return out
}

// tableOf is what a started broker, or the one at COMPAT_BOOTSTRAP, advertises.
func tableOf(t *testing.T) parity.Table {
	t.Helper()
	b, err := target.Open(target.Kbroker, os.Getenv("COMPAT_BOOTSTRAP"), nil)
	if err != nil {
		t.Fatal(err)
	}
	have, err := parity.Of(b.Bootstrap)
	if err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	return have
}

// played holds "Name v1" for what the scripts that are played against a broker ask.
func played(t *testing.T, suite *script.Suite, have parity.Table) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	playedTexts(t, suite, have, func(transcript string) {
		for _, m := range asked.FindAllStringSubmatch(transcript, -1) {
			seen[m[1]+" v"+m[2]] = true
		}
	})
	return seen
}

// playedTexts gives each transcript of a script that is played against a broker.
func playedTexts(t *testing.T, suite *script.Suite, have parity.Table, each func(transcript string)) {
	t.Helper()
	names, err := suite.Names(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		text, err := suite.Recorded(n)
		if err != nil {
			t.Errorf("%s has no transcript: compat-tests/run scripts --record %s", n, n)
		}
		lacking, err := suite.Lacking(n, have)
		if err != nil {
			t.Fatal(err)
		}
		if lacking == nil {
			each(text)
		}
	}
}
