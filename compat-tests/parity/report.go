package parity

import (
	"fmt"
	"strings"
)

// Report says how a broker's table stands to the expected one.
type Report struct {
	Served, Total int // api-versions of the expected table
	Missing       []string
	Beyond        []string
	FeaturesRight int
	FeaturesTotal int
	FeatureGaps   []string
}

// Counts are the verdict's figures, in api-versions and feature levels: what is served as Kafka does, the rows that
// are advertised beyond Kafka's table, and what is missing.
func (r Report) Counts() (served, beyond, missing int) {
	return r.Served + r.FeaturesRight, len(r.Beyond), r.Total - r.Served + len(r.FeatureGaps)
}

// Compare holds a broker's table against the expected one.
func Compare(want, have Table) Report {
	r := Report{Total: want.Total(), FeaturesTotal: len(want.Features)}
	got := map[int16]API{}
	for _, a := range have.APIs {
		got[a.Key] = a
	}
	for _, w := range want.APIs {
		g, ok := got[w.Key]
		delete(got, w.Key)
		if !ok {
			r.Missing = append(r.Missing, fmt.Sprintf("%s (%d): %s", w.Name, w.Key, span(w.Min, w.Max)))
			continue
		}
		r.count(w, g)
	}
	for _, a := range have.APIs {
		if _, extra := got[a.Key]; extra {
			r.Beyond = append(r.Beyond, fmt.Sprintf("%s (%d): %s", a.Name, a.Key, span(a.Min, a.Max)))
		}
	}
	r.features(want, have)
	return r
}

func (r *Report) count(w, g API) {
	var missing, beyond []int16
	for v := min(w.Min, g.Min); v <= max(w.Max, g.Max); v++ {
		wanted, served := v >= w.Min && v <= w.Max, v >= g.Min && v <= g.Max
		switch {
		case wanted && served:
			r.Served++
		case wanted:
			missing = append(missing, v)
		case served:
			beyond = append(beyond, v)
		}
	}
	if missing != nil {
		r.Missing = append(r.Missing, fmt.Sprintf("%s (%d): %s", w.Name, w.Key, spans(missing)))
	}
	if beyond != nil {
		r.Beyond = append(r.Beyond, fmt.Sprintf("%s (%d): %s", w.Name, w.Key, spans(beyond)))
	}
}

func (r *Report) features(want, have Table) {
	got := map[string]int64{}
	for _, f := range have.Features {
		got[f.Name] = f.Level
	}
	for _, w := range want.Features {
		level := got[w.Name]
		delete(got, w.Name)
		switch {
		case level == w.Level:
			r.FeaturesRight++
			continue
		case level > w.Level:
			r.Beyond = append(r.Beyond, fmt.Sprintf("%s: level %d, Kafka has %d", w.Name, level, w.Level))
			continue
		}
		r.FeatureGaps = append(r.FeatureGaps, fmt.Sprintf("%s: %d, Kafka has %d", w.Name, level, w.Level))
	}
	for _, f := range have.Features {
		if _, extra := got[f.Name]; extra && f.Level > 0 {
			r.Beyond = append(r.Beyond, fmt.Sprintf("%s: level %d", f.Name, f.Level))
		}
	}
}

func span(a, b int16) string {
	if a == b {
		return fmt.Sprintf("v%d", a)
	}
	return fmt.Sprintf("v%d-%d", a, b)
}

func spans(vs []int16) string {
	var parts []string
	for i := 0; i < len(vs); {
		j := i
		for j+1 < len(vs) && vs[j+1] == vs[j]+1 {
			j++
		}
		parts = append(parts, span(vs[i], vs[j]))
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// Markdown is the gap ledger.
func (r Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Api-versions of the broker listener served: **%d of %d**. Feature levels as a new Kafka 4.4 cluster: **%d of %d**.\n",
		r.Served, r.Total, r.FeaturesRight, r.FeaturesTotal)
	section(&b, "Missing", r.Missing)
	section(&b, "Feature levels that differ", r.FeatureGaps)
	section(&b, "Beyond Kafka 4.4", r.Beyond)
	return b.String()
}

func section(b *strings.Builder, title string, rows []string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n", title)
	for _, r := range rows {
		fmt.Fprintf(b, "- %s\n", r)
	}
}

// The ledger's place in a README.
const (
	Begin = "<!-- parity: begin (compat-tests/run parity --write) -->"
	End   = "<!-- parity: end -->"
)

// Insert puts the ledger between the markers of a README's text, or at its end if there are none.
func Insert(readme, ledger string) string {
	block := Begin + "\n" + ledger + End
	i := strings.Index(readme, Begin)
	j := strings.Index(readme, End)
	if i < 0 || j < i {
		return strings.TrimRight(readme, "\n") + "\n\n## What of Kafka 4.4 is served\n\n" + block + "\n"
	}
	return readme[:i] + block + readme[j+len(End):]
}

// Block is what stands between the markers of a README's text.
func Block(readme string) (string, bool) {
	_, rest, ok := strings.Cut(readme, Begin+"\n")
	if !ok {
		return "", false
	}
	block, _, ok := strings.Cut(rest, End)
	return block, ok
}

// Missing reports whether a ledger says of an API that something of it is not served.
func Missing(ledger, api string) bool {
	_, rows, ok := strings.Cut(ledger, "\nMissing:\n")
	return ok && strings.Contains(rows, "\n- "+api+" (")
}
