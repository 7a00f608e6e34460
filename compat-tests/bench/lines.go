package bench

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kbroker/kbroker/compat-tests/target"
)

// Line is one figure of one scenario with one client, on both systems.
type Line struct {
	Scenario, Title, Client string
	Unit                    string
	Higher                  bool // more is better
	Reference, Subject      Stats
	Ratio                   Stats // subject to reference, round by round
}

// Stats sum up one figure.
type Stats struct {
	Median, Least, Most float64
	N                   int
}

// Lines sums up the samples in the order of the scenarios. A figure that only one system has is left out of the ratio.
func (r *Results) Lines() []Line {
	var out []Line
	for _, s := range append(Scenarios(), brokerScenario) {
		for _, m := range s.measures {
			for _, c := range s.Clients {
				ref, sub := r.byRound(s.Name, c, string(target.Apache), m.name), r.byRound(s.Name, c, string(target.Kbroker), m.name)
				if len(ref)+len(sub) == 0 {
					continue
				}
				out = append(out, Line{Scenario: s.Name, Title: s.Title, Client: c, Unit: m.unit, Higher: m.higher,
					Reference: sum(values(ref)), Subject: sum(values(sub)), Ratio: sum(ratios(ref, sub))})
			}
		}
	}
	return out
}

// byRound is the figure of each round; the median where a round has several.
func (r *Results) byRound(scenario, client, system, measure string) map[int]float64 {
	all := map[int][]float64{}
	for _, s := range r.Samples {
		if v, ok := s.Figures[measure]; ok && s.Error == "" && s.Scenario == scenario && s.Client == client && s.System == system {
			all[s.Round] = append(all[s.Round], v)
		}
	}
	out := map[int]float64{}
	for round, v := range all {
		out[round] = sum(v).Median
	}
	return out
}

func values(m map[int]float64) []float64 {
	var out []float64
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// ratios pairs what was measured in the same round, one right after the other.
func ratios(reference, subject map[int]float64) []float64 {
	var out []float64
	for round, v := range subject {
		if base := reference[round]; base > 0 {
			out = append(out, v/base)
		}
	}
	return out
}

func sum(v []float64) Stats {
	if len(v) == 0 {
		return Stats{}
	}
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	return Stats{Median: (v[(n-1)/2] + v[n/2]) / 2, Least: v[0], Most: v[n-1], N: n}
}

// Verdict says whether the two sides differ by more than their own spread, seen from the subject.
func (l Line) Verdict() string {
	a, b := l.Reference, l.Subject
	switch {
	case a.N == 0 || b.N == 0:
		return "no pair"
	case a.N == 1 || b.N == 1:
		return "one run"
	case b.Most < a.Least:
		return map[bool]string{false: "better", true: "worse"}[l.Higher]
	case b.Least > a.Most:
		return map[bool]string{false: "worse", true: "better"}[l.Higher]
	}
	return "within the spread"
}

// cost is the ratio turned so that below 1 always is in the subject's favour.
func (l Line) cost() Stats {
	r := l.Ratio
	if !l.Higher || r.N == 0 || r.Least <= 0 {
		return r
	}
	return Stats{Median: 1 / r.Median, Least: 1 / r.Most, Most: 1 / r.Least, N: r.N}
}

// String is the median with the range in brackets.
func (s Stats) String() string {
	switch s.N {
	case 0:
		return "-"
	case 1:
		return number(s.Median)
	}
	return number(s.Median) + " (" + number(s.Least) + "–" + number(s.Most) + ")"
}

// number prints three significant digits and no exponent.
func number(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
