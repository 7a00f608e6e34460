package script

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Verdict is what a comparison says of one exchange.
type Verdict int

// The verdicts, from best to worst. The text of an error message is a field like any other.
const (
	Same Verdict = iota
	Expected
	Different
)

// Exchange is one command of a transcript with its answer.
type Exchange struct{ Command, Answer string }

// Difference is one exchange in which two transcripts do not agree.
type Difference struct {
	Script   string
	Exchange int
	Command  string
	Want     string
	Got      string
	Verdict  Verdict
	Reason   string // why it is expected
}

// Exchanges splits a transcript.
func Exchanges(transcript string) []Exchange {
	var out []Exchange
	for _, l := range strings.Split(transcript, "\n") {
		switch {
		case strings.HasPrefix(l, "> "):
			out = append(out, Exchange{Command: l[2:]})
		case l == "" || strings.HasPrefix(l, "#") || len(out) == 0:
		default:
			out[len(out)-1].Answer += l + "\n"
		}
	}
	return out
}

// Compare holds a transcript against the recorded one. It returns the number of exchanges and those that differ.
func Compare(script, want, got string, list ExpectedList) (int, []Difference) {
	w, g := Exchanges(want), Exchanges(got)
	var out []Difference
	for i := range max(len(w), len(g)) {
		var a, b Exchange
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a == b {
			continue
		}
		d := Difference{Script: script, Exchange: i + 1, Command: a.Command, Want: a.Answer, Got: b.Answer, Verdict: Different}
		if a.Command == b.Command {
			d.Verdict, d.Reason = list.judge(script, a, b)
		} else {
			d.Command += "\n  (got: " + b.Command + ")"
		}
		out = append(out, d)
	}
	return max(len(w), len(g)), out
}

// ExpectedList is the list of differences that are kept on purpose.
type ExpectedList []expected

// exactly stands in the list in place of an expression: the differing lines are those of testdata/kept, each of them.
const exactly = "exactly"

type expected struct {
	script  string
	lines   *regexp.Regexp // nil: exactly those that are kept
	kept    Kept
	command *regexp.Regexp
	reason  string
	used    bool // some difference was expected because of it
}

// Kept holds the differing lines of exchanges by script and command; a command that comes again may have several.
type Kept map[string]map[string][]string

// ReadExpected reads expected-differences: script glob | command regexp | regexp of the differing lines, or "exactly" |
// reason. kept has the lines of those that say exactly.
func ReadExpected(file string, kept Kept) (ExpectedList, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out ExpectedList
	for i, l := range strings.Split(string(text), "\n") {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		parts := strings.Split(l, " | ")
		if len(parts) != 4 {
			return nil, fmt.Errorf("%s:%d: want script | command | lines | reason", file, i+1)
		}
		e := expected{script: parts[0], kept: kept, reason: parts[3]}
		if e.command, err = regexp.Compile(parts[1]); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		if parts[2] != exactly {
			if e.lines, err = regexp.Compile(parts[2]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
			}
			if e.lines.MatchString("") || e.lines.MatchString("+ x") {
				return nil, fmt.Errorf("%s:%d: %q excuses any line: name the field, or say %s", file, i+1, parts[2], exactly)
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// fits says that the entry is about an exchange of a script.
func (e *expected) fits(script, command string) bool {
	ok, _ := path.Match(e.script, script)
	return ok && e.command.MatchString(command)
}

func (e *expected) excuses(script, command string, differing []string) bool {
	if e.lines == nil {
		return slices.Contains(e.kept[script][command], strings.Join(differing, "\n"))
	}
	return !slices.ContainsFunc(differing, func(l string) bool { return !e.lines.MatchString(l) })
}

func (l ExpectedList) judge(script string, want, got Exchange) (Verdict, string) {
	differing := DiffLines(want.Answer, got.Answer)
	for i := range l {
		e := &l[i]
		if e.fits(script, want.Command) && e.excuses(script, want.Command, differing) {
			e.used = true
			return Expected, e.reason
		}
	}
	return Different, ""
}

// Exactly says that the list wants the lines of an exchange kept.
func (l ExpectedList) Exactly(script, command string) bool {
	return slices.ContainsFunc(l, func(e expected) bool { return e.lines == nil && e.fits(script, command) })
}

// Unused names the entries for the scripts played that no difference needed: what they excuse is gone, and they would
// excuse the next one.
func (l ExpectedList) Unused(played []string) []string {
	var out []string
	for _, e := range l {
		for _, name := range played {
			if ok, _ := path.Match(e.script, name); ok && !e.used {
				out = append(out, e.script+" | "+e.command.String()+" | "+e.reason)
				break
			}
		}
	}
	return out
}

// DiffLines returns the lines of a and b that are not in both, each with its side (- of a, + of b), by longest common
// subsequence. Answers longer than a bound are compared as sets.
func DiffLines(a, b string) []string {
	x, y := strings.Split(strings.TrimRight(a, "\n"), "\n"), strings.Split(strings.TrimRight(b, "\n"), "\n")
	if len(x)*len(y) > 4_000_000 {
		return []string{"- (too long to compare line by line)"}
	}
	lcs := make([][]int, len(x)+1)
	for i := range lcs {
		lcs[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				lcs[i][j] = lcs[i+1][j+1] + 1
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && lcs[i+1][j] >= lcs[i][j+1]:
			out = append(out, "- "+x[i])
			i++
		default:
			out = append(out, "+ "+y[j])
			j++
		}
	}
	return out
}
