package server

import (
	"math"
	"sync"
	"sync/atomic"
)

// memory is the account of what connections hold: buffers larger than one read, and smaller ones that requests still
// alias after their reader has moved on. Three limits apply: per connection, per address, and for the broker.
//
// A reader that would pass a limit waits. So that connections with half a frame each cannot wait for each other for
// ever, one of them per address and per broker may overdraw: it finishes its frame beyond the limit, so what is really
// held stays below limit + one frame. A connection that holds nothing may always take one frame as far as its own limit
// is concerned.
type memory struct {
	connLimit, peerLimit, limit int64

	waiters atomic.Int32 // INV: number of goroutines in await

	mu        sync.Mutex
	used      int64         // INV: the sum of charged over all buffers, of peer.used over peers, of conn.charged over connections
	overdraft *conn         // who may pass limit
	changed   chan struct{} // closed and replaced when used falls while somebody waits
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

// tryCharge charges c for buf if that passes no limit.
func (m *memory) tryCharge(c *conn, buf *buffer) bool {
	n := int64(len(buf.b))
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.charged.Load()+n > m.connLimit || c.peer.used+n > m.peerLimit || m.used+n > m.limit {
		return false
	}
	m.charge(c, buf, n)
	return true
}

// take charges c for n more bytes of a frame, overdrawing when it is c's turn to, and returns nil; or returns a channel
// after whose closing it is worth trying again. Only c's reader calls it.
func (m *memory) take(c *conn, buf *buffer) <-chan struct{} {
	n := int64(len(buf.b))
	m.mu.Lock()
	defer m.mu.Unlock()
	if pinned := m.pinned(c); pinned > 0 && pinned+n > m.connLimit {
		return m.changed
	}
	overPeer, overAll := c.peer.used+n > m.peerLimit, m.used+n > m.limit
	if overPeer && c.peer.overdraft != nil && c.peer.overdraft != c || overAll && m.overdraft != nil && m.overdraft != c {
		return m.changed
	}
	if overPeer {
		c.peer.overdraft = c
	}
	if overAll {
		m.overdraft = c
	}
	m.charge(c, buf, n)
	return nil
}

// pin charges c for a buffer that its requests keep after the reader has let go of it. It never waits: the reader looks
// at over before it serves another frame.
func (m *memory) pin(c *conn, buf *buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if buf.payer == nil {
		m.charge(c, buf, int64(len(buf.b)))
	}
}

func (m *memory) charge(c *conn, buf *buffer, n int64) {
	buf.payer, buf.charged = c, n
	c.charged.Add(n)
	c.peer.used += n
	m.used += n
}

// refund gives back what buf was charged.
func (m *memory) refund(buf *buffer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := buf.payer
	if c == nil {
		return
	}
	c.charged.Add(-buf.charged)
	c.peer.used -= buf.charged
	m.used -= buf.charged
	if m.used <= m.limit {
		m.overdraft = nil
	}
	if c.peer.used <= m.peerLimit {
		c.peer.overdraft = nil
	}
	buf.payer, buf.charged = nil, 0
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
	if mine := m.pinned(c); mine > 0 && (mine > m.connLimit || c.peer.used > m.peerLimit || m.used > m.limit) {
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
		}
	}
	return true
}

// held returns the bytes that are charged in all.
func (m *memory) held() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.used
}
