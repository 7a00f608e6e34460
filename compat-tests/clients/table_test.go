package clients

import (
	"context"
	"strings"
	"testing"
)

func row(client, detail string) Result {
	r := Result{Client: client, Language: "X", Version: "1", Outcomes: map[string]Outcome{}, Details: map[string]string{}}
	for _, s := range Scenarios {
		r.Outcomes[s] = Passed
	}
	if detail != "" {
		r.Outcomes["admin"], r.Details["admin"] = Failed, detail
	}
	return r
}

// TestWritingSomeRowsKeepsTheOthers shows that a run of one client replaces its row and what is said of it, and no other.
func TestWritingSomeRowsKeepsTheOthers(t *testing.T) {
	first := Section("", "kbroker", Table([]Result{row("java", "broken"), row("kcat", "late")}))
	second := Section(first, "kbroker", Table([]Result{row("java", "")}))
	if strings.Contains(second, "broken") || !strings.Contains(second, "- kcat, admin: late") {
		t.Errorf("the details are not those of the rows:\n%s", second)
	}
	if strings.Count(second, "| java (X)") != 1 || strings.Count(second, "| kcat (X)") != 1 || strings.Count(second, "**failed**") != 1 {
		t.Errorf("the rows are not java anew and kcat as it was:\n%s", second)
	}
	if third := Section(second, "kbroker", Table([]Result{row("kcat", "")})); strings.Contains(third, "failed") {
		t.Errorf("a failure stays:\n%s", third)
	}
}

// TestEveryScenarioHasAJudge shows that no scenario passes on its program's word alone, and that what clients lack is named rightly.
func TestEveryScenarioHasAJudge(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	known := map[string]bool{}
	for _, s := range Scenarios {
		known[s] = true
		if err := judge(ended, "127.0.0.1:1", "t", s, "x"); err != nil && strings.HasPrefix(err.Error(), "no judge") {
			t.Error(err)
		}
	}
	for _, p := range Programs() {
		for s, why := range p.Lacks {
			if !known[s] || why == "" {
				t.Errorf("%s lacks %q: %q", p.Name, s, why)
			}
		}
	}
}
