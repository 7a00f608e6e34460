package logstore

import (
	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/segment"
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
	return maxTs >= first && maxTs-first > cfg.SegmentMs-l.mu.jitter
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
	if j := l.cfg.Load().SegmentJitterMs; j > 0 {
		l.mu.jitter = int64(l.store.cfg.Rand() % uint64(j))
	}
}

// takeSnapshot writes producer state at the end of the log. A full disk is no error: recovery then begins earlier. mu is held.
func (l *Log) takeSnapshot() error {
	end := l.end.Load()
	if l.mu.snapshotAt == end {
		return nil
	}
	path := segment.Path(l.path.Path(), end, segment.SnapshotSuffix)
	if err := checkpoint.Write(l.store.fs, path, l.mu.producers.Snapshot(nil)); err != nil {
		if passes(err) {
			return nil
		}
		return err
	}
	l.mu.snapshotAt = end
	return nil
}
