package script

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
)

// Verdict is what a comparison says of one exchange.
type Verdict int

// The verdicts, from best to worst. Wording: only the text of an error message differs.
const (
	Same Verdict = iota
	Expected
	Wording
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

var messageText = regexp.MustCompile(`([eE]rrorMessage): (null|"(?:[^"\\]|\\.)*")`)

// layout is how a transcript breaks lines, which follows the length of what stands on them.
var layout = regexp.MustCompile(`[\s,]+`)

// inner is space behind an opening or before a closing bracket.
var inner = regexp.MustCompile(`([\[{]) | ([\]}])`)

func plain(s string) string {
	s = messageText.ReplaceAllString(s, "$1: <text>")
	return inner.ReplaceAllString(layout.ReplaceAllString(s, " "), "$1$2")
}

// wording says that two answers differ in nothing but the texts of error messages. A text where Kafka has none is
// wording too; none where Kafka has a text is not.
func wording(want, got string) bool {
	if plain(want) != plain(got) {
		return false
	}
	w, g := messageText.FindAllStringSubmatch(want, -1), messageText.FindAllStringSubmatch(got, -1)
	for i := range w {
		if w[i][2] != "null" && g[i][2] == "null" {
			return false
		}
	}
	return true
}

// ExpectedList is the list of differences that are kept on purpose.
type ExpectedList []expected

type expected struct {
	script  string
	lines   *regexp.Regexp
	command *regexp.Regexp
	reason  string
	used    bool // some difference was expected because of it
}

// ReadExpected reads expected-differences.txt: script glob | command regexp | regexp of the differing lines | reason.
func ReadExpected(file string) (ExpectedList, error) {
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
		cmd, err := regexp.Compile(parts[1])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		lines, err := regexp.Compile(parts[2])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		out = append(out, expected{script: parts[0], lines: lines, command: cmd, reason: parts[3]})
	}
	return out, nil
}

func (l ExpectedList) judge(script string, want, got Exchange) (Verdict, string) {
	differing := DiffLines(want.Answer, got.Answer)
	for i := range l {
		e := &l[i]
		if ok, _ := path.Match(e.script, script); !ok || !e.command.MatchString(want.Command) {
			continue
		}
		all := true
		for _, d := range differing {
			all = all && e.lines.MatchString(d)
		}
		if all {
			e.used = true
			return Expected, e.reason
		}
	}
	if wording(want.Answer, got.Answer) {
		return Wording, ""
	}
	return Different, ""
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
