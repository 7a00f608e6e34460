package segment

import (
	"strings"
	"syscall"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// A job that was cancelled, before it was run or after it failed, leaves the whole of its work to the next one.
func TestInvR26CancelledJobIsDoneByTheNext(t *testing.T) {
	for _, run := range []bool{false, true} {
		_, mem := testEnv(t)
		fault := vfs.NewFault(mem)
		env := NewEnv(fault, 0, 0)
		s := filled(t, env, 20)
		if err := s.TruncateTo(20, 100); err != nil {
			t.Fatal(err)
		}
		if err := s.AppendTxn(AbortedTxn{ProducerID: 1, FirstOffset: 2, LastOffset: 5, LastStableOffset: 6}); err != nil {
			t.Fatal(err)
		}
		job, ok, err := s.PrepareFlush()
		if err != nil || !ok || !job.whole || !job.txns {
			t.Fatalf("%+v %v %v", job, ok, err)
		}
		if run {
			fault.Inject(func(op vfs.Op) (error, int) {
				if op.Kind == vfs.OpOpen {
					return syscall.EMFILE, 0
				}
				return nil, 0
			})
			if err := job.Run(); err == nil {
				t.Fatal("the job needs no descriptor")
			}
			fault.Inject(nil)
		}
		job.Cancel()
		if !s.Dirty() {
			t.Fatal("nothing is left to sync")
		}
		synced := ""
		fault.Inject(func(op vfs.Op) (error, int) {
			if op.Kind == vfs.OpSync {
				synced += op.Name[strings.LastIndex(op.Name, "."):]
			}
			return nil, 0
		})
		if job, ok, err = s.PrepareFlush(); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := job.Run(); err != nil {
			t.Fatal(err)
		}
		if synced != ".log.index.timeindex.txnindex" || s.Dirty() {
			t.Fatalf("synced %s", synced)
		}
		if sl := s.file.Load(); sl == nil || sl.refs.Load() != 1 {
			t.Fatal("a job keeps the file open, or gave it back twice")
		}
	}
}
