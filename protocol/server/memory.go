package server

import (
	"math"
	"sync"
	"sync/atomic"
)

// memory is the account of what connections hold: buffers larger than one read, and smaller ones that requests still
// alias after their reader has moved on. Three limits apply: per connection, per address, and for the broker.
//
// A quarter of the limits per address and for the broker is kept for small frames, those that fit the largest class of
// buffers, as requests with a batch of 1 MiB do. So whoever holds memory with parts of large frames holds up other large
// frames only, and only until he falls behind MinFrameRate. Small frames that find the rest free use that too.
//
// A reader that would pass a limit waits. So that connections with half a frame each cannot wait for each other for
// ever, one of each size per address and per broker may overdraw: it finishes its frame beyond the limit, so what is
// really held stays below limit + one frame of each size. A connection that holds nothing may always take one frame as
// far as its own limit is concerned. Memory is charged before it is allocated.
type memory struct {
	connLimit, peerLimit, limit int64

	waiters atomic.Int32 // INV: number of goroutines in await

	mu      sync.Mutex
	all     account       // INV: the sum over peers, and of charged over all buffers, and of conn.charged over connections
	high    int64         // the most that all has been since highest was called
	changed chan struct{} // closed and replaced when what is held falls while somebody waits
}

// keptForSmall is the part of a limit, one over this, that is kept for small frames.
const keptForSmall = 4

// frameSize is the size of a frame as memory sees it.
type frameSize uint8

const (
	smallFrame frameSize = iota // at most hugeSize
	largeFrame
	frameSizes
)

func sizeOf(n int) frameSize {
	if n <= hugeSize {
		return smallFrame
	}
	return largeFrame
}

// account is what an address, or all of them, hold. It is guarded by memory.mu.
type account struct {
	used      [frameSizes]int64 // bytes charged for frames of that size
	overdraft [frameSizes]*conn // who may pass the limit
}

func (a *account) total() int64 { return a.used[smallFrame] + a.used[largeFrame] }

// fits reports whether n more bytes of a frame of that size pass no limit.
func (a *account) fits(size frameSize, n, limit int64) bool {
	kept := limit / keptForSmall
	if size == smallFrame && a.used[smallFrame]+n <= kept {
		return true
	}
	if size == largeFrame {
		limit -= kept
	}
	return a.total()+n <= limit
}

// settle ends overdrafts that are none any more.
func (a *account) settle(limit int64) {
	for size := range frameSizes {
		if a.overdraft[size] != nil && a.fits(size, 0, limit) {
			a.overdraft[size] = nil
		}
	}
}

func newMemory(connLimit, peerLimit, limit int64) *memory {
	orMax := func(n int64) int64 {
		if n <= 0 {
			return math.MaxInt64
		}
		return n
	}
	return &memory{connLimit: orMax(connLimit), peerLimit: orMax(peerLimit), limit: orMax(limit), changed: make(chan struct{})}
}

// tryCharge charges c for n bytes, to be noted with paid, if that passes no limit.
func (m *memory) tryCharge(c *conn, size frameSize, n int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.charged.Load()+n > m.connLimit || !c.peer.held.fits(size, n, m.peerLimit) || !m.all.fits(size, n, m.limit) {
		return false
	}
	m.charge(c, size, n)
	return true
}

// take charges c for n more bytes of a frame, to be noted with paid, overdrawing when it is c's turn to, and returns nil;
// or returns a channel after whose closing it is worth trying again. Only c's reader calls it.
func (m *memory) take(c *conn, size frameSize, n int64) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if pinned := m.pinned(c); pinned > 0 && pinned+n > m.connLimit {
		return m.changed
	}
	peer, all := &c.peer.held.overdraft[size], &m.all.overdraft[size]
	overPeer, overAll := !c.peer.held.fits(size, n, m.peerLimit), !m.all.fits(size, n, m.limit)
	if overPeer && *peer != nil && *peer != c || overAll && *all != nil && *all != c {
		return m.changed
	}
	if overPeer {
		*peer = c
	}
	if overAll {
		*all = c
	}
	m.charge(c, size, n)
	return nil
}

// paid notes in a buffer that nobody else has yet what c was charged for it.
func (m *memory) paid(c *conn, buf *buffer, size frameSize) {
	m.mu.Lock()
	defer m.mu.Unlock()
	buf.payer, buf.charged, buf.size = c, int64(len(buf.b)), size
}

// holdsLarge moves what c was charged for a buffer to the large frames, when it turns out that it holds part of one.
func (m *memory) holdsLarge(buf *buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := buf.payer
	if c == nil || buf.size == largeFrame {
		return
	}
	buf.size = largeFrame
	for _, a := range []*account{&c.peer.held, &m.all} {
		a.used[smallFrame] -= buf.charged
		a.used[largeFrame] += buf.charged
	}
	m.fell(c)
}

// pin charges c for a buffer that its requests keep after the reader has let go of it. It never waits: the reader looks
// at over before it serves another frame.
func (m *memory) pin(c *conn, buf *buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if buf.payer == nil {
		buf.payer, buf.charged, buf.size = c, int64(len(buf.b)), sizeOf(len(buf.b))
		m.charge(c, buf.size, buf.charged)
	}
}

func (m *memory) charge(c *conn, size frameSize, n int64) {
	c.charged.Add(n)
	c.peer.held.used[size] += n
	m.all.used[size] += n
	m.high = max(m.high, m.all.total())
}

// refund gives back what buf was charged.
func (m *memory) refund(buf *buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := buf.payer
	if c == nil {
		return
	}
	m.charge(c, buf.size, -buf.charged)
	buf.payer, buf.charged = nil, 0
	m.fell(c)
}

// fell lets those try again who wait for what c has given back.
func (m *memory) fell(c *conn) {
	m.all.settle(m.limit)
	c.peer.held.settle(m.peerLimit)
	if m.waiters.Load() > 0 {
		close(m.changed)
		m.changed = make(chan struct{})
	}
}

// pinned returns what c holds besides the buffer that its reader fills: what its unanswered requests keep.
func (m *memory) pinned(c *conn) int64 {
	n := c.charged.Load()
	if c.buf != nil && c.buf.payer == c {
		n -= c.buf.charged
	}
	return n
}

// over returns nil when c may serve another frame, or a channel as take does. A connection whose requests hold nothing
// may always serve: waiting is for those whose answers will give something back. Only c's reader calls it.
func (m *memory) over(c *conn) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if mine := m.pinned(c); mine > 0 && (mine > m.connLimit || c.peer.held.total() > m.peerLimit || m.all.total() > m.limit) {
		return m.changed
	}
	return nil
}

// await calls try until it returns nil, waiting for memory to fall in between, and reports whether it did before c ended.
func (m *memory) await(c *conn, try func() <-chan struct{}) bool {
	m.waiters.Add(1)
	defer m.waiters.Add(-1)
	for changed := try(); changed != nil; changed = try() {
		select {
		case <-changed:
		case <-c.end:
			return false
		case <-c.srv.stop:
			return false
		}
	}
	return true
}

// held returns the bytes that are charged in all.
func (m *memory) held() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all.total()
}

// highest returns the most that was charged at any moment since it was last called.
func (m *memory) highest() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.high
	m.high = m.all.total()
	return h
}
