package server

import (
	"sync"
	"sync/atomic"
)

// The size classes of buffers. The fourth fits a frame of a 256 KiB batch, the fifth that of a 1 MiB batch, which is the
// default bound of producers and topics. Anything larger is allocated for its frame alone.
const (
	tinySize  = 512
	smallSize = 4 << 10
	readSize  = 64 << 10 // what a busy connection reads at once
	largeSize = 256<<10 + 4<<10
	hugeSize  = 1<<20 + 64<<10
)

var classSizes = [...]int{tinySize, smallSize, readSize, largeSize, hugeSize}

const unpooled = len(classSizes)

var pools [len(classSizes)]sync.Pool

// A buffer is bytes of a size class with a count of those who use them: the reader that fills it and the requests that
// alias it. The last to release it gives it back.
type buffer struct {
	b     []byte // len is the usable size, constant while in use, except for answers
	class int
	refs  atomic.Int32

	charged int64     // what memory holds for this buffer; guarded by memory.mu
	size    frameSize // what it is charged as; guarded by memory.mu
	payer   *conn     // who is charged, nil when nobody is; guarded by memory.mu
}

// classFor returns the smallest class that holds n bytes, or unpooled.
func classFor(n int) int {
	for i, size := range classSizes {
		if n <= size {
			return i
		}
	}
	return unpooled
}

// sizeFor returns how large a buffer getBuffer makes for n bytes.
func sizeFor(n int) int {
	if class := classFor(n); class < unpooled {
		return classSizes[class]
	}
	return n
}

// getBuffer returns a buffer of at least n bytes with one reference.
func getBuffer(n int) *buffer {
	class := classFor(n)
	if class == unpooled {
		buf := &buffer{b: make([]byte, n), class: class}
		buf.refs.Store(1)
		return buf
	}
	buf, _ := pools[class].Get().(*buffer)
	if buf == nil {
		buf = &buffer{b: make([]byte, classSizes[class]), class: class}
	}
	buf.refs.Store(1)
	return buf
}

func (buf *buffer) retain() { buf.refs.Add(1) }

// release drops one reference.
func (buf *buffer) release() {
	if buf.refs.Add(-1) > 0 {
		return
	}
	if buf.payer != nil {
		buf.payer.srv.memory.refund(buf)
	}
	if buf.class < unpooled {
		pools[buf.class].Put(buf)
	}
}

// adopt makes b, the outcome of appending to buf.b[:0], the bytes of buf. When the append had to move, the larger array
// stays with buf if it still fits a class, and the former one is dropped.
func (buf *buffer) adopt(b []byte) {
	if cap(b) == cap(buf.b) {
		return
	}
	buf.b = b[:cap(b)]
	buf.class = unpooled
	for i, size := range classSizes {
		if cap(b) >= size {
			buf.class, buf.b = i, b[:size:size]
		}
	}
	if buf.class == len(classSizes)-1 && cap(b) > 2*hugeSize {
		buf.class = unpooled
	}
}
