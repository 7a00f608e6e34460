package logstore

import (
	"errors"
	"syscall"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// A flush that runs out of descriptors, wherever it is, counts for nothing: the log has something to sync, and once the next flush has
// told of everything, everything survives a power cut.
func TestInvR26FlushMakesUpForOneThatPassed(t *testing.T) {
	for n := 1; ; n++ {
		mem := vfs.NewMem()
		fault := vfs.NewFault(mem)
		s := fullScript(t, fault)
		opened := 0
		fault.Inject(func(op vfs.Op) (error, int) {
			if op.Kind == vfs.OpOpen || op.Kind == vfs.OpCreate {
				opened++
				if opened >= n {
					return syscall.EMFILE, 0
				}
			}
			return nil, 0
		})
		err := s.log.FlushTo(s.log.EndOffset())
		fault.Inject(nil)
		if opened < n {
			if err != nil || n < 10 {
				t.Fatalf("%d files opened by a flush: %v", opened, err)
			}
			return
		}
		if !errors.Is(err, syscall.EMFILE) || s.log.FlushedOffset() != 0 {
			t.Fatalf("open %d: flushed to %d: %v", n, s.log.FlushedOffset(), err)
		}
		if len(s.log.dir.unsettled()) != 1 {
			t.Fatalf("open %d: nothing is left to sync", n)
		}
		if n%2 == 0 { // what was active is sealed now
			s.append("more")
			if err := s.log.Roll(); err != nil {
				t.Fatal(err)
			}
			s.append("and more")
		}
		if err := s.log.dir.moveRecoveryPoints(-1); err != nil {
			t.Fatal(err)
		}
		if got := s.log.FlushedOffset(); got != int64(len(s.history)) {
			t.Fatalf("open %d: flushed to %d of %d", n, got, len(s.history))
		}
		if err := restart(mem.Clone(vfs.PowerCut, nil), s.clock.ms, s.history, s.log.FlushedOffset()); err != nil {
			t.Fatalf("open %d: %v", n, err)
		}
	}
}

// A truncation between a flush and the telling of it: what was appended since has the offsets of what was synced, and is not durable.
func TestInvR26TruncationOvertakesAFlush(t *testing.T) {
	overtaken := func(t *testing.T) (*script, *flushRun) {
		s := newScript(t, vfs.NewMem(), DefaultConfig())
		s.append("a")
		if err := s.log.FlushTo(1); err != nil {
			t.Fatal(err)
		}
		s.append("b")
		s.append("c")
		r := new(flushRun)
		if err := s.log.flush(r); err != nil {
			t.Fatal(err)
		}
		if err := s.log.Truncate(1); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s.log, batchOf(testTime, "d"))
		return s, r
	}
	t.Run("nobody waits", func(t *testing.T) {
		s, r := overtaken(t)
		r.tell()
		if got := s.log.FlushedOffset(); got != 1 {
			t.Fatalf("flushed to %d", got)
		}
	})
	t.Run("some wait", func(t *testing.T) {
		s, r := overtaken(t)
		done := make(chan error, 2)
		s.log.waiters = []flushWaiter{{2, done}, {3, done}} // for what was appended since, and for what was cut off
		r.tell()
		if got := s.log.FlushedOffset(); got != 2 || len(done) != 2 || len(s.log.waiters) != 0 {
			t.Fatalf("flushed to %d, %d of 2 were told", got, len(done))
		}
	})
}
