package logstore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
)

const recoveryPoints = "/data/" + checkpoint.RecoveryPointFile

func rewrite(t *testing.T, mem *vfs.Mem, name, content string) {
	t.Helper()
	f, err := mem.OpenFile(name, vfs.ReadWrite|vfs.Create|vfs.Trunc, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(content), 0); err != nil {
		t.Fatal(err)
	}
}

func cutFile(t *testing.T, mem *vfs.Mem, name string, size int64) {
	t.Helper()
	f, err := mem.OpenFile(name, vfs.ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, mem *vfs.Mem, match func(name string) bool) {
	t.Helper()
	names, err := mem.List("/data/t-0")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if match(n) {
			if err := mem.Remove(partDir + n); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A log that ends on a batch border, but before its recovery point, has lost durable records.
func TestInvR28LogThatEndsBeforeItsRecoveryPointIsOffline(t *testing.T) {
	for _, clean := range []bool{true, false} {
		_, segs, _ := killedMem(t)
		last := segs[len(segs)-1]
		lastLog := segment.FileName(last.BaseOffset, segment.LogSuffix)
		for what, harm := range map[string]func(mem *vfs.Mem) (end int64){
			"cut on a batch border": func(mem *vfs.Mem) int64 {
				cutFile(t, mem, partDir+lastLog, batchBytes(t, mem, partDir+lastLog))
				return last.BaseOffset + 2
			},
			"last cut to nothing": func(mem *vfs.Mem) int64 { cutFile(t, mem, partDir+lastLog, 0); return last.BaseOffset },
			"last missing": func(mem *vfs.Mem) int64 {
				remove(t, mem, func(n string) bool { return n == lastLog })
				return last.BaseOffset
			},
			"every .log missing": func(mem *vfs.Mem) int64 {
				remove(t, mem, func(n string) bool { return strings.HasSuffix(n, segment.LogSuffix) })
				return 0
			},
			"directory missing": func(mem *vfs.Mem) int64 {
				if err := mem.RemoveAll("/data/t-0"); err != nil {
					t.Fatal(err)
				}
				return 0
			},
			"recovery point beyond": func(mem *vfs.Mem) int64 { rewrite(t, mem, recoveryPoints, "0\n1\nt 0 9999\n"); return 80 },
		} {
			mem, _ := filledMem(t, clean)
			end := harm(mem)
			point, _ := mem.ReadFile(recoveryPoints)
			for start := range 2 { // nor does the next start forget
				s := openStore(t, testConfig(mem, &clock{testTime}))
				l := s.Get(tp0)
				var c *CorruptError
				if l == nil || !errors.As(l.Err(), &c) || c.File != recoveryPoints || !strings.Contains(c.Reason, fmt.Sprintf("to %d; then", end)) {
					t.Fatalf("clean=%v, %s, start %d: %v", clean, what, start, l.Err())
				}
				if _, err := s.Create(tp0, topicID, DefaultConfig()); !errors.As(err, &c) {
					t.Fatalf("clean=%v, %s: it is made anew: %v", clean, what, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if after, _ := mem.ReadFile(recoveryPoints); string(after) != string(point) {
					t.Fatalf("clean=%v, %s: recovery points %q, before %q", clean, what, after, point)
				}
				mem = mem.Clone(vfs.ProcessKill, nil)
			}
			rewrite(t, mem, recoveryPoints, fmt.Sprintf("0\n1\nt 0 %d\n", end)) // the loss is accepted
			s := openStore(t, testConfig(mem, &clock{testTime}))
			l, err := s.Create(tp0, topicID, DefaultConfig())
			if err != nil || l.EndOffset() != end {
				t.Fatalf("clean=%v, %s: accepted: %v", clean, what, err)
			}
		}
	}
}

// A hole below the recovery point is not cut away.
func TestInvR28HoleBelowTheRecoveryPointCutsNothing(t *testing.T) {
	mem, segs, _ := killedMem(t)
	first := partDir + segment.FileName(0, segment.LogSuffix)
	rewrite(t, mem, recoveryPoints, fmt.Sprintf("0\n1\nt 0 %d\n", segs[0].NextOffset-1)) // within the first segment
	cutFile(t, mem, first, batchBytes(t, mem, first))
	before, _ := mem.List("/data/t-0")
	s := openStore(t, testConfig(mem, &clock{testTime}))
	var c *CorruptError
	if err := s.Get(tp0).Err(); !errors.As(err, &c) || c.File != first {
		t.Fatal(err)
	}
	if after, _ := mem.List("/data/t-0"); len(after) < len(before) {
		t.Fatalf("%v, before %v", after, before)
	}
}

// No crash around the deletion of a log and the making of another of the same name lets the new one be taken for the old one that
// lost its records.
func TestInvR28DeletedLogLeavesNoRecoveryPoint(t *testing.T) {
	s, mem := flushedScript(t)
	s.clock.ms += 1000
	crashesOf := func(t *testing.T, fn func()) {
		mem.SetHook(func(op vfs.Op) {
			for i, k := range []vfs.Crash{vfs.PowerCut, vfs.ProcessKill, vfs.PartialCrash, vfs.PartialCrash, vfs.PartialCrash} {
				disk := mem.Clone(k, rand.New(rand.NewPCG(uint64(op.N), uint64(i))))
				opened := func(disk *vfs.Mem, when string) *Store {
					s2, err := Open(testConfig(disk, s.clock))
					if err != nil {
						t.Fatalf("%v", err)
					}
					if l := s2.Get(tp0); l != nil && l.Err() != nil {
						t.Errorf("crash %d before op %d (%s %s), %s: %v", k, op.N, op.Kind, op.Name, when, l.Err())
					}
					return s2
				}
				// It is killed again, with the deleted files removed, and with the name given anew.
				s2 := opened(disk, "at once")
				s2.removeDue(1 << 62)
				opened(disk.Clone(vfs.ProcessKill, nil), "after the removal").Close()
				if s2.Get(tp0) == nil {
					if _, err := s2.Create(tp0, [16]byte{7}, smallSegments()); err != nil {
						t.Fatal(err)
					}
				}
				opened(disk.Clone(vfs.ProcessKill, nil), "created again").Close()
				s2.Close()
			}
		})
		fn()
		mem.SetHook(nil)
	}
	crashesOf(t, func() {
		if err := s.store.Delete(tp0); err != nil {
			t.Fatal(err)
		}
		s.store.removeDue(1 << 62)
	})
	crashesOf(t, func() {
		l, err := s.store.Create(tp0, [16]byte{9}, smallSegments())
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, l, batchOf(testTime, "new", "new"))
		if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
			t.Fatal(err)
		}
		if err := s.store.Delete(tp0); err != nil {
			t.Fatal(err)
		}
		if l, err = s.store.Create(tp0, [16]byte{10}, smallSegments()); err != nil { // at once
			t.Fatal(err)
		}
		mustAppend(t, l, batchOf(testTime, "newer"))
		if err := l.FlushTo(1); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCrashDuringTruncationWithinABatch(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	for i := range 20 {
		s.append(fmt.Sprintf("a%d", i), fmt.Sprintf("b%d", i), fmt.Sprintf("c%d", i))
	}
	s.log.SetHighWatermark(60)
	if err := s.log.AdvanceStartOffset(4); err != nil {
		t.Fatal(err)
	}
	if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
		t.Fatal(err)
	}
	for _, to := range []int64{50, 5} { // the batch of the second begins below the log start
		crashes(t, mem, func() {
			if err := s.log.Truncate(to); err != nil {
				t.Fatal(err)
			}
		}, func(l *Log) error { return nil }, s.clock.ms)
	}
}

func TestInvR30HighWatermarkBehindTheEndIsBoundedAndTold(t *testing.T) {
	mem, _ := filledMem(t, false)
	rewrite(t, mem, "/data/"+checkpoint.HighWatermarkFile, "0\n1\nt 0 5000\n")
	cfg := testConfig(mem, &clock{testTime})
	said := recordLogs(&cfg)
	l := openStore(t, cfg).Get(tp0)
	if l.HighWatermark() != 80 || !strings.Contains(said(), "level=WARN") || !strings.Contains(said(), "offset=5000 end=80") {
		t.Fatalf("high watermark %d, %s", l.HighWatermark(), said())
	}
}

const metadataFile = partDir + checkpoint.PartitionMetadataFile

// Records that were durable are neither thrown away nor shown when nobody knows whose they are.
func TestInvR33LogOfUnknownTopicIsKeptAndNotServed(t *testing.T) {
	for _, clean := range []bool{true, false} {
		for _, content := range []string{"", "garbage", "version: 0\ntopic_id: !!!\n"} {
			mem, want := filledMem(t, clean)
			file, err := mem.ReadFile(metadataFile)
			if err != nil {
				t.Fatal(err)
			}
			if content == "" {
				remove(t, mem, func(n string) bool { return n == checkpoint.PartitionMetadataFile })
			} else {
				rewrite(t, mem, metadataFile, content)
			}
			for range 2 {
				cfg := testConfig(mem, &clock{testTime})
				said := recordLogs(&cfg)
				s := openStore(t, cfg)
				_, err := s.Create(tp0, topicID, DefaultConfig())
				var c *CorruptError
				if !errors.As(err, &c) || !errors.Is(err, ErrOffline) || c.File != metadataFile || !strings.Contains(c.Reason, "offsets 0 to 79") {
					t.Fatalf("clean=%v, %q: %v", clean, content, err)
				}
				if !strings.Contains(said(), "level=ERROR") {
					t.Fatalf("clean=%v, %q: %s", clean, content, said())
				}
				if _, err := s.Get(tp0).Read(0, 100, 80, true); !errors.Is(err, ErrOffline) {
					t.Fatalf("clean=%v, %q: read: %v", clean, content, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				mem = mem.Clone(vfs.ProcessKill, nil)
			}
			rewrite(t, mem, metadataFile, string(file))
			s := openStore(t, testConfig(mem, &clock{testTime}))
			l, err := s.Create(tp0, topicID, DefaultConfig())
			if err != nil {
				t.Fatalf("clean=%v, %q: %v", clean, content, err)
			}
			if got := mustContents(t, l); len(got) != len(want) {
				t.Fatalf("clean=%v, %q: %d of %d records are left", clean, content, len(got), len(want))
			}
		}
	}
}

func TestLogThatHeldNothingGetsItsTopicID(t *testing.T) {
	mem := vfs.NewMem()
	if err := mem.MkdirAll("/data/t-0", 0o755); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, testConfig(mem, &clock{testTime}))
	if l, err := s.Create(tp0, topicID, DefaultConfig()); err != nil || l.TopicID() != topicID {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if l := openStore(t, testConfig(mem, &clock{testTime})).Get(tp0); l.TopicID() != topicID {
		t.Fatalf("id %v", l.TopicID())
	}
}

// A power cut soon after a partition was made must not take the partition away; what it left is kept.
func TestInvR33WhatWasNeverDurableIsSetAsideAndKept(t *testing.T) {
	mem, _, _ := killedMem(t)
	rewrite(t, mem, metadataFile, "")
	c := &clock{testTime}
	s := openStore(t, testConfig(mem, c))
	if _, err := s.Create(tp0, topicID, DefaultConfig()); !errors.Is(err, ErrLogExists) {
		t.Fatal(err)
	}
	path, err := s.SetAside(tp0)
	if err != nil || !strings.HasPrefix(path, "/data/t-0.") || !strings.HasSuffix(path, "-stray") {
		t.Fatal(path, err)
	}
	l := createLog(t, s, DefaultConfig())
	mustAppend(t, l, batchOf(testTime, "new"))
	if err := l.FlushTo(1); err != nil {
		t.Fatal(err)
	}
	s.removeDue(1 << 62)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, testConfig(mem, c))
	s.removeDue(1 << 62)
	if l := s.Get(tp0); l.EndOffset() != 1 {
		t.Fatalf("end %d", l.EndOffset())
	}
	if _, err := mem.Stat(path + "/00000000000000000000.log"); err != nil {
		t.Fatal(err)
	}
}

// A segment in the middle that has lost its .log is no hole that readers pass in silence.
func TestInvR28MissingMiddleSegmentTakesTheLogOffline(t *testing.T) {
	for _, clean := range []bool{true, false} {
		mem, _ := filledMem(t, clean)
		_, segs, _ := killedMem(t)
		gone := segment.FileName(segs[2].BaseOffset, segment.LogSuffix)
		remove(t, mem, func(n string) bool { return n == gone })
		before, _ := mem.List("/data/t-0")
		for range 2 {
			s := openStore(t, testConfig(mem, &clock{testTime}))
			var c *CorruptError
			if err := s.Get(tp0).Err(); !errors.As(err, &c) || c.File != partDir+gone {
				t.Fatalf("clean=%v: %v", clean, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			mem = mem.Clone(vfs.ProcessKill, nil)
		}
		if after, _ := mem.List("/data/t-0"); len(after) != len(before) {
			t.Fatalf("clean=%v: %v, before %v", clean, after, before)
		}
		base := strings.TrimSuffix(gone, segment.LogSuffix) // the loss is accepted: what is left is served
		remove(t, mem, func(n string) bool { return strings.HasPrefix(n, base) })
		l := openStore(t, testConfig(mem, &clock{testTime})).Get(tp0)
		got, err := contents(l)
		if want := 80 - int(segs[2].NextOffset-segs[2].BaseOffset); err != nil || len(got) != want {
			t.Fatalf("clean=%v: %d of %d records, %v", clean, len(got), want, err)
		}
	}
}

func TestInvR28MissingFirstSegmentIsTold(t *testing.T) {
	for clean, level := range map[bool]string{true: "level=ERROR", false: "level=WARN"} {
		mem, _ := filledMem(t, clean)
		remove(t, mem, func(n string) bool { return strings.HasPrefix(n, segment.FileName(0, "")) })
		cfg := testConfig(mem, &clock{testTime})
		said := recordLogs(&cfg)
		openStore(t, cfg)
		if !strings.Contains(said(), level) || !strings.Contains(said(), "epochsFrom=0") {
			t.Fatalf("clean=%v: %s", clean, said())
		}
	}
}
