package cli

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/cmd/kbroker/bench/null"
)

// nullShell runs the program against a null broker.
func nullShell(t *testing.T) *shell {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	dir := filepath.Join(t.TempDir(), "data")
	go func() { done <- null.Run(ctx, null.Options{Addr: addr, Dir: dir}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			_ = c.Close()
			return &shell{t: t, boot: addr}
		}
	}
}

func TestBenchCommandsMeasure(t *testing.T) {
	s := nullShell(t)
	var produced benchProduceRow
	if err := json.Unmarshal([]byte(s.ok("bench produce -n 200 -c 4 --partitions 2 --fan-out 2 --batch 2000 --size 100 -o json")), &produced); err != nil {
		t.Fatal(err)
	}
	if produced.Requests != 200 || produced.Records != 200*2*17 || produced.MBps <= 0 || produced.P99 < produced.P50 {
		t.Fatalf("%+v", produced)
	}
	var fetched benchFetchRow
	if err := json.Unmarshal([]byte(s.ok("bench fetch --total 1000000 --batch 1000000 -o json")), &fetched); err != nil {
		t.Fatal(err)
	}
	if fetched.Bytes < 1_000_000 || fetched.Requests < 1 {
		t.Fatalf("%+v", fetched)
	}
	var paced []benchLatencyRow
	if err := json.Unmarshal([]byte(s.ok("bench latency --rate 500 --duration 100ms --consume -o json")), &paced); err != nil {
		t.Fatal(err)
	}
	if len(paced) != 2 || paced[0].Records != 50 || paced[1].Records != 50 {
		t.Fatalf("%+v", paced)
	}
	if out := s.ok("bench produce -n 1"); !strings.Contains(out, "REQUESTS/S") {
		t.Fatal(out)
	}
}

func TestBenchRefusesWhatMakesNoSense(t *testing.T) {
	s := &shell{t: t, boot: "127.0.0.1:1"}
	for _, line := range []string{"bench produce -n 0", "bench produce --acks none", "bench fetch --total 0", "bench latency --rate 0",
		"bench suite --systems nosuch", "bench suite --systems kafka --kafka-classpath=", "bench suite --repeats 0"} {
		if out, errOut, code := s.try(line); code != exitUsage {
			t.Errorf("%s: exit %d\n%s%s", line, code, out, errOut)
		}
	}
}

func TestBenchSuiteReportsAFile(t *testing.T) {
	s := &shell{t: t}
	file := filepath.Join(t.TempDir(), "r.json")
	const results = `{"systems":["null","kbroker"],"repeats":1,"scale":1,"samples":[
		{"row":"3","system":"null","repeat":1,"figures":{"cpu_us":10}},{"row":"3","system":"kbroker","repeat":1,"figures":{"cpu_us":12}}]}`
	if err := os.WriteFile(file, []byte(results), 0o644); err != nil {
		t.Fatal(err)
	}
	plot := filepath.Join(t.TempDir(), "r.svg")
	if out := s.ok("bench suite --from " + file + " --plot " + plot); !strings.Contains(out, "1.2") || !strings.Contains(out, "met") {
		t.Fatal(out)
	}
	if b, err := os.ReadFile(plot); err != nil || !strings.HasPrefix(string(b), "<svg") {
		t.Fatal(err)
	}
	if out, errOut, code := s.try("bench suite --gate 0.01 --from " + file); code != exitOK {
		t.Fatal(out, errOut)
	}
	slow := filepath.Join(t.TempDir(), "slow.json")
	if err := os.WriteFile(slow, []byte(strings.ReplaceAll(results, `"cpu_us":12`, `"cpu_us":20`)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errOut, code := s.try("bench suite --gate 0.25 --from " + slow); code != exitFailed || !strings.Contains(errOut, "row 3") {
		t.Fatal(code, errOut)
	}
	if out := s.ok("bench suite -o csv --from " + file); !strings.Contains(out, `3,cpu_us,kbroker,12,12,1.2,0,"≤ 1.4 x null, ≤ 0.28 x Kafka",met`) {
		t.Fatal(out)
	}
	again := filepath.Join(t.TempDir(), "again.json")
	s.ok("bench suite --from " + file + " --json " + again)
	if b, err := os.ReadFile(again); err != nil || !strings.Contains(string(b), `"verdict": "met"`) || !strings.Contains(string(b), `"samples"`) {
		t.Fatalf("%v\n%s", err, b)
	}
}
