package logstore

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

func newLogWith(t *testing.T, change func(cfg *Config)) (*Log, *clock) {
	c := &clock{testTime}
	s := openStore(t, testConfig(vfs.NewMem(), c))
	cfg := DefaultConfig()
	if change != nil {
		change(&cfg)
	}
	return createLog(t, s, cfg), c
}

func onlyBatch(t *testing.T, l *Log, at int64) record.Batch {
	t.Helper()
	s, err := l.Read(at, 1, l.EndOffset(), true)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Bytes(nil)
	s.Release()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTrap053LogAppendTimeStampsBatchAnswerAndIndex(t *testing.T) {
	l, c := newLogWith(t, func(cfg *Config) { cfg.TimestampType = LogAppendTime })
	c.ms = testTime + 500
	info := mustAppend(t, l, batchOf(testTime-1_000_000, "a", "b"))
	if info.LogAppendTime != c.ms || info.MaxTimestamp != c.ms {
		t.Errorf("%+v", info)
	}
	b := onlyBatch(t, l, 0)
	if b.TimestampType() != record.LogAppendTime || b.MaxTimestamp() != c.ms || b.Validate(record.ValidateOptions{}) != nil {
		t.Errorf("type %v, max %d, %v", b.TimestampType(), b.MaxTimestamp(), b.Validate(record.ValidateOptions{}))
	}
	if f, ok, err := l.OffsetForTimestamp(testTime, 2); !ok || err != nil || f.Offset != 0 || f.Timestamp != c.ms {
		t.Errorf("%+v %v %v", f, ok, err)
	}
	l2, _ := newLogWith(t, nil)
	if info := mustAppend(t, l2, batchOf(testTime, "a")); info.LogAppendTime != -1 || info.MaxTimestamp != testTime {
		t.Errorf("CreateTime: %+v", info)
	}
}

func TestHeaderTimestampOfAProducerIsCorrected(t *testing.T) {
	l, _ := newLogWith(t, nil)
	b := batchOf(testTime, "a", "b")
	b.SetMaxTimestamp(record.CreateTime, testTime+1000) // no record has it
	mustAppend(t, l, b)
	if got := onlyBatch(t, l, 0); got.MaxTimestamp() != testTime || got.Validate(record.ValidateOptions{}) != nil {
		t.Errorf("largest timestamp %d", got.MaxTimestamp())
	}
}

func TestTopicCompressionRecompresses(t *testing.T) {
	for _, codec := range []record.Codec{record.None, record.Gzip, record.Snappy, record.Lz4, record.Zstd} {
		l, _ := newLogWith(t, func(cfg *Config) { cfg.Compression = codec.String() })
		opt := record.NewBuilderOptions()
		opt.Codec = record.Lz4
		b := record.NewBuilder(opt)
		for range 20 {
			b.Append(testTime, []byte("key"), []byte(strings.Repeat("value", 10)))
		}
		info := mustAppend(t, l, b.Build())
		got := onlyBatch(t, l, 0)
		if got.Codec() != codec || got.LastOffset() != 19 || info.LastOffset != 19 || got.Validate(record.ValidateOptions{Depth: record.DepthWalk}) != nil {
			t.Errorf("%v: codec %v, last offset %d, %v", codec, got.Codec(), got.LastOffset(), got.Validate(record.ValidateOptions{}))
		}
		if out := mustContents(t, l); len(out) != 20 {
			t.Errorf("%v: %d records", codec, len(out))
		}
	}
}

func TestRefusedAppendsSayWhyAndChangeNothing(t *testing.T) {
	control := record.EndTxnMarker(1, 0, true, 0, testTime)
	broken := batchOf(testTime, "a")
	broken[len(broken)-2] ^= 1
	noKey := record.NewBuilder(record.NewBuilderOptions())
	noKey.Append(testTime, []byte("k"), nil)
	noKey.Append(testTime, nil, []byte("v"))
	two := append(append([]byte(nil), idempotent(1, 0, 0, false, "a")...), idempotent(1, 0, 1, false, "b")...)
	big := batchOf(testTime, strings.Repeat("x", 2000))
	for _, x := range []struct {
		name  string
		batch []byte
		conf  func(cfg *Config)
		want  error
		index int
	}{
		{"empty", nil, nil, ErrInvalidRecord, -1},
		{"garbage", []byte("hello, this is no batch at all, is it?"), nil, ErrCorruptRecord, -1},
		{"torn", batchOf(testTime, "a")[:65], nil, ErrCorruptRecord, -1},
		{"checksum", broken, nil, ErrCorruptRecord, -1},
		{"control", control, nil, ErrInvalidRecord, -1},
		{"two idempotent batches", two, nil, ErrInvalidRecord, -1},
		{"no key", noKey.Build(), func(cfg *Config) { cfg.Compact = true }, ErrInvalidRecord, 1},
		{"future", batchOf(testTime+2*3600_000, "a"), nil, ErrInvalidTimestamp, 0},
		{"past", batchOf(testTime-1000, "a"), func(cfg *Config) { cfg.TimestampBeforeMaxMs = 10 }, ErrInvalidTimestamp, 0},
		{"large batch", big, func(cfg *Config) { cfg.MaxMessageBytes = 1000 }, ErrMessageTooLarge, -1},
		{"larger than a segment", big, func(cfg *Config) { cfg.SegmentBytes = 1000 }, ErrRecordListTooLarge, -1},
	} {
		l, _ := newLogWith(t, x.conf)
		_, err := l.AppendAsLeader(x.batch, 0, Client)
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
		var rec *InvalidRecordError
		if errors.As(err, &rec) && rec.Index != x.index {
			t.Errorf("%s: record %d", x.name, rec.Index)
		}
		if l.EndOffset() != 0 || l.Size() != 0 || l.Err() != nil {
			t.Errorf("%s: the log changed", x.name)
		}
	}
}

func TestLeaderEpochBelowTheLatestIsFenced(t *testing.T) {
	l, _ := newLogWith(t, nil)
	if _, err := l.AppendAsLeader(batchOf(testTime, "a"), 5, Client); err != nil {
		t.Fatal(err)
	}
	if _, err := l.AppendAsLeader(batchOf(testTime, "a"), 4, Client); !errors.Is(err, ErrFencedLeaderEpoch) {
		t.Fatal(err)
	}
}

func TestFollowerCopiesItsLeader(t *testing.T) {
	lead, _ := newLogWith(t, nil)
	follow, _ := newLogWith(t, smallFollower)
	for i := range 30 {
		if _, err := lead.AppendAsLeader(batchOf(testTime+int64(i), fmt.Sprint(i), "x"), int32(i/10), Client); err != nil {
			t.Fatal(err)
		}
	}
	for off := int64(0); off < lead.EndOffset(); {
		s, err := lead.Read(off, 300, lead.EndOffset(), true)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Bytes(nil)
		s.Release()
		if err != nil {
			t.Fatal(err)
		}
		info, err := follow.AppendAsFollower(b)
		if err != nil || info.NextOffset != s.NextOffset {
			t.Fatalf("%+v %v", info, err)
		}
		off = s.NextOffset
	}
	if a, b := mustContents(t, lead), mustContents(t, follow); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Fatalf("%v\n%v", a, b)
	}
	for e := range int32(4) {
		e1, o1 := lead.EpochEndOffset(e)
		if e2, o2 := follow.EpochEndOffset(e); e1 != e2 || o1 != o2 {
			t.Errorf("epoch %d ends at (%d, %d), at the follower (%d, %d)", e, e1, o1, e2, o2)
		}
	}
	b := onlyBatch(t, lead, 0)
	var off *UnexpectedOffsetError
	if _, err := follow.AppendAsFollower(b); !errors.As(err, &off) || !errors.Is(err, ErrUnexpectedOffset) || off.First != 0 || off.Last != 1 || off.End != 60 {
		t.Errorf("going back: %v", err)
	}
	b = onlyBatch(t, lead, 0)
	b.SetBaseOffset(math.MaxInt64 - 1)
	if _, err := follow.AppendAsFollower(b); !errors.Is(err, ErrUnexpectedOffset) {
		t.Errorf("offsets that overflow: %v", err)
	}
	b = onlyBatch(t, lead, 0)
	b.SetBaseOffset(1 << 40) // far ahead: a segment of its own
	if _, err := follow.AppendAsFollower(b); err != nil || follow.EndOffset() != 1<<40+2 {
		t.Errorf("far ahead: %d %v", follow.EndOffset(), err)
	}
	if got := mustContents(t, follow); len(got) != 62 {
		t.Errorf("%d records", len(got))
	}
}

func smallFollower(cfg *Config) { cfg.SegmentBytes, cfg.IndexIntervalBytes = 700, 100 }

func TestSpecialTimestampsCarryTheirEpoch(t *testing.T) {
	l, _ := newLogWith(t, smallFollower)
	if _, ok, err := l.MaxTimestampOffset(); ok || err != nil {
		t.Errorf("empty log: %v %v", ok, err)
	}
	for i, ts := range []int64{5, 9, 3, 9, 1} {
		if _, err := l.AppendAsLeader(batchOf(testTime+ts, "x", "y"), int32(i), Client); err != nil {
			t.Fatal(err)
		}
	}
	if f, ok, err := l.MaxTimestampOffset(); !ok || err != nil || f != (FoundOffset{2, testTime + 9, 1}) {
		t.Errorf("largest: %+v %v %v", f, ok, err)
	}
	l.SetHighWatermark(10)
	if err := l.AdvanceStartOffset(5); err != nil {
		t.Fatal(err)
	}
	if f := l.EarliestOffset(); f != (FoundOffset{5, -1, 2}) {
		t.Errorf("earliest: %+v", f)
	}
	if f, ok, err := l.OffsetForTimestamp(testTime+4, 10); !ok || err != nil || f != (FoundOffset{6, testTime + 9, 3}) {
		t.Errorf("by time behind the start: %+v %v %v", f, ok, err)
	}
	if f, ok, err := l.OffsetForTimestamp(testTime+4, 6); ok || err != nil {
		t.Errorf("by time behind the limit: %+v %v %v", f, ok, err)
	}
	if f, ok, err := l.MaxTimestampOffset(); !ok || err != nil || f.Offset != 6 {
		t.Errorf("largest behind the start: %+v %v %v", f, ok, err)
	}
}

func TestTrap050PolicySwitchesKeepDataReadable(t *testing.T) {
	c := &clock{testTime}
	s := openStore(t, testConfig(vfs.NewMem(), c))
	l := createLog(t, s, smallSegments())
	model := map[string]string{}
	put := func(n int) {
		for i := range n {
			kv := fmt.Sprintf("k%d=%d", i%4, i)
			k, v, _ := strings.Cut(kv, "=")
			model[k] = v
			mustAppend(t, l, batchOf(testTime, kv))
		}
		l.SetHighWatermark(l.EndOffset())
	}
	put(30)
	l.SetConfig(compacted())
	put(30)
	for s.CleanOnce() {
	}
	l.SetConfig(smallSegments())
	put(30)
	if s.CleanOnce() {
		t.Error("a log that is not compacted was cleaned")
	}
	l.SetConfig(compacted())
	for s.CleanOnce() {
	}
	got, _, err := table(l)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(model) {
		t.Fatalf("%v %v, want %v", got, err, model)
	}
}
