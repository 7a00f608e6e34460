package bench

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A Line is one measure of one row over all systems.
type Line struct {
	Row     string            `json:"row"`
	Title   string            `json:"title"`
	Measure string            `json:"measure"`
	Unit    string            `json:"unit"`
	Higher  bool              `json:"higherIsBetter"`
	Systems map[string]Stats  `json:"systems"`
	Notes   map[string]string `json:"notes,omitempty"` // why a system has no figure, where that is no failure
	Target  string            `json:"target,omitempty"`
	Verdict string            `json:"verdict,omitempty"` // of kbroker: "met", "missed", "missed by far", "" without a target
}

// Stats sum up the repeats of one figure.
type Stats struct {
	Median float64 `json:"median"`
	Best   float64 `json:"best"` // minimum, or maximum where higher is better
	N      int     `json:"n"`
	Spread float64 `json:"spread"` // (largest - smallest) / median
	ToNull float64 `json:"toNull,omitempty"`
	ToKfk  float64 `json:"toKafka,omitempty"`
}

// Lines sums up all samples, in the order of the rows.
func (r *Results) Lines() []Line {
	var out []Line
	for _, row := range allRows {
		for _, m := range row.measures {
			l := Line{Row: row.id, Title: row.title, Measure: m.name, Unit: m.unit, Higher: m.better == higher, Systems: make(map[string]Stats), Notes: make(map[string]string), Target: m.target()}
			for _, sys := range r.Systems {
				if s, ok := r.stats(row.id, sys, m); ok {
					l.Systems[sys] = s
				} else if note := r.note(row.id, sys); note != "" {
					l.Notes[sys] = note
				}
			}
			if len(l.Systems)+len(l.Notes) == 0 {
				continue
			}
			l.compare()
			l.Verdict = m.verdict(l.Systems)
			out = append(out, l)
		}
	}
	return out
}

func (r *Results) note(row, system string) string {
	for _, s := range r.Samples {
		if s.Row == row && s.System == system && s.Note != "" {
			return s.Note
		}
	}
	return ""
}

func (r *Results) stats(row, system string, m measure) (Stats, bool) {
	var v []float64
	for _, s := range r.Samples {
		if x, ok := s.Figures[m.name]; ok && s.Row == row && s.System == system && s.Error == "" {
			v = append(v, x)
		}
	}
	if len(v) == 0 {
		return Stats{}, false
	}
	slices.Sort(v)
	s := Stats{Median: v[len(v)/2], Best: v[0], N: len(v)}
	if len(v)%2 == 0 {
		s.Median = (v[len(v)/2-1] + v[len(v)/2]) / 2
	}
	if m.better == higher {
		s.Best = v[len(v)-1]
	}
	if s.Median != 0 {
		s.Spread = (v[len(v)-1] - v[0]) / s.Median
	}
	return s, true
}

func (l *Line) compare() {
	null, kafka := l.Systems["null"].Median, l.Systems["kafka"].Median
	for name, s := range l.Systems {
		if null > 0 && name != "null" {
			s.ToNull = s.Median / null
		}
		if kafka > 0 && name != "kafka" {
			s.ToKfk = s.Median / kafka
		}
		l.Systems[name] = s
	}
}

func (m measure) target() string {
	var parts []string
	sign := "≤"
	if m.better == higher {
		sign = "≥"
	}
	if m.atMost > 0 {
		parts = append(parts, fmt.Sprintf("%s %s", sign, number(m.atMost)))
	}
	if m.null > 0 {
		parts = append(parts, fmt.Sprintf("%s %s x null", sign, number(m.null)))
	}
	if m.kafka > 0 {
		parts = append(parts, fmt.Sprintf("%s %s x Kafka", sign, number(m.kafka)))
	}
	return strings.Join(parts, ", ")
}

// verdict judges kbroker by its worst target. More than half again beside the target is missed by far.
func (m measure) verdict(systems map[string]Stats) string {
	s, ok := systems["kbroker"]
	if !ok {
		return ""
	}
	worst, judged := 0.0, false // how many times the target the figure is, turned so that above 1 is missed
	judge := func(figure, target float64) {
		if figure > 0 && target > 0 {
			over := figure / target
			if m.better == higher {
				over = target / figure
			}
			worst, judged = max(worst, over), true
		}
	}
	judge(s.Median, m.atMost)
	judge(s.ToNull, m.null)
	judge(s.ToKfk, m.kafka)
	switch {
	case !judged && m.atMost > 0 && s.N > 0:
		return "met" // a figure of zero
	case !judged:
		return ""
	case worst <= 1:
		return "met"
	case worst <= 1.5:
		return "missed"
	}
	return "missed by far"
}

// Gate returns a sentence for each figure of kbroker's that misses its target by more than slack (0.25 is a fourth), as
// a ratio to the null broker of the same run or in absolute terms, and for each run that failed.
func (r *Results) Gate(slack float64) []string {
	var out []string
	for _, row := range allRows {
		for _, m := range row.measures {
			s, ok := r.stats(row.id, "kbroker", m)
			if !ok {
				continue
			}
			n, _ := r.stats(row.id, "null", m)
			if m.misses(s.Median, m.null*n.Median, slack) || m.misses(s.Median, m.atMost, slack) {
				out = append(out, fmt.Sprintf("row %s, %s: %s %s, target %s", row.id, row.title, number(s.Median), m.unit, m.target()))
			}
		}
	}
	for _, s := range r.Samples {
		if s.Error != "" && s.System != "kafka" {
			out = append(out, fmt.Sprintf("row %s, %s: %s", s.Row, s.System, strings.TrimSpace(s.Error)))
		}
	}
	return out
}

func (m measure) misses(figure, target, slack float64) bool {
	if target <= 0 {
		return false
	}
	if m.better == higher {
		return figure*(1+slack) < target
	}
	return figure > target*(1+slack)
}

// Table writes medians (best in brackets) and ratios.
func (r *Results) Table(w io.Writer) error {
	fmt.Fprintf(w, "%s, %d cores, %s, %s; server on %v, client on %v; %d repeats interleaved, scale %s\n", r.Machine.CPU, r.Machine.Cores, r.Machine.OS,
		r.Machine.Compiler, r.ServerCores, r.ClientCores, r.Repeats, number(r.Scale))
	fmt.Fprintf(w, "calibration: CRC-32C %s GB/s, copy %s GB/s; medians, best of all repeats in brackets\n\n", number(r.Machine.CRCGBs), number(r.Machine.CopyGBs))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprint(t, "ROW\tMEASURE\tUNIT")
	for _, s := range r.Systems {
		fmt.Fprintf(t, "\t%s", strings.ToUpper(s))
	}
	fmt.Fprint(t, "\tTO NULL\tTO KAFKA\tTARGET\tVERDICT\n")
	last := ""
	for _, l := range r.Lines() {
		head, title := "", ""
		if l.Row != last {
			head, title, last = l.Row, l.Title, l.Row
		}
		fmt.Fprintf(t, "%s\t%s\t%s", head, title, l.Unit)
		for _, s := range r.Systems {
			fmt.Fprintf(t, "\t%s", cmp.Or(l.Notes[s], l.Systems[s].String()))
		}
		subject := r.subject()
		fmt.Fprintf(t, "\t%s\t%s\t%s\t%s\n", ratio(l.Systems[subject].ToNull), ratio(l.Systems[subject].ToKfk), l.Target, l.Verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return r.failures(w)
}

// subject is the system that ratios are shown for: the first that is neither a bound nor the reference.
func (r *Results) subject() string {
	for _, s := range r.Systems {
		if s != "null" && s != "kafka" {
			return s
		}
	}
	return r.Systems[len(r.Systems)-1]
}

func (r *Results) failures(w io.Writer) error {
	for _, s := range r.Samples {
		if s.Error != "" {
			if _, err := fmt.Fprintf(w, "row %s, %s, repeat %d failed: %s\n", s.Row, s.System, s.Repeat, strings.TrimSpace(s.Error)); err != nil {
				return err
			}
		}
	}
	return nil
}

// String is the median with the best in brackets, "-" without a figure.
func (s Stats) String() string {
	switch s.N {
	case 0:
		return "-"
	case 1:
		return number(s.Median)
	}
	return fmt.Sprintf("%s (%s)", number(s.Median), number(s.Best))
}

func ratio(x float64) string {
	if x == 0 {
		return "-"
	}
	return number(x)
}

// number prints three significant digits and no exponent.
func number(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Sprint(x)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
