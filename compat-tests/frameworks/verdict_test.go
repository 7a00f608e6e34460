package frameworks

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// read gives a file of testdata, each one put out by a framework in a run that passed.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// spoil is one way to spoil lines; it has its own copy of them.
var spoil = map[string]func(lines []string) []string{
	"a record dropped":    func(l []string) []string { return slices.Delete(l, 41, 42) },
	"the first dropped":   func(l []string) []string { return l[1:] },
	"the last dropped":    func(l []string) []string { return l[:len(l)-1] },
	"two records swapped": func(l []string) []string { l[41], l[42] = l[42], l[41]; return l },
	"nothing at all":      func([]string) []string { return nil },
}

// TestSinksJudgeNotices shows that the judge of Connect takes the file that a sink wrote, and no file in which a record
// is missing, a field is another or two records have changed places.
func TestSinksJudgeNotices(t *testing.T) {
	whole := read(t, "sink.txt")
	const n = 2 * rowsPerRound
	if err := rowsVerdict([]byte(whole), n); err != nil {
		t.Fatalf("the file of a run that passed: %v", err)
	}
	if err := rowsVerdict([]byte(whole+strings.SplitAfter(whole, "\n")[3]), n); err != nil {
		t.Errorf("a row that came again: %v", err)
	}
	bad := map[string]string{
		"a name changed":    strings.Replace(whole, "name=item-41,", "name=item-4I,", 1),
		"an id changed":     strings.Replace(whole, "id=41}", "id=42}", 1),
		"an id of no row":   strings.Replace(whole, "id=41}", "id=4100}", 1),
		"a name left out":   strings.Replace(whole, "name=item-41,", "", 1),
		"a line of noise":   whole + "Struct{}\n",
		"the last line cut": strings.TrimSuffix(whole, "\n"),
	}
	for name, f := range spoil {
		lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
		lines[len(lines)-1] += "\n"
		bad[name] = strings.Join(f(lines), "")
	}
	for name, text := range bad {
		if text == whole {
			t.Fatalf("%s: nothing was changed", name)
		}
		if rowsVerdict([]byte(text), n) == nil {
			t.Errorf("%s was not noticed", name)
		}
	}
	if rowsVerdict([]byte(whole), n+1) == nil {
		t.Error("a row that never came was not noticed")
	}
}

// countsOf reads lines of word@window and count.
func countsOf(t *testing.T, lines []string) tallies {
	t.Helper()
	out := tallies{}
	for _, l := range lines {
		k, n, _ := strings.Cut(l, " ")
		c, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		out[k] = append(out[k], c)
	}
	return out
}

// TestWordCountsJudgeNotices is the same for the counts that Streams put out with exactly once.
func TestWordCountsJudgeNotices(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(read(t, "counts.txt"), "\n"), "\n")
	_, window, _ := strings.Cut(strings.Fields(lines[0])[0], "@")
	ms, err := strconv.ParseInt(window, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for round := 1; round <= 2; round++ {
		for i := range linesPerRound {
			tally(want, lineOf(round, i), time.UnixMilli(ms))
		}
	}
	whole := countsOf(t, lines)
	if err := whole.verdict(want, true); err != nil {
		t.Fatalf("the counts of a run that passed: %v", err)
	}
	for name, f := range spoil {
		if countsOf(t, f(slices.Clone(lines))).verdict(want, true) == nil {
			t.Errorf("%s was not noticed", name)
		}
	}
	again := append(slices.Clone(lines[:42]), lines[41:]...)
	if err := countsOf(t, again).verdict(want, false); err != nil {
		t.Errorf("a count that came again, at least once: %v", err)
	}
	if countsOf(t, again).verdict(want, true) == nil {
		t.Error("a count that came again was not noticed, exactly once")
	}
	for name, change := range map[string]func(tallies){
		"a count changed":    func(c tallies) { k := lastWord(c); c[k][len(c[k])-1]++ },
		"a word left out":    func(c tallies) { delete(c, lastWord(c)) },
		"a word of nobody's": func(c tallies) { c["nobody@0"] = []int{1} },
	} {
		for _, once := range []bool{true, false} {
			c := countsOf(t, lines)
			if change(c); c.verdict(want, once) == nil {
				t.Errorf("%s was not noticed, exactly once: %v", name, once)
			}
		}
	}
}

func lastWord(c tallies) string { return slices.Max(slices.Collect(maps.Keys(c))) }

func TestJudgeOfOnceNotices(t *testing.T) {
	whole := map[int]int{0: 1, 1: 1, 2: 1}
	if err := onceVerdict(whole, 3); err != nil {
		t.Fatal(err)
	}
	for name, times := range map[string]map[int]int{"missing": {0: 1, 2: 1}, "twice": {0: 1, 1: 2, 2: 1}, "too many": {0: 1, 1: 1, 2: 1, 3: 1}} {
		if onceVerdict(times, 3) == nil {
			t.Errorf("a row %s was not noticed", name)
		}
	}
}
