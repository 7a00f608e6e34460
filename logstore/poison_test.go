package logstore

import (
	"encoding/binary"
	"errors"
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
			mustAppend(t, l, poison(testTime+1, codec))
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
