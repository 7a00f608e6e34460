package logstore

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/kbroker/kbroker/protocol/record"
)

func benchStore(b *testing.B) *Store {
	s, err := Open(StoreConfig{Dirs: []string{b.TempDir()}, NodeID: 1, ClusterID: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// randomBatch is one record of n random bytes, or a batch of records of each bytes.
func randomBatch(n, each int) record.Batch {
	rng := rand.NewChaCha8([32]byte{1})
	b := record.NewBuilder(record.NewBuilderOptions())
	for left := n; left > 0; left -= each {
		v := make([]byte, min(each, left))
		_, _ = io.ReadFull(rng, v)
		b.Append(1_700_000_000_000, nil, v)
	}
	return b.Build()
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{100, 16 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := benchStore(b)
			cfg := DefaultConfig()
			cfg.MaxMessageBytes = 2 << 20
			cfg.RetentionBytes = 1 << 30
			l, err := s.Create(TopicPartition{"t", 0}, [16]byte{1}, cfg)
			if err != nil {
				b.Fatal(err)
			}
			batch := randomBatch(size, 1024)
			b.SetBytes(int64(len(batch)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.AppendAsLeader(batch, 0, Client); err != nil {
					b.Fatal(err)
				}
				if l.Size() > 3<<30 {
					b.StopTimer()
					l.SetHighWatermark(l.EndOffset())
					if _, err := l.ApplyRetention(0); err != nil {
						b.Fatal(err)
					}
					s.removeDue(1 << 62)
					b.StartTimer()
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, how := range []string{"sequential", "random", "tail"} {
		b.Run(how, func(b *testing.B) {
			s := benchStore(b)
			l, err := s.Create(TopicPartition{"t", 0}, [16]byte{1}, DefaultConfig())
			if err != nil {
				b.Fatal(err)
			}
			for range 20_000 {
				if _, err := l.AppendAsLeader(randomBatchCached, 0, Client); err != nil {
					b.Fatal(err)
				}
			}
			end := l.EndOffset()
			rng := rand.New(rand.NewPCG(1, 1))
			off := int64(0)
			b.ReportAllocs()
			for b.Loop() {
				switch how {
				case "random":
					off = rng.Int64N(end)
				case "tail":
					off = end - 1
				}
				sl, err := l.Read(off, 64<<10, end, true)
				if err != nil {
					b.Fatal(err)
				}
				sl.Release()
				if off = sl.NextOffset; off == end {
					off = 0
				}
			}
		})
	}
}

var randomBatchCached = randomBatch(4<<10, 1<<20)

func BenchmarkCreatePartitions(b *testing.B) {
	for b.Loop() {
		s := benchStore(b)
		for i := range 10_000 {
			if _, err := s.Create(TopicPartition{"t", int32(i)}, [16]byte{1}, DefaultConfig()); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReopenPartitions(b *testing.B) {
	for _, filled := range []bool{false, true} {
		b.Run(fmt.Sprintf("filled=%v", filled), func(b *testing.B) {
			dir := b.TempDir()
			s, err := Open(StoreConfig{Dirs: []string{dir}, NodeID: 1, ClusterID: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			for i := range 10_000 {
				l, err := s.Create(TopicPartition{"t", int32(i)}, [16]byte{1}, DefaultConfig())
				if err != nil {
					b.Fatal(err)
				}
				if filled {
					if _, err := l.AppendAsLeader(randomBatchCached, 0, Client); err != nil {
						b.Fatal(err)
					}
				}
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s, err := Open(StoreConfig{Dirs: []string{dir}, NodeID: 1, ClusterID: "bench"})
				if err != nil {
					b.Fatal(err)
				}
				if n := len(s.Logs()); n != 10_000 {
					b.Fatalf("%d logs", n)
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkGroupCommit has many producers on one partition wait for their fsync.
func BenchmarkGroupCommit(b *testing.B) {
	s := benchStore(b)
	s.Start()
	cfg := DefaultConfig()
	cfg.FlushMessages = 1
	l, err := s.Create(TopicPartition{"t", 0}, [16]byte{1}, cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		batch := randomBatch(100, 100)
		for pb.Next() {
			info, err := l.AppendAsLeader(batch, 0, Client)
			if err == nil {
				err = l.FlushTo(info.NextOffset)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}
