package segment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// DamagedSuffix ends the names of files with bytes that were taken out of a log but may hold whole batches: what stood behind
// damage. They are no part of the log, and nothing but the deletion of the partition removes them.
const DamagedSuffix = ".damaged"

// maxDamaged bounds how many such files one segment may have.
const maxDamaged = 1000

// Behind is what a search behind damage found: whole batches, from First to at least Last.
type Behind struct {
	Pos         int64 // of the first
	First, Last int64
	Batches     int
}

// searchBytes bounds the bytes that one search behind damage computes checksums of, per byte that it looks at: content can be
// made to look like the beginning of a batch at every byte.
const searchBytes = 4

// intact looks for whole batches in [from, to), whatever stands between: magic, framing, checksum and an offset that can follow
// next. nil: there are none, so damage before them is a torn tail. A search that becomes too costly counts as found, at the
// place that it came to.
func intact(f vfs.File, from, to, base, next int64) (*Behind, error) {
	bp := scanBuffers.Get().(*[]byte)
	defer scanBuffers.Put(bp)
	budget := searchBytes*(to-from) + 2*scanBytes
	for at := from; at+record.HeaderSize <= to; {
		n, err := refill(f, *bp, 0, at, to)
		if err != nil {
			return nil, err
		}
		buf := (*bp)[:n]
		if n < record.HeaderSize {
			return nil, nil
		}
		i := 0
		for ; i+record.HeaderSize <= n; i++ {
			skip := bytes.IndexByte(buf[i+record.MagicOffset:n-record.HeaderSize+record.MagicOffset+1], 2)
			if skip < 0 {
				i = n - record.HeaderSize
				continue
			}
			i += skip
			b := record.Batch(buf[i:])
			if b.BaseOffset() < next || b.BaseOffset()-base > 1<<31-1 || b.LastOffsetDelta() < 0 {
				continue
			}
			size, why := frame(b)
			pos := at + int64(i)
			if why != "" || int64(size) > to-pos {
				continue
			}
			if budget -= int64(size); budget < 0 {
				return &Behind{Pos: pos, First: next, Last: next}, nil
			}
			sum, err := sumRest(f, 0, pos+crcFrom, pos+int64(size))
			if err != nil {
				return nil, err
			}
			if sum == b.CRC() {
				return chain(f, pos, to, b.BaseOffset())
			}
		}
		at += int64(i)
	}
	return nil, nil
}

// chain follows the whole batches from the first one.
func chain(f vfs.File, pos, to, next int64) (*Behind, error) {
	found := &Behind{Pos: pos, First: next}
	_, _, err := scanBatches(f, pos, to, limits{next, math.MaxInt64, to}, func(_ int64, b record.Batch) error {
		found.Last = b.LastOffset()
		found.Batches++
		return nil
	})
	return found, err
}

// keepTail copies [from, to) of the .log beside it, durably, and returns the copy's path. Without room it is *CorruptError: what
// cannot be kept must not be cut.
func (s *Segment) keepTail(f vfs.File, from, to int64, why string) (string, error) {
	path, err := s.damagedPath()
	if err != nil {
		return "", err
	}
	tmp := path + ".tmp" // debris for the next start if this one ends here
	if err = copyTo(s.env, f, from, to, tmp); err == nil {
		err = s.env.FS.Rename(tmp, path)
	}
	if err == nil {
		err = s.env.FS.SyncDir(s.dir.Path())
	}
	if err == nil {
		return path, nil
	}
	if noSpace(err) {
		_ = s.env.FS.Remove(tmp) // else debris that the next start clears
		return "", &CorruptError{s.Path(LogSuffix), from, fmt.Sprintf("%s; the %d bytes from there on cannot be kept aside: %v; make room and start again", why, to-from, err)}
	}
	return "", err
}

func copyTo(env *Env, f vfs.File, from, to int64, path string) error {
	out, err := env.open(path, vfs.ReadWrite|vfs.Create|vfs.Trunc)
	if err != nil {
		return err
	}
	bp := scanBuffers.Get().(*[]byte)
	defer scanBuffers.Put(bp)
	for at := from; at < to && err == nil; {
		p := (*bp)[:min(int64(len(*bp)), to-at)]
		if _, err = f.ReadAt(p, at); err != nil && err != io.EOF {
			break
		}
		_, err = out.WriteAt(p, at-from)
		at += int64(len(p))
	}
	if err == nil {
		err = out.SyncData()
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}

// damagedPath returns a free name beside the .log.
func (s *Segment) damagedPath() (string, error) {
	for i := range maxDamaged {
		path := s.Path(LogSuffix) + DamagedSuffix
		if i > 0 {
			path = fmt.Sprintf("%s.%d", path, i)
		}
		if _, err := s.env.FS.Stat(path); isNotExist(err) {
			return path, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", &CorruptError{s.Path(LogSuffix), 0, fmt.Sprintf("there are %d damaged files of this segment; remove those that are not needed", maxDamaged)}
}

// SetAside takes the segment out of the log for good but keeps its .log under a name with DamagedSuffix, which it returns. Writer.
func (s *Segment) SetAside() (string, error) {
	s.MarkGone()
	path, err := s.damagedPath()
	if err != nil {
		return "", err
	}
	if err := s.env.FS.Rename(s.Path(LogSuffix), path); err != nil {
		return "", err
	}
	for _, suffix := range derived {
		if err := s.env.FS.Remove(s.Path(suffix)); err != nil && !isNotExist(err) {
			return "", err
		}
	}
	return path, nil
}

// Reach returns the offset behind the last batch that the framing of the .log leads to from its beginning, the base when it
// leads to none.
func (s *Segment) Reach() (next int64, err error) {
	next = s.base
	sl, err := s.acquire()
	if err != nil {
		return next, err
	}
	defer sl.release()
	h := s.heads(sl.v, s.Size())
	defer h.close()
	for pos := int64(0); pos < s.Size(); {
		b, n, err := h.header(pos)
		var c *CorruptError
		if errors.As(err, &c) {
			return next, nil
		}
		if err != nil {
			return next, err
		}
		next, pos = max(next, b.NextOffset()), pos+n
	}
	return next, nil
}
