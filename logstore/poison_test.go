package logstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// poison is a batch that says it is compressed, with a right checksum over content that no codec knows.
func poison(ts int64, codec record.Codec) record.Batch {
	b := append(record.Batch{}, batchOf(ts, "k=not compressed at all")...)
	binary.BigEndian.PutUint16(b[21:], uint16(codec))
	b.UpdateCRC()
	return b
}

// What a producer sends may be unreadable; that must never take a log or its directory offline.
func TestABatchThatNobodyCanReadLeavesTheLogOnline(t *testing.T) {
	for _, codec := range []record.Codec{record.Gzip, record.Snappy, record.Lz4, record.Zstd} {
		t.Run(codec.String(), func(t *testing.T) {
			c := &clock{ms: testTime}
			s := openStore(t, testConfig(vfs.NewMem(), c))
			l := createLog(t, s, DefaultConfig())
			mustAppend(t, l, batchOf(testTime, "k=a"))
			plant(t, l, poison(testTime+1, codec))
			mustAppend(t, l, batchOf(testTime+2, "k=b"))
			if f, ok, err := l.OffsetForTimestamp(testTime+1, l.EndOffset()); err != nil || !ok || f.Offset != 2 {
				t.Fatalf("%+v %v %v", f, ok, err)
			}
			if f, ok, err := l.MaxTimestampOffset(); err != nil || !ok || f.Offset != 2 {
				t.Fatalf("%+v %v %v", f, ok, err)
			}
			if err := l.Err(); err != nil {
				t.Fatal(err)
			}
			mustAppend(t, l, batchOf(testTime+3, "k=c"))
		})
	}
}

// plant appends what no client may append any more, as a log may hold it from before.
func plant(t *testing.T, l *Log, b record.Batch) {
	t.Helper()
	if _, err := l.AppendAsLeader(b, 0, Coordinator); err != nil {
		t.Fatal(err)
	}
}

func TestABatchThatNobodyCanReadStaysAndTheRestIsCompacted(t *testing.T) {
	for _, codec := range []record.Codec{record.Gzip, record.Snappy, record.Lz4, record.Zstd} {
		t.Run(codec.String(), func(t *testing.T) {
			var told strings.Builder
			cfg := testConfig(vfs.NewMem(), &clock{ms: testTime})
			cfg.Logger = slog.New(slog.NewTextHandler(&told, nil))
			s := openStore(t, cfg)
			l := createLog(t, s, compacted())
			for i := range 40 {
				mustAppend(t, l, batchOf(testTime, fmt.Sprintf("k=%d", i)))
				if i%20 == 3 {
					plant(t, l, poison(testTime, codec))
				}
			}
			l.SetHighWatermark(l.EndOffset())
			before := l.Size()
			for s.CleanOnce() {
			}
			if l.Size() >= before*3/4 {
				t.Fatalf("%d bytes, were %d", l.Size(), before)
			}
			for _, at := range []int64{4, 25} {
				sl, err := l.Read(at, 1<<20, l.EndOffset(), true)
				if err != nil {
					t.Fatal(err)
				}
				b, err := sl.Bytes(nil)
				sl.Release()
				if got := record.Batch(b); err != nil || got.BaseOffset() != at || got.Codec() != codec {
					t.Fatalf("at %d: %v %v", at, got.BaseOffset(), err)
				}
			}
			if n := strings.Count(told.String(), "cannot be read"); n != 1 || !strings.Contains(told.String(), "offset=4") || strings.Contains(told.String(), "cleaning failed") {
				t.Fatalf("told %d times: %s", n, told.String())
			}
		})
	}
}

func TestATopicRefusesWhatItCannotRead(t *testing.T) {
	for _, codec := range []record.Codec{record.Gzip, record.Snappy, record.Lz4, record.Zstd} {
		l := createLog(t, openStore(t, testConfig(vfs.NewMem(), &clock{ms: testTime})), DefaultConfig())
		if _, err := l.AppendAsLeader(poison(testTime, codec), 0, Client); !errors.Is(err, ErrInvalidRecord) {
			t.Fatal(codec, err)
		}
	}
}

func TestACompactedTopicRefusesWhatItCannotRead(t *testing.T) {
	c := &clock{ms: testTime}
	s := openStore(t, testConfig(vfs.NewMem(), c))
	cfg := DefaultConfig()
	cfg.Compact = true
	l := createLog(t, s, cfg)
	if _, err := l.AppendAsLeader(poison(testTime, record.Zstd), 0, Client); !errors.Is(err, ErrInvalidRecord) {
		t.Fatal(err)
	}
	bomb := record.NewBuilderOptions()
	bomb.Codec = record.Zstd
	b := record.NewBuilder(bomb)
	b.Append(testTime, []byte("k"), make([]byte, 40<<20))
	if _, err := l.AppendAsLeader(b.Build(), 0, Client); !errors.Is(err, ErrMessageTooLarge) && !errors.Is(err, ErrInvalidRecord) {
		t.Fatal(err)
	}
	if l.EndOffset() != 0 {
		t.Fatal("something was appended")
	}
}
