package logstore

import (
	"errors"
	"sync"

	"github.com/kbroker/kbroker/logstore/segment"
)

// A removal is files that go when their time has come: a directory, or a segment.
type removal struct {
	at   int64 // ms
	path string
	seg  *segment.Segment
}

// removals is what is waiting to be removed; bounded by what retention and deletion have taken out of the logs.
type removals struct {
	mu   sync.Mutex
	list []removal
}

func (r *removals) add(x ...removal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x...)
}

// due takes out what has come due.
func (r *removals) due(now int64) []removal {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []removal
	keep := r.list[:0]
	for _, x := range r.list {
		if x.at <= now {
			out = append(out, x)
		} else {
			keep = append(keep, x)
		}
	}
	clear(r.list[len(keep):])
	r.list = keep
	return out
}

func (s *Store) removeLater(segs []*segment.Segment, at int64) {
	for _, seg := range segs {
		s.removals.add(removal{at: at, seg: seg})
	}
}

// emptyOnly makes room without writing anything: directories lose their files and stay as the trace of what was deleted. It returns
// what can go altogether.
func (s *Store) emptyOnly(due []removal) (rest []removal) {
	for _, x := range due {
		if x.seg != nil {
			rest = append(rest, x)
			continue
		}
		s.removals.add(x)
		names, err := s.fs.List(x.path)
		for _, name := range names {
			err = errors.Join(err, s.fs.RemoveAll(join(x.path, name)))
		}
		if err != nil && !isNotExist(err) {
			s.log.Warn("deleted files cannot be removed", "path", x.path, "err", err)
		}
	}
	return rest
}

// removeDue removes the files whose time has come. What cannot be removed now is debris that the next start clears.
func (s *Store) removeDue(now int64) {
	due := s.removals.due(now)
	if err := s.unname(TopicPartition{}); err != nil { // without a checkpoint that names it no more, a directory that is gone counts as lost
		s.log.Warn("deleted directories cannot be removed yet", "err", err)
		due = s.emptyOnly(due)
	}
	for _, x := range due {
		var err error
		if x.seg != nil {
			err = x.seg.RemoveDeleted()
		} else {
			err = s.fs.RemoveAll(x.path)
		}
		if err != nil && !isNotExist(err) {
			s.log.Warn("deleted files cannot be removed", "path", x.path, "err", err)
		}
	}
}
