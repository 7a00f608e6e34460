package quorum

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// recentBytes bounds the copies of the newest batches that are kept in memory, so that what was just written is
// committed, sent and replayed without reading it back.
const recentBytes = 4 << 20

// A metaLog is __cluster_metadata-0: batches in Kafka's segment files, one batch per raft entry.
//
// One goroutine, the owner, changes it: append, sync, truncate, trimPrefix, reset. Others read committed batches through
// it. A segment file is closed when it is dropped and the last reader has left it.
//
//	start <= synced <= end
//	refs are the batches of [start, end) in order, without gaps
//	all segments but the last are durable whole
type metaLog struct {
	fs           vfs.FS
	dir          string
	segmentBytes int64
	flushed      *flushedMark // owner only

	mu struct {
		sync.Mutex
		segs       []*segFile
		refs       []batchRef
		recent     []record.Batch // the newest batches, consecutive, the last one ends at end
		recentSize int
		start, end int64
		synced     int64
	}
}

// batchRef is where a batch stands.
type batchRef struct {
	base  int64
	seg   *segFile
	pos   uint32
	size  uint32
	epoch int32
}

// segFile is an open segment.
type segFile struct {
	base    int64
	file    vfs.File
	size    int64
	readers int  // under metaLog.mu
	dropped bool // under metaLog.mu
}

// A CorruptError gives damage in the metadata log an address. The node does not start with it: what was acknowledged
// cannot be told from what was not.
type CorruptError struct {
	File   string
	Pos    int64
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("quorum: %s is damaged at byte %d: %s", e.File, e.Pos, e.Reason)
}

func segmentName(base int64) string { return fmt.Sprintf("%020d.log", base) }

// openLog scans the log and cuts off a torn tail. Damage below what was known to be durable is a *CorruptError.
func openLog(fsys vfs.FS, dir string, segmentBytes int64) (*metaLog, error) {
	l := &metaLog{fs: fsys, dir: dir, segmentBytes: segmentBytes}
	var err error
	if l.flushed, err = openFlushedMark(fsys, dir); err != nil {
		return nil, err
	}
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names { // sorted, and 20 digits sort as numbers do
		digits, ok := strings.CutSuffix(name, ".log")
		if !ok {
			continue
		}
		base, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || len(digits) != 20 {
			continue
		}
		if err := l.openSegment(base); err != nil {
			l.close()
			return nil, err
		}
	}
	l.mu.synced = l.mu.end
	if l.mu.end < l.flushed.offset {
		l.close()
		return nil, &CorruptError{File: dir, Reason: fmt.Sprintf("the log ends at offset %d, but was durable up to %d", l.mu.end, l.flushed.offset)}
	}
	return l, nil
}

func (l *metaLog) openSegment(base int64) error {
	path := filepath.Join(l.dir, segmentName(base))
	if len(l.mu.segs) == 0 {
		l.mu.start, l.mu.end = base, base
	} else if base != l.mu.end {
		return &CorruptError{File: path, Reason: fmt.Sprintf("the segments before it end at offset %d", l.mu.end)}
	}
	f, err := l.fs.OpenFile(path, vfs.ReadWrite, fileMode)
	if err != nil {
		return err
	}
	s := &segFile{base: base, file: f}
	l.mu.segs = append(l.mu.segs, s)
	damage, err := l.scan(s, path)
	if err != nil {
		return err
	}
	if damage == nil {
		return nil
	}
	if l.mu.end < l.flushed.offset {
		return damage
	}
	if err := f.Truncate(s.size); err != nil { // a tail that no sync covered: nobody was told of it
		return err
	}
	return f.SyncData()
}

// scan enters a segment's batches into refs. damage is where the well-formed batches end before the file does.
func (l *metaLog) scan(s *segFile, path string) (damage *CorruptError, err error) {
	size, err := s.file.Size()
	if err != nil {
		return nil, err
	}
	w := window{file: s.file, size: size}
	for s.size < size {
		b, err := w.batch(s.size)
		if err != nil {
			return nil, err
		}
		if why := l.misfit(b); why != "" {
			return &CorruptError{File: path, Pos: s.size, Reason: why}, nil
		}
		l.mu.refs = append(l.mu.refs, batchRef{base: b.BaseOffset(), seg: s, pos: uint32(s.size), size: uint32(len(b)), epoch: b.LeaderEpoch()})
		l.mu.end = b.NextOffset()
		s.size += int64(len(b))
	}
	return nil, nil
}

// misfit says why a batch cannot stand at the end of the log, "" when it can. b is nil when there is no whole batch.
func (l *metaLog) misfit(b record.Batch) string {
	switch {
	case b == nil:
		return "no whole record batch begins here"
	case b.ComputeCRC() != b.CRC():
		return "the checksum does not match"
	case b.BaseOffset() != l.mu.end:
		return fmt.Sprintf("base offset %d, expected %d", b.BaseOffset(), l.mu.end)
	case b.LastOffsetDelta() < 0:
		return "the last offset delta is negative"
	case b.LeaderEpoch() < l.lastEpochLocked():
		return fmt.Sprintf("leader epoch %d behind %d", b.LeaderEpoch(), l.lastEpochLocked())
	}
	return ""
}

func (l *metaLog) lastEpochLocked() int32 {
	if n := len(l.mu.refs); n > 0 {
		return l.mu.refs[n-1].epoch
	}
	return 0
}

// startOffset, endOffset and syncedOffset may be called by anyone.
func (l *metaLog) startOffset() int64  { l.mu.Lock(); defer l.mu.Unlock(); return l.mu.start }
func (l *metaLog) endOffset() int64    { l.mu.Lock(); defer l.mu.Unlock(); return l.mu.end }
func (l *metaLog) syncedOffset() int64 { l.mu.Lock(); defer l.mu.Unlock(); return l.mu.synced }

// batches returns how many batches stand in [start, end).
func (l *metaLog) batches() int { l.mu.Lock(); defer l.mu.Unlock(); return len(l.mu.refs) }

// at returns the n-th batch's extent and epoch.
func (l *metaLog) at(n int) (base, end int64, epoch int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.mu.refs[n]
	end = l.mu.end
	if n+1 < len(l.mu.refs) {
		end = l.mu.refs[n+1].base
	}
	return r.base, end, r.epoch
}

// find returns the position of the batch that begins at offset; ok is false when none does. The log's end counts as the
// position behind the last batch.
func (l *metaLog) find(offset int64) (n int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = sort.Search(len(l.mu.refs), func(i int) bool { return l.mu.refs[i].base >= offset })
	if n == len(l.mu.refs) {
		return n, offset == l.mu.end
	}
	return n, l.mu.refs[n].base == offset
}

// append writes batches that continue the log with one write. They count only after sync. The bytes are kept: they must
// not be changed any more. On an error nothing has been appended.
func (l *metaLog) append(batches []record.Batch) error {
	total := int64(0)
	for _, b := range batches {
		total += int64(len(b))
	}
	s, err := l.active(total)
	if err != nil {
		return err
	}
	if err := writeBatches(s, batches, total); err != nil {
		// The part that was written is cut off, so that the log is as it was and the append can be tried again.
		return errors.Join(err, s.file.Truncate(s.size))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range batches {
		if why := l.misfitShape(b); why != "" {
			panic("quorum: appending a batch that does not continue the log: " + why)
		}
		l.mu.refs = append(l.mu.refs, batchRef{base: b.BaseOffset(), seg: s, pos: uint32(s.size), size: uint32(len(b)), epoch: b.LeaderEpoch()})
		l.mu.end = b.NextOffset()
		s.size += int64(len(b))
		l.remember(b)
	}
	return nil
}

// misfitShape is misfit without the checksum: what we built ourselves is not summed twice.
func (l *metaLog) misfitShape(b record.Batch) string {
	if b.BaseOffset() != l.mu.end || b.LastOffsetDelta() < 0 || b.LeaderEpoch() < l.lastEpochLocked() {
		return fmt.Sprintf("offsets %d-%d epoch %d behind offset %d epoch %d", b.BaseOffset(), b.LastOffset(), b.LeaderEpoch(), l.mu.end, l.lastEpochLocked())
	}
	return ""
}

func writeBatches(s *segFile, batches []record.Batch, total int64) error {
	bytes := []byte(batches[0])
	if len(batches) > 1 {
		bytes = make([]byte, 0, total)
		for _, b := range batches {
			bytes = append(bytes, b...)
		}
	}
	_, err := s.file.WriteAt(bytes, s.size)
	return err
}

func (l *metaLog) remember(b record.Batch) {
	l.mu.recent = append(l.mu.recent, b)
	l.mu.recentSize += len(b)
	drop := 0
	for l.mu.recentSize > recentBytes && drop < len(l.mu.recent)-1 {
		l.mu.recentSize -= len(l.mu.recent[drop])
		drop++
	}
	l.mu.recent = slices.Delete(l.mu.recent, 0, drop)
}

// active returns the segment to append n bytes to, a new one when the last is full.
func (l *metaLog) active(n int64) (*segFile, error) {
	if len(l.mu.segs) > 0 { // only the owner changes segs, so the owner reads them without the lock
		if s := l.mu.segs[len(l.mu.segs)-1]; s.size == 0 || s.size+n <= l.segmentBytes {
			return s, nil
		}
	}
	return l.roll()
}

// roll begins a new segment at the log's end. The one before is made durable first, so that only the last segment can
// have a torn tail.
func (l *metaLog) roll() (*segFile, error) {
	if n := len(l.mu.segs); n > 0 {
		if l.mu.segs[n-1].size == 0 {
			return l.mu.segs[n-1], nil
		}
		if err := l.sync(); err != nil {
			return nil, err
		}
	}
	path := filepath.Join(l.dir, segmentName(l.mu.end))
	f, err := l.fs.OpenFile(path, vfs.ReadWrite|vfs.Create|vfs.Trunc, fileMode)
	if err != nil {
		return nil, err
	}
	if err := l.fs.SyncDir(l.dir); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &segFile{base: l.mu.end, file: f}
	l.mu.Lock()
	l.mu.segs = append(l.mu.segs, s)
	l.mu.Unlock()
	return s, nil
}

// sync makes everything appended durable. After an error nothing may be counted on, and it must not be tried again (R25).
func (l *metaLog) sync() error {
	if l.mu.synced == l.mu.end {
		return nil
	}
	if err := l.mu.segs[len(l.mu.segs)-1].file.SyncData(); err != nil {
		return &syncError{err}
	}
	l.mu.Lock()
	l.mu.synced = l.mu.end
	l.mu.Unlock()
	l.flushed.advance(l.mu.end)
	return nil
}

// A syncError is a failed fsync: fatal, whatever its cause.
type syncError struct{ err error }

func (e *syncError) Error() string { return "quorum: fsync of the metadata log: " + e.err.Error() }
func (e *syncError) Unwrap() error { return e.err }

// truncate removes every batch at or behind offset, which must be where a batch begins, and makes that durable.
func (l *metaLog) truncate(offset int64) error {
	n, ok := l.find(offset)
	if !ok {
		return fmt.Errorf("quorum: truncation to offset %d, where no batch begins", offset)
	}
	if n == len(l.mu.refs) {
		return nil
	}
	if err := l.flushed.lower(offset); err != nil {
		return err
	}
	cut := l.mu.refs[n]
	if err := l.dropSegments(func(s *segFile) bool { return s.base > cut.seg.base }); err != nil {
		return err
	}
	if err := cut.seg.file.Truncate(int64(cut.pos)); err != nil {
		return err
	}
	if err := cut.seg.file.SyncData(); err != nil {
		return &syncError{err}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	cut.seg.size = int64(cut.pos)
	l.mu.refs = l.mu.refs[:n]
	l.mu.end = offset
	l.mu.synced = min(l.mu.synced, offset)
	l.mu.recent, l.mu.recentSize = nil, 0
	return nil
}

// trimPrefix forgets the batches below offset, which must be where a batch begins or the log's end, and removes the
// segments that hold nothing else.
func (l *metaLog) trimPrefix(offset int64) error {
	n, ok := l.find(offset)
	if !ok {
		return fmt.Errorf("quorum: trim to offset %d, where no batch begins", offset)
	}
	l.mu.Lock()
	if offset > l.mu.start {
		l.mu.refs = slices.Clone(l.mu.refs[n:])
		l.mu.start = offset
	}
	segs := l.mu.segs
	l.mu.Unlock()
	keep := 0
	for keep+1 < len(segs) && segs[keep+1].base <= offset {
		keep++
	}
	if keep == 0 {
		return nil
	}
	first := segs[keep].base
	return l.dropSegments(func(s *segFile) bool { return s.base < first })
}

// reset forgets every batch; the next one begins at offset.
func (l *metaLog) reset(offset int64) error {
	if err := l.flushed.lower(0); err != nil { // the log may be gone and its successor not begun when a crash comes
		return err
	}
	if err := l.dropSegments(func(*segFile) bool { return true }); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.refs = nil
	l.mu.recent, l.mu.recentSize = nil, 0
	l.mu.start, l.mu.end, l.mu.synced = offset, offset, offset
	return nil
}

// dropSegments removes the segments that are chosen, newest first, so that a crash between leaves no gap at the end;
// their derived files, which an adopted directory may hold, go with them.
func (l *metaLog) dropSegments(chosen func(*segFile) bool) error {
	l.mu.Lock()
	segs := l.mu.segs
	l.mu.segs = slices.DeleteFunc(slices.Clone(segs), chosen)
	l.mu.Unlock()
	fromEnd := slices.Clone(segs)
	slices.Reverse(fromEnd)
	if len(l.mu.segs) > 0 && len(segs) > 0 && l.mu.segs[0] != segs[0] {
		fromEnd = segs // a prefix goes oldest first: no gap at the start either
	}
	dropped := 0
	for _, s := range fromEnd {
		if !chosen(s) {
			continue
		}
		dropped++
		if err := l.removeFiles(s.base); err != nil {
			return err
		}
		l.release(s, true)
	}
	if dropped == 0 {
		return nil
	}
	return l.fs.SyncDir(l.dir)
}

func (l *metaLog) removeFiles(base int64) error {
	stem := strings.TrimSuffix(filepath.Join(l.dir, segmentName(base)), ".log")
	for _, suffix := range [...]string{".log", ".index", ".timeindex", ".txnindex", ".snapshot"} {
		if err := removeIfThere(l.fs, stem+suffix); err != nil {
			return err
		}
	}
	return nil
}

// release lets go of a segment, as one of its readers or, with drop, for good.
func (l *metaLog) release(s *segFile, drop bool) {
	l.mu.Lock()
	if drop {
		s.dropped = true
	} else {
		s.readers--
	}
	last := s.dropped && s.readers == 0
	l.mu.Unlock()
	if last {
		_ = s.file.Close() // nothing was written through it that has not been synced or given up
	}
}

func (l *metaLog) close() {
	l.mu.Lock()
	segs := l.mu.segs
	l.mu.segs = nil
	l.mu.Unlock()
	for _, s := range segs {
		l.release(s, true)
	}
	l.flushed.close()
}

// errTrimmed is what reading below the log's start gives: a snapshot has taken the place of what stood there.
var errTrimmed = errors.New("quorum: the offset has been trimmed from the log")

// read returns whole batches from the one that contains offset up to about maxBytes, at least one, none that ends
// behind limit; nil when there is none. The batches are shared and must not be written. Anyone may call it.
func (l *metaLog) read(offset int64, maxBytes int, limit int64) ([]record.Batch, error) {
	l.mu.Lock()
	if offset < l.mu.start {
		l.mu.Unlock()
		return nil, errTrimmed
	}
	if out := l.readRecentLocked(offset, maxBytes, limit); out != nil {
		l.mu.Unlock()
		return out, nil
	}
	if offset >= l.mu.end {
		l.mu.Unlock()
		return nil, nil
	}
	n := sort.Search(len(l.mu.refs), func(i int) bool { return l.mu.refs[i].base > offset }) - 1
	first, count, size := l.mu.refs[n], 0, 0
	for i := n; i < len(l.mu.refs) && l.mu.refs[i].seg == first.seg; i++ {
		end := l.mu.end
		if i+1 < len(l.mu.refs) {
			end = l.mu.refs[i+1].base
		}
		if end > limit || count > 0 && size+int(l.mu.refs[i].size) > maxBytes {
			break
		}
		count++
		size += int(l.mu.refs[i].size)
	}
	if count == 0 {
		l.mu.Unlock()
		return nil, nil
	}
	first.seg.readers++
	l.mu.Unlock()
	defer l.release(first.seg, false)
	return readBatches(first.seg.file, int64(first.pos), size, count)
}

func (l *metaLog) readRecentLocked(offset int64, maxBytes int, limit int64) []record.Batch {
	n := sort.Search(len(l.mu.recent), func(i int) bool { return l.mu.recent[i].BaseOffset() > offset }) - 1
	if n < 0 {
		return nil
	}
	var out []record.Batch
	size := 0
	for _, b := range l.mu.recent[n:] {
		if b.NextOffset() > limit || len(out) > 0 && size+len(b) > maxBytes {
			break
		}
		out = append(out, b)
		size += len(b)
	}
	return out
}

func readBatches(f vfs.File, pos int64, size, count int) ([]record.Batch, error) {
	buf := make([]byte, size)
	if _, err := f.ReadAt(buf, pos); err != nil {
		return nil, err
	}
	out := make([]record.Batch, 0, count)
	for len(buf) > 0 {
		b, rest, err := record.Next(buf)
		if err != nil {
			return nil, err
		}
		if b.ComputeCRC() != b.CRC() {
			return nil, fmt.Errorf("quorum: the batch at offset %d does not match its checksum any more", b.BaseOffset())
		}
		out, buf = append(out, b), rest
	}
	return out, nil
}
