package segment

import (
	"errors"
	"io/fs"
	"math"

	"github.com/kbroker/kbroker/protocol/record"
)

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// OpenSealed returns the segment of files that are complete. size is the length of its .log, next the offset where the next
// segment begins. Nothing is read.
func OpenSealed(env *Env, dir *Dir, base, next, size, created int64) *Segment {
	s := newSegment(env, dir, base)
	s.next, s.created = next, created
	s.onDisk.Store(true)
	s.sealed.Store(true)
	s.size.Store(size)
	return s
}

// OpenActive returns the last segment of a log that was closed cleanly. Only what stands behind the last index entry is
// read, to find the end. A file that does not end on a batch border is *CorruptError.
func OpenActive(env *Env, dir *Dir, base, size, created int64) (*Segment, error) {
	s := newSegment(env, dir, base)
	s.next, s.created = base, created
	s.onDisk.Store(true)
	s.size.Store(size)
	if size == 0 {
		s.tsKnown = true
		return s, nil
	}
	v := View{s: s, size: size, next: math.MaxInt64}
	l, err := s.loadIndexes(size)
	if err != nil {
		return nil, err
	}
	v.isLive, v.off, v.tim = true, l.off, l.tim // not through the cache: an idle log needs no index
	if n := len(l.tim); n > 0 {
		good, err := v.timeAgrees(l.tim[n-1])
		if err != nil {
			return nil, err
		}
		if !good {
			if l, err = s.rebuild(size); err != nil {
				return nil, err
			}
			v.off, v.tim = l.off, l.tim
			if err := s.writeIndexesIfRoom(l.off, l.tim); err != nil {
				return nil, err
			}
			s.remade = true
			s.setDirty(true)
		}
	}
	if n := len(l.tim); n > 0 {
		s.maxTs, s.maxTsLast = l.tim[n-1].Timestamp, base+int64(l.tim[n-1].Last)
	}
	_, _, err = v.find(1<<31-1, func(a At) bool {
		if a.MaxTimestamp > s.maxTs {
			s.maxTs, s.maxTsLast = a.MaxTimestamp, a.Last
		}
		s.next = a.Last + 1
		return false
	})
	if err != nil {
		return nil, err
	}
	s.tsKnown = true
	env.files.forget(&s.file)
	return s, nil
}

// Activate loads the indexes into memory, before the first append to a segment that was opened. Writer.
func (s *Segment) Activate(interval int64) error {
	if s.live != nil {
		return nil
	}
	l := newLive()
	if s.Size() > 0 {
		ld, err := s.loadIndexes(s.Size())
		if err != nil {
			return err
		}
		l.off, l.tim = ld.off, ld.tim
		l.sinceIndex = s.Size()
		if n := len(l.off); n > 0 {
			l.sinceIndex -= int64(l.off[n-1].Pos)
		}
		// What was rebuilt need not be what is in the files: write all of it with the next persist.
		l.offSaved, l.timSaved = 0, 0
	}
	s.live = l
	if !s.tsKnown {
		v := s.View()
		ts, last, err := v.MaxTimestamp()
		if err != nil {
			s.live = nil
			return err
		}
		s.maxTs, s.maxTsLast, s.tsKnown = ts, last, true
	}
	s.sealed.Store(false)
	s.trust.from(s.Size())
	s.env.indexes.forget(&s.index)
	return nil
}

// Live reports that the segment's indexes are in memory and appends may begin. Writer.
func (s *Segment) Live() bool { return s.live != nil }

// Recovery is what Recover found.
type Recovery struct {
	End    int64   // valid bytes
	Damage *Damage // what ended the scan before the end of the file, nil when all is well
	Behind *Behind // whole batches behind the damage, nil when it is a torn tail
	Kept   string  // file that holds what was cut off, "" when nothing was kept
}

// Recover opens the .log of a segment after an unclean stop. Bytes before the batch that holds trusted (an offset, the
// recovery point) are believed to be on disk and whole: with an index they are not read. From there on every batch is checked
// and given to fn, its offsets held against end, where the next segment begins; the file is cut where the first does not hold, and every derived file is made anew from there. Damage
// before trusted cuts nothing: it is *CorruptError (invariant R28).
//
// A torn tail is cut off for good. When whole batches stand behind the damage, or the caller says with more that other
// segments do, what is cut off is first kept in a file of its own, see DamagedSuffix.
//
// The returned segment is active.
func Recover(env *Env, dir *Dir, base, size, end, trusted, created, interval int64, more bool, fn func(b record.Batch) error) (*Segment, Recovery, error) {
	s := newSegment(env, dir, base)
	s.next, s.created, s.newEntry = base, created, true
	s.onDisk.Store(true)
	s.size.Store(size)
	s.live = newLive()
	if size == 0 {
		s.tsKnown = true
		s.trust.all()
		return s, Recovery{}, nil
	}
	sl, err := s.acquire()
	if err != nil {
		return nil, Recovery{}, err
	}
	defer sl.release()
	from, err := s.resume(trusted)
	if err != nil {
		return nil, Recovery{}, err
	}
	end, dmg, err := scanBatches(sl.v, from, size, limits{s.next, min(end, base+1<<31), size}, func(pos int64, b record.Batch) error {
		s.noteBatch(b, pos, interval)
		return fn(b)
	})
	if err != nil {
		return nil, Recovery{}, err
	}
	if dmg != nil && s.next < trusted {
		return nil, Recovery{}, &CorruptError{s.Path(LogSuffix), dmg.Pos, dmg.Reason + " (below the recovery point: these records were durable and nothing is cut; restore the file from a copy, or delete the topic)"}
	}
	rec := Recovery{End: end, Damage: dmg}
	if dmg != nil {
		if rec.Behind, err = intact(sl.v, dmg.Pos+1, size, base, s.next); err != nil {
			return nil, Recovery{}, err
		}
		if rec.Behind != nil || more {
			if rec.Kept, err = s.keepTail(sl.v, end, size, dmg.Reason); err != nil {
				return nil, Recovery{}, err
			}
		}
	}
	if end < size {
		if err := sl.v.Truncate(end); err != nil {
			return nil, Recovery{}, err
		}
		s.size.Store(end)
	}
	s.setDirty(true)
	s.tsKnown, s.remade = true, true
	s.trust.from(from)
	return s, rec, s.writeIndexesIfRoom(s.live.off, s.live.tim)
}

// resume takes over the index entries of batches below trusted, as far as they prove right, and returns where to scan from.
func (s *Segment) resume(trusted int64) (from int64, err error) {
	if trusted <= s.base {
		return 0, nil
	}
	off, offOK, err := s.readIndex(s.Size())
	if err != nil {
		return 0, err
	}
	tim, timOK, err := s.readTimeIndex()
	if err != nil || !offOK || !timOK || len(off) == 0 {
		return 0, err
	}
	v := View{s: s, size: s.Size(), next: math.MaxInt64, isLive: true, off: off, tim: tim}
	sl, err := s.acquire()
	if err != nil {
		return 0, err
	}
	defer sl.release()
	h := s.heads(sl.v, s.Size())
	defer h.close()
	e, ok := floorOffset(off, trusted-1-s.base)
	if !ok || !v.agrees(h, e) {
		return 0, nil
	}
	b, _, err := h.header(int64(e.Pos))
	if err != nil {
		return 0, err
	}
	return s.takeOver(v, e, b.BaseOffset())
}

// takeOver keeps the entries before e and the times that belong to them.
func (s *Segment) takeOver(v View, e OffsetEntry, base int64) (int64, error) {
	l := s.live
	l.off = cutIndex(v.off, int64(e.Pos))
	n := 0
	for n < len(v.tim) && v.tim[n].Last < e.Last {
		n++
	}
	l.tim = v.tim[:n:n]
	if n > 0 {
		good, err := v.timeAgrees(l.tim[n-1])
		if err != nil {
			return 0, err
		}
		if !good {
			l.off, l.marks, l.tim = nil, nil, nil
			return 0, nil
		}
		s.maxTs, s.maxTsLast = l.tim[n-1].Timestamp, s.base+int64(l.tim[n-1].Last)
	}
	s.next = base
	l.sinceIndex = 1 << 62 // the batch at e gets its entry again
	return int64(e.Pos), nil
}
