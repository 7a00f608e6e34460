package clients

import (
	"fmt"
	"strings"
)

// Table is the markdown table of results.
func Table(results []Result) string {
	var b strings.Builder
	b.WriteString("| client | version |")
	for _, s := range Scenarios {
		b.WriteString(" " + s + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(Scenarios)) + "\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s (%s) | %s |", r.Client, r.Language, r.Version)
		for _, s := range Scenarios {
			b.WriteString(" " + cell(r, s) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString(details(results))
	return b.String()
}

func cell(r Result, scenario string) string {
	o, ok := r.Outcomes[scenario]
	switch {
	case r.Skipped != "":
		return "skipped"
	case o == Passed:
		return "passed"
	case o == NotOffered:
		return "–"
	case o == NotWritten:
		return " "
	case !ok:
		return "not run"
	}
	return "**failed**"
}

func details(results []Result) string {
	var b strings.Builder
	for _, r := range results {
		if r.Skipped != "" {
			fmt.Fprintf(&b, "- %s was skipped: %s\n", r.Client, firstLine(r.Skipped))
		}
		for _, s := range Scenarios {
			if d := r.Details[s]; d != "" && r.Outcomes[s] == Failed {
				fmt.Fprintf(&b, "- %s, %s: %s\n", r.Client, s, d)
			}
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}

func firstLine(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
}

const resultsHead = `# Clients in other languages

Written by ` + "`compat-tests/run clients --write`" + ` (with ` + "`--apache`" + ` for the reference). A dash means that the client
does not offer the thing, an empty cell that the scenario is not written for this client, "not run" that it was written after that run.
`

// Section puts a broker's table into the text of RESULTS.md, in place of the one that was there.
func Section(text, broker, table string) string {
	sections := map[string]string{}
	var order []string
	for _, part := range strings.Split(text, "\n## ")[min(1, strings.Count(text, "\n## ")):] {
		if name, body, ok := strings.Cut(part, "\n"); ok {
			sections[name] = strings.TrimSpace(body)
			order = append(order, name)
		}
	}
	if _, there := sections[broker]; !there {
		order = append(order, broker)
	}
	sections[broker] = strings.TrimSpace(table)
	out := resultsHead
	for _, name := range order {
		out += "\n## " + name + "\n\n" + sections[name] + "\n"
	}
	return out
}
