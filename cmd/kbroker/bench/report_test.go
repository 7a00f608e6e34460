package bench

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func someResults() *Results {
	r := &Results{Systems: []string{"null", "kbroker", "kafka"}, Repeats: 3, Scale: 1}
	add := func(row, system string, name string, values ...float64) {
		for i, v := range values {
			r.Samples = append(r.Samples, Sample{Row: row, System: system, Repeat: i + 1, Figures: Figures{name: v}})
		}
	}
	add("3", "null", "cpu_us", 10, 9, 11)
	add("3", "kbroker", "cpu_us", 16, 13, 12.5)
	add("3", "kafka", "cpu_us", 60, 50, 55)
	add("10b", "null", "per_s", 40000, 50000)
	add("10b", "kbroker", "per_s", 20000, 30000)
	add("10b", "kafka", "per_s", 1000, 1400)
	add("11", "kbroker", "idle_mb", 19)
	add("13", "kbroker", "idle_cores", 0)
	r.Samples = append(r.Samples, Sample{Row: "4a", System: "kafka", Repeat: 1, Error: "it broke"})
	return r
}

func TestLinesCompareMediansWithBothOthers(t *testing.T) {
	lines := someResults().Lines()
	if len(lines) != 4 {
		t.Fatalf("%+v", lines)
	}
	k := lines[0].Systems["kbroker"]
	if k.Median != 13 || k.Best != 12.5 || k.ToNull != 1.3 || k.N != 3 || lines[0].Verdict != "met" {
		t.Fatalf("%+v", lines[0])
	}
	many := lines[1]
	if many.Systems["kbroker"].Median != 25000 || many.Systems["kbroker"].Best != 30000 || many.Verdict != "missed" {
		t.Fatalf("0.56 of null is below 0.7, but not by half: %+v", many)
	}
	if lines[2].Verdict != "met" || lines[3].Verdict != "met" {
		t.Fatalf("%+v", lines[2:])
	}
}

func TestVerdicts(t *testing.T) {
	m := measure{null: 1.4, kafka: 0.5}
	for _, x := range []struct {
		toNull, toKafka float64
		want            string
	}{{1.4, 0.5, "met"}, {1.5, 0.5, "missed"}, {1.4, 0.8, "missed by far"}, {2.2, 0.1, "missed by far"}, {0, 0, ""}} {
		got := m.verdict(map[string]Stats{"kbroker": {Median: 1, N: 1, ToNull: x.toNull, ToKfk: x.toKafka}})
		if got != x.want {
			t.Errorf("%+v: %q", x, got)
		}
	}
	if (measure{null: 1}).verdict(map[string]Stats{"null": {N: 1}}) != "" {
		t.Error("no kbroker, no verdict")
	}
}

func TestTheTableNamesFiguresTargetsAndFailures(t *testing.T) {
	var b bytes.Buffer
	if err := someResults().Table(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"13 (12.5)", "≤ 1.4 x null, ≤ 0.28 x Kafka", "missed", "row 4a, kafka, repeat 1 failed: it broke"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestThePictureIsXML(t *testing.T) {
	var b bytes.Buffer
	if err := someResults().Plot(&b); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(&b); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestResultsSurviveTheirFile(t *testing.T) {
	r := someResults()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	back := new(Results)
	if err := json.Unmarshal(b, back); err != nil || len(back.Lines()) != len(r.Lines()) {
		t.Fatal(err)
	}
}

func TestNumbers(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 1: "1", 1234.5: "1234", 0.12345: "0.123", 12.345: "12.3", 0.002: "0.002"} {
		if got := number(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}

func TestRowsAreChosenByTheirIDs(t *testing.T) {
	if rows, err := selectRows([]string{"3", "4a"}); err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if _, err := selectRows([]string{"99"}); err == nil {
		t.Fatal("no such row")
	}
	if rows, err := selectRows(nil); err != nil || len(rows) != len(RowIDs()) {
		t.Fatal(err)
	}
}

func TestTheGateHasSlack(t *testing.T) {
	r := someResults()
	if got := r.Gate(0.3); len(got) != 0 {
		t.Fatalf("25000 of 45000 is within three tenths of 0.7: %v", got)
	}
	if got := r.Gate(0.1); len(got) != 1 || !strings.Contains(got[0], "row 10b") {
		t.Fatal(got)
	}
	r.Samples = append(r.Samples, Sample{Row: "12", System: "kbroker", Repeat: 1, Error: "does not start"})
	if got := r.Gate(0.3); len(got) != 1 || !strings.Contains(got[0], "does not start") {
		t.Fatal(got)
	}
}

func TestASystemThatDoesNotTellHasANoteAndNoFigure(t *testing.T) {
	r := &Results{Systems: []string{"null", "kbroker", "kafka"}, Repeats: 1, Scale: 1, Samples: []Sample{
		{Row: "18", System: "null", Figures: Figures{"produce": 0.1, "fetch": 6}},
		{Row: "18", System: "kbroker", Figures: Figures{"produce": 5, "fetch": 3}},
		{Row: "18", System: "kafka", Note: errNotTold.Error()},
	}}
	var table, picture bytes.Buffer
	if err := errors.Join(r.Table(&table), r.Plot(&picture)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"VERDICT", "not told", "≤ 4", "missed", "met"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("no %q in\n%s", want, table.String())
		}
	}
	for _, want := range []string{"≤ 4: missed", "≤ 10: met"} {
		if !strings.Contains(picture.String(), want) {
			t.Errorf("no %q in the picture", want)
		}
	}
	if got := r.Gate(0.01); len(got) != 1 || !strings.Contains(got[0], "row 18") {
		t.Errorf("not to tell is no failure: %v", got)
	}
}

func TestOnlyARowThatAsksMakesKbrokerTell(t *testing.T) {
	s := KbrokerSpec("kbroker", "", "a=b")
	if strings.Contains(s.Properties, "admin.listener") || !strings.Contains(s.StatsProperties, "admin.listener=127.0.0.1:{stats}\n") ||
		s.Stats != "http://127.0.0.1:{stats}/metrics" || !strings.HasSuffix(s.Properties, "a=b\n") {
		t.Errorf("%+v", s)
	}
	if s := KbrokerSpec("kbroker", "http://other", ""); s.Stats != "http://other" || s.StatsProperties != "" {
		t.Errorf("a page of one's own: %+v", s)
	}
	s, err := CommandSpec("other", "broker {properties}")
	if err != nil || s.Stats != "" {
		t.Fatal(s, err)
	}
	if _, err := allocations(&env{spec: s}); !errors.Is(err, errNotTold) {
		t.Errorf("a foreign broker is not even started: %v", err)
	}
}
