package segment

import (
	"errors"
	"io/fs"
	"math"
	"sync/atomic"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// A Dir is the path of a partition's directory; it changes when the partition is deleted.
type Dir struct{ path atomic.Pointer[string] }

// NewDir returns a Dir at path.
func NewDir(path string) *Dir {
	d := new(Dir)
	d.Set(path)
	return d
}

// Set changes the path.
func (d *Dir) Set(path string) { d.path.Store(&path) }

// Path returns the path.
func (d *Dir) Path() string { return *d.path.Load() }

// A Segment is the files of one run of a log. Whoever owns it serialises the methods marked "writer"; a View taken under
// the same lock may be read from any goroutine, while the writer goes on.
//
//	base <= next; next - base <= MaxInt32 + 1; bytes of the .log behind size do not exist
type Segment struct {
	env  *Env
	dir  *Dir
	base int64
	ext  string // behind the suffix while a cleaner writes the files

	file  atomic.Pointer[slot[*openFile]]
	index atomic.Pointer[slot[*loaded]] // of a segment without live
	dirty atomic.Bool                   // bytes were written that have not been synced
	size  atomic.Int64
	gone  atomic.Bool // deleted or replaced: its files may not be there any more

	onDisk atomic.Bool // the .log exists
	sealed atomic.Bool // it takes no more appends

	trust ranges // what of the .log has a checksum that this process has seen to be right

	// Fields of the writer.
	next      int64
	maxTs     int64 // largest record timestamp; -1 none; only when known
	maxTsLast int64 // last offset of the batch that has it
	tsKnown   bool
	firstTs   int64 // largest timestamp of the first batch, -1 unknown
	created   int64 // ms
	newEntry  bool  // its directory entry has not been synced
	live      *live
	txns      []AbortedTxn
	txnsKnown bool
	txnDirty  bool // the .txnindex was written and not synced
	txnBehind bool // txns holds more than the file
	remade    bool // derived files were written anew, and what they were before must not come back: the next flush syncs them
}

// live is what the active segment keeps in memory.
type live struct {
	off        []OffsetEntry
	marks      []mark // of the last len(marks) entries of off: of batches that this process has appended
	tim        []TimeEntry
	offSaved   int   // entries of off that are in the file
	timSaved   int   // entries of tim that are in the file
	sinceIndex int64 // bytes appended since the last entry
	recent     [recentBatches]recentBatch
	recentAt   int
}

// recentBatches is how many of the latest batches a segment can find without looking at the file.
const recentBatches = 32

type recentBatch struct {
	base int64
	pos  int64 // -1: unused
}

// New returns an empty segment whose .log is made by the first append.
func New(env *Env, dir *Dir, base, now int64) *Segment {
	s := newSegment(env, dir, base)
	s.next, s.created, s.tsKnown, s.newEntry, s.txnsKnown = base, now, true, true, true
	s.trust.all()
	return s
}

func newSegment(env *Env, dir *Dir, base int64) *Segment {
	return &Segment{env: env, dir: dir, base: base, maxTs: -1, maxTsLast: -1, firstTs: -1}
}

func newLive() *live {
	l := &live{}
	l.forgetRecent()
	return l
}

func (l *live) forgetRecent() {
	for i := range l.recent {
		l.recent[i].pos = -1
	}
}

// Base is the first offset the segment may hold.
func (s *Segment) Base() int64 { return s.base }

// Next is the offset behind the last batch. Writer.
func (s *Segment) Next() int64 { return s.next }

// Size is the number of bytes in the .log.
func (s *Segment) Size() int64 { return s.size.Load() }

// Created is when the segment was made, in milliseconds. Writer.
func (s *Segment) Created() int64 { return s.created }

// Path returns the path of the file with that suffix.
func (s *Segment) Path(suffix string) string { return Path(s.dir.Path(), s.base, suffix) + s.ext }

// Gone reports that the segment was deleted or replaced.
func (s *Segment) Gone() bool { return s.gone.Load() }

// MarkGone notes that the files are about to go, and drops what is cached.
func (s *Segment) MarkGone() {
	s.gone.Store(true)
	s.Forget()
}

// Forget drops the cached descriptor and index; open regions keep theirs.
func (s *Segment) Forget() {
	s.setDirty(false)
	s.env.files.forget(&s.file)
	s.env.indexes.forget(&s.index)
}

// Dirty reports that the .log has bytes that were not synced.
func (s *Segment) Dirty() bool { return s.dirty.Load() }

func (s *Segment) setDirty(d bool) {
	if s.dirty.Swap(d) != d {
		if d {
			s.env.dirty.Add(1)
		} else {
			s.env.dirty.Add(-1)
		}
	}
}

// acquire returns the open .log with a reference.
func (s *Segment) acquire() (*slot[*openFile], error) {
	if sl := s.env.files.get(&s.file); sl != nil {
		return sl, nil
	}
	flag := vfs.ReadWrite
	if !s.onDisk.Load() || s.gone.Load() {
		return nil, s.goneError()
	}
	f, err := s.env.open(s.Path(LogSuffix), flag)
	if err != nil {
		return nil, err
	}
	if s.gone.Load() { // the name may stand for what replaced the segment
		f.Close()
		return nil, s.goneError()
	}
	return s.env.files.put(&s.file, &openFile{f, &s.dirty}, 1), nil
}

func (s *Segment) goneError() error {
	return &fs.PathError{Op: "open", Path: s.Path(LogSuffix), Err: fs.ErrNotExist}
}

// create makes the .log. Writer.
func (s *Segment) create(preallocate int64) (*slot[*openFile], error) {
	f, err := s.env.open(s.Path(LogSuffix), vfs.ReadWrite|vfs.Create)
	if err != nil {
		return nil, err
	}
	if size, err := f.Size(); err == nil && size > 0 {
		if err := f.Truncate(0); err != nil { // a leftover that recovery has not seen
			f.Close()
			return nil, err
		}
	}
	if err := s.clearDerived(); err != nil {
		f.Close()
		return nil, err
	}
	if a, ok := f.(vfs.Allocator); ok && preallocate > 0 {
		if err := a.Allocate(preallocate); err != nil {
			f.Close()
			return nil, err
		}
	}
	s.onDisk.Store(true)
	s.newEntry = true
	return s.env.files.put(&s.file, &openFile{f, &s.dirty}, 1), nil
}

// clearDerived removes derived files of an earlier segment of the same base, which a crash may have left.
func (s *Segment) clearDerived() error {
	for _, suffix := range derived {
		if err := s.env.FS.Remove(s.Path(suffix)); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// Create makes the .log of an empty segment, so that the base offset is on disk. Writer.
func (s *Segment) Create() error {
	if s.onDisk.Load() {
		return nil
	}
	sl, err := s.create(0)
	if err == nil {
		sl.release()
	}
	return err
}

// A WriteError is an append that failed. Cut tells that the file has its old length again, so that the segment can go on.
type WriteError struct {
	Err error
	Cut bool
}

func (e *WriteError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// Append writes whole batches with one write and indexes them. offsets are final. indexInterval is index.interval.bytes,
// preallocate the size to reserve when the file is made (0: none). On error nothing was appended; it is a *WriteError.
// Writer.
func (s *Segment) Append(b []byte, indexInterval, preallocate int64) error {
	var sl *slot[*openFile]
	var err error
	if s.onDisk.Load() {
		sl, err = s.acquire()
	} else {
		sl, err = s.create(preallocate)
	}
	if err != nil {
		return &WriteError{Err: err, Cut: true}
	}
	defer sl.release()
	size := s.size.Load()
	s.setDirty(true)
	if _, err := sl.v.WriteAt(b, size); err != nil {
		return &WriteError{Err: err, Cut: sl.v.Truncate(size) == nil}
	}
	s.note(b, size, indexInterval)
	s.size.Store(size + int64(len(b)))
	return nil
}

// note indexes batches that have been written at pos.
func (s *Segment) note(b []byte, pos, interval int64) {
	l := s.live
	for len(b) > 0 {
		batch := record.Batch(b)
		n := batch.Length()
		s.noteBatch(batch[:n], pos, interval)
		l.recent[l.recentAt] = recentBatch{batch.BaseOffset(), pos}
		l.recentAt = (l.recentAt + 1) % recentBatches
		b, pos = b[n:], pos+int64(n)
	}
}

func (s *Segment) noteBatch(b record.Batch, pos, interval int64) {
	l, last := s.live, b.LastOffset()
	if ts := b.MaxTimestamp(); ts > s.maxTs {
		s.maxTs, s.maxTsLast = ts, last
	}
	if s.firstTs < 0 && pos == 0 {
		s.firstTs = b.MaxTimestamp()
	}
	if l.sinceIndex > interval {
		l.off = append(l.off, OffsetEntry{uint32(last - s.base), uint32(pos)})
		l.marks = append(l.marks, mark{uint32(b.BaseOffset() - s.base), uint32(b.Length())})
		s.noteTime()
		l.sinceIndex = 0
	}
	l.sinceIndex += int64(b.Length())
	s.next = last + 1
}

// noteTime appends the largest timestamp so far to the time index, when it is news.
func (s *Segment) noteTime() {
	l := s.live
	if n := len(l.tim); s.maxTs >= 0 && (n == 0 || l.tim[n-1].Timestamp < s.maxTs) {
		l.tim = append(l.tim, TimeEntry{s.maxTs, uint32(s.maxTsLast - s.base)})
	}
}

// AppendTxn notes an aborted transaction. It is known from now on even when writing it fails: then the next PersistJob writes
// it, and until that has succeeded the recovery point must not pass it. Writer.
func (s *Segment) AppendTxn(t AbortedTxn) error {
	known, err := s.AbortedTxns()
	if err != nil {
		return err
	}
	s.txns, s.txnDirty = append(known, t), true
	if !s.txnBehind {
		err = s.writeFile(TxnSuffix, encodeTxn(nil, t), int64(len(known))*txnEntrySize, true)
		s.txnBehind = err != nil
	}
	return err
}

// AbortedTxns returns the aborted transactions whose markers lie in the segment. The slice must not be changed. Writer.
func (s *Segment) AbortedTxns() ([]AbortedTxn, error) {
	if s.txnsKnown {
		return s.txns, nil
	}
	data, err := s.env.FS.ReadFile(s.Path(TxnSuffix))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	list, ok := ParseTxnIndex(data)
	if !ok {
		return nil, &CorruptError{s.Path(TxnSuffix), 0, "the transaction index is torn or not in order"}
	}
	s.txns, s.txnsKnown = list, true
	return list, nil
}

// SetAbortedTxns replaces the transaction index, after a rebuild from the .log. Writer.
func (s *Segment) SetAbortedTxns(list []AbortedTxn) error {
	b := encodeTxns(list)
	if len(b) == 0 {
		err := s.env.FS.Remove(s.Path(TxnSuffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	} else if err := s.writeFile(TxnSuffix, b, 0, true); err != nil {
		return err
	}
	s.txns, s.txnsKnown, s.txnBehind, s.txnDirty = list, true, false, true
	return nil
}

// SetAbortedTxnsIfRoom is SetAbortedTxns that a full disk does not stop: the file is then made one that nobody believes, so that it is
// made anew when it is needed next, and the list is known meanwhile. Writer.
func (s *Segment) SetAbortedTxnsIfRoom(list []AbortedTxn) error {
	err := s.SetAbortedTxns(list)
	if !noSpace(err) {
		return err
	}
	f, err := s.env.open(s.Path(TxnSuffix), vfs.ReadWrite|vfs.Create)
	if err == nil {
		err = f.Truncate(1) // no whole entry, and a hole takes no block
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		return err
	}
	s.txns, s.txnsKnown, s.txnBehind, s.txnDirty = list, true, true, true
	return nil
}

// writeFile writes b at off and cuts the file behind it when whole says that b ends it.
func (s *Segment) writeFile(suffix string, b []byte, off int64, whole bool) error {
	f, err := s.env.open(s.Path(suffix), vfs.ReadWrite|vfs.Create)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, off)
	if err == nil && whole {
		err = f.Truncate(off + int64(len(b)))
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// IndexBytes is the size of the larger of the indexes as they would be on disk. Writer.
func (s *Segment) IndexBytes() int64 {
	if s.live == nil {
		return 0
	}
	return max(entrySize*int64(len(s.live.off)), timeEntrySize*int64(len(s.live.tim)))
}

// FirstTimestamp is the largest timestamp of the first batch, -1 when there is none. Writer.
func (s *Segment) FirstTimestamp() (int64, error) {
	if s.firstTs >= 0 || s.Size() == 0 {
		return s.firstTs, nil
	}
	sl, err := s.acquire()
	if err != nil {
		return -1, err
	}
	defer sl.release()
	h := s.heads(sl.v, s.Size())
	defer h.close()
	b, _, err := h.header(0)
	if err != nil {
		return -1, err
	}
	s.firstTs = b.MaxTimestamp()
	return s.firstTs, nil
}

// Fits reports whether an offset can be written relative to the base.
func (s *Segment) Fits(last int64) bool { return last-s.base <= math.MaxInt32 }

// Sealed reports that the segment takes no more appends.
func (s *Segment) Sealed() bool { return s.sealed.Load() }

// NewEntry reports that the directory entry of the .log has not been synced since it was made. Writer.
func (s *Segment) NewEntry() bool { return s.newEntry }

// EntrySynced notes that the directory was synced. Writer.
func (s *Segment) EntrySynced() { s.newEntry = false }
