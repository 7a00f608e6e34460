package cleaner

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/record"
	"pgregory.net/rapid"
)

func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		w := newWorld(t.Fatal)
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string { return w.command(t, td) })
	})
}

func (w *world) command(t *testing.T, td *datadriven.TestData) string {
	switch td.Cmd {
	case "produce":
		var pid int64
		td.MaybeScanArgs(t, "pid", &pid)
		var kvs []kv
		for _, a := range td.CmdArgs {
			if a.Key != "pid" && a.Key != "txn" {
				k := kv{key: a.Key}
				if len(a.Vals) > 0 {
					k.value = a.Vals[0]
				}
				kvs = append(kvs, k)
			}
		}
		w.produce(pid, td.HasArg("txn"), record.None, kvs...)
	case "mark":
		var pid int64
		td.ScanArgs(t, "pid", &pid)
		w.mark(pid, td.HasArg("commit"))
	case "roll":
		w.roll()
	case "now":
		td.ScanArgs(t, "to", &w.now)
	case "rules":
		td.MaybeScanArgs(t, "segment", &w.rules.SegmentBytes)
		td.MaybeScanArgs(t, "minlag", &w.rules.MinLagMs)
		td.MaybeScanArgs(t, "map", &w.mapBytes)
	case "expire":
		w.state.Expire(math.MaxInt64, 0)
	case "clean":
		c := w.clean()
		out := fmt.Sprintf("cleaned [%d, %d) to %d\n", c.FirstDirty, c.End, w.checkpoint)
		return out + w.show()
	default:
		t.Fatalf("unknown command %s", td.Cmd)
	}
	return ""
}

func drawWorld(t *rapid.T, w *world) {
	open := map[int64]bool{}
	for range rapid.IntRange(1, 40).Draw(t, "steps") {
		w.now += rapid.Int64Range(0, 60).Draw(t, "tick")
		pid := rapid.Int64Range(0, 3).Draw(t, "pid")
		switch rapid.SampledFrom([]string{"produce", "produce", "produce", "txn", "end", "roll"}).Draw(t, "step") {
		case "produce":
			if !open[pid] {
				w.produce(pid, false, rapid.SampledFrom([]record.Codec{record.None, record.Lz4}).Draw(t, "codec"), drawKVs(t)...)
			}
		case "txn":
			if pid > 0 {
				open[pid] = true
				w.produce(pid, true, record.None, drawKVs(t)...)
			}
		case "end":
			if open[pid] {
				delete(open, pid)
				w.mark(pid, rapid.Bool().Draw(t, "commit"))
			}
		case "roll":
			w.roll()
		}
	}
}

func drawKVs(t *rapid.T) []kv {
	var out []kv
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		out = append(out, kv{rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "key"), rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "value")})
	}
	return out
}

// The second oracle: what survives is computed naively from all records ever written.
func survivors(all []seen, end int64, horizonPassed func(seen) bool) map[int64]bool {
	newest := map[string]int64{}
	for _, s := range all {
		if s.offset < end {
			newest[s.key] = max(newest[s.key], s.offset)
		}
	}
	out := map[int64]bool{}
	for _, s := range all {
		if s.offset >= end || s.offset == newest[s.key] && !(s.null && horizonPassed(s)) {
			out[s.offset] = true
		}
	}
	return out
}

func TestInvR31AndTheTwinAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t.Fatal)
		w.rules.SegmentBytes = rapid.SampledFrom([]int64{1, 300, 1 << 20}).Draw(t, "segment")
		drawWorld(t, w)
		all, end := w.read()
		before := table(all)
		tailBefore := ""
		c := Assess(w.plan(), w.now)
		if c.CleanableBytes > 0 {
			tailBefore = string(w.tail(c.End))
		}
		w.clean()
		// The first round sets delete horizons and removes no tombstone.
		got, reached := w.read()
		if reached != end {
			t.Fatalf("a consumer reaches %d, the log ends at %d\n%s", reached, end, w.show())
		}
		if c.CleanableBytes > 0 && string(w.tail(c.End)) != tailBefore {
			t.Fatal("bytes at or above the end were touched")
		}
		if c.CleanableBytes > 0 {
			want := survivors(all, c.End, func(seen) bool { return false })
			have := map[int64]bool{}
			for _, s := range got {
				have[s.offset] = true
			}
			if !maps.Equal(want, have) {
				t.Fatalf("kept %v, want %v\n%s", have, want, w.show())
			}
		}
		rounds(t, w, before, end)
	})
}

// rounds cleans on, across delete horizons: what consumers build from the log stays the same, whatever goes.
func rounds(t *rapid.T, w *world, want map[string]string, end int64) {
	live := w.state.Producers()
	for range rapid.IntRange(1, 3).Draw(t, "rounds") {
		w.now += rapid.Int64Range(1, 200).Draw(t, "wait")
		w.checkpoint = rapid.SampledFrom([]int64{w.checkpoint, 0}).Draw(t, "checkpoint")
		w.clean()
		got, reached := w.read()
		if !maps.Equal(table(got), want) || reached != end {
			t.Fatalf("table %v, want %v; reached %d of %d\n%s", table(got), want, reached, end, w.show())
		}
	}
	s := producer.New(0)
	for _, seg := range w.segs {
		for _, b := range seg {
			if _, err := s.Replay(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, e := range live { // T71: idempotence survives
		r, _ := s.Get(e.ProducerID)
		if r.Epoch != e.Epoch || r.LastSeq() != e.LastSeq() || r.LastDataOffset() != e.LastDataOffset() || r.TxnFirstOffset < 0 && e.TxnFirstOffset >= 0 {
			t.Fatalf("replayed %+v, live %+v\n%s", r, e, w.show())
		}
	}
}

func TestTombstonesGoOnceTheirHorizonHasPassed(t *testing.T) {
	w := newWorld(t.Fatal)
	w.produce(0, false, record.Zstd, kv{"a", "1"}, kv{"b", "1"})
	w.produce(0, false, record.Zstd, kv{"a", ""})
	w.produce(0, false, record.None, kv{"z", "1"})
	w.roll()
	w.clean()
	if got, _ := w.read(); len(got) != 3 || !got[1].null {
		t.Fatal(w.show())
	}
	for _, now := range []int64{99, 100} {
		w.now, w.checkpoint = now, 0
		w.clean()
		got, _ := w.read()
		if (len(got) == 2) != (now == 100) {
			t.Fatalf("at %d: %s", now, w.show())
		}
	}
}

func TestAFullMapEndsTheRoundEarlyAndLosesNothing(t *testing.T) {
	w := newWorld(t.Fatal)
	w.mapBytes = 24 * 20 // 18 keys
	for i := range 40 {
		w.produce(0, false, record.None, kv{fmt.Sprint(i), "x"}, kv{fmt.Sprint(i), "y"})
	}
	w.roll()
	rounds := 0
	for w.checkpoint < 80 && rounds < 10 {
		w.clean()
		rounds++
	}
	got, _ := w.read()
	if rounds != 3 || len(got) != 40 {
		t.Fatalf("%d rounds, %d records left", rounds, len(got))
	}
}

func TestInvR27ADamagedBatchIsNotRewritten(t *testing.T) {
	w := newWorld(t.Fatal)
	w.produce(0, false, record.None, kv{"a", "1"}, kv{"a", "2"})
	b := w.segs[0][0]
	b[len(b)-1] ^= 1
	var c *record.CorruptError
	m := NewOffsetMap(1 << 20)
	if _, err := NewIndexer(m, 0, nil, 0).Add(b); !errors.As(err, &c) {
		t.Fatal(err)
	}
	if out, err := NewFilter(FilterOptions{Offsets: m}).Clean(nil, b); !errors.As(err, &c) || len(out) != 0 {
		t.Fatal(err)
	}
}

func TestOffsetMapIsAMap(t *testing.T) {
	m := NewOffsetMap(1 << 20)
	want := map[string]int64{}
	for i := range int64(5000) {
		k := fmt.Sprint(i * i % 3001)
		if !m.Put([]byte(k), i) {
			t.Fatal("full")
		}
		want[k] = i
	}
	for k, v := range want {
		if m.Get([]byte(k)) != v {
			t.Fatal(k)
		}
	}
	if m.Len() != len(want) || m.Get([]byte("none")) != -1 || m.Latest() != 4999 {
		t.Fatal(m.Len())
	}
	m.Clear()
	if m.Len() != 0 || m.Get([]byte("1")) != -1 || m.Latest() != -1 {
		t.Fatal("not empty")
	}
	full := NewOffsetMap(24 * 10)
	n := 0
	for full.Put(fmt.Append(nil, n), int64(n)) {
		n++
	}
	if n != 9 || !full.Put([]byte("3"), 100) || full.Get([]byte("3")) != 100 {
		t.Fatalf("%d keys fit", n)
	}
}

func segments(list ...Segment) []Segment { return list }

func TestAssessing(t *testing.T) {
	segs := segments(Segment{BaseOffset: 0, Bytes: 100, MaxTimestamp: 1000, FirstTimestamp: 900}, Segment{BaseOffset: 10, Bytes: 50, MaxTimestamp: 2000, FirstTimestamp: 1500},
		Segment{BaseOffset: 20, Bytes: 30, MaxTimestamp: 3000, FirstTimestamp: 2500}, Segment{BaseOffset: 30, Bytes: 7, MaxTimestamp: 4000})
	for _, x := range []struct {
		name                 string
		start, lso, check    int64
		minLag, maxLag       int64
		dirty, end           int64
		reset                bool
		cleanBytes, cleanabl int64
		overdue              bool
	}{
		{name: "never cleaned", lso: 40, check: -1, maxLag: 1 << 60, end: 30, cleanabl: 180},
		{name: "cleaned before", lso: 40, check: 10, maxLag: 1 << 60, dirty: 10, end: 30, cleanBytes: 100, cleanabl: 80},
		{name: "all clean", lso: 40, check: 30, maxLag: 1 << 60, dirty: 30, end: 30, cleanBytes: 180},
		{name: "unstable within a segment", lso: 15, check: -1, maxLag: 1 << 60, end: 10, cleanabl: 100},
		{name: "checkpoint before the log", start: 10, lso: 40, check: 5, maxLag: 1 << 60, dirty: 10, end: 30, reset: true, cleanBytes: 100, cleanabl: 80},
		{name: "checkpoint behind the log", lso: 40, check: 99, maxLag: 1 << 60, end: 30, reset: true, cleanabl: 180},
		{name: "minimum lag", lso: 40, check: -1, minLag: 3000, maxLag: 1 << 60, end: 20, cleanabl: 150},
		{name: "minimum lag of all", lso: 40, check: -1, minLag: 4500, maxLag: 1 << 60, cleanabl: 0},
		{name: "maximum lag", lso: 40, check: 10, maxLag: 3000, dirty: 10, end: 30, cleanBytes: 100, cleanabl: 80, overdue: true},
		{name: "maximum lag not yet", lso: 40, check: 10, maxLag: 4000, dirty: 10, end: 30, cleanBytes: 100, cleanabl: 80},
	} {
		l := &Log{StartOffset: x.start, EndOffset: 40, LastStableOffset: x.lso, Checkpoint: x.check, Segments: segs, Rules: Rules{MinLagMs: x.minLag, MaxLagMs: x.maxLag}}
		got := Assess(l, 5000)
		want := Candidate{FirstDirty: x.dirty, End: x.end, Reset: x.reset, CleanBytes: x.cleanBytes, CleanableBytes: x.cleanabl, Overdue: x.overdue}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", x.name, got, want)
		}
	}
}

func TestTheDirtiestLogIsChosen(t *testing.T) {
	log := func(check int64, ratio float64, maxLag int64) *Log {
		return &Log{EndOffset: 40, LastStableOffset: 40, Checkpoint: check, Rules: Rules{MinCleanableRatio: ratio, MaxLagMs: maxLag},
			Segments: segments(Segment{BaseOffset: 0, Bytes: 100, FirstTimestamp: 1}, Segment{BaseOffset: 10, Bytes: 100, FirstTimestamp: 1}, Segment{BaseOffset: 20, Bytes: 100, FirstTimestamp: 1}, Segment{BaseOffset: 30})}
	}
	logs := []*Log{log(30, 0, 0), log(20, 0.5, 1<<60), log(10, 0.5, 1<<60), log(20, 0.2, 1<<60)}
	if at, c, ok := Choose(logs, 1000); !ok || at != 2 || c.FirstDirty != 10 {
		t.Fatal(at, c, ok)
	}
	if at, _, ok := Choose([]*Log{logs[1], log(20, 0.5, 10)}, 1000); !ok || at != 1 {
		t.Fatal("overdue", at, ok)
	}
	if _, _, ok := Choose(logs[:2], 1000); ok {
		t.Fatal("nothing is dirty enough")
	}
}

func TestGrouping(t *testing.T) {
	l := &Log{Rules: Rules{SegmentBytes: 100, MaxIndexBytes: 10}, Segments: segments(
		Segment{BaseOffset: 0, Bytes: 40}, Segment{BaseOffset: 10, Bytes: 60}, Segment{BaseOffset: 20, Bytes: 1},
		Segment{BaseOffset: 30, Bytes: 1, IndexBytes: 9}, Segment{BaseOffset: 40, Bytes: 1, TimeIndexBytes: 11},
		Segment{BaseOffset: 50, Bytes: 1}, Segment{BaseOffset: 60, Bytes: 1}, Segment{BaseOffset: 1 << 32, Bytes: 0}, Segment{BaseOffset: 1<<32 + 5})}
	if got := fmt.Sprint(Group(l, 1<<40)); got != "[0 2 4 5 6 8]" {
		t.Fatal(got)
	}
	if got := fmt.Sprint(Group(l, 15)); got != "[0 2]" {
		t.Fatal(got)
	}
}

func TestTrap062ConsumersReachTheEndAfterCompaction(t *testing.T) {
	w := newWorld(t.Fatal)
	for range 3 { // the same key again and again: of each batch but the last nothing stays
		w.produce(0, false, record.None, kv{"a", "1"}, kv{"a", "2"})
	}
	w.produce(0, false, record.None, kv{"a", "3"})
	w.roll()
	w.produce(0, false, record.None, kv{"a", "4"})
	w.roll()
	w.clean()
	got, reached := w.read()
	if len(got) != 1 || got[0].offset != 7 || reached != 8 {
		t.Fatalf("%v, reached %d\n%s", got, reached, w.show())
	}
	w = newWorld(t.Fatal) // the last batch of the cleaned part ends in records that go
	w.produce(0, false, record.None, kv{"a", "1"}, kv{"b", "1"})
	w.produce(7, true, record.None, kv{"a", "2"})
	w.mark(7, false)
	w.roll()
	w.state.Expire(math.MaxInt64, 0)
	for range 3 {
		w.now += 1000
		w.checkpoint = 0
		w.clean()
		if _, reached := w.read(); reached != 4 {
			t.Fatalf("reached %d\n%s", reached, w.show())
		}
	}
}

func TestTrap071IdempotenceSurvivesCompaction(t *testing.T) {
	w := newWorld(t.Fatal)
	w.produce(9, false, record.None, kv{"a", "1"}, kv{"a", "2"})
	w.produce(0, false, record.None, kv{"a", "3"})
	w.roll()
	w.clean()
	s := producer.New(0)
	for _, seg := range w.segs {
		for _, b := range seg {
			if _, err := s.Replay(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := record.NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence = 9, 0, 0
	b := record.NewBuilder(o)
	b.Append(0, nil, nil)
	b.Append(0, nil, nil)
	m, _, _ := producer.MetaOf(b.Build())
	s.Begin(producer.Client, 0)
	if dup, isDup, err := s.Stage(&m, 3); err != nil || !isDup || dup.FirstOffset() != 0 {
		t.Fatal(dup, isDup, err)
	}
}
