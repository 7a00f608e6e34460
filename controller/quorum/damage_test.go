package quorum

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// written returns a disk with a log of several segments, closed cleanly, and where it ends.
func written(t *testing.T) (*vfs.Mem, int64) {
	t.Helper()
	disk := vfs.NewMem()
	end := int64(0)
	synctest.Test(t, func(t *testing.T) {
		d, e := startOne(t, disk)
		defer d.Close()
		lead := e.active(t)
		for n := range 40 {
			b := batchAt(lead, fmt.Sprint("record ", n), strings.Repeat("x", 60_000))
			if err := d.Propose(b); err != nil {
				t.Fatal(err)
			}
			lead.Next = b.NextOffset()
			e.committed(lead.Next)
		}
		end = lead.Next
	})
	return disk, end
}

func segments(t *testing.T, disk *vfs.Mem) []string {
	t.Helper()
	names, err := disk.List(testDir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range names {
		if strings.HasSuffix(n, ".log") {
			out = append(out, filepath.Join(testDir, n))
		}
	}
	return out
}

// poke changes a file behind the node's back.
func poke(t *testing.T, disk *vfs.Mem, path string, change func(f vfs.File, size int64) error) {
	t.Helper()
	f, err := disk.OpenFile(path, vfs.ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	size, err := f.Size()
	if err == nil {
		err = errors.Join(change(f, size), f.SyncData(), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func open(disk *vfs.Mem) (*Node, error) {
	return OpenNode(NodeConfig{FS: disk, Dir: testDir, Self: self, SegmentBytes: 1 << 20})
}

func TestDamageOfWhatWasDurableStopsTheNode(t *testing.T) {
	flip := func(at func(size int64) int64) func(f vfs.File, size int64) error {
		return func(f vfs.File, size int64) error {
			var b [1]byte
			if _, err := f.ReadAt(b[:], at(size)); err != nil {
				return err
			}
			b[0] ^= 0x40
			_, err := f.WriteAt(b[:], at(size))
			return err
		}
	}
	middle := func(size int64) int64 { return size / 2 }
	last := func(size int64) int64 { return size - 1 }
	for name, damage := range map[string]func(disk *vfs.Mem, segs []string){
		"a bit in a sealed segment": func(disk *vfs.Mem, segs []string) { poke(t, disk, segs[0], flip(middle)) },
		"a bit in the last segment": func(disk *vfs.Mem, segs []string) { poke(t, disk, segs[len(segs)-1], flip(middle)) },
		"the last byte":             func(disk *vfs.Mem, segs []string) { poke(t, disk, segs[len(segs)-1], flip(last)) },
		"the tail is gone": func(disk *vfs.Mem, segs []string) {
			poke(t, disk, segs[len(segs)-1], func(f vfs.File, size int64) error { return f.Truncate(size - 10) })
		},
		"a segment is gone":         func(disk *vfs.Mem, segs []string) { _ = disk.Remove(segs[1]) },
		"the first segment is gone": func(disk *vfs.Mem, segs []string) { _ = disk.Remove(segs[0]) },
		"the last segment is gone":  func(disk *vfs.Mem, segs []string) { _ = disk.Remove(segs[len(segs)-1]) },
		"the checkpoint is cut short": func(disk *vfs.Mem, _ []string) {
			poke(t, disk, filepath.Join(testDir, BootstrapCheckpoint()), func(f vfs.File, size int64) error { return f.Truncate(size - 5) })
		},
	} {
		disk, _ := written(t)
		segs := segments(t, disk)
		if len(segs) < 3 {
			t.Fatalf("only %d segments", len(segs))
		}
		damage(disk, segs)
		n, err := open(disk)
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) || corrupt.File == "" || corrupt.Reason == "" {
			t.Errorf("%s: %v", name, err)
		}
		if n != nil {
			n.Close()
		}
	}
}

func TestTailThatNobodyWasToldOfIsCutOff(t *testing.T) {
	disk, end := written(t)
	segs := segments(t, disk)
	poke(t, disk, segs[len(segs)-1], func(f vfs.File, size int64) error {
		_, err := f.WriteAt([]byte("a batch that was never finished, and a power cut"), size)
		return err
	})
	n, err := open(disk)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if n.EndOffset() != end {
		t.Fatalf("the log ends at %d, want %d", n.EndOffset(), end)
	}
}

func TestInvM13AnotherDirectoryIsAnotherVoter(t *testing.T) {
	disk, _ := written(t)
	other := self
	other.DirectoryID[5]++
	if other.RaftID() == self.RaftID() {
		t.Fatal("two directories have one raft id")
	}
	_, err := OpenNode(NodeConfig{FS: disk, Dir: testDir, Self: other, SegmentBytes: 1 << 20})
	if err == nil || !strings.Contains(err.Error(), "knows only the voters") {
		t.Fatalf("a replaced disk: %v", err)
	}
}

func TestQuorumStateThatCannotBeReadIsRefused(t *testing.T) {
	for _, text := range []string{"", "{", `{"leaderId":1}`, `{"leaderId":-1,"leaderEpoch":-4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`,
		`{"leaderId":-1,"leaderEpoch":4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":9}`} {
		disk, _ := written(t)
		poke(t, disk, filepath.Join(testDir, stateFile), func(f vfs.File, _ int64) error {
			if err := f.Truncate(0); err != nil {
				return err
			}
			_, err := f.WriteAt([]byte(text), 0)
			return err
		})
		if n, err := open(disk); err == nil {
			n.Close()
			t.Errorf("%q was read", text)
		} else if !strings.Contains(err.Error(), stateFile) {
			t.Errorf("%q: the error does not name the file: %v", text, err)
		}
	}
}

// TestInvM03VoteOfKafkasFileIsKept: a leader that was accepted took the vote of its epoch, even when the file says so by
// its leader alone, and even when that node is no voter any more.
func TestInvM03VoteOfKafkasFileIsKept(t *testing.T) {
	for text, want := range map[string]uint64{
		`{"leaderId":1,"leaderEpoch":7,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`:                       self.RaftID(),
		`{"leaderId":9,"leaderEpoch":7,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`:                       unknownVoter,
		`{"leaderId":-1,"leaderEpoch":7,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`:                      0,
		`{"clusterId":"x","leaderId":1,"leaderEpoch":7,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}`: self.RaftID(),
	} {
		disk := vfs.NewMem()
		if err := disk.MkdirAll(testDir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writeSynced(disk, filepath.Join(testDir, stateFile), []byte(text)); err != nil {
			t.Fatal(err)
		}
		s, err := loadElection(disk, testDir, []Voter{self})
		if err != nil || s.epoch != 7 || s.vote != want {
			t.Errorf("%s: epoch %d vote %x, %v", text, s.epoch, s.vote, err)
		}
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	content := snapshotContent{kraftVersion: 1, voters: []Voter{self}, values: func(yield func([]byte) bool) { yield([]byte("v")) }}
	var whole []byte
	for b := range content.batches(3) {
		whole = append(whole, b...)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Fuzz(func(t *testing.T, b []byte) {
		batches, err := ParseCheckpoint("fuzz", b)
		if err == nil {
			_, _, _, _ = readVoters(batches)
		}
	})
}
