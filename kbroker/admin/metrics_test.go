package admin

import (
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// parse reads a page of metrics strictly: a name is described once, before its series, and a series comes once.
func parse(t *testing.T, text string) map[string]float64 {
	t.Helper()
	line := regexp.MustCompile(`^([a-z_]+)(\{[a-z]+="[^"\\]*"\})? (\S+)$`)
	out, described, current := map[string]float64{}, map[string]bool{}, ""
	for s := range strings.Lines(text) {
		s = strings.TrimSuffix(s, "\n")
		if rest, ok := strings.CutPrefix(s, "# HELP "); ok {
			if current, _, _ = strings.Cut(rest, " "); described[current] {
				t.Errorf("%s is described twice", current)
			}
			described[current] = true
			continue
		}
		if rest, ok := strings.CutPrefix(s, "# TYPE "); ok {
			if name, k, _ := strings.Cut(rest, " "); name != current || k != "counter" && k != "gauge" && k != "summary" {
				t.Errorf("%q behind the description of %s", s, current)
			}
			continue
		}
		m := line.FindStringSubmatch(s)
		if m == nil {
			t.Fatalf("%q is no series", s)
		}
		if base := strings.TrimSuffix(strings.TrimSuffix(m[1], "_count"), "_sum"); m[1] != current && base != current {
			t.Errorf("%s stands below %s", m[1], current)
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if _, twice := out[m[1]+m[2]]; err != nil || twice {
			t.Errorf("%q: %v", s, err)
		}
		out[m[1]+m[2]] = v
	}
	return out
}

func TestMetricsAreWhatCollectorsRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := open(t, Config{})
		runtime.GC()
		status, head, body := r.do(t, "GET", "/metrics")
		if status != 200 || head.Get("Content-Type") != textFormat || !strings.HasSuffix(body, "\n") {
			t.Fatalf("%d %v", status, head)
		}
		got := parse(t, body)
		if len(got) < 28 {
			t.Errorf("only %d series", len(got))
		}
		for name, most := range map[string]float64{
			"go_goroutines": 1e4, "go_threads": 1e4, "go_sched_gomaxprocs_threads": float64(runtime.GOMAXPROCS(0)), "go_memstats_mallocs_total": 1e12,
			"go_memstats_heap_alloc_bytes": 1e10, "go_gc_duration_seconds_count": 1e9, "process_start_time_seconds": float64(time.Now().Unix()) + 1e9,
			`go_info{version="` + runtime.Version() + `"}`: 1,
		} {
			if v := got[name]; v <= 0 || v > most {
				t.Errorf("%s is %v", name, v)
			}
		}
	})
}

var sink *[64]byte

func TestAllocationsAreCountedExactly(t *testing.T) {
	mallocs := func() float64 {
		var p page
		p.goRuntime()
		return parse(t, string(p.text))["go_memstats_mallocs_total"]
	}
	mallocs()
	const n = 1000
	before := mallocs()
	base := mallocs() - before // what counting and parsing allocate themselves
	before = mallocs()
	for range n {
		sink = new([64]byte)
	}
	// The other goroutines of a test allocate a little meanwhile. A count that lags shows none, or thousands.
	if got := mallocs() - before - base; got < n-50 || got > n+50 {
		t.Errorf("%v of %d allocations were counted", got, n)
	}
}

func TestProcessMetricsAreTheKernels(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		var p page
		p.process()
		if got := parse(t, string(p.text)); len(got) != 1 {
			t.Errorf("what the system does not tell was made up: %v", got)
		}
		return
	}
	held, err := os.Open("/proc/self/stat")
	if err != nil {
		t.Fatal(err)
	}
	read := func() map[string]float64 {
		var p page
		p.process()
		return parse(t, string(p.text))
	}
	with := read()
	held.Close()
	without := read()
	if with["process_open_fds"] != without["process_open_fds"]+1 || without["process_open_fds"] < 3 {
		t.Errorf("%v files open, then %v", with["process_open_fds"], without["process_open_fds"])
	}
	if v := with["process_resident_memory_bytes"]; v < 1<<20 || v > with["process_virtual_memory_bytes"] {
		t.Errorf("%v bytes resident", v)
	}
	if with["process_max_fds"] < with["process_open_fds"] {
		t.Errorf("%v files may be open", with["process_max_fds"])
	}
}

func TestTheKernelsLineIsReadFromBehindTheName(t *testing.T) {
	const line = "7 (a) (b c) S 1 7 7 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 9 0 1000 123456789 300 18446744073709551615 1 1\n"
	var p page
	p.stat([]byte(line))
	got := parse(t, string(p.text))
	if got["process_cpu_seconds_total"] != 1.75 || got["process_virtual_memory_bytes"] != 123456789 ||
		got["process_resident_memory_bytes"] != 300*float64(os.Getpagesize()) {
		t.Errorf("%v", got)
	}
	p = page{}
	if p.stat([]byte("7 (a) S 1 2")); len(p.text) != 0 {
		t.Errorf("a short line: %s", p.text)
	}
}

func TestTheLimitOfOpenFilesIsTheSoftOne(t *testing.T) {
	const head = "Limit                     Soft Limit           Hard Limit           Units     \n"
	if n, ok := maxOpenFiles([]byte(head + "Max open files            1024                 4096                 files     \n")); n != 1024 || !ok {
		t.Error(n, ok)
	}
	if _, ok := maxOpenFiles([]byte(head + "Max open files            unlimited            unlimited            files     \n")); ok {
		t.Error("unlimited is no number")
	}
}
