package logstore

import (
	"errors"
	"sort"

	"github.com/kbroker/kbroker/logstore/segment"
)

// readHints remembers where the latest reads ended: a consumer that reads on needs no lookup.
type readHints struct {
	list [8]readHint
	at   int
}

type readHint struct {
	seg    *segment.Segment
	offset int64
	pos    int64
}

func (h *readHints) find(seg *segment.Segment, offset int64) (int64, bool) {
	if h == nil {
		return 0, false
	}
	for i := range h.list {
		if h.list[i].seg == seg && h.list[i].offset == offset {
			return h.list[i].pos, true
		}
	}
	return 0, false
}

// maxReadTries bounds how often a read starts anew because the segment it chose was deleted or replaced meanwhile.
const maxReadTries = 8

// Read returns whole batches from the one that contains offset (trap T54) up to maxBytes, none of which holds an offset at
// or above limit (R32). With minOne the first batch is returned even when it is larger than maxBytes. The slice lies in one
// segment; it is empty only when there is nothing to read below limit, or the first batch is too large without minOne. An
// offset outside [StartOffset, EndOffset] gives *OffsetOutOfRangeError. The caller releases a non-empty slice.
//
// Bytes that this process has not seen before are checked first: a batch with a wrong checksum is never returned, it takes
// the log offline (R27, R28). What stands before it and behind it is still served then; a read that finds nothing more fails,
// because nothing will come.
func (l *Log) Read(offset int64, maxBytes int, limit int64, minOne bool) (Slice, error) {
	for try := 1; ; try++ {
		s, seg, err := l.read(offset, max(0, maxBytes), limit, minOne)
		if err == nil {
			return s, nil
		}
		if seg == nil {
			return Slice{}, err
		}
		if seg.Gone() && try < maxReadTries {
			continue
		}
		return Slice{}, l.ioFailed(err)
	}
}

// read tries once. seg is the segment whose files failed, nil when the error is final.
func (l *Log) read(offset int64, maxBytes int, limit int64, minOne bool) (Slice, *segment.Segment, error) {
	empty := Slice{FirstOffset: offset, NextOffset: offset}
	for from := offset; ; {
		l.mu.Lock()
		v, more, err := l.viewAt(from)
		if err != nil || !more {
			l.mu.Unlock()
			return empty, nil, err
		}
		limit = min(limit, l.end.Load())
		if from >= limit {
			err := l.mu.err
			l.mu.Unlock()
			return empty, nil, err
		}
		r := reading{v: v, offset: from, maxBytes: maxBytes, limit: limit, minOne: minOne}
		l.hint(&r)
		next := l.baseBehind(from)
		l.mu.Unlock()
		found, err := r.locate()
		if err != nil {
			return empty, v.Segment(), err
		}
		if !found { // compaction left nothing behind from in this segment
			from = next
			continue
		}
		s, err := r.slice()
		if err != nil {
			return empty, v.Segment(), err
		}
		if s.Region == nil {
			return empty, nil, nil
		}
		l.remember(v.Segment(), s.NextOffset, r.end)
		return s, nil, nil
	}
}

// viewAt returns the segment that offset belongs to; more=false when offset is the end of the log. mu is held.
func (l *Log) viewAt(offset int64) (v segment.View, more bool, err error) {
	if err := l.readErr(); err != nil {
		return v, false, err
	}
	start, end := l.start.Load(), l.end.Load()
	if offset < start || offset > end {
		return v, false, &OffsetOutOfRangeError{offset, start, end}
	}
	if offset == end {
		return v, false, l.mu.err
	}
	return l.mu.segs[l.segmentAt(offset)].View(), true, nil
}

// segmentAt returns the index of the last segment whose base is at or below offset. mu is held.
func (l *Log) segmentAt(offset int64) int {
	segs := l.mu.segs
	i := sort.Search(len(segs), func(i int) bool { return segs[i].Base() > offset })
	return max(0, i-1)
}

// baseBehind returns the base of the segment behind the one that offset belongs to, the end of the log when that is the last. mu
// is held.
func (l *Log) baseBehind(offset int64) int64 {
	if i := l.segmentAt(offset) + 1; i < len(l.mu.segs) {
		return l.mu.segs[i].Base()
	}
	return l.end.Load()
}

// A reading is one read of one segment.
type reading struct {
	v        segment.View
	offset   int64
	maxBytes int
	limit    int64
	minOne   bool

	from     int64 // position of the first batch, -1 unknown
	first    int64
	floor    int64 // no batch at or behind from begins before it
	limitPos int64 // position where limit begins, -1 unknown
	end      int64
}

// hint fills in what is known without I/O. mu is held.
func (l *Log) hint(r *reading) {
	r.from, r.limitPos, r.first, r.floor = -1, -1, r.offset, r.offset
	s := r.v.Segment()
	if r.offset == s.Base() {
		r.from = 0
	} else if pos, ok := s.Recent(r.offset); ok {
		r.from = pos
	} else if pos, ok := l.mu.hints.find(s, r.offset); ok {
		r.from = pos
	}
	if r.limit >= r.v.Next() {
		r.limitPos = r.v.Size()
	} else if pos, ok := s.Recent(r.limit); ok {
		r.limitPos = pos
	}
}

func (r *reading) locate() (found bool, err error) {
	if r.from >= 0 {
		return r.from < r.v.Size(), nil
	}
	a, ok, err := r.v.Find(r.offset)
	r.from, r.first, r.floor = a.Pos, a.Base, r.v.Segment().Base()
	return ok, err
}

func (r *reading) slice() (Slice, error) {
	s := Slice{FirstOffset: r.first}
	var err error
	if r.limitPos >= 0 && r.limitPos-r.from <= int64(r.maxBytes) {
		r.end, s.NextOffset = r.limitPos, min(r.limit, r.v.Next())
	} else if r.end, s.NextOffset, err = r.v.End(r.from, r.maxBytes, r.limit, r.minOne); err != nil {
		return s, err
	}
	if r.end <= r.from {
		return s, nil
	}
	if err = r.v.Verify(r.from, r.end, r.floor); err != nil {
		var c *segment.CorruptError
		if !errors.As(err, &c) || c.Pos <= r.from {
			return s, err
		}
		// The batches before the damaged one; the next read meets it.
		if r.end, s.NextOffset, err = r.v.End(r.from, int(c.Pos-r.from), r.limit, false); err != nil {
			return s, err
		}
		if err = r.v.Verify(r.from, r.end, r.floor); err != nil {
			return s, err
		}
	}
	s.Region, err = r.v.Region(r.from, r.end)
	return s, err
}

// remember notes where a read ended.
func (l *Log) remember(seg *segment.Segment, next, pos int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.hints == nil {
		l.mu.hints = &readHints{}
	}
	h := l.mu.hints
	if _, ok := h.find(seg, next); ok {
		return
	}
	h.list[h.at] = readHint{seg, next, pos}
	h.at = (h.at + 1) % len(h.list)
}
