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

Written by ` + "`compat-tests/run clients --write`" + ` (with ` + "`--apache`" + ` for the reference), wholly. "passed" needs two judges: the client's own
program, and a reader of the runner's that looks at what the broker holds then. A dash means that this version of the client does not
offer the thing; below the tables stands how that is known.
`

// lacks is the list of what clients do not offer.
func lacks() string {
	var b strings.Builder
	b.WriteString("\n## Not offered by the client\n\n")
	for _, p := range Programs() {
		for _, s := range Scenarios {
			if why, ok := p.Lacks[s]; ok {
				fmt.Fprintf(&b, "- %s, %s: %s\n", p.Name, s, why)
			}
		}
	}
	return b.String()
}

// merge is the new table with the old one's rows of the clients that did not run now, if it has the same columns.
func merge(old, table string) string {
	head, _, _ := strings.Cut(table, "\n")
	if oldHead, _, _ := strings.Cut(old, "\n"); oldHead != head {
		return table
	}
	var rows, rest []string
	for _, p := range Programs() {
		row := line(table, "| "+p.Name+" (")
		if row == "" {
			row = line(old, "| "+p.Name+" (")
			rest = append(rest, linesOf(old, "- "+p.Name+", ")...)
		}
		if row != "" {
			rows = append(rows, row)
		}
		rest = append(rest, linesOf(table, "- "+p.Name)...)
	}
	rule := strings.Split(table, "\n")[1]
	out := strings.Join(append([]string{head, rule}, rows...), "\n")
	if len(rest) > 0 {
		out += "\n\n" + strings.Join(rest, "\n")
	}
	return out
}

func linesOf(text, prefix string) []string {
	var out []string
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, prefix) {
			out = append(out, l)
		}
	}
	return out
}

func line(text, prefix string) string {
	if all := linesOf(text, prefix); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Section puts a broker's table into the text of RESULTS.md, in place of the one that was there; rows of clients that did
// not run stay.
func Section(text, broker, table string) string {
	sections := map[string]string{}
	var order []string
	for _, part := range strings.Split(text, "\n## ")[min(1, strings.Count(text, "\n## ")):] {
		if name, body, ok := strings.Cut(part, "\n"); ok && name != "Not offered by the client" {
			sections[name] = strings.TrimSpace(body)
			order = append(order, name)
		}
	}
	if _, there := sections[broker]; !there {
		order = append(order, broker)
	}
	sections[broker] = merge(sections[broker], strings.TrimSpace(table))
	out := resultsHead
	for _, name := range order {
		out += "\n## " + name + "\n\n" + sections[name] + "\n"
	}
	return out + lacks()
}
