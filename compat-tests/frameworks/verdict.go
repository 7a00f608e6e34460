package frameworks

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Wrong is a verdict: what a framework put out is not what went in.
type Wrong struct{ What string }

// Error implements error.
func (w *Wrong) Error() string { return w.What }

func wrong(format string, args ...any) error { return &Wrong{fmt.Sprintf(format, args...)} }

// tallies are the counts that a word count put out for each word and window, in their order.
type tallies map[string][]int

// verdict holds the counts against what was fed. With once every count from 1 on stands there once, in order; without it
// a count may come again, as at least once allows, and the last one has to be right.
func (t tallies) verdict(want map[string]int, once bool) error {
	var diff []string
	for k, n := range want {
		switch got := t[k]; {
		case len(got) == 0:
			diff = append(diff, fmt.Sprintf("%s was not counted, want %d", k, n))
		case got[len(got)-1] != n:
			diff = append(diff, fmt.Sprintf("%s is %d, want %d", k, got[len(got)-1], n))
		case once:
			for i, c := range got {
				if c != i+1 {
					diff = append(diff, fmt.Sprintf("%s was counted %d where %d was due", k, c, i+1))
					break
				}
			}
		}
	}
	for k := range t {
		if _, ok := want[k]; !ok {
			diff = append(diff, k+" was never written")
		}
	}
	if diff == nil {
		return nil
	}
	sort.Strings(diff)
	return wrong("%s", strings.Join(diff[:min(len(diff), 5)], "; "))
}

var (
	rowAfter = regexp.MustCompile(`\bafter=\{([^{}]*)\}`)
	rowID    = regexp.MustCompile(`\bid=(-?\d+)`)
	rowName  = regexp.MustCompile(`\bname=([^,{}]*)`)
)

// nameOf is the name of row i in the table.
func nameOf(i int) string { return fmt.Sprintf("item-%d", i) }

// rowsVerdict holds the file of the sink against a table of n rows: each row is there with its name, none but these, and
// the first time that each comes is in the table's order. A row may come again, as at least once allows. The last line
// may still be written.
func rowsVerdict(file []byte, n int) error {
	lines := strings.Split(string(file), "\n")
	next := 0
	for i, l := range lines[:len(lines)-1] {
		after := rowAfter.FindStringSubmatch(l)
		if after == nil {
			return wrong("line %d is no row: %.100q", i+1, l)
		}
		id, name := rowID.FindStringSubmatch(after[1]), rowName.FindStringSubmatch(after[1])
		if id == nil || name == nil {
			return wrong("line %d has no id or no name: %q", i+1, after[1])
		}
		row, err := strconv.Atoi(id[1])
		switch {
		case err != nil || row < 0 || row >= n:
			return wrong("line %d: there is no row %s", i+1, id[1])
		case name[1] != nameOf(row):
			return wrong("line %d: row %d is called %q", i+1, row, name[1])
		case row > next:
			return wrong("line %d: row %d comes where %d was due", i+1, row, next)
		case row == next:
			next++
		}
	}
	if next < n {
		return wrong("%d rows are there, want %d", next, n)
	}
	return nil
}

// onceVerdict holds how often each row came against a table of n rows of which each comes once.
func onceVerdict(times map[int]int, n int) error {
	for i := range n {
		if times[i] != 1 {
			return wrong("row %d is in the topic %d times", i, times[i])
		}
	}
	if len(times) != n {
		return wrong("%d rows are in the topic, want %d", len(times), n)
	}
	return nil
}
