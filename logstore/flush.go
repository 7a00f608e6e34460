package logstore

import (
	"fmt"
	"slices"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/segment"
)

type flushWaiter struct {
	offset int64
	done   chan error // capacity 1
}

// SetOnFlushed sets the function that is told of every move of FlushedOffset, outside every lock. nil unsets it.
func (l *Log) SetOnFlushed(fn func(flushed int64)) {
	if fn == nil {
		l.onFlushed.Store(nil)
		return
	}
	l.onFlushed.Store(&fn)
}

// RequestFlush asks for a flush of what is there and does not wait; SetOnFlushed's function hears of it. With
// Config.FlushMessages == 1 an append does this itself. Before Store.Start it flushes at once.
func (l *Log) RequestFlush() {
	if !l.queued.Swap(true) {
		l.dir.sync.request(l)
	}
}

// FlushTo waits until everything below offset survives a power cut, sharing the fsync with all who wait on the directory.
func (l *Log) FlushTo(offset int64) error {
	offset = min(offset, l.end.Load())
	if l.flushed.Load() >= offset {
		return l.Err()
	}
	w := flushWaiter{offset, make(chan error, 1)}
	l.waitMu.Lock()
	l.waiters = append(l.waiters, w)
	l.waitMu.Unlock()
	if err := l.Err(); err != nil { // the log may have failed before the waiter was there to be told
		l.wakeWaiters()
	}
	l.RequestFlush()
	if err := <-w.done; err != nil {
		return err
	}
	return nil
}

// tell moves FlushedOffset and tells who waits for it. A truncation since the run was prepared has overtaken it: offsets then stand for
// other records than those that were synced.
func (r *flushRun) tell() {
	l := r.l
	l.mu.Lock()
	overtaken := l.mu.cleanable.generation != r.generation
	if !overtaken {
		l.flushed.Store(max(l.flushed.Load(), r.upTo))
	}
	flushed, end := l.flushed.Load(), l.end.Load()
	l.waitMu.Lock() // within mu, so that nobody waits yet for what is appended behind end
	l.mu.Unlock()
	keep := l.waiters[:0]
	for _, w := range l.waiters {
		if min(w.offset, end) <= flushed { // what was truncated is not waited for
			w.done <- nil
		} else {
			keep = append(keep, w)
		}
	}
	clear(l.waiters[len(keep):])
	l.waiters = keep
	again := overtaken && len(keep) > 0
	l.waitMu.Unlock()
	if again {
		l.RequestFlush()
	}
	if fn := l.onFlushed.Load(); fn != nil {
		(*fn)(flushed)
	}
}

// wakeWaiters tells everybody that the log has failed.
func (l *Log) wakeWaiters() { l.refuseWaiters(fmt.Errorf("%w: %s", ErrOffline, l.tp)) }

func (l *Log) refuseWaiters(err error) {
	l.waitMu.Lock()
	defer l.waitMu.Unlock()
	for _, w := range l.waiters {
		w.done <- err
	}
	l.waiters = nil
}

// A flushRun makes durable what the log held when it was prepared.
type flushRun struct {
	l          *Log
	jobs       []segment.FlushJob
	room       [2]segment.FlushJob
	unsynced   []*segment.Segment // what Log.mu.unsynced was
	upTo       int64
	generation int // of the log when it was prepared: upTo says nothing after a truncation
	epochs     []byte
	snapshot   string // to be synced too, "" none
	syncDir    bool
	newDir     bool // the log directory must be synced, too
}

// prepareFlush collects what is unsynced. mu is held.
func (l *Log) prepareFlush(r *flushRun) error {
	r.l, r.upTo, r.generation, r.jobs = l, l.end.Load(), l.mu.cleanable.generation, r.room[:0]
	if l.mu.err != nil {
		return l.mu.err
	}
	l.mu.unflushedN, l.mu.flushedAt = 0, l.store.now()
	l.unflushed.Store(0)
	if n := len(l.mu.unsynced); n > 0 && l.mu.snapshotAt >= 0 {
		r.snapshot, r.syncDir = segment.Path(l.path.Path(), l.mu.snapshotAt, segment.SnapshotSuffix), true
	}
	for _, s := range append(l.mu.unsynced, l.active()) {
		job, ok, err := s.PrepareFlush()
		if err != nil {
			return err
		}
		if ok {
			r.jobs = append(r.jobs, job)
		}
		if s.NewEntry() && s.Size() > 0 {
			r.syncDir = true
			s.EntrySynced()
		}
	}
	r.unsynced, l.mu.unsynced = l.mu.unsynced, nil
	r.syncDir, l.mu.syncDir = r.syncDir || l.mu.syncDir, false
	if len(r.jobs) > 0 || r.syncDir {
		r.epochs = l.encodeEpochs()
		r.newDir, l.mu.newDir = l.mu.newDir, false
	}
	return nil
}

// run syncs the partition's own files and directory.
func (r *flushRun) run() error {
	for i := range r.jobs {
		if err := r.jobs[i].Run(); err != nil {
			return err
		}
	}
	dir := r.l.path.Path()
	if r.snapshot != "" {
		if err := syncFile(r.l.store, r.snapshot); err != nil && !isNotExist(err) {
			return err
		}
	}
	if r.newDir {
		path := join(dir, checkpoint.PartitionMetadataFile)
		if err := syncFile(r.l.store, path); err != nil && !isNotExist(err) {
			return err
		}
		r.syncDir = true
	}
	if r.epochs != nil {
		return r.l.dir.writeAtomic(join(dir, checkpoint.EpochFile), r.epochs)
	}
	if r.syncDir {
		return r.l.store.fs.SyncDir(dir)
	}
	return nil
}

func syncFile(s *Store, path string) error {
	f, err := s.fs.OpenFile(path, 0, 0)
	if err != nil {
		return err
	}
	err = f.SyncData()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// flush prepares and runs; the caller then calls r.tell, after having synced the log directory when r.newDir.
func (l *Log) flush(r *flushRun) error {
	l.maint.Lock()
	defer l.maint.Unlock()
	l.queued.Store(false)
	l.mu.Lock()
	err := l.prepareFlush(r)
	l.mu.Unlock()
	if err == nil {
		err = r.run()
	}
	if err != nil {
		l.mu.Lock()
		r.takeBack()
		l.mu.Unlock()
	}
	return err
}

// takeBack notes that the segments, and what stands around the data, are still to be made durable: all of them, those that were synced,
// too. It matters when there was no room or no descriptor, and the log goes on; after a failed fsync nothing goes on. maint and mu
// are held.
func (r *flushRun) takeBack() {
	for i := range r.jobs {
		r.jobs[i].Cancel()
	}
	older := slices.DeleteFunc(r.unsynced, (*segment.Segment).Gone)
	r.l.mu.unsynced = append(older, r.l.mu.unsynced...) // before those that were sealed meanwhile
	r.l.mu.epochsDirty = r.l.mu.epochsDirty || r.epochs != nil
	r.l.mu.newDir = r.l.mu.newDir || r.newDir
	r.l.mu.syncDir = r.l.mu.syncDir || r.syncDir
}

// persist writes index entries out that are only in memory, and syncs the index files when asked to.
func (l *Log) persist(sync bool) error {
	l.maint.Lock()
	defer l.maint.Unlock()
	l.mu.Lock()
	s := l.active()
	job, ok := s.PreparePersist(sync)
	l.mu.Unlock()
	if !ok {
		return nil
	}
	err := job.Run()
	if err != nil {
		l.mu.Lock()
		s.PersistFailed()
		l.mu.Unlock()
	}
	return err
}
