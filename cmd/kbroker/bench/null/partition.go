package null

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sort"
	"sync"

	"github.com/kbroker/kbroker/protocol/record"
)

// indexInterval is how many bytes lie at least between two positions that a partition remembers.
const indexInterval = 4096

// A partition is one file that grows.
type partition struct {
	dir   string
	walk  bool
	fsync bool

	mu     sync.Mutex
	f      *os.File      // opened by the first append
	size   int64         // bytes written
	end    int64         // next offset
	index  []position    // of batches, at least indexInterval bytes apart
	wake   chan struct{} // closed by the next append; nil while nobody waits
	queued bool          // in the syncer's list; guarded by the syncer
}

type position struct{ offset, pos int64 }

func (p *partition) open() error {
	if p.f != nil {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(p.dir, "00000000000000000000.log"), os.O_CREATE|os.O_RDWR, 0o644)
	p.f = f
	return err
}

// append stamps b and writes it.
func (p *partition) append(b record.Batch) (base int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.open(); err != nil {
		return 0, err
	}
	base = p.end
	b.SetBaseOffset(base)
	b.SetLeaderEpoch(0)
	if _, err := p.f.WriteAt(b, p.size); err != nil {
		return 0, err
	}
	p.note(base, p.size)
	p.size += int64(len(b))
	p.end = b.NextOffset()
	if p.wake != nil {
		close(p.wake)
		p.wake = nil
	}
	return base, nil
}

func (p *partition) note(offset, pos int64) {
	if n := len(p.index); n == 0 || pos-p.index[n-1].pos >= indexInterval {
		p.index = append(p.index, position{offset, pos})
	}
}

// view is what a fetch needs: a run of bytes of the file.
type view struct {
	f        *os.File
	pos, len int64
	end      int64         // next offset of the partition
	wait     chan struct{} // closed by the next append; set when there is nothing
}

// read finds at most maxBytes from the batch that holds offset; from is the position of that batch if the caller knows it,
// else -1. It ends where a remembered position ends it, as long as there is one.
func (p *partition) read(offset, from int64, maxBytes int64, wait bool) (view, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := view{f: p.f, end: p.end}
	if offset >= p.end {
		if wait {
			if p.wake == nil {
				p.wake = make(chan struct{})
			}
			v.wait = p.wake
		}
		return v, nil
	}
	if from < 0 {
		var err error
		if from, err = p.find(offset); err != nil {
			return v, err
		}
	}
	v.pos, v.len = from, p.size-from
	if v.len <= maxBytes {
		return v, nil
	}
	i := sort.Search(len(p.index), func(i int) bool { return p.index[i].pos > from+maxBytes })
	if i > 0 && p.index[i-1].pos > from {
		v.len = p.index[i-1].pos - from
		return v, nil
	}
	var head [record.HeaderSize]byte // one batch that is larger than asked for, or a few small ones
	_, err := p.f.ReadAt(head[:], from)
	v.len = max(maxBytes, int64(record.Batch(head[:]).Length()))
	return v, err
}

// find walks the headers from the remembered position below offset.
func (p *partition) find(offset int64) (int64, error) {
	i := sort.Search(len(p.index), func(i int) bool { return p.index[i].offset > offset })
	pos := p.index[i-1].pos
	var head [record.HeaderSize]byte
	for {
		if _, err := p.f.ReadAt(head[:], pos); err != nil {
			return 0, err
		}
		b := record.Batch(head[:])
		if b.NextOffset() > offset {
			return pos, nil
		}
		pos += int64(b.Length())
	}
}

// recover reads the whole file, as a broker without a recovery point has to.
func (p *partition) recover() error {
	name := filepath.Join(p.dir, "00000000000000000000.log")
	f, err := os.OpenFile(name, os.O_RDWR, 0o644)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	p.f = f
	buf := make([]byte, 0, 4<<20)
	for at := int64(0); ; {
		n, err := f.ReadAt(buf[len(buf):cap(buf)], at)
		buf, at = buf[:len(buf)+n], at+int64(n)
		rest := p.recoverBatches(buf)
		if errors.Is(err, io.EOF) {
			return f.Truncate(p.size)
		}
		if err != nil {
			return err
		}
		if len(rest) == cap(buf) {
			buf = append(make([]byte, 0, 2*cap(buf)), rest...)
		} else {
			buf = buf[:copy(buf[:cap(buf)], rest)]
		}
	}
}

func (p *partition) recoverBatches(b []byte) (rest []byte) {
	for {
		batch, next, err := record.Next(b)
		if err != nil || batch.ComputeCRC() != batch.CRC() {
			return b
		}
		p.note(batch.BaseOffset(), p.size)
		p.size += int64(len(batch))
		p.end = batch.NextOffset()
		b = next
	}
}

func (p *partition) remove() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.f != nil {
		_ = p.f.Close()
	}
	_ = os.RemoveAll(p.dir)
}
