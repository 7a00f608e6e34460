package logstore

import (
	"errors"
	"sync"
)

// syncParallel is how many logs of a directory are synced at the same time: the file system merges the journal commits.
const syncParallel = 8

// A syncer is the group commit of one log directory: who wants a log flushed queues it, one goroutine takes the whole queue
// and syncs each log once, however many appends wait for it. The queue is bounded by the number of logs.
type syncer struct {
	dir  *logDir
	wake chan struct{} // capacity 1

	mu      sync.Mutex
	queue   []*Log
	running bool
}

// request queues a log whose queued flag the caller has set. Without a running goroutine it is flushed here.
func (s *syncer) request(l *Log) {
	s.mu.Lock()
	if !s.running {
		s.mu.Unlock()
		s.round([]*Log{l})
		return
	}
	s.queue = append(s.queue, l)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// loop is the goroutine; it ends when stop is closed and the queue is empty.
func (s *syncer) loop(stop <-chan struct{}) {
	var batch []*Log
	for {
		select {
		case <-s.wake:
		case <-stop:
			s.mu.Lock()
			s.running = false
			batch, s.queue = s.queue, nil
			s.mu.Unlock()
			s.round(batch)
			return
		}
		s.mu.Lock()
		batch, s.queue = s.queue, batch[:0]
		s.mu.Unlock()
		s.round(batch)
		clear(batch)
	}
}

// round flushes every log of the batch and tells who waits. A failed sync is the end of the directory (R25).
func (s *syncer) round(batch []*Log) {
	if len(batch) == 1 {
		var r flushRun
		if s.one(batch[0], &r) && r.newDir {
			s.parent([]flushRun{r})
		}
		return
	}
	runs := make([]flushRun, len(batch))
	var wg sync.WaitGroup
	next := make(chan int, len(batch))
	for i := range batch {
		next <- i
	}
	close(next)
	work := func() {
		for i := range next {
			s.one(batch[i], &runs[i])
		}
	}
	for range min(syncParallel, len(batch)) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	s.parent(runs)
}

// one flushes a log, and tells unless its directory entry must be synced first. ok=false when it failed.
func (s *syncer) one(l *Log, r *flushRun) bool {
	if err := l.flush(r); err != nil {
		r.newDir = false
		s.failed(l, err)
		return false
	}
	if !r.newDir {
		r.tell()
	}
	return true
}

func (s *syncer) failed(l *Log, err error) {
	if passes(err) { // nothing was lost, the next flush tries what is left
		l.refuseWaiters(noSpace(err))
		return
	}
	if errors.Is(err, ErrOffline) || errors.Is(err, ErrClosed) || errors.Is(err, ErrDeleted) {
		l.wakeWaiters()
		return
	}
	s.dir.fail(err)
}

// parent syncs the log directory once for all logs that are new in it.
func (s *syncer) parent(runs []flushRun) {
	any := false
	for i := range runs {
		any = any || runs[i].newDir
	}
	if !any {
		return
	}
	if err := s.dir.store.fs.SyncDir(s.dir.path); err != nil {
		s.dir.fail(err)
		return
	}
	for i := range runs {
		if runs[i].newDir {
			runs[i].tell()
		}
	}
}
