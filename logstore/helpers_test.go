package logstore

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// clock is a wall clock that tests move.
type clock struct{ ms int64 }

func (c *clock) now() int64 { return c.ms }

const testTime = 1_700_000_000_000

func testConfig(fsys vfs.FS, c *clock) StoreConfig {
	n := byte(0)
	return StoreConfig{FS: fsys, Dirs: []string{"/data"}, ClusterID: "c1", NodeID: 1, Now: c.now, RecoveryThreads: 1,
		Rand: func() uint64 { return 7 }, NewID: func() [16]byte { n++; return [16]byte{0xaa, 15: 100 + n} }}
}

func openStore(t testing.TB, cfg StoreConfig) *Store {
	t.Helper()
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var (
	tp0     = TopicPartition{"t", 0}
	topicID = [16]byte{1, 2, 3}
)

func createLog(t testing.TB, s *Store, cfg Config) *Log {
	t.Helper()
	l, err := s.Create(tp0, topicID, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// batchOf builds a batch of values, all with timestamp ts.
func batchOf(ts int64, values ...string) record.Batch {
	b := record.NewBuilder(record.NewBuilderOptions())
	for _, v := range values {
		k, val, ok := strings.Cut(v, "=")
		if !ok {
			k, val = "k", v
		}
		b.Append(ts, []byte(k), []byte(val))
	}
	return b.Build()
}

func mustAppend(t testing.TB, l *Log, b record.Batch) AppendInfo {
	t.Helper()
	info, err := l.AppendAsLeader(b, 0, Client)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// contents reads the log through Read and returns "offset=value" of every record from its start.
func contents(l *Log) ([]string, error) {
	var out []string
	for off := l.StartOffset(); ; {
		s, err := l.Read(off, 1<<20, l.EndOffset(), true)
		if err != nil {
			return out, err
		}
		if s.Len() == 0 {
			return out, nil
		}
		b, err := s.Bytes(nil)
		s.Release()
		if err != nil {
			return out, err
		}
		for rest := b; len(rest) > 0; {
			batch, tail, err := record.Next(rest)
			if err != nil {
				return out, err
			}
			if err := batch.Validate(record.ValidateOptions{}); err != nil {
				return out, err
			}
			if err := batch.Records(func(r record.Record) error {
				if r.Offset >= off {
					out = append(out, fmt.Sprintf("%d=%s", r.Offset, r.Value))
				}
				return nil
			}); err != nil {
				return out, err
			}
			rest = tail
		}
		if s.NextOffset <= off {
			return out, errors.New("read does not move on")
		}
		off = s.NextOffset
	}
}

func mustContents(t testing.TB, l *Log) []string {
	t.Helper()
	out, err := contents(l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func idempotent(id int64, epoch int16, seq int32, txn bool, values ...string) record.Batch {
	opt := record.NewBuilderOptions()
	opt.ProducerID, opt.ProducerEpoch, opt.BaseSequence, opt.Transactional = id, epoch, seq, txn
	b := record.NewBuilder(opt)
	for _, v := range values {
		b.Append(testTime, []byte(v), []byte(v))
	}
	return b.Build()
}

// recordLogs makes cfg log to memory and returns what was said so far.
func recordLogs(cfg *StoreConfig) func() string {
	var out bytes.Buffer
	cfg.Logger = slog.New(slog.NewTextHandler(&out, nil))
	return out.String
}
