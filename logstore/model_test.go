package logstore

import (
	"errors"
	"fmt"
	"testing"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/vfs"
	"pgregory.net/rapid"
)

// A model is a log as a plain list: record i has offset start0+i.
type model struct {
	t     *rapid.T
	mem   *vfs.Mem
	clock *clock
	cfg   Config
	store *Store
	log   *Log

	values  map[int64]string
	times   map[int64]int64
	start   int64
	end     int64
	hw      int64
	durable int64
	seq     map[int64]int32
	n       int
}

func (m *model) open() {
	cfg := testConfig(m.mem, m.clock)
	cfg.Default = m.cfg
	s, err := Open(cfg)
	if err != nil {
		m.t.Fatal(err)
	}
	m.store, m.log = s, s.Get(tp0)
	if m.log == nil {
		l, err := s.Create(tp0, topicID, m.cfg)
		if err != nil {
			m.t.Fatal(err)
		}
		m.log = l
	}
	if err := m.log.Err(); err != nil {
		m.t.Fatal(err)
	}
}

// forget drops what the log lost; nothing durable may be among it.
func (m *model) forget(what string) {
	got := m.log.EndOffset()
	if got < m.durable || got > m.end {
		m.t.Fatalf("%s: log ends at %d; durable %d, written %d", what, got, m.durable, m.end)
	}
	for off := got; off < m.end; off++ {
		delete(m.values, off)
	}
	m.end = got
	if s := m.log.StartOffset(); s > m.start && s > got {
		m.t.Fatalf("%s: log starts at %d, end %d", what, s, got)
	}
	m.start = m.log.StartOffset()
	m.hw = m.log.HighWatermark()
	m.syncSequences()
}

// syncSequences makes the producers go on where the log says they are.
func (m *model) syncSequences() {
	m.seq = map[int64]int32{}
	for _, p := range m.log.Producers() {
		m.seq[p.ID] = p.LastSequence + 1
	}
}

func (m *model) append(values []string, id int64) {
	m.clock.ms += 5
	b := batchOf(m.clock.ms, values...)
	if id > 0 {
		b = idempotent(id, 0, m.seq[id], false, values...)
	}
	info, err := m.log.AppendAsLeader(b, m.log.LatestEpoch()+int32(m.n%2), Client)
	if err != nil {
		m.t.Fatal(err)
	}
	if info.FirstOffset != m.end || info.Duplicate {
		m.t.Fatalf("appended at %d, log ended at %d", info.FirstOffset, m.end)
	}
	if id > 0 {
		m.seq[id] += int32(len(values))
	}
	for _, v := range values {
		m.values[m.end] = v
		m.times[m.end] = b.MaxTimestamp()
		m.end++
	}
}

func (m *model) check() {
	if s, e, hw := m.log.StartOffset(), m.log.EndOffset(), m.log.HighWatermark(); s != m.start || e != m.end || hw != m.hw {
		m.t.Fatalf("log is [%d, %d) hw %d, want [%d, %d) hw %d", s, e, hw, m.start, m.end, m.hw)
	}
	got, err := contents(m.log)
	if err != nil {
		m.t.Fatal(err)
	}
	if int64(len(got)) != m.end-m.start {
		m.t.Fatalf("%d records in [%d, %d)", len(got), m.start, m.end)
	}
	for i, r := range got {
		if off := m.start + int64(i); r != fmt.Sprintf("%d=%s", off, m.values[off]) {
			m.t.Fatalf("record %d is %s, want %s", off, r, m.values[off])
		}
	}
	if lso := m.log.LastStableOffset(); lso != m.hw {
		m.t.Fatalf("last stable offset %d, high watermark %d", lso, m.hw)
	}
	m.checkTwin()
}

// checkTwin compares producers with a replay of what is in the log (I4), for those whose last batch is in it.
func (m *model) checkTwin() {
	twin := producer.New(0)
	m.log.mu.Lock()
	err := m.log.replay(twin, m.start, m.end, nil)
	m.log.mu.Unlock()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, e := range twin.Producers() {
		found := false
		for _, p := range m.log.Producers() {
			found = found || p.ID == e.ProducerID && p.LastSequence == e.LastSeq()
		}
		if !found {
			m.t.Fatalf("producer %d: log has %+v, twin %+v", e.ProducerID, m.log.Producers(), e)
		}
	}
}

func (m *model) readAnywhere() {
	if m.end == m.start {
		return
	}
	off := rapid.Int64Range(m.start, m.end).Draw(m.t, "offset")
	limit := rapid.Int64Range(m.start, m.end+2).Draw(m.t, "limit")
	maxBytes := rapid.IntRange(0, 400).Draw(m.t, "maxBytes")
	s, err := m.log.Read(off, maxBytes, limit, rapid.Bool().Draw(m.t, "minOne"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer s.Release()
	if s.Len() > 0 && (s.NextOffset > limit || s.NextOffset <= off || s.FirstOffset > off) {
		m.t.Fatalf("read at %d below %d: %+v", off, limit, s)
	}
	for _, bad := range []int64{m.start - 1, m.end + 1} {
		var e *OffsetOutOfRangeError
		if _, err := m.log.Read(bad, 10, m.end, true); !errors.As(err, &e) || e.Start != m.start || e.End != m.end {
			m.t.Fatalf("read at %d: %v", bad, err)
		}
	}
	ts := testTime + rapid.Int64Range(0, 5*int64(m.n)+10).Draw(m.t, "ts")
	f, ok, err := m.log.OffsetForTimestamp(ts, m.end)
	if err != nil {
		m.t.Fatal(err)
	}
	want := int64(-1)
	for o := m.start; o < m.end && want < 0; o++ {
		if m.times[o] >= ts {
			want = o
		}
	}
	if ok != (want >= 0) || ok && f.Offset != want {
		m.t.Fatalf("time %d: %+v %v, want %d; segments %+v, times %v", ts, f, ok, want, m.log.Segments(), m.times)
	}
}

func (m *model) step() {
	m.n++
	fail := func(err error) {
		if err != nil {
			m.t.Fatal(err)
		}
	}
	switch rapid.SampledFrom([]string{"append", "append", "append", "produce", "produce", "flush", "hw", "start", "retain", "truncate", "restart",
		"reopen", "kill", "power", "points", "roll", "read", "read", "reconfigure"}).Draw(m.t, "step") {
	case "append":
		m.append([]string{fmt.Sprint("a", m.n), fmt.Sprint("b", m.n)}[:1+m.n%2], 0)
	case "produce":
		m.append([]string{fmt.Sprint("p", m.n)}, rapid.Int64Range(1, 3).Draw(m.t, "producer"))
	case "flush":
		fail(m.log.FlushTo(m.end))
		m.durable = m.end
	case "hw":
		hw := rapid.Int64Range(m.start, m.end).Draw(m.t, "hw")
		m.log.SetHighWatermark(hw)
		m.hw = max(m.hw, hw)
	case "start":
		to := rapid.Int64Range(m.start, m.end).Draw(m.t, "to")
		err := m.log.AdvanceStartOffset(to)
		if (err != nil) != (to > m.hw) {
			m.t.Fatalf("start to %d, hw %d: %v", to, m.hw, err)
		}
		if err == nil {
			m.start = max(m.start, to)
		}
	case "retain":
		_, err := m.log.ApplyRetention(m.clock.ms)
		fail(err)
		if s := m.log.StartOffset(); s < m.start || s > m.hw {
			m.t.Fatalf("retention moved the start from %d to %d, hw %d (R30)", m.start, s, m.hw)
		}
		m.start = m.log.StartOffset()
		m.store.removeDue(1 << 62)
	case "truncate":
		m.truncate()
	case "restart":
		to := rapid.Int64Range(0, m.end+5).Draw(m.t, "to")
		fail(m.log.TruncateFullyAndStartAt(to))
		m.start, m.end, m.hw, m.durable = to, to, to, to
		m.values, m.times = map[int64]string{}, map[int64]int64{}
		m.syncSequences()
	case "reopen":
		fail(m.store.Close())
		m.mem = m.mem.Clone(vfs.PowerCut, nil) // a clean stop survives a power cut
		m.durable = m.end
		hw, start := m.hw, m.start
		m.open()
		m.forget("reopen")
		if m.hw != hw || m.start != start {
			m.t.Fatalf("hw %d and start %d became %d and %d", hw, start, m.hw, m.start)
		}
	case "kill":
		m.mem = m.mem.Clone(vfs.ProcessKill, nil)
		m.durable = m.end
		m.open()
		m.forget("kill")
	case "power":
		m.mem = m.mem.Clone(vfs.PowerCut, nil)
		m.open()
		m.forget("power cut")
		m.durable = m.end // what was found is flushed again before anything else is told
		fail(m.log.FlushTo(m.end))
	case "points":
		fail(m.log.dir.moveRecoveryPoints(-1))
		m.durable = m.end
	case "roll":
		fail(m.log.Roll())
	case "read":
		m.readAnywhere()
	case "reconfigure":
		m.cfg = drawConfig(m.t)
		m.log.SetConfig(m.cfg)
	}
}

func (m *model) truncate() {
	to := rapid.Int64Range(max(0, m.start-2), m.end+1).Draw(m.t, "to")
	if err := m.log.Truncate(to); err != nil {
		m.t.Fatal(err)
	}
	if to >= m.end {
		return
	}
	if to < m.start {
		m.start, m.hw = to, to
	}
	if s := m.log.StartOffset(); s == m.start && s == m.log.EndOffset() && to-s <= 1 { // all of it is gone
		for off := s; off < m.end; off++ {
			delete(m.values, off)
		}
		m.end, m.hw, m.durable = s, s, s
		m.syncSequences()
		return
	}
	end := m.log.EndOffset() // a batch that reaches over to goes as a whole
	if end > to || end < to-1 {
		m.t.Fatalf("truncated to %d, log ends at %d", to, end)
	}
	for off := end; off < m.end; off++ {
		delete(m.values, off)
	}
	m.start, m.end, m.hw, m.durable = min(m.start, end), end, min(m.hw, end), min(m.durable, end)
	m.syncSequences()
}

func drawConfig(t *rapid.T) Config {
	cfg := DefaultConfig()
	cfg.SegmentBytes = rapid.Int64Range(200, 1500).Draw(t, "segmentBytes")
	cfg.IndexIntervalBytes = rapid.Int64Range(0, 400).Draw(t, "indexInterval")
	cfg.RetentionBytes = rapid.SampledFrom([]int64{-1, 0, 500, 2000}).Draw(t, "retentionBytes")
	cfg.RetentionMs = rapid.SampledFrom([]int64{-1, 20, 1 << 62, maxInt64}).Draw(t, "retentionMs")
	cfg.FlushMessages = rapid.SampledFrom([]int64{1, 3, maxInt64}).Draw(t, "flushMessages")
	cfg.MaxIndexBytes = rapid.SampledFrom([]int64{24, 10 << 20}).Draw(t, "maxIndexBytes")
	cfg.SegmentMs = rapid.SampledFrom([]int64{30, maxInt64}).Draw(t, "segmentMs")
	return cfg
}

// The same operations over any segment size, index interval, flush policy and crash must read as the plain list does.
func TestModelLogIsAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{t: t, mem: vfs.NewMem(), clock: &clock{testTime}, cfg: drawConfig(t), values: map[int64]string{}, times: map[int64]int64{}, seq: map[int64]int32{}}
		m.open()
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			m.step()
			m.check()
		}
	})
}
