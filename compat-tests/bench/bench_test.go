package bench

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProducerToolsLastLineIsRead(t *testing.T) {
	out := "100001 records sent, 20000.2 records/sec (19.53 MB/sec), 10.0 ms avg latency, 99.0 ms max latency.\n" +
		"200000 records sent, 50000.0 records/sec (48.83 MB/sec), 12.34 ms avg latency, 301.00 ms max latency, 9 ms 50th, 40 ms 95th, 88 ms 99th, 120 ms 99.9th.\n"
	o, err := parseProducerPerf(out, 1024)
	if err != nil || o.records != 200000 || o.bytes != 200000*1024 || o.elapsed != 4*time.Second {
		t.Fatalf("%+v, %v", o, err)
	}
	if _, err := parseProducerPerf("org.apache.kafka.common.errors.TimeoutException\n", 1024); err == nil {
		t.Fatal("an output without the summary was accepted")
	}
}

func TestConsumerToolsLineIsRead(t *testing.T) {
	o, err := parseConsumerPerf("2026-01-01 00:00:00:000, 2026-01-01 00:00:03:000, 100.0000, 33.33, 102400, 34133.3, 1000, 2000, 50.0, 51200.0")
	if err != nil || o.records != 102400 || o.bytes != 100<<20 || o.elapsed != 2*time.Second {
		t.Fatalf("%+v, %v", o, err)
	}
	for _, bad := range []string{"", "WARNING: exiting", "a, b, x, 1, 2, 3, 4, 5, 6, 7", "a, b, 1, 1, 2, 3, 4, 0, 6, 7"} {
		if _, err := parseConsumerPerf(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestReportOfALoadProgramIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "latencies")
	if err := os.WriteFile(file, []byte("100\n200\n0\n99999999999\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	j := job{Scenario: Scenario{kind: latency}, latencies: file}
	o, err := parseReport("noise\nrecords=4 bytes=400 seconds=1.5 ended=1700000000000000001\n", j)
	if err != nil || o.records != 4 || o.bytes != 400 || o.elapsed != 1500*time.Millisecond || o.ended.UnixNano() != 1700000000000000001 {
		t.Fatalf("%+v, %v", o, err)
	}
	if n, low := o.latencies.TotalCount(), o.latencies.Min(); n != 4 || low != 1 {
		t.Fatalf("%d latencies from %d µs", n, low)
	}
	if _, err := parseReport("records=4\n", j); err == nil {
		t.Fatal("half a line was accepted")
	}
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := parseReport("records=4 bytes=400 seconds=1.5 ended=1\n", j); err == nil {
		t.Fatal("a run without latencies was accepted")
	}
}

func TestStatIsReadBehindAnyName(t *testing.T) {
	got, err := parseStat([]byte("7 (a) b (c)) S 1 1 1 0 -1 4 5 6 7 8 150 50 3 4 20 0 1 0 9"))
	if err != nil || got != 2*time.Second {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := parseStat([]byte("7 (a) S 1")); err == nil {
		t.Fatal("a short line was accepted")
	}
}

func TestCPUTimeOfThisProcessGrows(t *testing.T) {
	m := startMeter(os.Getpid())
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	start, now := time.Now(), before
	for now-before < 50*time.Millisecond { // the work ends by what it is measured with
		if now, err = cpuTime(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	stop := time.Now()
	if err := m.end(); err != nil {
		t.Fatal(err)
	}
	if got := m.between(start.Add(-time.Hour), stop.Add(time.Hour)); got < 40*time.Millisecond {
		t.Fatalf("the meter saw %v of at least 50 ms", got)
	}
	ticks, err := statTime(os.Getpid())
	if err != nil || ticks < now-2*clockTick {
		t.Fatalf("/proc says %v, %v; the clock said %v", ticks, err, now)
	}
	if rss, peak, err := memory(os.Getpid()); err != nil || rss <= 0 || peak < rss {
		t.Fatalf("memory %d, at most %d: %v", rss, peak, err)
	}
}

func TestMeterOfAProcessThatIsGoneFails(t *testing.T) {
	const none = 1<<22 + 1 // above any pid that Linux gives
	m := startMeter(none)
	if m.end() == nil {
		t.Fatal("a process that is not there was measured")
	}
}

func TestMeterInterpolates(t *testing.T) {
	base := time.Unix(100, 0)
	m := &meter{readings: []reading{{base, 0}, {base.Add(10 * time.Second), 4 * time.Second}, {base.Add(20 * time.Second), 4 * time.Second}}}
	for from, want := range map[time.Duration]time.Duration{-5 * time.Second: 4 * time.Second, 5 * time.Second: 2 * time.Second, 15 * time.Second: 0} {
		if got := m.between(base.Add(from), base.Add(time.Minute)); got != want {
			t.Errorf("from %v: %v, want %v", from, got, want)
		}
	}
}

// pairs are results with one figure in the rounds given, Apache Kafka's and kbroker's.
func pairs(scenario, client, measure string, values ...[2]float64) *Results {
	r := &Results{Systems: []string{"apache", "kbroker"}, Rounds: len(values), Scale: 1}
	for i, v := range values {
		for j, system := range r.Systems {
			r.Samples = append(r.Samples, Sample{Scenario: scenario, Client: client, System: system, Round: i + 1, Figures: Figures{measure: v[j]}})
		}
	}
	return r
}

func only(t *testing.T, r *Results) Line {
	t.Helper()
	l := r.Lines()
	if len(l) != 1 {
		t.Fatalf("%d lines", len(l))
	}
	return l[0]
}

func TestRatioIsTakenRoundByRound(t *testing.T) {
	l := only(t, pairs("produce-1k-all", "java", "cpu_s_per_gb", [2]float64{2, 1}, [2]float64{4, 1}, [2]float64{10, 1}))
	if l.Ratio != (Stats{Median: 0.25, Least: 0.1, Most: 0.5, N: 3}) || l.Reference.Median != 4 || l.Verdict() != "better" {
		t.Fatalf("%+v, %s", l, l.Verdict())
	}
}

func TestVerdictAsksForMoreThanTheSpread(t *testing.T) {
	for want, v := range map[string][][2]float64{
		"better":            {{3, 1}, {4, 2}},
		"worse":             {{1, 3}, {2, 4}},
		"within the spread": {{1, 2}, {3, 4}},
		"one run":           {{1, 2}},
	} {
		if got := only(t, pairs("produce-1k-all", "java", "cpu_s_per_gb", v...)).Verdict(); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got := only(t, pairs("fsync-16", "franz-go", "per_s", [2]float64{1, 3}, [2]float64{2, 4})).Verdict(); got != "better" {
		t.Errorf("more acknowledgements: %s", got)
	}
}

func TestAFailedRunIsLeftOutCountedAndNamed(t *testing.T) {
	r := pairs("produce-1k-all", "java", "cpu_s_per_gb", [2]float64{2, 1}, [2]float64{2, 1})
	r.Samples[3].Error = "broker | gone"
	r.Skipped = []string{"librdkafka: no compiler"}
	if l := only(t, r); l.Ratio.N != 1 || l.Subject.N != 1 || l.Reference.N != 2 {
		t.Fatalf("%+v", l)
	}
	if p, f, s := r.Counts(); p != 3 || f != 1 || s != 1 {
		t.Fatalf("%d passed, %d failed, %d skipped", p, f, s)
	}
	page := r.Markdown("x.svg")
	for _, want := range []string{"failed: produce-1k-all, java, kbroker, round 2", "skipped: librdkafka: no compiler", "](x.svg)", "not a measurement"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPictureIsXMLAndTurnsRatesOver(t *testing.T) {
	r := pairs("fsync-16", "franz-go", "per_s", [2]float64{1, 4}, [2]float64{2, 16})
	if c := only(t, r).cost(); c != (Stats{Median: 1 / 6.0, Least: 0.125, Most: 0.25, N: 2}) {
		t.Fatalf("cost %+v", c)
	}
	d, dots := xml.NewDecoder(strings.NewReader(r.SVG())), 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "circle" {
			dots++
		}
	}
	if want := 4 + 1; dots != want { // the legend's and the line's
		t.Fatalf("%d dots, want %d", dots, want)
	}
}

func TestEveryScenarioHasItsClients(t *testing.T) {
	known := map[string]bool{}
	for _, g := range generators() {
		known[g.Name] = true
	}
	for _, s := range Scenarios() {
		for _, c := range append(s.Clients, s.Quick...) {
			if !known[c] {
				t.Errorf("%s: no client %q", s.Name, c)
			}
		}
		small := s.scaled(0.0001)
		if small.records < 1000 || s.seconds > 0 && small.seconds < 1 || len(s.measures) == 0 || len(s.Quick) == 0 {
			t.Errorf("%s scales down to %+v", s.Name, small)
		}
	}
}

func TestValuesAreLinesOfOneSizeTheSameEachTime(t *testing.T) {
	read := func(dir string) string {
		file, err := payloads(dir, 100)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	text := read(t.TempDir())
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != payloadLines || text != read(t.TempDir()) {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if len(l) != 100 {
			t.Fatalf("a line of %d", len(l))
		}
	}
}
