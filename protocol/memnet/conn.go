package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Window bounds the bytes that one direction of a connection holds; a writer waits when it is full.
const Window = 256 << 10

// Conn is one end of a connection.
type Conn struct {
	rx, tx        *pipe
	local, remote Addr
}

// Read reads what has arrived, waiting for the first byte.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.rx.read(p)
	return n, c.wrap("read", err)
}

// Write buffers p, waiting while the window is full.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.tx.write(p)
	return n, c.wrap("write", err)
}

func (c *Conn) wrap(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// Close ends both directions; the peer reads what was written and then io.EOF.
func (c *Conn) Close() error {
	c.tx.closeWrite()
	c.rx.closeRead()
	return nil
}

// CloseWrite ends the outgoing direction.
func (c *Conn) CloseWrite() error {
	c.tx.closeWrite()
	return nil
}

// LocalAddr returns this end's address.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr returns the other end's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	c.rx.setReadDeadline(t)
	c.tx.setWriteDeadline(t)
	return nil
}

// SetReadDeadline bounds the present and later reads.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.rx.setReadDeadline(t)
	return nil
}

// SetWriteDeadline bounds the present and later writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.tx.setWriteDeadline(t)
	return nil
}

// pipe is one direction of a connection.
type pipe struct {
	network *Network
	route   route

	mu            sync.Mutex
	chunks        []chunk // in order of arrival
	size          int     // bytes in chunks, INV <= Window + the last write's part
	cut           bool
	writeClosed   bool // the writer has closed: EOF behind chunks
	readClosed    bool // the reader has closed
	err           error
	readDeadline  time.Time
	writeDeadline time.Time
	changed       chan struct{} // closed and replaced at every change of the above
}

type chunk struct {
	bytes   []byte
	arrives time.Time
}

func newPipe(n *Network, r route) *pipe {
	return &pipe{network: n, route: r, changed: make(chan struct{})}
}

// change wakes both sides. The caller holds p.mu.
func (p *pipe) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pipe) read(b []byte) (int, error) {
	for {
		p.mu.Lock()
		n, until, err := p.tryRead(b)
		changed := p.changed
		p.mu.Unlock()
		if n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
		wait(changed, until)
	}
}

// tryRead takes what has arrived, or tells when to look again at the latest (zero: at the next change).
func (p *pipe) tryRead(b []byte) (n int, until time.Time, err error) {
	now := time.Now()
	switch {
	case p.readClosed:
		return 0, until, net.ErrClosed
	case p.err != nil:
		return 0, until, p.err
	case expired(p.readDeadline, now):
		return 0, until, os.ErrDeadlineExceeded
	}
	until = p.readDeadline
	if p.cut {
		return 0, until, nil
	}
	for n < len(b) && len(p.chunks) > 0 {
		c := &p.chunks[0]
		if c.arrives.After(now) {
			until = earlier(until, c.arrives)
			break
		}
		m := copy(b[n:], c.bytes)
		n += m
		if c.bytes = c.bytes[m:]; len(c.bytes) == 0 {
			p.chunks = p.chunks[1:]
		}
	}
	if n > 0 {
		p.size -= n
		p.change()
		return n, until, nil
	}
	if len(p.chunks) == 0 && p.writeClosed {
		return 0, until, io.EOF
	}
	return 0, until, nil
}

func (p *pipe) write(b []byte) (written int, err error) {
	for len(b) > 0 {
		delay := p.network.delay()
		p.mu.Lock()
		n, err := p.tryWrite(b, delay)
		changed, until := p.changed, p.writeDeadline
		p.mu.Unlock()
		if written += n; err != nil {
			return written, err
		}
		if b = b[n:]; n == 0 {
			wait(changed, until)
		}
	}
	return written, nil
}

func (p *pipe) tryWrite(b []byte, delay time.Duration) (int, error) {
	now := time.Now()
	switch {
	case p.writeClosed:
		return 0, net.ErrClosed
	case p.err != nil:
		return 0, p.err
	case p.readClosed:
		return 0, syscall.EPIPE
	case expired(p.writeDeadline, now):
		return 0, os.ErrDeadlineExceeded
	}
	n := min(len(b), Window-p.size)
	if n <= 0 {
		return 0, nil
	}
	arrives := now.Add(delay)
	if k := len(p.chunks); k > 0 && p.chunks[k-1].arrives.After(arrives) {
		arrives = p.chunks[k-1].arrives
	}
	p.chunks = append(p.chunks, chunk{append([]byte(nil), b[:n]...), arrives})
	p.size += n
	p.change()
	return n, nil
}

func (p *pipe) closeWrite() {
	p.mu.Lock()
	p.writeClosed = true
	p.change()
	p.mu.Unlock()
}

func (p *pipe) closeRead() {
	p.network.forget(p)
	p.mu.Lock()
	p.readClosed = true
	p.chunks, p.size = nil, 0
	p.change()
	p.mu.Unlock()
}

func (p *pipe) fail(err error) {
	p.mu.Lock()
	p.err = err
	p.chunks, p.size = nil, 0
	p.change()
	p.mu.Unlock()
}

func (p *pipe) setCut(cut bool) {
	p.mu.Lock()
	p.cut = cut
	p.change()
	p.mu.Unlock()
}

func (p *pipe) setReadDeadline(t time.Time) {
	p.mu.Lock()
	p.readDeadline = t
	p.change()
	p.mu.Unlock()
}

func (p *pipe) setWriteDeadline(t time.Time) {
	p.mu.Lock()
	p.writeDeadline = t
	p.change()
	p.mu.Unlock()
}

// wait returns at the next change, or at until when that is not zero.
func wait(changed <-chan struct{}, until time.Time) {
	if until.IsZero() {
		<-changed
		return
	}
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-changed:
	case <-t.C:
	}
}

func expired(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
