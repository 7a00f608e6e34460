package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
)

var outputNames = []string{"table", "json", "jsonl", "csv", "name"}

// table is an answer: rows for people, and the same rows as objects for programs. The fields' JSON names are a promise.
type table struct {
	head  []string
	rows  [][]string
	json  []any // one object per row
	whole any   // the JSON document when it is not the list of rows
}

func (t *table) add(object any, cells ...string) {
	t.rows = append(t.rows, cells)
	t.json = append(t.json, object)
}

// print writes the answer in the form asked for.
func (a *App) print(t *table) error {
	switch a.flags.output {
	case "json":
		return a.printJSON(t)
	case "jsonl":
		enc := json.NewEncoder(a.Out)
		enc.SetEscapeHTML(false)
		for _, o := range t.json {
			if err := enc.Encode(o); err != nil {
				return err
			}
		}
		return nil
	case "csv":
		w := csv.NewWriter(a.Out)
		if err := w.WriteAll(append([][]string{t.head}, t.rows...)); err != nil {
			return err
		}
		return w.Error()
	case "name":
		for _, r := range t.rows {
			if _, err := fmt.Fprintln(a.Out, r[0]); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	for _, r := range append([][]string{t.head}, t.rows...) {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	return w.Flush()
}

func (a *App) printJSON(t *table) error {
	doc := t.whole
	if doc == nil {
		doc = t.json
		if t.json == nil {
			doc = []any{}
		}
	}
	enc := json.NewEncoder(a.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// checkOutput refuses a form that is not known, before anything is done.
func (a *App) checkOutput() error {
	if a.flags.output != "" && !slices.Contains(outputNames, a.flags.output) {
		return usagef("unknown output %q: use %s", a.flags.output, strings.Join(outputNames, ", "))
	}
	return nil
}

// size writes bytes: for people rounded, for programs exact.
func (a *App) size(n int64) string {
	if a.OutTTY && a.flags.output == "table" && n >= 0 {
		return humanize.IBytes(uint64(n))
	}
	return fmt.Sprint(n)
}

// ints joins numbers as 1,2,3.
func ints(ns []int32) string {
	parts := make([]string, len(ns))
	for i, n := range ns {
		parts[i] = fmt.Sprint(n)
	}
	return strings.Join(parts, ",")
}

// orDash shows an empty cell.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
