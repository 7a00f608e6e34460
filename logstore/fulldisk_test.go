package logstore

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// fill makes the disk full to the last byte.
func fill(mem *vfs.Mem, dir string) {
	mem.SetCapacity(1 << 40)
	total, usable, _ := mem.Usage(dir)
	mem.SetCapacity(total - usable)
}

// fullScript is a log of several segments with transactions in each.
func fullScript(t *testing.T, fsys vfs.FS) *script {
	s := newScript(t, fsys, smallSegments())
	for i := range 12 {
		s.append(fmt.Sprint("a", i))
		s.produce(5, true, fmt.Sprint("t", i), "u")
		s.append(fmt.Sprint("b", i))
		s.end(5, i%3 == 0)
	}
	s.log.SetHighWatermark(s.log.EndOffset())
	return s
}

// A start on a disk without a free byte serves every log, whether it has to recover or not, and so does the one after it; when there is
// space again, the log goes on. Writes are cut short after so many bytes, because half an index is worse than none.
func TestTrap072StartOnAFullDiskServes(t *testing.T) {
	for _, how := range []string{"killed", "killed before a flush", "closed", "closed when full"} {
		for _, short := range []int{0, 1, 8, 12, 34, 35, 1000} {
			t.Run(fmt.Sprint(how, short), func(t *testing.T) {
				mem := vfs.NewMem()
				fault := vfs.NewFault(mem)
				s := fullScript(t, fault)
				full := func(op vfs.Op) (error, int) {
					if op.Kind == vfs.OpWrite {
						return syscall.ENOSPC, min(short, op.Size-1)
					}
					return nil, 0
				}
				durable := s.log.EndOffset()
				switch how {
				case "killed":
					if err := s.log.FlushTo(durable); err != nil {
						t.Fatal(err)
					}
				case "killed before a flush":
					durable = 0
				case "closed":
					if err := s.store.Close(); err != nil {
						t.Fatal(err)
					}
				case "closed when full":
					fault.Inject(full)
					if err := s.store.Close(); err != nil {
						t.Fatal(err)
					}
					if _, err := mem.Stat("/data/.kafka_cleanshutdown"); err == nil {
						t.Fatal("the stop counts as clean")
					}
				}
				disk := mem.Clone(vfs.ProcessKill, nil)
				for range 2 { // the second start finds what the first could not write
					fault := vfs.NewFault(disk)
					fault.Inject(full)
					cfg := testConfig(fault, s.clock)
					cfg.Default = smallSegments()
					s2 := openStore(t, cfg)
					l := s2.Get(tp0)
					if err := checkRecovered(l, s.history, int64(len(s.history))); err != nil {
						t.Fatal(err)
					}
					if got, _, err := l.OffsetForTimestamp(s.clock.ms-20, l.EndOffset()); err != nil || got.Offset != int64(len(s.history))-2 {
						t.Fatalf("by time: %+v %v", got, err)
					}
					if _, err := l.AppendAsLeader(batchOf(s.clock.ms, "more"), 0, Client); !errors.Is(err, ErrNoSpace) {
						t.Fatalf("append: %v", err)
					}
					if err := s2.Close(); err != nil {
						t.Fatal(err)
					}
					if names := namesEnding(t, disk, "/data", ".tmp"); len(names) > 0 {
						t.Fatalf("left: %v", names)
					}
					disk = disk.Clone(vfs.ProcessKill, nil)
				}
				for _, kind := range []vfs.Crash{vfs.ProcessKill, vfs.PowerCut} {
					if err := restart(disk.Clone(kind, nil), s.clock.ms, s.history, durable); err != nil {
						t.Fatal(err)
					}
				}
				cfg := testConfig(disk, s.clock)
				cfg.Default = smallSegments()
				l := openStore(t, cfg).Get(tp0)
				if info := mustAppend(t, l, batchOf(s.clock.ms, "more")); info.FirstOffset != int64(len(s.history)) {
					t.Fatalf("appended at %d", info.FirstOffset)
				}
				if err := checkRecovered(l, append(s.history, "more"), l.EndOffset()); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// On a full disk what was held back lets a topic be deleted, its files go, and the node be stopped cleanly; appends do not get it.
func TestTrap072ReserveLetsDeletionsMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := vfs.NewMem()
		cfg := bubbleConfig(mem)
		cfg.ReserveBytes = 1 << 20
		cfg.Default = DefaultConfig()
		cfg.Default.FileDeleteDelayMs = 1000
		s := openStore(t, cfg)
		s.Start()
		big, err := s.Create(TopicPartition{"big", 0}, topicID, cfg.Default)
		if err != nil {
			t.Fatal(err)
		}
		l := createLog(t, s, cfg.Default)
		one := func(l *Log) error {
			_, err := l.AppendAsLeader(batchOf(time.Now().UnixMilli(), string(make([]byte, 100_000))), 0, Client)
			return err
		}
		for range 30 {
			if err := one(big); err != nil {
				t.Fatal(err)
			}
		}
		if err := one(l); err != nil {
			t.Fatal(err)
		}
		fill(mem, "/data")
		time.Sleep(5 * time.Second) // the keeper finds no room for its checkpoint, and takes what was held back
		if _, usable, _ := mem.Usage("/data"); usable < 900_000 {
			t.Fatalf("%d bytes are left", usable)
		}
		if err := one(l); !errors.Is(err, ErrNoSpace) {
			t.Fatalf("append: %v", err)
		}
		if n := len(mustContents(t, l)); n != 1 {
			t.Fatalf("%d records", n)
		}
		disk := mem.Clone(vfs.ProcessKill, nil)
		if err := s.Delete(TopicPartition{"big", 0}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := one(l); err != nil {
			t.Fatalf("when there is space again: %v", err)
		}
		if _, usable, _ := mem.Usage("/data"); usable > 3_200_000 {
			t.Fatalf("%d bytes are left: nothing is held back", usable)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}

		// Another node starts with the reserve spent, deletes, and goes on.
		cfg.FS = disk
		s = openStore(t, cfg)
		s.Start()
		if err := one(s.Get(tp0)); !errors.Is(err, ErrNoSpace) {
			t.Fatalf("append after a start: %v", err)
		}
		if err := s.Delete(TopicPartition{"big", 0}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := one(s.Get(tp0)); err != nil {
			t.Fatal(err)
		}
		if got := s.Get(tp0).EndOffset(); got != 2 {
			t.Fatalf("ends at %d", got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if names := namesEnding(t, disk, "/data", ".kafka_cleanshutdown"); !reflect.DeepEqual(names, []string{".kafka_cleanshutdown"}) {
			t.Fatal("no clean stop")
		}
	})
}

// Without any room, and nothing held back, the files of a deleted log go all the same; its directory stays as the trace of it until a
// checkpoint could be written.
func TestTrap072DeletedFilesGoWithoutRoomForACheckpoint(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	s := fullScript(t, fault)
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpWrite {
			return syscall.ENOSPC, 0
		}
		return nil, 0
	})
	if err := s.store.Delete(tp0); err != nil {
		t.Fatal(err)
	}
	later := s.clock.ms + time.Hour.Milliseconds()
	s.store.removeDue(later)
	dirs := namesEnding(t, mem, "/data", "-delete")
	if len(dirs) != 1 {
		t.Fatalf("%v", dirs)
	}
	if names := namesEnding(t, mem, "/data/"+dirs[0], ""); len(names) > 0 {
		t.Fatalf("left: %v", names)
	}
	if l := openStore(t, testConfig(mem.Clone(vfs.ProcessKill, nil), s.clock)).Get(tp0); l != nil {
		t.Fatalf("a start misses the log: %v", l.Err())
	}
	fault.Inject(nil)
	s.store.removeDue(later)
	if dirs := namesEnding(t, mem, "/data", "-delete"); len(dirs) != 0 {
		t.Fatalf("%v", dirs)
	}
}

// An fsync may be where a full disk is told of, where blocks are allocated late. It is a failed fsync all the same: what it should have
// made durable never counts as durable.
func TestInvR25FsyncWithoutSpaceIsAFailedFsync(t *testing.T) {
	mem := vfs.NewMem()
	fault := vfs.NewFault(mem)
	s := newScript(t, fault, smallSegments())
	s.append("a")
	once := true
	fault.Inject(func(op vfs.Op) (error, int) {
		if op.Kind == vfs.OpSync && strings.HasSuffix(op.Name, ".log") && once {
			once = false
			return syscall.ENOSPC, 0
		}
		return nil, 0
	})
	for range 2 {
		if err := s.log.FlushTo(1); err == nil || s.log.FlushedOffset() != 0 {
			t.Fatalf("flushed to %d: %v", s.log.FlushedOffset(), err)
		}
	}
	if _, err := s.log.AppendAsLeader(batchOf(testTime, "b"), 0, Client); !errors.Is(err, ErrOffline) {
		t.Fatalf("append: %v", err)
	}
}

// Each checkpoint that finds the disk full gets what was held back, and appends do not from then on.
func TestTrap072CheckpointsGetTheReserve(t *testing.T) {
	for name, write := range map[string]func(d *logDir) error{
		"recovery points": (*logDir).writeRecoveryPoints, "high watermarks": (*logDir).writeHighWatermarks, "start offsets": (*logDir).writeStartOffsets,
	} {
		t.Run(name, func(t *testing.T) {
			mem := vfs.NewMem()
			cfg := testConfig(mem, &clock{testTime})
			cfg.ReserveBytes = 1 << 16
			s := openStore(t, cfg)
			l := createLog(t, s, DefaultConfig())
			mustAppend(t, l, batchOf(testTime, "a"))
			fill(mem, "/data")
			if err := write(l.dir); err != nil {
				t.Fatal(err)
			}
			if _, err := l.AppendAsLeader(batchOf(testTime, "b"), 0, Client); !errors.Is(err, ErrNoSpace) {
				t.Fatalf("append: %v", err)
			}
			if s.GiveReserve("/data") {
				t.Fatal("given twice")
			}
		})
	}
}
