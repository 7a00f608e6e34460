package script_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/compat-tests/parity"
	"github.com/kbroker/kbroker/compat-tests/schema"
	"github.com/kbroker/kbroker/compat-tests/script"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// notScripted are keys that have no script, with the reason.
var notScripted = map[int16]string{
	17: "SASL is proven with the security rooms", 36: "SASL is proven with the security rooms",
	29: "ACLs come with the security rooms", 30: "ACLs come with the security rooms", 31: "ACLs come with the security rooms",
	34: "moves between log directories come with the cluster", 43: "elections come with the cluster",
	45: "reassignment comes with the cluster", 46: "reassignment comes with the cluster",
	38: "delegation tokens come with the security rooms", 39: "delegation tokens come with the security rooms",
	40: "delegation tokens come with the security rooms", 41: "delegation tokens come with the security rooms",
	48: "quotas come with the security rooms", 49: "quotas come with the security rooms",
	50: "SCRAM comes with the security rooms", 51: "SCRAM comes with the security rooms",
	57: "features are altered by operators", 64: "needs a second broker", 80: "needs more voters", 81: "needs more voters",
	94: "needs more controllers", 76: "share groups come later", 77: "share groups come later", 78: "share groups come later",
	79: "share groups come later", 83: "share groups come later", 84: "share groups come later", 85: "share groups come later",
	86: "share groups come later", 87: "share groups come later", 90: "share groups come later", 91: "share groups come later",
	92: "share groups come later", 88: "streams groups come later", 89: "streams groups come later", 93: "streams groups come later",
}

var asked = regexp.MustCompile(`(?m)^> .*?\b([A-Z][A-Za-z]+) v(\d+)\b`)

// TestScriptsCoverEveryVersion checks that each version of each API stands in a recorded transcript.
func TestScriptsCoverEveryVersion(t *testing.T) {
	suite, err := script.OpenSuite(target.Root())
	if err != nil {
		t.Fatal(err)
	}
	names, err := suite.Names(nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range names {
		text, err := suite.Recorded(n)
		if err != nil {
			t.Fatalf("%s has no transcript: compat-tests/run scripts --record %s", n, n)
		}
		for _, m := range asked.FindAllStringSubmatch(text, -1) {
			seen[m[1]+" v"+m[2]] = true
		}
	}
	want, err := parity.Expected()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range want.APIs {
		if notScripted[a.Key] != "" {
			continue
		}
		m, _ := schema.Request(a.Key)
		var missing []string
		for v := max(a.Min, m.Versions.Min); v <= a.Max; v++ {
			if !seen[fmt.Sprintf("%s v%d", a.Name, v)] {
				missing = append(missing, fmt.Sprint(v))
			}
		}
		if missing != nil {
			t.Errorf("%s (%d): no script asks for version %s", a.Name, a.Key, strings.Join(missing, ", "))
		}
	}
}
