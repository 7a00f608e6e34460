package logstore

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// Silent producers are forgotten on the interval that is theirs, whatever that of retention is.
func TestSilentProducersAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := bubbleConfig(vfs.NewMem())
		cfg.Tuning.ProducerExpiryMs, cfg.ProducerExpiryCheckInterval = time.Hour.Milliseconds(), 3*time.Hour
		s := openStore(t, cfg)
		s.Start()
		l := createLog(t, s, DefaultConfig())
		opt := record.NewBuilderOptions()
		opt.ProducerID, opt.ProducerEpoch, opt.BaseSequence = 7, 0, 0
		b := record.NewBuilder(opt)
		b.Append(time.Now().UnixMilli(), nil, []byte("a"))
		mustAppend(t, l, b.Build())
		time.Sleep(3*time.Hour - time.Second) // many retention checks
		if n := len(l.Producers()); n != 1 {
			t.Errorf("%d producers before the check", n)
		}
		time.Sleep(2 * time.Second)
		if n := len(l.Producers()); n != 0 {
			t.Errorf("%d producers after it", n)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func namesEnding(t *testing.T, fsys vfs.FS, dir, suffix string) []string {
	t.Helper()
	names, err := fsys.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(n string) bool { return !strings.HasSuffix(n, suffix) })
}

func TestRetentionKeepsFilesForTheDeleteDelay(t *testing.T) {
	mem := vfs.NewMem()
	cfg := smallSegments()
	cfg.RetentionMs, cfg.FileDeleteDelayMs = 1000, 60_000
	s := newScript(t, mem, cfg)
	for range 30 {
		mustAppend(t, s.log, batchOf(testTime, "a"))
	}
	s.log.SetHighWatermark(30)
	now := int64(testTime + 2000)
	if n, err := s.log.ApplyRetention(now); n == 0 || err != nil {
		t.Fatalf("%d segments, %v", n, err)
	}
	s.store.removeDue(now + cfg.FileDeleteDelayMs - 1)
	if n := len(namesEnding(t, mem, "/data/t-0", ".log.deleted")); n == 0 {
		t.Fatal("the files went before their time")
	}
	s.store.removeDue(now + cfg.FileDeleteDelayMs)
	if left := namesEnding(t, mem, "/data/t-0", ".deleted"); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
}

// A snapshot behind the end would be believed once the log has grown past it again.
func TestInvI4TruncationRemovesSnapshotsBehindTheEnd(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	s.produce(7, false, "a", "b")
	if err := s.log.Roll(); err != nil {
		t.Fatal(err)
	}
	s.produce(7, false, "c")
	if err := s.log.Truncate(1); err != nil {
		t.Fatal(err)
	}
	for _, name := range namesEnding(t, mem, "/data/t-0", ".snapshot") {
		if name > "00000000000000000000.snapshot" {
			t.Errorf("%s is left, the log ends at %d", name, s.log.EndOffset())
		}
	}
}

func TestStartOffsetOneBehindTheBaseIsCheckpointed(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	s.append("a", "b")
	s.log.SetHighWatermark(2)
	if err := s.log.AdvanceStartOffset(1); err != nil {
		t.Fatal(err)
	}
	if err := s.log.dir.writeStartOffsets(); err != nil {
		t.Fatal(err)
	}
	if b, err := mem.ReadFile("/data/log-start-offset-checkpoint"); err != nil || string(b) != "0\n1\nt 0 1\n" {
		t.Fatalf("%q %v", b, err)
	}
}

// The flush after a roll makes the snapshot at the roll durable: recovery begins there.
func TestFlushAfterARollSyncsTheSnapshot(t *testing.T) {
	mem := vfs.NewMem()
	s := newScript(t, mem, smallSegments())
	s.produce(7, false, "a", "b")
	if err := s.log.Roll(); err != nil {
		t.Fatal(err)
	}
	s.append("c")
	if err := s.log.FlushTo(3); err != nil {
		t.Fatal(err)
	}
	const name = "/data/t-0/00000000000000000002.snapshot"
	want, err := mem.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mem.Clone(vfs.PowerCut, nil).ReadFile(name); err != nil || string(got) != string(want) {
		t.Fatalf("%d of %d bytes survive: %v", len(got), len(want), err)
	}
}
