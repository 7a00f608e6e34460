package segment

import (
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/kbroker/kbroker/protocol/record"
)

// loaded is the indexes of a segment that is not live, as the cache holds them. Immutable.
type loaded struct {
	size int64 // of the .log that they describe
	off  []OffsetEntry
	tim  []TimeEntry
}

func (l *loaded) bytes() int64 { return 64 + 8*int64(cap(l.off)) + 16*int64(cap(l.tim)) }

// A View is a segment at one moment: what was appended later is not seen. Its methods read from disk and may be called
// without any lock.
type View struct {
	s      *Segment
	size   int64
	next   int64
	isLive bool
	off    []OffsetEntry
	marks  []mark // of the last entries of off
	tim    []TimeEntry
}

// View returns the segment as it is. Writer.
func (s *Segment) View() View {
	v := View{s: s, size: s.size.Load(), next: s.next}
	if s.live != nil {
		v.isLive, v.off, v.marks, v.tim = true, s.live.off, s.live.marks, s.live.tim
	}
	return v
}

// Segment returns the segment that is viewed.
func (v *View) Segment() *Segment { return v.s }

// Size is the length of the .log then; Next the offset behind the last batch then.
func (v *View) Size() int64 { return v.size }

// Next is the offset behind the last batch.
func (v *View) Next() int64 { return v.next }

// Recent finds the batch that begins at offset among the latest appended ones, without I/O. Writer.
func (s *Segment) Recent(offset int64) (pos int64, ok bool) {
	if s.live == nil {
		return 0, false
	}
	for i := range s.live.recent {
		if r := &s.live.recent[i]; r.base == offset && r.pos >= 0 {
			return r.pos, true
		}
	}
	return 0, false
}

// load fills the indexes of a segment that is not live, from the cache or the files.
func (v *View) load() error {
	if v.isLive {
		return nil
	}
	if sl := v.s.env.indexes.get(&v.s.index); sl != nil {
		l := sl.v
		sl.release()
		if l.size == v.size {
			v.off, v.tim = l.off, l.tim
			return nil
		}
		v.s.env.indexes.forget(&v.s.index)
	}
	l, err := v.s.loadIndexes(v.size)
	if err != nil {
		return err
	}
	v.put(l)
	return nil
}

func (v *View) put(l *loaded) {
	sl := v.s.env.indexes.put(&v.s.index, l, l.bytes())
	sl.release()
	v.off, v.tim = l.off, l.tim
}

// loadIndexes reads the index files, or rebuilds them when one is missing or makes no sense.
func (s *Segment) loadIndexes(size int64) (*loaded, error) {
	off, offOK, err := s.readIndex(size)
	if err != nil {
		return nil, err
	}
	tim, timOK, err := s.readTimeIndex()
	if err != nil {
		return nil, err
	}
	if s.gone.Load() {
		return nil, s.goneError()
	}
	if !offOK || !timOK || size > 0 && len(tim) == 0 && s.sealed.Load() {
		return s.rebuild(size)
	}
	return &loaded{size, off, tim}, nil
}

// smallSegment is a size below which a missing index file is no loss: nothing was worth an entry yet.
const smallSegment = 64 << 10

func (s *Segment) readIndex(size int64) ([]OffsetEntry, bool, error) {
	data, err := s.env.FS.ReadFile(s.Path(IndexSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, size <= smallSegment, nil
	}
	if err != nil {
		return nil, false, err
	}
	list, ok := ParseIndex(data, size)
	return list, ok, nil
}

func (s *Segment) readTimeIndex() ([]TimeEntry, bool, error) {
	data, err := s.env.FS.ReadFile(s.Path(TimeSuffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, !s.sealed.Load() && s.Size() <= smallSegment, nil
	}
	if err != nil {
		return nil, false, err
	}
	list, ok := ParseTimeIndex(data)
	return list, ok, nil
}

// rebuildInterval spaces the entries of a rebuilt index; the topic's interval is not known down here.
const rebuildInterval = 4096

// rebuild makes both indexes from the .log and writes them when the segment is sealed.
func (s *Segment) rebuild(size int64) (*loaded, error) {
	sl, err := s.acquire()
	if err != nil {
		return nil, err
	}
	defer sl.release()
	t := &Segment{base: s.base, maxTs: -1, maxTsLast: -1, firstTs: -1, live: newLive()}
	end, dmg, err := scanBatches(sl.v, 0, size, limits{s.base, math.MaxInt64, size}, func(pos int64, b record.Batch) error {
		t.noteBatch(b, pos, rebuildInterval)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if dmg != nil {
		return nil, &CorruptError{s.Path(LogSuffix), dmg.Pos, dmg.Reason}
	}
	s.trust.learn(0, end)
	t.noteTime()
	l := &loaded{size, t.live.off, t.live.tim}
	if s.sealed.Load() && !s.gone.Load() {
		if err := s.writeIndexesIfRoom(l.off, l.tim); err != nil {
			return nil, err
		}
		for _, suffix := range derived[:2] { // half of a time index would say that the rest is not there
			if err := s.syncFile(suffix); err != nil && !isNotExist(err) {
				return nil, err
			}
		}
	}
	return l, nil
}

func (s *Segment) writeIndexes(off []OffsetEntry, tim []TimeEntry) error {
	if err := s.writeFile(IndexSuffix, encodeIndex(nil, off), 0, true); err != nil {
		return err
	}
	return s.writeFile(TimeSuffix, encodeTimeIndex(nil, tim), 0, true)
}

// writeIndexesIfRoom is writeIndexes for what can be made again at any time: on a full disk the segment is left without index files,
// because half of a time index would say that the rest is not there. Whoever needs one makes it from the .log.
func (s *Segment) writeIndexesIfRoom(off []OffsetEntry, tim []TimeEntry) error {
	err := s.writeIndexes(off, tim)
	if !noSpace(err) {
		return err
	}
	for _, suffix := range derived[:2] {
		if err := s.env.FS.Remove(s.Path(suffix)); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// distrust drops the indexes in use because one of their entries was wrong, and rebuilds them.
func (v *View) distrust() error {
	if v.isLive {
		v.off, v.marks, v.tim = nil, nil, nil // memory does not rot; the file under it was changed: walk from the start
		return nil
	}
	v.s.env.indexes.forget(&v.s.index)
	l, err := v.s.rebuild(v.size)
	if err != nil {
		return err
	}
	v.put(l)
	return nil
}

// At is a batch found in a segment.
type At struct {
	Pos          int64
	Base         int64 // first offset
	Last         int64 // last offset
	Size         int64
	MaxTimestamp int64
	LeaderEpoch  int32
}

func at(pos, size int64, b record.Batch) At {
	return At{pos, b.BaseOffset(), b.LastOffset(), size, b.MaxTimestamp(), b.LeaderEpoch()}
}

// Find returns the first batch whose last offset is at least offset, ok=false when there is none. Damage that may be the batch with the
// offset is *CorruptError.
func (v *View) Find(offset int64) (found At, ok bool, err error) {
	found, ok, bad, err := v.walk(offset-v.s.base, func(a At) bool { return a.Last >= offset })
	if err == nil && bad != nil && (!ok || found.Base > offset) {
		return At{}, false, bad
	}
	return found, ok, err
}

// find walks from the index entry at or below rel to the first batch that want accepts.
func (v *View) find(rel int64, want func(At) bool) (found At, ok bool, err error) {
	found, ok, bad, err := v.walk(rel, want)
	if err == nil && bad != nil {
		return At{}, false, bad
	}
	return found, ok, err
}

// walk is find that goes on behind a batch whose offsets cannot be, which is not shown to want; bad names the first such one.
func (v *View) walk(rel int64, want func(At) bool) (found At, ok bool, bad *CorruptError, err error) {
	if v.size == 0 {
		return At{}, false, nil, nil
	}
	if err := v.load(); err != nil {
		return At{}, false, nil, err
	}
	sl, err := v.s.acquire()
	if err != nil {
		return At{}, false, nil, err
	}
	defer sl.release()
	h := v.s.heads(sl.v, v.size)
	defer h.close()
	pos, err := v.start(h, rel)
	if err != nil {
		return At{}, false, nil, err
	}
	for next := v.s.base; pos < v.size; {
		b, size, err := h.header(pos)
		if err != nil {
			return At{}, false, nil, err
		}
		a := at(pos, size, b)
		switch c := v.misplaced(a, next); {
		case c == nil:
			if want(a) {
				return a, true, bad, nil
			}
			next = a.Last + 1
		case bad == nil:
			bad = c
		}
		pos += size
	}
	return At{}, false, bad, nil
}

// misplaced returns damage when a batch cannot have the offsets that its header says; next is the lowest that it may begin at.
func (v *View) misplaced(a At, next int64) *CorruptError {
	if a.Base >= next && a.Base < v.next && a.Last < v.next && a.Last >= a.Base {
		return nil
	}
	return &CorruptError{v.s.Path(LogSuffix), a.Pos, fmt.Sprintf("batch has the offsets %d to %d, only those from %d to %d can be here", a.Base, a.Last, next, v.next-1)}
}

// start returns the position of the batch that the index gives for rel, after having looked at that batch: an entry that
// does not agree with it means that the index is damaged, and it is rebuilt (invariant R29).
func (v *View) start(h *heads, rel int64) (int64, error) {
	for {
		e, ok := floorOffset(v.off, rel)
		if !ok {
			return 0, nil
		}
		if v.agrees(h, e) {
			return int64(e.Pos), nil
		}
		if err := v.distrust(); err != nil {
			return 0, err
		}
		e, ok = floorOffset(v.off, rel)
		if !ok || !v.agrees(h, e) {
			return 0, nil
		}
		return int64(e.Pos), nil
	}
}

func (v *View) agrees(h *heads, e OffsetEntry) bool {
	b, _, err := h.header(int64(e.Pos))
	return err == nil && b.LastOffset() == v.s.base+int64(e.Last)
}

// End returns where a read from the batch at from (position fromPos) ends: the last batch border at most maxBytes further
// such that no batch before it holds an offset at or above limit, and the offset behind the last batch. With minOne it is at
// least the first batch, when that is below limit. end == from.Pos means nothing.
func (v *View) End(fromPos int64, maxBytes int, limit int64, minOne bool) (end, next int64, err error) {
	if limit >= v.next && v.size-fromPos <= int64(maxBytes) {
		return v.size, v.next, nil
	}
	if end, next, ok := v.knownEnd(fromPos, fromPos+int64(maxBytes), limit, minOne); ok {
		return end, next, nil
	}
	if err := v.load(); err != nil {
		return 0, 0, err
	}
	sl, err := v.s.acquire()
	if err != nil {
		return 0, 0, err
	}
	defer sl.release()
	h := v.s.heads(sl.v, v.size)
	defer h.close()
	return v.walkEnd(h, fromPos, fromPos+int64(maxBytes), limit, minOne)
}

// knownEnd is End from memory alone, ok=false when that does not tell: it does where the batch that the bound falls into, and
// the one behind it, are large enough for index entries, and this process appended them.
func (v *View) knownEnd(from, bound, limit int64, minOne bool) (end, next int64, ok bool) {
	i := countTo(v.off, bound) - 1
	known := i - (len(v.off) - len(v.marks))
	if i < 0 || known < 0 {
		return 0, 0, false
	}
	e, m := v.off[i], v.marks[known]
	pos, behind, border := int64(e.Pos), int64(e.Pos)+int64(m.size), v.size
	if i+1 < len(v.off) {
		border = int64(v.off[i+1].Pos)
	}
	switch {
	case pos < from || behind != border || v.s.base+int64(e.Last) >= limit:
		return 0, 0, false
	case behind <= bound || pos == from && minOne:
		return behind, v.s.base + int64(e.Last) + 1, true
	}
	return pos, v.s.base + int64(m.first), true
}

func (v *View) walkEnd(h *heads, from, bound, limit int64, minOne bool) (end, next int64, err error) {
	pos := from
	if e, ok := floorPos(v.off, bound); ok {
		if f, ok := floorOffset(v.off, limit-1-v.s.base); ok && f.Pos < e.Pos {
			e = f
		}
		if int64(e.Pos) > from && int64(e.Last) < limit-v.s.base && v.agrees(h, e) {
			pos = int64(e.Pos)
		}
	}
	end = pos
	next = -1
	for pos < v.size {
		b, size, err := h.header(pos)
		if err != nil {
			return 0, 0, err
		}
		first := pos == from
		if c := v.misplaced(at(pos, size, b), max(next, v.s.base)); c != nil {
			if end > from && next >= 0 {
				return end, next, nil // the next read meets it
			}
			return 0, 0, c
		}
		if b.LastOffset() >= limit || pos+size > bound && !(first && minOne) {
			if next < 0 {
				next = b.BaseOffset()
			}
			return end, next, nil
		}
		pos += size
		end, next = pos, b.NextOffset()
	}
	return end, next, nil
}

// Verify checks the checksums of the batches of [from, to), which begin and end on batch borders, and that their offsets can be where
// none is below first. Damage is *CorruptError.
func (v *View) Verify(from, to, first int64) error {
	if v.s.trust.has(from, to) {
		return nil
	}
	sl, err := v.s.acquire()
	if err != nil {
		return err
	}
	defer sl.release()
	_, dmg, err := scanBatches(sl.v, from, to, limits{first, v.next, v.size}, func(int64, record.Batch) error { return nil })
	if err != nil {
		return err
	}
	if dmg != nil {
		return &CorruptError{v.s.Path(LogSuffix), dmg.Pos, dmg.Reason}
	}
	v.s.trust.learn(from, to)
	return nil
}

// MaxTimestamp returns the largest record timestamp of the segment and the last offset of the first batch that has it; -1, -1 when it
// is empty.
func (v *View) MaxTimestamp() (ts, last int64, err error) {
	if v.size == 0 {
		return -1, -1, nil
	}
	if err := v.load(); err != nil {
		return -1, -1, err
	}
	from := int64(0)
	ts, last = -1, -1
	if n := len(v.tim); n > 0 {
		ts, last = v.tim[n-1].Timestamp, v.s.base+int64(v.tim[n-1].Last)
		from = int64(v.tim[n-1].Last)
	}
	if v.s.sealed.Load() && ts >= 0 {
		return ts, last, nil
	}
	_, _, err = v.find(from, func(a At) bool {
		if a.MaxTimestamp > ts {
			ts, last = a.MaxTimestamp, a.Last
		}
		return false
	})
	return ts, last, err
}

// MaxTimestampFrom is MaxTimestamp of the batches that hold offsets from from on; -1 when there is none.
func (v *View) MaxTimestampFrom(from int64) (ts int64, err error) {
	ts, last, err := v.MaxTimestamp()
	if err != nil || from <= v.s.base || last >= from {
		return ts, err
	}
	ts = -1
	_, _, err = v.find(from-v.s.base, func(a At) bool {
		if a.Last >= from {
			ts = max(ts, a.MaxTimestamp)
		}
		return false
	})
	return ts, err
}

// FindTime returns the first batch at or behind offset from that holds a record with a timestamp of at least ts.
func (v *View) FindTime(ts, from int64) (found At, ok bool, err error) {
	if v.size == 0 {
		return At{}, false, nil
	}
	if err := v.load(); err != nil {
		return At{}, false, err
	}
	rel := from - v.s.base
	if e, ok := floorTime(v.tim, ts); ok && int64(e.Last) > rel {
		good, err := v.timeAgrees(e)
		if err != nil {
			return At{}, false, err
		}
		if !good {
			if err := v.distrust(); err != nil {
				return At{}, false, err
			}
			e, ok = floorTime(v.tim, ts)
		}
		if ok && int64(e.Last) > rel {
			rel = int64(e.Last)
		}
	}
	return v.find(rel, func(a At) bool { return a.Last >= from && a.MaxTimestamp >= ts })
}

// timeAgrees looks at the batch that a time index entry names.
func (v *View) timeAgrees(e TimeEntry) (bool, error) {
	a, ok, err := v.Find(v.s.base + int64(e.Last))
	return ok && a.Last == v.s.base+int64(e.Last) && a.MaxTimestamp == e.Timestamp, err
}

// Batch reads one whole batch.
func (v *View) Batch(a At) (record.Batch, error) {
	if err := v.Verify(a.Pos, a.Pos+a.Size, v.s.base); err != nil {
		return nil, err
	}
	sl, err := v.s.acquire()
	if err != nil {
		return nil, err
	}
	defer sl.release()
	b := make([]byte, a.Size)
	if _, err := sl.v.ReadAt(b, a.Pos); err != nil {
		return nil, err
	}
	return b, nil
}

// ScanWhole is Scan that gives every batch whole, however large. The bytes are valid until fn returns.
func (v *View) ScanWhole(from int64, fn func(pos int64, b record.Batch) error) error {
	return v.Scan(from, func(pos int64, b record.Batch) error {
		if n := b.Length(); len(b) < n {
			whole, err := v.Batch(At{Pos: pos, Size: int64(n)})
			if err != nil {
				return err
			}
			b = whole
		}
		return fn(pos, b)
	})
}

// Scan calls fn for every batch from position from on, checksums verified. A batch of more than 1 MiB is given as its header
// only (len(b) < b.Length()). Damage is *CorruptError.
func (v *View) Scan(from int64, fn func(pos int64, b record.Batch) error) error {
	if v.size == 0 {
		return nil
	}
	sl, err := v.s.acquire()
	if err != nil {
		return err
	}
	defer sl.release()
	end, dmg, err := scanBatches(sl.v, from, v.size, limits{v.s.base, v.next, v.size}, fn)
	if err != nil {
		return err
	}
	if dmg != nil {
		return &CorruptError{v.s.Path(LogSuffix), dmg.Pos, dmg.Reason}
	}
	v.s.trust.learn(from, end)
	return nil
}

// IndexBytes returns the sizes that offset and time index have on disk.
func (v *View) IndexBytes() (offsets, times int64, err error) {
	if err := v.load(); err != nil {
		return 0, 0, err
	}
	return entrySize * int64(len(v.off)), timeEntrySize * int64(len(v.tim)), nil
}
