package suites

import "fmt"

// Broken is a process of go test that ended as a failure without any test of it having failed: it hung until its limit,
// or something outside of a test panicked. Tests that were running then have no outcome.
type Broken struct {
	Expr string // the -run expression of what it ran
	Said string // its last lines
}

// Report is what a suite's run came to.
type Report struct {
	Outcomes Outcomes
	Broken   []Broken
}

// Verdict is what of a report counts against the broker.
type Verdict struct {
	Behind []string // passes on Apache Kafka, ran and did not pass here
	NotRun []string // passes on Apache Kafka, was asked for and did not run
	Broken []Broken // ended before its time
	Also   []Broken // the same, where Apache Kafka ends it too: said, and no failure
}

// Failures is how many there are.
func (v Verdict) Failures() int { return len(v.Behind) + len(v.NotRun) + len(v.Broken) }

// Judge holds a report against the list of what Apache Kafka passes. expr is the -run expression of the run, empty for the
// whole suite; of the list only what it names has to have run. A test that runs alone, ends its process and is not on
// the list ends it on Apache Kafka as well.
func (s Suite) Judge(known []string, r Report, expr string) Verdict {
	var v Verdict
	listed := map[string]bool{}
	for _, t := range known {
		listed[t] = true
		switch a, ran := r.Outcomes[t]; {
		case ran && a != "pass":
			v.Behind = append(v.Behind, t)
		case !ran && matches(expr, t):
			v.NotRun = append(v.NotRun, t)
		}
	}
	for _, b := range r.Broken {
		if s.Alone && !listed[nameOf(b.Expr)] {
			v.Also = append(v.Also, b)
		} else {
			v.Broken = append(v.Broken, b)
		}
	}
	return v
}

// alone is the -run expression of one test, nameOf the test that it names.
func alone(test string) string { return "^" + test + "$" }

func nameOf(expr string) string {
	if len(expr) < 2 {
		return expr
	}
	return expr[1 : len(expr)-1]
}

// Lines say what the verdict holds, a line or more for each.
func (v Verdict) Lines() []string {
	var out []string
	for _, t := range v.Behind {
		out = append(out, t+" passes on Apache Kafka and did not here")
	}
	for _, t := range v.NotRun {
		out = append(out, t+" passes on Apache Kafka and did not run here")
	}
	for _, b := range v.Broken {
		out = append(out, fmt.Sprintf("the run of %s broke off, which is a failure; its last lines:\n%s", b.Expr, b.Said))
	}
	for _, b := range v.Also {
		out = append(out, fmt.Sprintf("the run of %s broke off, as it does on Apache Kafka (it is not in the list); its last lines:\n%s", b.Expr, b.Said))
	}
	return out
}
