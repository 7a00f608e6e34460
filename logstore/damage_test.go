package logstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

const partDir = "/data/t-0/"

// flip inverts one byte of a file.
func flip(t *testing.T, fsys vfs.FS, name string, at int64) {
	t.Helper()
	f, err := fsys.OpenFile(name, vfs.ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := []byte{0}
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0xff
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// filledMem returns the disk of a store that was closed cleanly, or killed, after 40 appends over several segments.
func filledMem(t *testing.T, clean bool) (*vfs.Mem, []string) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	for i := range 40 {
		s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
	}
	s.log.SetHighWatermark(s.log.EndOffset())
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	want := mustContents(t, s.log)
	if clean {
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return mem.Clone(vfs.ProcessKill, nil), want
}

func TestInvR27DamagedBatchIsNeverServed(t *testing.T) {
	for _, clean := range []bool{true, false} {
		mem, want := filledMem(t, clean)
		s0 := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime}))
		segs := s0.Get(tp0).Segments()
		second := segs[1]
		name := segment.FileName(second.BaseOffset, segment.LogSuffix)
		flip(t, mem, partDir+name, 70) // within the records of its first batch
		s := openStore(t, testConfig(mem, &clock{testTime}))
		other, err := s.Create(TopicPartition{"other", 0}, topicID, DefaultConfig())
		if err != nil {
			t.Fatal(err)
		}
		l := s.Get(tp0)
		got, err := contents(l)
		var c *CorruptError
		if !errors.As(err, &c) || !errors.Is(err, ErrOffline) || !strings.HasSuffix(c.File, name) || c.Pos != 0 {
			t.Fatalf("clean=%v: error %v", clean, err)
		}
		if !reflect.DeepEqual(got, want[:len(got)]) || int64(len(got)) > second.BaseOffset {
			t.Fatalf("clean=%v: read %v", clean, got)
		}
		if _, err := l.AppendAsLeader(batchOf(testTime, "x"), 0, Client); !errors.Is(err, ErrOffline) {
			t.Fatalf("clean=%v: append to a damaged log: %v", clean, err)
		}
		mustAppend(t, other, batchOf(testTime, "fine"))
		if s.Dirs()[0].Err != nil {
			t.Fatal("damage in one log took the directory")
		}
	}
}

func TestInvR28DamageBelowTheRecoveryPointCutsNothing(t *testing.T) {
	mem, _ := filledMem(t, false)
	s0 := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime}))
	segs := s0.Get(tp0).Segments()
	last := segs[len(segs)-1]
	name := partDir + segment.FileName(last.BaseOffset, segment.LogSuffix)
	// everything is flushed: damage in the last batch is no torn tail
	flip(t, mem, name, last.Bytes-1)
	before, _ := mem.ReadFile(name)
	for range 2 { // nor does the next start forget
		s := openStore(t, testConfig(mem, &clock{testTime}))
		l := s.Get(tp0)
		var c *CorruptError
		if !errors.As(l.Err(), &c) || c.File != name {
			t.Fatalf("error %v", l.Err())
		}
		if _, err := l.Read(0, 1000, 10, true); !errors.Is(err, ErrOffline) {
			t.Fatalf("read: %v", err)
		}
		s.Close()
		if after, _ := mem.ReadFile(name); string(after) != string(before) {
			t.Fatal("the damaged file was changed")
		}
		mem = mem.Clone(vfs.ProcessKill, nil)
		if _, err := mem.Stat("/data/.kafka_cleanshutdown"); err == nil {
			t.Fatal("a stop with a damaged log counts as clean")
		}
	}
}

func TestInvR29IndexFilesCanBeLostOrDamaged(t *testing.T) {
	for _, clean := range []bool{true, false} {
		base, want := filledMem(t, clean)
		names, err := base.List("/data/t-0")
		if err != nil {
			t.Fatal(err)
		}
		check := func(what string, mem *vfs.Mem) {
			t.Helper()
			s := openStore(t, testConfig(mem, &clock{testTime}))
			l := s.Get(tp0)
			if got, err := contents(l); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("clean=%v %s: %v %v", clean, what, got, err)
			}
			for off := range l.EndOffset() {
				sl, err := l.Read(off, 1, 80, true)
				if err != nil || sl.NextOffset != off/2*2+2 {
					t.Fatalf("clean=%v %s: read at %d: %+v %v", clean, what, off, sl, err)
				}
				sl.Release()
			}
			for i := range 40 {
				f, ok, err := l.OffsetForTimestamp(testTime+int64(i)*10-5, 80)
				if err != nil || !ok || f.Offset != int64(2*i) {
					t.Fatalf("clean=%v %s: time %d: %+v %v %v", clean, what, i, f, ok, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		all := base.Clone(vfs.ProcessKill, nil)
		for _, n := range names {
			if !strings.HasSuffix(n, "index") {
				continue
			}
			one := base.Clone(vfs.ProcessKill, nil)
			for _, m := range []*vfs.Mem{one, all} {
				if err := m.Remove(partDir + n); err != nil {
					t.Fatal(err)
				}
			}
			check("without "+n, one)
			data, _ := base.ReadFile(partDir + n)
			for i := range data {
				bad := base.Clone(vfs.ProcessKill, nil)
				flip(t, bad, partDir+n, int64(i))
				check(fmt.Sprintf("%s flipped at %d", n, i), bad)
			}
		}
		check("without any index", all)
	}
}

func TestForeignDirectoryIsRefusedBeforeTheFirstWrite(t *testing.T) {
	for name, meta := range map[string]string{
		"cluster": "version=1\ncluster.id=other\nnode.id=1\n",
		"node":    "version=1\ncluster.id=c1\nnode.id=2\n",
		"version": "version=9\ncluster.id=c1\nnode.id=1\n",
		"garbage": "hello\n",
		"empty":   "",
	} {
		mem := vfs.NewMem()
		if err := mem.MkdirAll("/data", 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := mem.OpenFile("/data/meta.properties", vfs.ReadWrite|vfs.Create, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte(meta), 0); err != nil {
			t.Fatal(err)
		}
		writes := 0
		mem.SetHook(func(vfs.Op) { writes++ })
		cfg := testConfig(mem, &clock{testTime})
		cfg.Dirs = []string{"/new", "/data"}
		_, err = Open(cfg)
		if !errors.Is(err, ErrForeignDir) || !strings.Contains(err.Error(), "/data/meta.properties") {
			t.Errorf("%s: %v", name, err)
		}
		if writes != 0 {
			t.Errorf("%s: %d writes", name, writes)
		}
	}
}

func TestStrayDirectoriesAreLeftAlone(t *testing.T) {
	mem := vfs.NewMem()
	for _, d := range []string{"/data/lost+found", "/data/noise", "/data/t-0-stray", "/data/a-b", "/data/x-01", "/data/t-1"} {
		if err := mem.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := openStore(t, testConfig(mem, &clock{testTime}))
	if logs := s.Logs(); len(logs) != 1 || logs[0].TP() != (TopicPartition{"t", 1}) {
		t.Fatalf("%v", logs)
	}
	for _, d := range []string{"/data/lost+found", "/data/noise", "/data/t-0-stray", "/data/a-b", "/data/x-01"} {
		if _, err := mem.Stat(d); err != nil {
			t.Error(err)
		}
	}
}

func TestTrap072DiskFull(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	refused := 0
	for i := range 60 {
		if i == 10 {
			_, usable, _ := mem.Usage("/data")
			total, _, _ := mem.Usage("/data")
			mem.SetCapacity(total - usable + 130) // room for one append and a piece of the next
		}
		if i == 40 {
			mem.SetCapacity(0)
		}
		v := fmt.Sprintf("v%d", i)
		if _, err := s.log.AppendAsLeader(batchOf(testTime, v, v), 0, Client); err != nil {
			if !errors.Is(err, ErrNoSpace) || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("append %d: %v", i, err)
			}
			refused++
			if _, err := contents(s.log); err != nil { // reads go on
				t.Fatal(err)
			}
			continue
		}
		s.history = append(s.history, v, v)
	}
	if refused < 20 || refused == 30 && len(s.history) < 60 {
		t.Fatalf("%d refused", refused)
	}
	if err := s.log.FlushTo(s.log.EndOffset()); err != nil {
		t.Fatal(err)
	}
	if err := checkRecovered(s.log, s.history, s.log.EndOffset()); err != nil {
		t.Fatal(err)
	}
	if err := restart(mem.Clone(vfs.PowerCut, nil), testTime, s.history, int64(len(s.history))); err != nil {
		t.Fatal(err)
	}
}

// Every write of a run fails once with ENOSPC after some bytes: nothing acknowledged may be lost and the log must go on.
func TestInvR35NoSpaceAtEveryWrite(t *testing.T) {
	for n := 1; ; n++ {
		mem := vfs.NewMem()
		fault := vfs.NewFault(mem)
		cfg := smallSegments()
		s := newScript(t, fault, cfg)
		hit := false
		count := 0
		fault.Inject(func(op vfs.Op) (error, int) {
			if op.Kind != vfs.OpWrite && op.Kind != vfs.OpCreate {
				return nil, 0
			}
			if count++; count == n {
				hit = true
				return syscall.ENOSPC, op.Size / 2
			}
			return nil, 0
		})
		for i := range 12 {
			for _, b := range []string{"x", "y"} {
				v := fmt.Sprintf("%s%d", b, i)
				if _, err := s.log.AppendAsLeader(batchOf(testTime, v), 0, Client); err == nil {
					s.history = append(s.history, v)
				} else if !errors.Is(err, ErrNoSpace) {
					t.Fatalf("write %d: %v", n, err)
				}
			}
			if i%4 == 3 {
				if err := s.log.dir.moveRecoveryPoints(-1); err != nil && !passes(err) {
					t.Fatalf("write %d: %v", n, err)
				}
			}
		}
		fault.Inject(nil)
		if err := s.log.FlushTo(s.log.EndOffset()); err != nil {
			t.Fatalf("write %d: %v", n, err)
		}
		if err := checkRecovered(s.log, s.history, s.log.EndOffset()); err != nil {
			t.Fatalf("write %d: %v", n, err)
		}
		for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill} {
			if err := restart(mem.Clone(kind, nil), testTime, s.history, int64(len(s.history))); err != nil {
				t.Fatalf("write %d, crash %d: %v", n, kind, err)
			}
		}
		if !hit {
			if n < 20 {
				t.Fatalf("only %d writes", n)
			}
			return
		}
	}
}

func TestInvR25FailedFsyncTakesTheDirectoryOffline(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	cfg := testConfig(fault, &clock{testTime})
	var failed []string
	cfg.OnDirFailure = func(dir string, err error) {
		failed = append(failed, fmt.Sprintf("%s %v", dir, errors.Is(err, syscall.EIO)))
	}
	s := openStore(t, cfg)
	l := createLog(t, s, smallSegments())
	mustAppend(t, l, batchOf(testTime, "a"))
	if err := l.FlushTo(1); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, batchOf(testTime, "b"))
	syncs := 0
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpSync && strings.HasSuffix(op.Name, ".log") {
			if syncs++; syncs == 1 {
				return syscall.EIO, 0
			}
		}
		return nil, 0
	})
	for range 3 {
		if err := l.FlushTo(2); !errors.Is(err, ErrOffline) {
			t.Fatalf("flush: %v", err)
		}
	}
	if l.FlushedOffset() != 1 || syncs != 1 {
		t.Fatalf("flushed %d after %d syncs", l.FlushedOffset(), syncs)
	}
	if _, err := l.AppendAsLeader(batchOf(testTime, "c"), 0, Client); !errors.Is(err, ErrOffline) {
		t.Fatalf("append: %v", err)
	}
	if !reflect.DeepEqual(failed, []string{"/data true"}) {
		t.Fatalf("told %v", failed)
	}
	if _, err := s.Create(TopicPartition{"u", 0}, topicID, DefaultConfig()); !errors.Is(err, ErrNoUsableDir) {
		t.Fatalf("create: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := restart(mem.Clone(vfs.PowerCut, nil), testTime, []string{"a", "b"}, 1); err != nil {
		t.Fatal(err)
	}
}

func TestInvR24FailedWriteEndsAppending(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	s := newScript(t, fault, smallSegments())
	s.append("a")
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpWrite {
			return syscall.EIO, op.Size / 2
		}
		return nil, 0
	})
	if _, err := s.log.AppendAsLeader(batchOf(testTime, "b"), 0, Client); !errors.Is(err, ErrOffline) {
		t.Fatalf("append: %v", err)
	}
	fault.Inject(nil)
	if _, err := s.log.AppendAsLeader(batchOf(testTime, "c"), 0, Client); !errors.Is(err, ErrOffline) {
		t.Fatalf("append: %v", err)
	}
	if s.log.EndOffset() != 1 || len(s.log.Producers()) != 0 {
		t.Fatal("a failed append left traces (I5)")
	}
	if err := restart(mem.Clone(vfs.ProcessKill, nil), testTime, []string{"a", "b"}, 0); err != nil {
		t.Fatal(err)
	}
}

func TestInvI5FailedAppendLeavesProducerStateUnchanged(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	s := newScript(t, fault, smallSegments())
	s.produce(7, true, "a", "b")
	before := s.log.Producers()
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpWrite {
			return syscall.ENOSPC, 3
		}
		return nil, 0
	})
	b := idempotent(7, 0, 2, true, "c")
	if _, err := s.log.AppendAsLeader(b, 0, Client); !errors.Is(err, ErrNoSpace) {
		t.Fatalf("%v", err)
	}
	if after := s.log.Producers(); !reflect.DeepEqual(after, before) {
		t.Fatalf("%+v, before %+v", after, before)
	}
	fault.Inject(nil)
	if info, err := s.log.AppendAsLeader(idempotent(7, 0, 2, true, "c"), 0, Client); err != nil || info.Duplicate || info.FirstOffset != 2 {
		t.Fatalf("retry: %+v %v", info, err)
	}
	if info, err := s.log.AppendAsLeader(idempotent(7, 0, 2, true, "c"), 0, Client); err != nil || !info.Duplicate || info.FirstOffset != 2 {
		t.Fatalf("again: %+v %v", info, err)
	}
	var seq *SequenceError
	if _, err := s.log.AppendAsLeader(idempotent(7, 0, 9, true, "c"), 0, Client); !errors.As(err, &seq) || !errors.Is(err, ErrOutOfOrderSequence) || seq.Want != 3 {
		t.Fatalf("gap: %v", err)
	}
	if _, err := s.log.AppendAsLeader(idempotent(7, 0, 3, false, "c"), 0, Client); !errors.Is(err, ErrInvalidTxnState) {
		t.Fatalf("outside the transaction: %v", err)
	}
}

func TestHoleBetweenSegmentsEndsTheLog(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	for i := range 40 {
		s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
	}
	first := s.log.Segments()[0]
	// a power cut lost the end of the first segment, on a batch border, and kept the second
	f, err := mem.OpenFile(partDir+segment.FileName(0, segment.LogSuffix), vfs.ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(first.Bytes / 2 / 81 * 81); err != nil {
		t.Fatal(err)
	}
	s2 := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime}))
	l := s2.Get(tp0)
	if l.EndOffset() >= first.NextOffset || len(l.Segments()) != 1 {
		t.Fatalf("log ends at %d, first segment ended at %d", l.EndOffset(), first.NextOffset)
	}
	if err := checkRecovered(l, s.history, 0); err != nil {
		t.Fatal(err)
	}
}

func TestTrap042RetentionArithmeticDoesNotOverflow(t *testing.T) {
	for _, x := range []struct {
		now, ts, retention int64
		want               bool
	}{
		{1000, 1, maxInt64, false}, {maxInt64, 0, maxInt64, false}, {1000, 1, -1, false}, {1000, 1, 998, true}, {1000, 1, 999, false},
		{1000, maxInt64, 0, false}, {maxInt64, -maxInt64, 5, true}, {0, 1, 0, false}, {2, 1, 0, true},
	} {
		if got := expired(x.now, x.ts, x.retention); got != x.want {
			t.Errorf("expired(%d, %d, %d) = %v", x.now, x.ts, x.retention, got)
		}
	}
	c := &clock{testTime}
	s := openStore(t, testConfig(vfs.NewMem(), c))
	cfg := smallSegments()
	cfg.RetentionMs, cfg.RetentionBytes = maxInt64, -1
	l := createLog(t, s, cfg)
	for i := range 40 {
		mustAppend(t, l, batchOf(testTime, fmt.Sprint(i)))
	}
	l.SetHighWatermark(20)
	if n, err := l.ApplyRetention(maxInt64); n != 0 || err != nil {
		t.Fatalf("%d %v", n, err)
	}
	cfg.RetentionMs = 1000
	l.SetConfig(cfg)
	n, err := l.ApplyRetention(testTime + 2000)
	if n == 0 || err != nil || l.StartOffset() > 20 || l.Segments()[0].BaseOffset != l.StartOffset() {
		t.Fatalf("%d segments, start %d, %v (R30)", n, l.StartOffset(), err)
	}
	l.SetHighWatermark(40)
	if _, err := l.ApplyRetention(testTime + 2000); err != nil || l.StartOffset() != 40 || l.EndOffset() != 40 || l.Size() != 0 {
		t.Fatalf("[%d, %d) %v", l.StartOffset(), l.EndOffset(), err)
	}
	if info := mustAppend(t, l, batchOf(testTime, "on")); info.FirstOffset != 40 {
		t.Fatalf("%+v", info)
	}
}

func TestInvR33RecreatedTopicShowsNothingOld(t *testing.T) {
	mem := vfs.NewMem()
	c := &clock{testTime}
	s := openStore(t, testConfig(mem, c))
	l := createLog(t, s, smallSegments())
	mustAppend(t, l, batchOf(testTime, "old"))
	sl, err := l.Read(0, 1000, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(tp0, [16]byte{9}, smallSegments()); !errors.Is(err, ErrLogExists) {
		t.Fatalf("another topic id: %v", err)
	}
	if err := s.Delete(tp0); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(tp0); !errors.Is(err, ErrLogNotFound) {
		t.Fatal(err)
	}
	if _, err := l.AppendAsLeader(batchOf(testTime, "x"), 0, Client); !errors.Is(err, ErrDeleted) {
		t.Fatalf("append: %v", err)
	}
	l2, err := s.Create(tp0, [16]byte{9}, smallSegments())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := sl.Bytes(nil); err != nil || len(b) == 0 {
		t.Fatalf("an open region ends with its log: %v", err)
	}
	sl.Release()
	if l2.EndOffset() != 0 || len(mustContents(t, l2)) != 0 {
		t.Fatal("old records")
	}
	for _, kind := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill} {
		clone := mem.Clone(kind, nil)
		s2 := openStore(t, testConfig(clone, c))
		if l := s2.Get(tp0); l != nil && (l.EndOffset() != 0 || l.TopicID() == topicID) {
			t.Fatal("old records after a crash")
		}
		s2.removeDue(c.ms + 1)
		names, _ := clone.List("/data")
		for _, n := range names {
			if strings.HasSuffix(n, deleteSuffix) {
				t.Fatalf("%v", names)
			}
		}
	}
}

func TestTwoStoresDoNotShareADirectory(t *testing.T) {
	dir := t.TempDir()
	cfg := StoreConfig{Dirs: []string{dir}, NodeID: 1}
	s := openStore(t, cfg)
	if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Fatalf("%v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openStore(t, cfg)
}

func TestInvR36NoDescriptorsRefusesAndHeals(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	s := newScript(t, fault, smallSegments())
	s.append("a")
	if err := s.log.FlushTo(1); err != nil {
		t.Fatal(err)
	}
	s.log.mu.segs[0].Forget() // its descriptor was wanted elsewhere
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpOpen || op.Kind == vfs.OpCreate {
			return syscall.EMFILE, 0
		}
		return nil, 0
	})
	if _, err := s.log.AppendAsLeader(batchOf(testTime, "b"), 0, Client); !errors.Is(err, syscall.EMFILE) {
		t.Fatalf("append: %v", err)
	}
	if _, err := s.log.Read(0, 100, 1, true); !errors.Is(err, syscall.EMFILE) {
		t.Fatalf("read: %v", err)
	}
	fault.Inject(nil)
	s.append("b")
	if err := restart(mem.Clone(vfs.ProcessKill, nil), testTime, s.history, 2); err != nil {
		t.Fatal(err)
	}
}

// keptOffsets returns the base offsets of the whole batches in the files that a recovery kept aside, searching behind damage.
func keptOffsets(t *testing.T, mem *vfs.Mem) map[int64]bool {
	t.Helper()
	names, err := mem.List("/data/t-0")
	if err != nil {
		t.Fatal(err)
	}
	have := map[int64]bool{}
	for _, name := range names {
		if !strings.Contains(name, segment.DamagedSuffix) {
			continue
		}
		data, err := mem.ReadFile(partDir + name)
		if err != nil {
			t.Fatal(err)
		}
		for len(data) > 0 {
			b, rest, err := record.Next(data)
			if err != nil || b.Validate(record.ValidateOptions{}) != nil {
				data = data[1:]
				continue
			}
			have[b.BaseOffset()] = true
			data = rest
		}
	}
	return have
}

// killedMem is the disk of a process that was killed after 40 appends of 2 records that no recovery point covers.
func killedMem(t *testing.T) (*vfs.Mem, []SegmentInfo, []string) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	for i := range 40 {
		s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i))
	}
	return mem.Clone(vfs.ProcessKill, nil), s.log.Segments(), s.history
}

// Damage with whole batches behind it, above the recovery point: a power cut may have left it, so the partition goes on; but no
// record goes away in silence. What stands behind is kept aside and told as an error with its whole extent.
func TestInvR28DamageBeforeIntactBatchesKeepsThemAside(t *testing.T) {
	for _, at := range []int64{0, 1, 7, 8, 16, 70} { // base offset (below 0, huge, near), length, magic, records
		mem, segs, history := killedMem(t)
		second := segs[1]
		name := partDir + segment.FileName(second.BaseOffset, segment.LogSuffix)
		bad := second.Bytes / 4 / 2 * 2 // the third batch of four or more
		bad -= bad % batchBytes(t, mem, name)
		flip(t, mem, name, bad+at)
		var out bytes.Buffer
		cfg := testConfig(mem, &clock{testTime})
		cfg.Logger = slog.New(slog.NewTextHandler(&out, nil))
		l := openStore(t, cfg).Get(tp0)
		end := l.EndOffset()
		if end < second.BaseOffset || end >= second.NextOffset {
			t.Fatalf("byte %d: log ends at %d", at, end)
		}
		if err := checkRecovered(l, history, end); err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		kept := keptOffsets(t, mem)
		for off := end + 2; off < int64(len(history)); off += 2 {
			if !kept[off] {
				t.Fatalf("byte %d: the batch at offset %d is gone; kept %v", at, off, kept)
			}
		}
		for _, want := range []string{"level=ERROR", "file=" + name, fmt.Sprintf("pos=%d", bad), fmt.Sprintf("end=%d", end),
			fmt.Sprintf("lastOffset=%d", len(history)-1), fmt.Sprintf("segments=%d", len(segs)-1)} {
			if !strings.Contains(out.String(), want) {
				t.Fatalf("byte %d: no %q in %s", at, want, out.String())
			}
		}
		mustAppend(t, l, batchOf(testTime, "goes on"))
		// the next start finds nothing to do and leaves what was kept
		again := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime})).Get(tp0)
		if again.Err() != nil || again.EndOffset() != end+1 {
			t.Fatalf("byte %d: second start: end %d, %v", at, again.EndOffset(), again.Err())
		}
	}
}

// The checksum does not cover where a batch begins. One that says it begins elsewhere is never served, nor is another in its place; what
// stands around it is.
func TestInvR27BatchWithAWrongBaseOffsetIsNeverServed(t *testing.T) {
	_, segs, _ := killedMem(t)
	for _, seg := range []SegmentInfo{segs[1], segs[len(segs)-1]} {
		for _, by := range []int64{1 << 62, -1 << 62, 1 << 40, 500, 2, -2, 1, -1} {
			mem, _ := filledMem(t, true)
			name := partDir + segment.FileName(seg.BaseOffset, segment.LogSuffix)
			pos := batchBytes(t, mem, name)
			bad := seg.BaseOffset + 2
			f, err := mem.OpenFile(name, vfs.ReadWrite, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(bad+by)), pos); err != nil {
				t.Fatal(err)
			}
			f.Close()
			s := openStore(t, testConfig(mem, &clock{testTime}))
			l := s.Get(tp0)
			if l.Err() != nil {
				if seg == segs[1] {
					t.Fatalf("by %d: %v", by, l.Err())
				}
				continue // the start looks at the end of the last segment and finds it
			}
			served := 0
			for off := range int64(80) {
				sl, err := l.Read(off, 1, 80, true)
				if err != nil {
					if !errors.Is(err, ErrOffline) {
						t.Fatalf("segment %d by %d: read at %d: %v", seg.BaseOffset, by, off, err)
					}
					continue
				}
				b, err := sl.Bytes(nil)
				if err != nil {
					t.Fatal(err)
				}
				sl.Release()
				if got := record.Batch(b).BaseOffset(); got != off/2*2 || sl.NextOffset != got+2 || got == bad {
					t.Fatalf("segment %d by %d: read at %d gives the batch at %d, next %d", seg.BaseOffset, by, off, got, sl.NextOffset)
				}
				served++
			}
			if served < 80-6 { // the batch, and at most one before and behind it that it is mistaken for
				t.Fatalf("segment %d by %d: %d of 80 offsets are served", seg.BaseOffset, by, served)
			}
			again := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime})).Get(tp0)
			if got, err := contents(again); err == nil || int64(len(got)) > bad {
				t.Fatalf("segment %d by %d: read %d records, %v", seg.BaseOffset, by, len(got), err)
			}
		}
	}
}

func batchBytes(t *testing.T, mem *vfs.Mem, name string) int64 {
	t.Helper()
	data, err := mem.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	n, err := record.FrameLength(data)
	if err != nil {
		t.Fatal(err)
	}
	return int64(n)
}

func TestTornTailLeavesNothingAside(t *testing.T) {
	mem, segs, history := killedMem(t)
	last := segs[len(segs)-1]
	flip(t, mem, partDir+segment.FileName(last.BaseOffset, segment.LogSuffix), last.Bytes-1)
	var out bytes.Buffer
	cfg := testConfig(mem, &clock{testTime})
	cfg.Logger = slog.New(slog.NewTextHandler(&out, nil))
	l := openStore(t, cfg).Get(tp0)
	if end := int64(len(history)) - 2; l.EndOffset() != end || !strings.Contains(out.String(), fmt.Sprintf("end=%d", end)) {
		t.Fatalf("end %d, %s", l.EndOffset(), out.String())
	}
	if kept := keptOffsets(t, mem); len(kept) > 0 || strings.Contains(out.String(), "level=ERROR") {
		t.Fatalf("kept %v, %s", kept, out.String())
	}
}

// Without room to keep it, nothing is cut: the log is offline until a start finds room.
func TestInvR28WhatCannotBeKeptIsNotCut(t *testing.T) {
	mem, segs, history := killedMem(t)
	name := partDir + segment.FileName(segs[0].BaseOffset, segment.LogSuffix)
	flip(t, mem, name, 70)
	before, _ := mem.ReadFile(name)
	fault := vfs.NewFault(mem)
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpWrite && strings.Contains(op.Name, segment.DamagedSuffix) {
			return syscall.ENOSPC, 0
		}
		return nil, 0
	})
	s := openStore(t, testConfig(fault, &clock{testTime}))
	var c *CorruptError
	if err := s.Get(tp0).Err(); !errors.As(err, &c) || c.File != name || !strings.Contains(c.Reason, "kept aside") {
		t.Fatalf("error %v", err)
	}
	s.Close()
	if after, _ := mem.ReadFile(name); string(after) != string(before) {
		t.Fatal("the damaged file was changed")
	}
	l := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), &clock{testTime})).Get(tp0)
	if l.Err() != nil || l.EndOffset() != 0 {
		t.Fatalf("with room: end %d of %d, %v", l.EndOffset(), len(history), l.Err())
	}
}

// A damaged batch takes the log offline for appends; what stands before and behind it can still be read.
func TestInvR27IntactBatchesAroundDamageAreServed(t *testing.T) {
	mem, segs, history := killedMem(t)
	s := openStore(t, testConfig(mem, &clock{testTime}))
	if err := s.Get(tp0).FlushTo(s.Get(tp0).EndOffset()); err != nil {
		t.Fatal(err)
	}
	s.Get(tp0).SetHighWatermark(int64(len(history)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	second := segs[1]
	name := partDir + segment.FileName(second.BaseOffset, segment.LogSuffix)
	one := batchBytes(t, mem, name)
	flip(t, mem, name, one+70) // in the records of the second batch
	bad := second.BaseOffset + 2
	s = openStore(t, testConfig(mem, &clock{testTime}))
	l := s.Get(tp0)
	got, err := contents(l)
	var c *CorruptError
	if !errors.As(err, &c) || !errors.Is(err, ErrOffline) || c.Pos != one || int64(len(got)) != bad {
		t.Fatalf("read %d of %d records, then %v", len(got), bad, err)
	}
	if _, err := l.AppendAsLeader(batchOf(testTime, "x"), 0, Client); !errors.Is(err, ErrOffline) || !l.Offline() || l.ReadErr() != nil {
		t.Fatalf("append: %v, offline %v, reads %v", err, l.Offline(), l.ReadErr())
	}
	for off := int64(0); off < int64(len(history)); off++ {
		sl, err := l.Read(off, 1, l.EndOffset(), true)
		if isBad := off/2*2 == bad; isBad != (err != nil) || isBad && !errors.Is(err, ErrOffline) || !isBad && sl.NextOffset != off/2*2+2 {
			t.Fatalf("read at %d: %+v %v", off, sl, err)
		}
		sl.Release()
	}
	// nothing will come any more: whoever waits at the end hears of it
	if _, err := l.Read(l.EndOffset(), 100, l.EndOffset(), true); !errors.Is(err, ErrOffline) {
		t.Fatalf("read at the end: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Read(0, 100, l.EndOffset(), true); err == nil {
		t.Fatal("a closed log is read")
	}
}
