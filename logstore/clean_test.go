package logstore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

func compacted() Config {
	cfg := smallSegments()
	cfg.Compact, cfg.Delete, cfg.MinCleanableRatio = true, false, 0.1
	return cfg
}

// table reads the log as a compacted topic: newest value by key, "" for a tombstone.
func table(l *Log) (map[string]string, int, error) {
	out, n := map[string]string{}, 0
	for off := l.StartOffset(); off < l.EndOffset(); {
		s, err := l.Read(off, 1<<20, l.EndOffset(), true)
		if err != nil {
			return nil, 0, err
		}
		b, err := s.Bytes(nil)
		s.Release()
		if err != nil {
			return nil, 0, err
		}
		if len(b) == 0 {
			return nil, 0, fmt.Errorf("nothing to read at %d of %d", off, l.EndOffset())
		}
		for len(b) > 0 {
			batch, rest, err := record.Next(b)
			if err != nil {
				return nil, 0, err
			}
			b = rest
			if batch.IsControl() {
				continue
			}
			if err := batch.Records(func(r record.Record) error {
				n++
				out[string(r.Key)] = string(r.Value)
				return nil
			}); err != nil {
				return nil, 0, err
			}
		}
		if s.NextOffset <= off {
			return nil, 0, fmt.Errorf("read stands still at %d", off)
		}
		off = s.NextOffset
	}
	return out, n, nil
}

// put appends key=value records and keeps the newest in model.
func (s *script) put(model map[string]string, kv ...string) {
	for _, x := range kv {
		k, v, _ := strings.Cut(x, "=")
		model[k] = v
	}
	s.append(kv...)
	s.log.SetHighWatermark(s.log.EndOffset())
}

func TestTrap062CompactionKeepsNewestAndEnd(t *testing.T) {
	s := newScript(t, vfs.NewMem(), compacted())
	model := map[string]string{}
	for i := range 60 {
		s.put(model, fmt.Sprintf("k%d=v%d", i%5, i), fmt.Sprintf("j%d=w%d", i%3, i))
	}
	before := s.log.Size()
	for s.store.CleanOnce() {
	}
	if s.log.Size() >= before/2 {
		t.Fatalf("%d bytes of %d remain", s.log.Size(), before)
	}
	check := func(l *Log) {
		t.Helper()
		got, n, err := table(l)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(got, model) || n > 40 {
			t.Fatalf("%d records: %v, want %v", n, got, model)
		}
	}
	check(s.log)
	s.put(model, "k0=new")
	check(s.log)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	names, _ := s.store.fs.List("/data/t-0")
	for _, n := range names {
		if strings.HasSuffix(n, ".cleaned") || strings.HasSuffix(n, ".swap") {
			t.Fatalf("left behind: %v", names)
		}
	}
	s2 := openStore(t, testConfig(s.store.fs, s.clock))
	check(s2.Get(tp0))
	if got := s2.Get(tp0).EndOffset(); got != 121 {
		t.Fatalf("log ends at %d", got)
	}
}

// Producer snapshots of segments that compaction merged go with them, and what is left gives the same producers.
func TestCompactionRemovesTheSnapshotsOfMergedSegments(t *testing.T) {
	s := newScript(t, vfs.NewMem(), compacted())
	for range 2 { // the second round merges what the first made small
		for i := range 60 {
			s.append(fmt.Sprintf("k%d=v", i%2), "j=w")
			if i%20 == 0 {
				s.produce(7, false, fmt.Sprintf("k%d", i))
			}
		}
		s.log.SetHighWatermark(s.log.EndOffset())
		for s.store.CleanOnce() {
		}
	}
	after, _ := s.log.snapshots()
	bases := map[int64]bool{}
	for _, seg := range s.log.Segments() {
		bases[seg.BaseOffset] = true
	}
	if len(after) == 0 {
		t.Fatal("no snapshots")
	}
	for _, at := range after {
		if !bases[at] {
			t.Errorf("a snapshot at %d, segments begin at %v", at, slices.Sorted(maps.Keys(bases)))
		}
	}
	want := s.log.Producers()
	s2 := openStore(t, testConfig(s.store.fs.(*vfs.Mem).Clone(vfs.ProcessKill, nil), s.clock))
	if got := s2.Get(tp0).Producers(); !slices.Equal(got, want) {
		t.Fatalf("producers %+v, before %+v", got, want)
	}
}

func TestInvR31CrashDuringCompaction(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, compacted())
	model := map[string]string{}
	for i := range 40 {
		s.put(model, fmt.Sprintf("k%d=v%d", i%5, i), fmt.Sprintf("u%d=w", i))
		if i == 20 {
			s.store.CleanOnce()
		}
	}
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	points := 0
	mem.SetHook(func(op vfs.Op) {
		points++
		for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash} {
			if t.Failed() {
				return
			}
			clone := mem.Clone(kind, rand.New(rand.NewPCG(uint64(op.N), 2)))
			for range 2 { // a second start finds the same
				cfg := testConfig(clone, s.clock)
				cfg.Default = compacted()
				s2, err := Open(cfg)
				if err != nil {
					t.Errorf("op %d: %v", op.N, err)
					return
				}
				l := s2.Get(tp0)
				got, _, err := table(l)
				if err != nil || !maps.Equal(got, model) || l.EndOffset() != 80 {
					t.Errorf("kind %d before op %d (%s %s): end %d, %v %v, want %v", kind, op.N, op.Kind, op.Name, l.EndOffset(), got, err, model)
					return
				}
				clone = clone.Clone(vfs.ProcessKill, nil)
				s2.Close()
			}
		}
	})
	if !s.store.CleanOnce() {
		t.Fatal("nothing to clean")
	}
	mem.SetHook(nil)
	if points < 15 {
		t.Fatalf("%d points", points)
	}
	if got, _, err := table(s.log); err != nil || !maps.Equal(got, model) {
		t.Fatalf("%v %v", got, err)
	}
}

func TestCompactionOfTransactions(t *testing.T) {
	s := newScript(t, vfs.NewMem(), compacted())
	for i := range 12 {
		s.produce(1, true, fmt.Sprintf("c%d", i%2), "x")
		s.end(1, true)
		s.produce(2, true, fmt.Sprintf("c%d", i%2), "y")
		s.end(2, false)
		s.log.SetHighWatermark(s.log.EndOffset())
	}
	for s.store.CleanOnce() {
	}
	got, n, err := table(s.log)
	if err != nil || n > 16 {
		t.Fatalf("%d records, %v", n, err)
	}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, []string{"c0", "c1", "x", "y"}) {
		t.Fatalf("keys %v", keys)
	}
	checkStates := s.log.Producers()
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	s2 := openStore(t, testConfig(s.store.fs.(*vfs.Mem).Clone(vfs.ProcessKill, nil), s.clock))
	if again := s2.Get(tp0).Producers(); !slices.Equal(again, checkStates) {
		t.Fatalf("producers %+v, before %+v", again, checkStates)
	}
	// without snapshots the batches alone must say the same (trap T71)
	clone := s.store.fs.(*vfs.Mem).Clone(vfs.ProcessKill, nil)
	names, _ := clone.List("/data/t-0")
	for _, name := range names {
		if strings.HasSuffix(name, ".snapshot") {
			if err := clone.Remove("/data/t-0/" + name); err != nil {
				t.Fatal(err)
			}
		}
	}
	s3 := openStore(t, testConfig(clone, s.clock))
	if again := s3.Get(tp0).Producers(); !slices.Equal(again, checkStates) {
		t.Fatalf("producers %+v, before %+v", again, checkStates)
	}
}
