package main

import (
	"bytes"
	"fmt"
	"go/format"
)

// A writer collects the lines of a Go file; gofmt gives them their shape.
type writer struct{ buf bytes.Buffer }

func (w *writer) line(f string, args ...any) {
	fmt.Fprintf(&w.buf, f, args...)
	w.buf.WriteByte('\n')
}

// block writes a body under a condition, or bare when the condition is "".
func (w *writer) block(cond string, body func()) {
	if cond == "" {
		body()
		return
	}
	w.line("if %s {", cond)
	body()
	w.line("}")
}

func (w *writer) format() ([]byte, error) {
	b, err := format.Source(w.buf.Bytes())
	if err != nil {
		return w.buf.Bytes(), fmt.Errorf("%w\n%s", err, w.buf.Bytes())
	}
	return b, nil
}
