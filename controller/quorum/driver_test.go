package quorum

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// ear is a listener that hands on what it hears.
type ear struct {
	commits chan int64
	leads   chan Leadership
	refused chan error
}

func newEar() *ear {
	return &ear{make(chan int64, 1000), make(chan Leadership, 1000), make(chan error, 1000)}
}

func (e *ear) OnCommit(hw int64)                   { e.commits <- hw }
func (e *ear) OnLeadership(l Leadership)           { e.leads <- l }
func (e *ear) OnRefused(_ record.Batch, err error) { e.refused <- err }

func (e *ear) active(t *testing.T) Leadership {
	t.Helper()
	for {
		if l := <-e.leads; l.Active {
			return l
		}
	}
}

func (e *ear) committed(hw int64) {
	for <-e.commits < hw {
	}
}

var self = Voter{ID: 1, DirectoryID: [16]byte{1}}

const testDir = "/m/" + DirName

func startOne(t *testing.T, disk *vfs.Mem) (*Driver, *ear) {
	t.Helper()
	if ok, err := Formatted(disk, testDir); err != nil {
		t.Fatal(err)
	} else if !ok {
		if err := Format(disk, testDir, []Voter{self}, nil); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(disk.SyncDir("/"), disk.SyncDir("/m")); err != nil {
			t.Fatal(err)
		}
	}
	e := newEar()
	d, err := Start(Config{NodeConfig: NodeConfig{FS: disk, Dir: testDir, Self: self, SegmentBytes: 1 << 20}, Listener: e,
		Now: func() int64 { return time.Now().UnixMilli() }, OnFatal: func(err error) { t.Errorf("fatal: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	return d, e
}

func batchAt(l Leadership, values ...string) record.Batch {
	opt := record.NewBuilderOptions()
	opt.BaseOffset, opt.LeaderEpoch = l.Next, l.Epoch
	b := record.NewBuilder(opt)
	for _, v := range values {
		b.Append(1, nil, []byte(v))
	}
	return b.Build()
}

func TestQuorumOfOneLeadsAtOnceAndSurvivesPowerCuts(t *testing.T) {
	disk := vfs.NewMem()
	want := int64(0)
	for round := range 4 {
		synctest.Test(t, func(t *testing.T) {
			before := time.Now()
			d, e := startOne(t, disk)
			lead := e.active(t)
			if waited := time.Since(before); waited != 0 {
				t.Fatalf("the election of one waited %v", waited)
			}
			if lead.Epoch != int32(round+1) { // M7: never the old epoch again
				t.Fatalf("round %d leads epoch %d", round, lead.Epoch)
			}
			b := batchAt(lead, fmt.Sprint("round ", round), "x")
			if err := d.Propose(b); err != nil {
				t.Fatal(err)
			}
			e.committed(b.NextOffset())
			disk = disk.Clone(vfs.PowerCut, nil) // what was told committed is on the disk
			if round == 0 {
				want += 2 // the first batch of the log also tells kraft.version and the voters
			}
			if want += 3; b.NextOffset() != want {
				t.Fatalf("round %d ends at offset %d, want %d", round, b.NextOffset(), want)
			}
			d.Close()
		})
	}
}

func TestStaleProposalsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, e := startOne(t, vfs.NewMem())
		defer d.Close()
		lead := e.active(t)
		stale := lead
		stale.Epoch--
		gap := lead
		gap.Next++
		for _, l := range []Leadership{stale, gap} {
			if err := d.Propose(batchAt(l, "x")); err != nil {
				t.Fatal(err)
			}
			if err := <-e.refused; !errors.Is(err, ErrStale) {
				t.Fatalf("refused with %v", err)
			}
		}
	})
}

func TestFullDiskDelaysAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := vfs.NewMem()
		d, e := startOne(t, disk)
		defer d.Close()
		lead := e.active(t)
		disk.SetCapacity(1)
		b := batchAt(lead, "held back")
		if err := d.Propose(b); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if hw := d.HighWatermark(); hw != lead.Next {
			t.Fatalf("committed up to %d on a full disk", hw)
		}
		disk.SetCapacity(0)
		e.committed(b.NextOffset())
	})
}

func TestFailedSyncIsFatalAndNothingIsCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := vfs.NewMem()
		d, e := startOne(t, disk)
		e.active(t)
		d.Close()
		broken := vfs.NewFault(disk)
		fatal := make(chan error, 1)
		e = newEar()
		d, err := Start(Config{NodeConfig: NodeConfig{FS: broken, Dir: testDir, Self: self, SegmentBytes: 1 << 20}, Listener: e,
			Now: func() int64 { return 1 }, OnFatal: func(err error) { fatal <- err }})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		lead := e.active(t)
		broken.Inject(func(op vfs.Op) (error, int) {
			if op.Kind == vfs.OpSync {
				return syscall.EIO, 0
			}
			return nil, 0
		})
		if err := d.Propose(batchAt(lead, "lost")); err != nil {
			t.Fatal(err)
		}
		if err := <-fatal; !errors.Is(err, syscall.EIO) {
			t.Fatalf("fatal: %v", err)
		}
		if hw := d.HighWatermark(); hw != lead.Next {
			t.Fatalf("committed up to %d though the fsync failed", hw)
		}
		if err := d.Propose(batchAt(lead, "late")); !errors.Is(err, syscall.EIO) {
			t.Fatalf("a dead quorum takes a proposal: %v", err)
		}
	})
}

func TestSnapshotTrimsTheLogAndIsLoadedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := vfs.NewMem()
		d, e := startOne(t, disk)
		lead := e.active(t)
		for round := range 5 {
			b := batchAt(lead, fmt.Sprint(round), "y")
			if err := d.Propose(b); err != nil {
				t.Fatal(err)
			}
			lead.Next = b.NextOffset()
			e.committed(lead.Next)
			values := func(yield func([]byte) bool) { yield([]byte("state")) }
			if err := d.Snapshot(lead.Next, SnapshotContent{Values: values}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Read(0, 1); !errors.Is(err, ErrTrimmed) {
			t.Fatalf("reading the trimmed part: %v", err)
		}
		if b, err := d.Read(lead.Next-2, 1); err != nil || len(b) != 1 {
			t.Fatalf("the log between the last two snapshots: %v, %v", b, err)
		}
		d.Close()
		d, e = startOne(t, disk.Clone(vfs.PowerCut, nil))
		defer d.Close()
		id, batches, err := d.LoadSnapshot()
		if err != nil || id.Offset != lead.Next || len(batches) != 3 {
			t.Fatalf("snapshot %v with %d batches: %v", id, len(batches), err)
		}
		if next := e.active(t).Next; next != lead.Next+1 {
			t.Fatalf("the next offset is %d, want %d", next, lead.Next+1)
		}
	})
}
