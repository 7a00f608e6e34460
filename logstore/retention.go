package logstore

import (
	"slices"

	"github.com/kbroker/kbroker/logstore/segment"
)

// ApplyRetention deletes the segments that retention allows to delete at time now and returns how many. The store does
// this every RetentionCheckInterval. No segment that holds offsets at or above the high watermark goes (R30), however old.
func (l *Log) ApplyRetention(now int64) (int, error) {
	l.maint.Lock()
	defer l.maint.Unlock()
	cfg := l.cfg.Load()
	n, err := l.deletable(now, cfg)
	if n == 0 || err != nil {
		return 0, l.ioFailed(err)
	}
	if err := l.dir.withReserve(func() error { return l.anchorEnd(n) }); err != nil {
		return 0, l.ioFailed(err)
	}
	l.mu.Lock()
	gone, err := l.dropFirst(n)
	l.mu.Unlock()
	for _, s := range gone {
		if rerr := s.RenameDeleted(); rerr != nil {
			return len(gone), l.ioFailed(rerr)
		}
	}
	l.store.removeLater(gone, now+cfg.FileDeleteDelayMs)
	if err == nil {
		err = l.store.fs.SyncDir(l.path.Path()) // what has gone must not come back with a power cut
	}
	return len(gone), l.ioFailed(err)
}

// deletable counts the segments, from the first on, that may go. maint is held.
func (l *Log) deletable(now int64, cfg *logConfig) (int, error) {
	l.mu.Lock()
	if l.mu.err != nil {
		defer l.mu.Unlock()
		return 0, l.mu.err
	}
	views := make([]segment.View, len(l.mu.segs))
	created := make([]int64, len(l.mu.segs))
	for i, s := range l.mu.segs {
		views[i], created[i] = s.View(), s.Created()
	}
	start, hw, size := l.start.Load(), l.hw.Load(), l.size.Load()
	l.mu.Unlock()
	n := 0
	for ; n < len(views); n++ {
		v, last := &views[n], n == len(views)-1
		if v.Next() > hw || last && v.Size() == 0 {
			break
		}
		old := false
		if cfg.Delete {
			ts, _, err := v.MaxTimestamp()
			if err != nil {
				return 0, err
			}
			if ts < 0 {
				ts = created[n]
			}
			old = expired(now, ts, cfg.RetentionMs) || tooMuch(size, v.Size(), cfg.RetentionBytes)
		}
		if !old && (v.Next() > start || last) {
			break
		}
		size -= v.Size()
	}
	return n, nil
}

// expired compares without overflow: retention may be as long as there are numbers (trap T42).
func expired(now, ts, retention int64) bool {
	return retention >= 0 && now > ts && (ts < 0 && now > maxInt64+ts || now-ts > retention)
}

const maxInt64 = 1<<63 - 1

// tooMuch says that the log is over its bound even without its first segment.
func tooMuch(size, first, bound int64) bool {
	return bound >= 0 && size-bound >= first
}

// anchorEnd sees to it that a file tells where the log ends once the first n segments are gone: a segment without records is
// made on disk only when that is all there will be. maint is held.
func (l *Log) anchorEnd(n int) error {
	l.mu.Lock()
	if n == len(l.mu.segs) {
		if err := l.roll(); err != nil {
			l.mu.Unlock()
			return err
		}
	}
	s := l.active()
	lazy := s.Size() == 0
	err := s.Create()
	l.mu.Unlock()
	if err != nil || !lazy {
		return err
	}
	return l.store.fs.SyncDir(l.path.Path())
}

// dropFirst takes the first n segments out of the log. mu is held.
func (l *Log) dropFirst(n int) ([]*segment.Segment, error) {
	gone := l.mu.segs[:n:n]
	l.mu.segs = append([]*segment.Segment(nil), l.mu.segs[n:]...)
	for _, s := range gone {
		s.MarkGone()
		l.size.Add(-s.Size())
	}
	l.dropUnsynced(gone)
	first := l.mu.segs[0].Base()
	l.advanceStart(first)
	return gone, l.dropSnapshots(func(at int64) bool { return at < first })
}

// dropUnsynced forgets segments that need no sync any more. mu is held.
func (l *Log) dropUnsynced(gone []*segment.Segment) {
	l.mu.unsynced = slices.DeleteFunc(l.mu.unsynced, func(s *segment.Segment) bool { return slices.Contains(gone, s) })
}
