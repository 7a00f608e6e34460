package logstore

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// bubbleConfig tells the bubble's time.
func bubbleConfig(mem vfs.FS) StoreConfig {
	cfg := testConfig(mem, &clock{})
	cfg.Now = func() int64 { return time.Now().UnixMilli() }
	return cfg
}

func TestGroupCommitSharesSyncs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := vfs.NewMem()
		var syncs atomic.Int64
		s, err := Open(bubbleConfig(mem))
		if err != nil {
			t.Fatal(err)
		}
		cfg := DefaultConfig()
		cfg.FlushMessages = 1
		l := createLog(t, s, cfg)
		var told atomic.Int64
		l.SetOnFlushed(func(flushed int64) {
			if flushed > l.EndOffset() {
				t.Errorf("told %d, the log ends at %d", flushed, l.EndOffset())
			}
			told.Store(max(told.Load(), flushed))
		})
		s.Start()
		mem.SetHook(func(op vfs.Op) {
			if op.Kind == vfs.OpSync && strings.HasSuffix(op.Name, ".log") {
				syncs.Add(1)
				time.Sleep(10 * time.Millisecond) // a slow disk
			}
		})
		var wg sync.WaitGroup
		for p := range 50 {
			wg.Go(func() {
				for i := range 4 {
					info, err := l.AppendAsLeader(batchOf(time.Now().UnixMilli(), fmt.Sprint(p, i)), 0, Client)
					if err != nil {
						t.Error(err)
						return
					}
					if err := l.FlushTo(info.NextOffset); err != nil {
						t.Error(err)
					}
					if l.FlushedOffset() < info.NextOffset {
						t.Error("not flushed")
					}
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if told.Load() != 200 {
			t.Errorf("told %d", told.Load())
		}
		if n := syncs.Load(); n > 20 {
			t.Errorf("%d syncs for 200 durable appends", n)
		}
		mem.SetHook(nil)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := openStore(t, testConfig(mem.Clone(vfs.PowerCut, nil), &clock{testTime})).Get(tp0).EndOffset(); got != 200 {
			t.Errorf("log ends at %d", got)
		}
	})
}

func TestBackgroundWorkMovesCheckpointsAndDeletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := vfs.NewMem()
		s, err := Open(bubbleConfig(mem))
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		cfg := smallSegments()
		cfg.RetentionMs, cfg.FileDeleteDelayMs = 60_000, 60_000
		l := createLog(t, s, cfg)
		for i := range 30 {
			mustAppend(t, l, batchOf(time.Now().UnixMilli(), fmt.Sprint(i)))
		}
		l.SetHighWatermark(30)
		time.Sleep(1500 * time.Millisecond)
		file := func(name string) string {
			b, err := mem.ReadFile("/data/" + name)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		if got := file("recovery-point-offset-checkpoint"); got != "0\n1\nt 0 30\n" {
			t.Errorf("recovery points %q", got)
		}
		time.Sleep(5 * time.Second)
		if got := file("replication-offset-checkpoint"); got != "0\n1\nt 0 30\n" {
			t.Errorf("high watermarks %q", got)
		}
		if err := l.AdvanceStartOffset(3); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if got := file("log-start-offset-checkpoint"); got != "0\n1\nt 0 3\n" {
			t.Errorf("start offsets %q", got)
		}
		time.Sleep(20 * time.Minute) // retention and the delay of deletion
		if l.StartOffset() != 30 {
			t.Errorf("log starts at %d", l.StartOffset())
		}
		names, _ := mem.List("/data/t-0")
		for _, n := range names {
			if strings.HasSuffix(n, ".deleted") {
				t.Errorf("%v", names)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := file(".kafka_cleanshutdown"); got != `{"version":0,"brokerEpoch":-1}` {
			t.Errorf("marker %q", got)
		}
	})
}

func TestRecoveryPointMovesWithBytesAndWithFlushMs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := bubbleConfig(vfs.NewMem())
		cfg.FlushBytes, cfg.FlushInterval = 10_000, time.Hour
		s, err := Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		defer s.Close()
		l := createLog(t, s, DefaultConfig())
		big := strings.Repeat("x", 2<<10)
		for i := range 2000 {
			mustAppend(t, l, batchOf(time.Now().UnixMilli(), big))
			if i%10 == 9 {
				synctest.Wait()
			}
		}
		if got := l.recovery.Load(); got < 1000 {
			t.Errorf("recovery point %d of %d", got, l.EndOffset())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(bubbleConfig(vfs.NewMem()))
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		defer s.Close()
		late := DefaultConfig()
		late.FlushMs = 500
		for i := range 3 * smallFlushes {
			l, err := s.Create(TopicPartition{"many", int32(i)}, topicID, late)
			if err != nil {
				t.Fatal(err)
			}
			mustAppend(t, l, batchOf(time.Now().UnixMilli(), "x"))
		}
		time.Sleep(1100 * time.Millisecond)
		for _, l := range s.Logs() {
			if l.FlushedOffset() != 1 {
				t.Fatalf("%v is not flushed", l.TP())
			}
		}
	})
}

func TestCloseEndsWaitersAndGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(bubbleConfig(vfs.NewMem()))
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		l := createLog(t, s, DefaultConfig())
		mustAppend(t, l, batchOf(time.Now().UnixMilli(), "a"))
		go func() {
			if err := l.FlushTo(1); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := l.AppendAsLeader(batchOf(time.Now().UnixMilli(), "b"), 0, Client); err == nil {
			t.Error("append to a closed log")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Readers, appenders, retention, cleaning and rolling at once; what is read must be whole and in order (R32).
func TestInvR32ConcurrentReadersSeeWholeBatchesBelowTheirLimit(t *testing.T) {
	for _, compact := range []bool{false, true} {
		c := &clock{testTime}
		s := openStore(t, testConfig(vfs.NewMem(), c))
		cfg := smallSegments()
		cfg.RetentionBytes = 3000
		if compact {
			cfg = compacted()
		}
		l := createLog(t, s, cfg)
		var done atomic.Bool
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for off := int64(0); !done.Load(); {
					limit := l.HighWatermark()
					sl, err := l.Read(off, 500, limit, true)
					if err != nil {
						if s := l.StartOffset(); s > off {
							off = s
							continue
						}
						t.Error(err)
						return
					}
					b, err := sl.Bytes(nil)
					sl.Release()
					if err != nil {
						t.Error(err)
						return
					}
					if len(b) > 0 && (sl.NextOffset > limit || sl.NextOffset <= off) {
						t.Errorf("read at %d below %d: %+v", off, limit, sl)
						return
					}
					if off = sl.NextOffset; off == limit {
						off = l.StartOffset()
					}
				}
			})
		}
		for i := range 600 {
			mustAppend(t, l, batchOf(testTime, fmt.Sprintf("k%d=v%d", i%7, i)))
			l.SetHighWatermark(l.EndOffset())
			if i%50 == 49 {
				if compact {
					s.CleanOnce()
				} else if _, err := l.ApplyRetention(testTime); err != nil {
					t.Error(err)
				}
				s.removeDue(1 << 62)
			}
		}
		done.Store(true)
		wg.Wait()
	}
}

func TestIdlePartitionsHoldNoDescriptorAndLittleMemory(t *testing.T) {
	const n = 120
	dir := t.TempDir()
	s := openStore(t, StoreConfig{Dirs: []string{dir}, NodeID: 1, MaxOpenSegments: 10})
	before := openDescriptors(t)
	for i := range n {
		l, err := s.Create(TopicPartition{"t", int32(i)}, topicID, DefaultConfig())
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, batchOf(testTime, "x"))
		if i%5 == 4 {
			if err := s.dirs[0].moveRecoveryPoints(-1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if now := openDescriptors(t); now > before+15 {
		t.Errorf("%d descriptors for %d partitions", now-before, n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s2 := openStore(t, StoreConfig{Dirs: []string{dir}, NodeID: 1})
	if now := openDescriptors(t); now > before+5 {
		t.Errorf("%d descriptors after opening %d partitions", now-before, n)
	}
	if got := len(s2.Logs()); got != n {
		t.Errorf("%d logs", got)
	}
}

func openDescriptors(t *testing.T) int {
	t.Helper()
	ents, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // a system that does not tell
	}
	return len(ents)
}

func TestAppendAllocatesNothing(t *testing.T) {
	s := openStore(t, StoreConfig{Dirs: []string{t.TempDir()}, NodeID: 1})
	l := createLog(t, s, DefaultConfig())
	b := batchOf(testTime, "some value of a record")
	mustAppend(t, l, b)
	if n := testing.AllocsPerRun(200, func() { mustAppend(t, l, b) }); n > 0.5 {
		t.Errorf("%v allocations per append", n)
	}
	end := l.EndOffset()
	if n := testing.AllocsPerRun(200, func() {
		sl, err := l.Read(end-1, 1000, end, true)
		if err != nil {
			t.Fatal(err)
		}
		sl.Release()
	}); n > 1.5 {
		t.Errorf("%v allocations per read at the tail", n)
	}
}
