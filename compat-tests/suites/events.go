package suites

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// keptLines bounds how many of the last lines of a run are kept, keptLine each of them; of a run that panics keptBefore
// are those before the panic.
const (
	keptLines  = 30
	keptLine   = 400
	keptBefore = 8
)

// ending is what a run of go test said last, and how many of its tests began and have not come to an outcome.
type ending struct {
	lines    []string
	panicked bool // lines holds where it panicked
	started  int
	open     map[string]bool
}

func (e *ending) say(text string) {
	text = strings.TrimRight(text, "\n")
	if len(text) > keptLine {
		text = text[:keptLine]
	}
	if !e.panicked && (strings.HasPrefix(text, "panic: ") || strings.HasPrefix(text, "fatal error: ")) {
		e.panicked, e.lines = true, e.lines[max(0, len(e.lines)-keptBefore):]
	}
	if e.panicked && len(e.lines) >= keptLines {
		return // what the stacks of all goroutines say further down is in the log
	}
	e.lines = append(e.lines, text)
	e.lines = e.lines[max(0, len(e.lines)-keptLines):]
}

// broken reports whether tests were left without an outcome: the process ended before they did.
func (e *ending) broken() bool { return len(e.open) > 0 }

// String gives the lines.
func (e *ending) String() string { return strings.Join(e.lines, "\n") }

// read takes the events of go test -json.
func read(lines *bufio.Scanner, log io.Writer) (Outcomes, *ending) {
	lines.Buffer(make([]byte, 1<<20), 16<<20)
	got, end := Outcomes{}, &ending{open: map[string]bool{}}
	for lines.Scan() {
		var e struct{ Action, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		switch e.Action {
		case "output", "build-output":
			fmt.Fprint(log, e.Output)
			end.say(e.Output)
		case "run":
			end.open[e.Test] = true
			end.started++
		case "pass", "fail", "skip":
			if e.Test != "" {
				got[e.Test] = e.Action
				delete(end.open, e.Test)
			}
		}
	}
	return got, end
}
