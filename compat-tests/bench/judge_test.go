package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/proxy"
	"github.com/kbroker/kbroker/compat-tests/target"
)

// rig is a started kbroker with franz-go's load program, as the benchmark has them.
type rig struct {
	t *testing.T
	r *runner
	s *system
}

func newRig(t *testing.T) *rig {
	t.Helper()
	cfg := Config{Root: target.Root(), Cache: t.TempDir(), Budget: time.Minute, ServerCores: "0", ClientCores: "0", Log: t.Logf,
		Scale: 0.001, Generators: []string{warmClient}}
	r := &runner{cfg: cfg, commands: map[string][]string{}, fair: map[string]settings{}, res: &Results{Versions: map[string]string{}}, dir: t.TempDir()}
	if err := errors.Join(os.MkdirAll(filepath.Join(cfg.Cache, "bench"), 0o755), os.MkdirAll(cfg.dir(), 0o755)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &system{kind: target.Kbroker}
	if err := s.start(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{t, r, s}
}

// run runs a scenario once, tiny, behind a fault; it returns the run and how many answers were spoiled.
func (g *rig) run(scenario string, fault proxy.Fault, limit time.Duration) (Sample, int) {
	g.t.Helper()
	spoiled := 0
	g.r.cfg.Limit = limit
	g.r.cfg.Between = func(broker string) (string, func()) {
		p, err := proxy.Start(broker, fault)
		if err != nil {
			g.t.Fatal(err)
		}
		return p.Addr, func() {
			p.Close()
			spoiled += p.Spoiled()
		}
	}
	all := Scenarios()
	s := all[slices.IndexFunc(all, func(s Scenario) bool { return s.Name == scenario })].scaled(g.r.cfg.Scale)
	g.r.res.Samples = nil
	if err := g.r.one(g.t.Context(), g.s, cell{s, warmClient}, 1); err != nil {
		g.t.Fatal(err)
	}
	samples := slices.DeleteFunc(slices.Clone(g.r.res.Samples), func(s Sample) bool { return s.Scenario == brokerScenario.Name })
	if len(samples) != 1 {
		g.t.Fatalf("%d runs", len(samples))
	}
	return samples[0], spoiled
}

// TestARunThatLosesSomethingGivesNoFigure shows that the benchmark fails, and has no figure, where a broker answers an
// error, drops records, changes their order or their bytes, or answers one version late; and that it has one where it does not.
func TestARunThatLosesSomethingGivesNoFigure(t *testing.T) {
	g := newRig(t)
	for _, scenario := range []string{"produce-1k-all", "fsync-16", "consume-1k"} { // the last fills a topic for those below
		run, _ := g.run(scenario, func(proxy.Exchange) ([]byte, bool) { return nil, false }, limit)
		if run.Error != "" || len(run.Figures) == 0 {
			t.Fatalf("through a proxy that changes nothing: %+v", run)
		}
	}
	for name, c := range map[string]struct {
		fault    proxy.Fault
		scenario string
	}{
		"an acknowledgement is an error": {proxy.Field(0, "errorCode"), "produce-1k-all"},
		"a durable one is an error":      {proxy.Field(0, "errorCode"), "fsync-16"},
		"records are dropped":            {proxy.DropBatch(), "consume-1k"},
		"records are swapped":            {proxy.SwapBatches(), "consume-1k"},
		"a byte is changed":              {proxy.Flip(), "consume-1k"},
		"an answer is a version late":    {proxy.OlderLayout(3), "produce-1k-all"},
	} {
		t.Run(name, func(t *testing.T) {
			run, spoiled := g.run(c.scenario, c.fault, 2*time.Second)
			if spoiled == 0 {
				t.Fatal("nothing was spoiled")
			}
			if run.Error == "" || len(run.Figures) != 0 {
				t.Fatalf("it was not noticed: %+v", run)
			}
			if _, failed, _ := g.r.res.Counts(); failed != 1 {
				t.Fatal("the failure is not counted")
			}
		})
	}
}

// TestVerdictWantsEveryRecordAndEveryByte is the same on what load programs say.
func TestVerdictWantsEveryRecordAndEveryByte(t *testing.T) {
	write := Scenario{kind: produce, records: 1000, size: 100, acks: "all"}
	one, read := write, write
	one.acks, read.kind = "1", consume
	good := outcome{records: 1000, bytes: 100_000, elapsed: time.Second}
	less, more, short, none := good, good, good, outcome{}
	less.records, less.bytes = 999, 99_900
	more.records, more.bytes = 1001, 100_100
	short.bytes = 99_000
	for name, c := range map[string]struct {
		s      Scenario
		o      outcome
		stored int64
		ok     bool
	}{
		"all of it":                          {write, good, 1000, true},
		"one more that was sent again":       {one, good, 1001, true},
		"read all":                           {read, good, 1000, true},
		"one acknowledged and not there":     {write, good, 999, false},
		"one there twice, idempotent":        {write, good, 1001, false},
		"one not there, acks=1":              {one, good, 999, false},
		"one less than asked":                {write, less, 999, false},
		"one more than asked":                {write, more, 1001, false},
		"one less read":                      {read, less, 1000, false},
		"read all, and more is there":        {read, good, 1001, false},
		"read more than is there":            {read, good, 999, false},
		"bytes missing":                      {write, short, 1000, false},
		"nothing done":                       {write, none, 0, false},
		"more latencies than there are runs": {Scenario{kind: durable, size: 100, acks: "all"}, good, 999, false},
	} {
		if err := c.s.verdict(c.o, c.stored); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSettingsThatDifferStopTheRun shows that two brokers that are not set alike are not compared.
func TestSettingsThatDifferStopTheRun(t *testing.T) {
	r := &runner{fair: map[string]settings{}}
	base := settings{"flush.messages": "1", "log.dirs": "/a", "compression.type": "producer"}
	if err := r.hold("x", base); err != nil {
		t.Fatal(err)
	}
	if err := r.hold("x", settings{"flush.messages": "1", "log.dirs": "/b", "compression.type": "producer"}); err != nil {
		t.Errorf("another directory: %v", err)
	}
	for name, other := range map[string]settings{
		"flush.messages":   {"flush.messages": "9223372036854775807", "log.dirs": "/a", "compression.type": "producer"},
		"compression.type": {"flush.messages": "1", "log.dirs": "/a"},
		"extra":            {"flush.messages": "1", "log.dirs": "/a", "compression.type": "producer", "extra": "1"},
	} {
		if err := r.hold("x", other); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
