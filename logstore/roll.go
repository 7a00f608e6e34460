package logstore

import (
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// Roll closes the active segment, unless it is empty, and begins a new one at the log end offset.
func (l *Log) Roll() error {
	l.maint.Lock()
	defer l.maint.Unlock()
	l.mu.Lock()
	err := l.mu.err
	if err == nil {
		err = l.roll()
		l.mu.Unlock()
		return l.ioFailed(err)
	}
	l.mu.Unlock()
	return err
}

// shouldRoll says whether an append of n bytes up to offset last belongs into a new segment. mu is held; s is live.
func (l *Log) shouldRoll(s *segment.Segment, n, last, maxTs int64, cfg *logConfig) bool {
	if s.Size() == 0 {
		return !s.Fits(last)
	}
	return s.Size() > cfg.SegmentBytes-n || !s.Fits(last) || s.IndexBytes() >= cfg.MaxIndexBytes-maxIndexEntry || l.tooOld(s, maxTs, cfg)
}

// maxIndexEntry is the size of the larger kind of index entry.
const maxIndexEntry = 12

// tooOld compares by record time when the segment's first batch has one, by the wall clock otherwise.
func (l *Log) tooOld(s *segment.Segment, maxTs int64, cfg *logConfig) bool {
	first, err := s.FirstTimestamp()
	if err != nil {
		return false // the append will meet the same disk
	}
	if first < 0 {
		first, maxTs = s.Created(), l.store.now()
	}
	return maxTs >= first && maxTs-first > cfg.rollMs()-l.mu.jitter
}

// rollMs is how old a segment's first record may be at the next append. Compaction leaves the active segment alone, so it must not be
// active for longer than records may wait for their compaction.
func (c *logConfig) rollMs() int64 {
	if c.Compact && c.MaxCompactionLagMs > 0 {
		return min(c.SegmentMs, c.MaxCompactionLagMs)
	}
	return c.SegmentMs
}

// roll seals the active segment and adds a new one at the end of the log. Nothing has changed when it fails. mu is held.
func (l *Log) roll() error {
	s, end := l.active(), l.end.Load()
	if s.Size() == 0 {
		if s.Base() != end {
			l.mu.segs[len(l.mu.segs)-1] = segment.New(l.store.env, l.path, end, l.store.now())
		}
		return nil
	}
	if err := s.Seal(); err != nil {
		return err
	}
	l.mu.unsynced = append(l.mu.unsynced, s)
	l.mu.segs = append(l.mu.segs, segment.New(l.store.env, l.path, end, l.store.now()))
	l.setJitter()
	return l.takeSnapshot()
}

func (l *Log) setJitter() {
	l.mu.jitter = 0
	cfg := l.cfg.Load()
	if j := min(cfg.SegmentJitterMs, cfg.rollMs()); j > 0 {
		l.mu.jitter = int64(l.store.cfg.Rand() % uint64(j))
	}
}

// takeSnapshot writes producer state at the end of the log. A full disk is no error: recovery then begins earlier. mu is held.
func (l *Log) takeSnapshot() error {
	end := l.end.Load()
	if l.mu.snapshotAt == end {
		return nil
	}
	if err := l.writeSnapshot(end, l.mu.producers.Snapshot(nil)); err != nil {
		if passes(err) {
			return nil
		}
		return err
	}
	l.mu.snapshotAt = end
	l.sinceSnapshot.Store(0)
	return nil
}

// writeSnapshot writes a snapshot file, in place and without a sync: its checksum tells a torn one.
func (l *Log) writeSnapshot(at int64, data []byte) error {
	f, err := l.store.fs.OpenFile(segment.Path(l.path.Path(), at, segment.SnapshotSuffix), vfs.ReadWrite|vfs.Create|vfs.Trunc, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if isNoSpace(err) { // a piece of one helps nobody
		_ = l.store.fs.Remove(segment.Path(l.path.Path(), at, segment.SnapshotSuffix))
	}
	return err
}

// snapshotEvery is how many bytes a log may hold behind its newest producer snapshot before the keeper takes another: it is what a
// recovery has to replay.
const snapshotEvery = 16 << 20

// A pendingSnapshot is producer state at an offset that is not durable yet. Only when it is the file is written: a snapshot must
// not speak of records that a power cut took.
type pendingSnapshot struct {
	at         int64
	data       []byte
	generation int
}

// prepareSnapshot returns the state at the end of the log, ok=false when none is due.
func (l *Log) prepareSnapshot() (p pendingSnapshot, ok bool) {
	if l.sinceSnapshot.Load() < snapshotEvery {
		return p, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.err != nil {
		return p, false
	}
	l.sinceSnapshot.Store(0)
	return pendingSnapshot{l.end.Load(), l.mu.producers.Snapshot(nil), l.mu.cleanable.generation}, true
}

// keepSnapshot writes a pending snapshot, unless the log was truncated meanwhile, and removes the one before it when that does
// not belong to a segment. maint is held.
func (l *Log) keepSnapshot(p *pendingSnapshot) error {
	l.mu.Lock()
	old := l.mu.snapshotAt
	fits := l.mu.err == nil && l.mu.cleanable.generation == p.generation && l.flushed.Load() >= p.at && old < p.at
	i := l.segmentAt(old)
	ofSegment := old < 0 || l.mu.segs[i].Base() == old
	l.mu.Unlock()
	if !fits {
		return nil
	}
	if err := l.writeSnapshot(p.at, p.data); err != nil {
		if passes(err) {
			return nil
		}
		return err
	}
	l.mu.Lock()
	l.mu.snapshotAt = max(l.mu.snapshotAt, p.at)
	l.mu.Unlock()
	if err := syncFile(l.store, segment.Path(l.path.Path(), p.at, segment.SnapshotSuffix)); err != nil {
		return err
	}
	if err := l.store.fs.SyncDir(l.path.Path()); err != nil {
		return err
	}
	if ofSegment {
		return nil
	}
	err := l.store.fs.Remove(segment.Path(l.path.Path(), old, segment.SnapshotSuffix))
	if isNotExist(err) {
		return nil
	}
	return err
}
