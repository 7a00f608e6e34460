package null

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// readBuffer is what a connection reads into while it has bytes; it grows to the largest frame and is kept then.
const readBuffer = 64 << 10

var readBuffers = sync.Pool{New: func() any { b := make([]byte, readBuffer); return &b }}

// A conn is one connection; one goroutine serves it.
type conn struct {
	b    *Broker
	tcp  *net.TCPConn
	raw  syscall.RawConn
	buf  []byte  // bytes at hand are buf[pos:end]; nil while there are none
	pool *[]byte // where buf came from, nil when it has grown
	pos  int
	end  int

	out   []byte       // answers of this round
	dirty []*partition // appended to in this round, when fsync is asked for

	onRead func(fd uintptr) bool
	n      int
	err    error

	next   partitionPosition // where the last fetch ended: sequential readers need no search
	parsed fetchRequest
}

type partitionPosition struct {
	p      *partition
	offset int64
	pos    int64
}

func newConn(b *Broker, tcp *net.TCPConn) *conn {
	c := &conn{b: b, tcp: tcp}
	c.onRead = c.tryRead
	return c
}

func (c *conn) serve() {
	defer c.tcp.Close()
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return
	}
	c.raw = raw
	for c.fill() == nil {
		if c.frames() != nil || c.answer() != nil {
			return
		}
	}
}

// tryRead runs when the socket may be readable. The buffer is taken only then.
func (c *conn) tryRead(fd uintptr) bool {
	if c.buf == nil {
		c.pool = readBuffers.Get().(*[]byte)
		c.buf = *c.pool
	}
	c.n, c.err = unix.Read(int(fd), c.buf[c.end:])
	if errors.Is(c.err, unix.EAGAIN) {
		if c.end == 0 && c.pool != nil {
			readBuffers.Put(c.pool)
			c.buf, c.pool = nil, nil
		}
		return false
	}
	return true
}

// fill reads what there is, making room for a whole frame first.
func (c *conn) fill() error {
	if c.pos == c.end {
		c.pos, c.end = 0, 0
		if c.pool != nil {
			readBuffers.Put(c.pool)
			c.buf, c.pool = nil, nil
		}
	} else {
		c.room()
	}
	if err := c.raw.Read(c.onRead); err != nil {
		return err
	}
	if c.err != nil {
		return c.err
	}
	if c.n == 0 {
		return io.EOF
	}
	c.end += c.n
	return nil
}

func (c *conn) room() {
	need := readBuffer
	if c.end-c.pos >= 4 {
		need = max(need, 4+int(binary.BigEndian.Uint32(c.buf[c.pos:]))+readBuffer)
	}
	if need > len(c.buf) {
		grown := make([]byte, need)
		c.end = copy(grown, c.buf[c.pos:c.end])
		c.pos = 0
		if c.pool != nil {
			readBuffers.Put(c.pool)
			c.pool = nil
		}
		c.buf = grown
		return
	}
	if c.pos > 0 {
		c.end = copy(c.buf, c.buf[c.pos:c.end])
		c.pos = 0
	}
}

var errFrame = errors.New("null: a frame that it does not understand")

// frames handles every whole frame at hand.
func (c *conn) frames() error {
	for c.end-c.pos >= 4 {
		size := int(int32(binary.BigEndian.Uint32(c.buf[c.pos:])))
		if size < 8 || size > 1<<30 {
			return errFrame
		}
		if c.end-c.pos < 4+size {
			return nil
		}
		frame := c.buf[c.pos+4 : c.pos+4+size]
		c.pos += 4 + size
		if err := c.request(frame); err != nil {
			return err
		}
	}
	return nil
}

// answer writes the answers of this round, once what they promise is true.
func (c *conn) answer() error {
	if len(c.dirty) > 0 {
		c.b.sync.wait(c.dirty)
		c.dirty = c.dirty[:0]
	}
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.tcp.Write(c.out)
	c.out = c.out[:0]
	return err
}
