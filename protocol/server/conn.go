package server

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

// conn is one connection. Its reader goroutine runs run and owns the fields of the first group.
type conn struct {
	srv      *Server
	listener *listener
	peer     *peer
	nc       net.Conn
	raw      syscall.RawConn // of a TCP connection whose bytes are the peer's own (no TLS), else nil
	pub      protocol.Conn
	gate     Gate // nil where nothing has to be passed

	// The read buffer. The bytes buf.b[r:w] have not been served. INV 0 <= r <= w <= len(buf.b). buf is nil when the
	// connection waits and nothing is buffered.
	buf     *buffer
	r, w    int
	need    int       // bytes from r that the frame there takes, 0 while that is unknown
	now     time.Time // of the last read
	hint    int       // class of the buffer that the next read takes
	calm    int       // reads in a row that a smaller class would have held
	since   int64     // Server.nanos when the frame at r began to arrive, 0 when none has
	serving *slot     // the request whose handler runs
	probe   [4]byte   // what a read without a buffer reads into, where there is no raw

	rn        int // outcome of readRaw
	rerr      error
	rawReader func(fd uintptr) bool // readRaw, bound once so that a read does not allocate

	// Answers.
	mu       sync.Mutex
	queue    ring // requests that were read and not answered, in order
	busy     bool // the reader is serving and will flush: completers leave writing to it
	writing  bool // somebody owns the right to write, and the fields of the third group
	waiting  bool // the reader waits on room
	dead     bool // nothing is written any more; what completes is dropped
	draining bool
	served   bool // the reader serves no further frame

	room chan struct{} // cap 1: the queue has become shorter, or writing has ended

	// Writing; owned by who has set writing.
	batch  []*slot
	iov    net.Buffers
	vec    net.Buffers // what is left of iov during a write
	file   fileWriter
	writer func() // writeLoop, bound once so that starting it does not allocate

	end     chan struct{} // closed when the connection is to end, see endWith
	endOnce sync.Once
	ending  ending // set before end is closed
	endErr  any    // more about ending, for the log

	closing    atomic.Bool   // a request has asked for the end: no further frame is served
	charged    atomic.Int64  // bytes; written under memory.mu
	answerSize atomic.Int32  // what recent answers took, rounded up
	pauseUntil atomic.Int64  // Server.nanos before which no frame is served; 0 none
	activity   atomic.Uint32 // counts reads and writes that brought bytes along
	inWrite    atomic.Bool   // a write is in progress
	frameUntil atomic.Int64  // Server.nanos at which a frame in the middle of its arrival is late; 0 none
	inFlight   atomic.Int32  // length of queue; written under mu
	unsent     atomic.Int64  // bytes of answers in queue that are complete; written under mu
	seen       watch         // what the janitor last saw; owned by it
	reap       atomic.Int32  // an ending that the janitor has decided, +1; the reader carries it out
}

// ending says why a connection ends.
type ending uint8

const (
	endEOF      ending = iota // the peer closed
	endIO                     // a read or write failed
	endHandler                // a handler asked for it
	endIdle                   // MaxIdle
	endSlow                   // FrameTimeout
	endStuck                  // the peer takes no answers
	endBytes                  // bytes that are no request
	endRequest                // a request that cannot be answered
	endPanic                  // a handler panicked
	endShutdown               // Close
	endDrained                // Drain, after the last answer
	numEndings
)

var endingNames = [numEndings]string{
	"peer closed", "i/o error", "closed by request", "idle", "frame took too long", "answers not taken", "not a request",
	"request refused", "panic", "shutdown", "drained",
}

func (e ending) String() string { return endingNames[e] }

// graceful reports whether answers that were written must reach the peer, so that bytes still unread may not make the
// kernel reset the connection.
func (e ending) graceful() bool { return e == endHandler || e == endRequest || e == endDrained }

func newConn(s *Server, l *listener, nc net.Conn, p *peer) *conn {
	c := &conn{srv: s, listener: l, peer: p, nc: nc, hint: classSmall, end: make(chan struct{}), room: make(chan struct{}, 1)}
	c.pub = s.listenerConn(l, nc)
	c.writer = c.writeLoop
	c.now = time.Now()
	return c
}

// run serves the connection until it ends, and cleans up.
func (c *conn) run() {
	defer c.srv.ended(c)
	if err := c.open(); err != nil {
		c.endWith(endIO, err)
	}
	for !c.ended() {
		ok := c.serveFrames()
		c.flush()
		switch {
		case !ok && !c.ended():
			c.awaitEnd()
		case ok && c.pause():
			c.read()
		}
	}
	c.finish()
}

// open prepares the connection: the upgrade to TLS, the gate, the way to read.
func (c *conn) open() error {
	if c.listener.Upgrade != nil {
		if err := c.upgrade(); err != nil {
			return err
		}
	}
	if tcp, ok := c.nc.(*net.TCPConn); ok {
		c.srv.setBuffers(tcp)
		c.openRaw(tcp)
	}
	if c.listener.NewGate != nil {
		c.gate = c.listener.NewGate(&c.pub)
	}
	return nil
}

func (c *conn) upgrade() error {
	plain := c.nc
	if err := plain.SetDeadline(time.Now().Add(c.srv.cfg.HandshakeTimeout)); err != nil {
		return err
	}
	nc, err := c.listener.Upgrade(plain)
	if err != nil {
		c.srv.note("handshake", "handshake failed", "listener", c.listener.Name, "peer", c.pub.Remote, "error", err)
		return err
	}
	c.mu.Lock()
	c.nc = nc // abort reads it
	c.mu.Unlock()
	return plain.SetDeadline(time.Time{})
}

func (s *Server) setBuffers(tcp *net.TCPConn) {
	if n := s.cfg.SendBuffer; n > 0 {
		_ = tcp.SetWriteBuffer(n) // as a wish: the kernel clamps it anyway
	}
	if n := s.cfg.ReceiveBuffer; n > 0 {
		_ = tcp.SetReadBuffer(n)
	}
}

// serveFrames serves every whole frame in the buffer, and reports whether to read on.
func (c *conn) serveFrames() (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			c.panicked(p)
			ok = false
		}
	}()
	for !c.closing.Load() && !c.ended() {
		frame, whole := c.nextFrame()
		if !whole {
			return !c.ended()
		}
		if !c.makeRoom() || !c.pause() {
			return false
		}
		c.serve(frame)
	}
	return false
}

func (c *conn) panicked(p any) {
	c.srv.stats.panics.Add(1)
	c.srv.log.Error("a request made its handler panic; the connection is closed",
		"listener", c.listener.Name, "peer", c.pub.Remote, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if c.serving != nil && c.serving.frame != nil {
		// Whoever the handler has given the request to may still read it: the buffer is left to the garbage collector.
		c.srv.memory.refund(c.serving.frame)
	}
	c.abort(endPanic, p)
}

// nextFrame takes the next whole frame out of the buffer. A size that cannot be ends the connection as soon as its four
// bytes are there.
func (c *conn) nextFrame() (frame []byte, ok bool) {
	c.need = 0
	if c.w-c.r < 4 {
		return nil, false
	}
	head := c.buf.b[c.r:c.w]
	size := int(int32(binary.BigEndian.Uint32(head)))
	bound := c.srv.cfg.MaxRequestBytes
	if c.gate != nil && !c.gate.Open(c.now) {
		bound = min(bound, c.srv.cfg.MaxLoginBytes)
	}
	if size < 0 || size > bound {
		c.strange(head, size, bound)
		return nil, false
	}
	if c.need = 4 + size; len(head) < c.need {
		return nil, false
	}
	c.frameUntil.Store(0)
	c.r += c.need
	return head[4:c.need], true
}

// full reports whether the connection may not have one more request in flight.
func (c *conn) full() bool {
	return int(c.inFlight.Load()) >= c.srv.cfg.MaxInFlight || c.unsent.Load() >= int64(c.srv.cfg.MaxUnwrittenBytes)
}

// makeRoom waits until the connection may have one more request in flight. It reports false when the connection ends.
func (c *conn) makeRoom() bool {
	for c.full() {
		if c.flush(); !c.awaitRoom() {
			return false
		}
	}
	if c.charged.Load() == 0 || c.srv.memory.over(c) == nil {
		return true
	}
	c.flush()
	return c.srv.memory.await(c, func() <-chan struct{} { return c.srv.memory.over(c) })
}

// awaitRoom waits while the queue is full.
func (c *conn) awaitRoom() bool {
	c.mu.Lock()
	c.waiting = c.full()
	waiting := c.waiting
	c.mu.Unlock()
	if !waiting {
		return true
	}
	select {
	case <-c.room:
		return true
	case <-c.end:
	case <-c.srv.stop: // what would be served now is left to be sent again, to another broker
	}
	return false
}

// pause waits while a reply has throttled the connection, and reports false when the connection ends.
func (c *conn) pause() bool {
	until := c.pauseUntil.Load()
	if until == 0 {
		return true
	}
	c.flush()
	for ; until != 0; until = c.pauseUntil.Load() {
		d := time.Duration(until - c.srv.nanos())
		if d <= 0 {
			c.pauseUntil.CompareAndSwap(until, 0)
			continue
		}
		t := time.NewTimer(d)
		select {
		case <-t.C:
			continue
		case <-c.end:
		case <-c.srv.stop:
		}
		t.Stop()
		return false
	}
	return true
}

// serve handles one frame: header, table, gate, guard, handler. The frame belongs to the request until it is answered.
func (c *conn) serve(frame []byte) {
	own, frame := c.ownFrame(frame)
	h, body, err := protocol.ParseRequestHeader(frame)
	if c.gate != nil && !c.pass(frame, h, body, err) {
		own.release()
		return
	}
	verdict := protocol.CloseUnknownKey
	if err == nil {
		verdict = c.listener.ApiVersions.Table.Judge(h.Key, h.Version)
		c.srv.stats.request(h.Key, h.Version, len(frame))
	}
	s := c.newSlot(h, body, own)
	switch {
	case err != nil:
		s.refuseHeader(len(frame), err)
	case verdict == protocol.Serve:
		c.handle(s)
	case verdict == protocol.AnswerApiVersions:
		c.answerApiVersions(s)
	case verdict == protocol.RefuseOldProduce:
		c.refuseOldProduce(s)
	default:
		s.refuse("unsupported", errUnsupported)
	}
}

func (c *conn) handle(s *slot) {
	if err := c.srv.cfg.Guard(s.req.Key, s.req.Version, s.req.Body); err != nil {
		s.refuse("body", err)
		return
	}
	if s.heavy() {
		c.handleInTurn(s)
		return
	}
	c.callHandler(s)
}

func (c *conn) callHandler(s *slot) {
	c.serving = s
	c.srv.cfg.Handler.Serve(&s.req, s)
	c.serving = nil
}

// ownFrame decides what memory a request's bytes live in, and takes a reference to it. Produce stays in the read buffer:
// its bytes are many and it is answered soon. Other requests are small and may wait for long, so they get a buffer of
// their own size, and the read buffer is free for others.
func (c *conn) ownFrame(frame []byte) (*buffer, []byte) {
	produce := len(frame) >= 2 && frame[0] == 0 && frame[1] == byte(protocol.KeyProduce)
	if produce || len(frame) > smallSize || classFor(len(frame)) >= c.buf.class {
		c.buf.retain()
		return c.buf, frame
	}
	own := getBuffer(len(frame))
	return own, own.b[:copy(own.b, frame)]
}

func (c *conn) answerApiVersions(s *slot) {
	resp, software, err := c.listener.ApiVersions.Answer(s.req.Version, s.req.Body)
	if err != nil {
		s.refuse("body", err)
		return
	}
	if told := (protocol.Software{Name: c.pub.Software, Version: c.pub.SoftwareVer}); software.Name != "" && software != told {
		c.pub.Software, c.pub.SoftwareVer = software.Name, software.Version
	}
	s.Send(resp)
}

// refuseOldProduce answers Produce v0-v2 and says who sends it (trap T20).
func (c *conn) refuseOldProduce(s *slot) {
	c.srv.note("oldproduce", "Produce of a version that is no longer served was refused with UNSUPPORTED_VERSION",
		"version", s.req.Version, "client", printable(s.req.ClientID), "software", c.pub.Software, "peer", c.pub.Remote)
	refusal, err := protocol.RefuseProduce(s.req.Version, s.req.Body)
	switch {
	case err != nil:
		s.refuse("body", err)
	case refusal.Acks == 0:
		s.Close("Produce of a version that is not served, with acks=0")
	default:
		s.Send(refusal)
	}
}

var (
	errUnsupported = errors.New("no such API or version on this listener")
	errNotLoggedIn = errors.New("the peer has not authenticated, or its session has expired")
)

// awaitEnd waits, after the last frame that is served, until the answers before it have been written.
func (c *conn) awaitEnd() {
	c.mu.Lock()
	c.served = true
	c.endIfDrained()
	c.mu.Unlock()
	<-c.end
}

// endIfDrained ends a draining connection whose answers have been written, but for those behind a request that waits for
// something to happen. The caller holds c.mu.
func (c *conn) endIfDrained() {
	if !c.draining || !c.served || c.writing {
		return
	}
	if head := c.queue.peek(); head == nil || !head.done && c.srv.cfg.LongPoll(head.req.Key) {
		c.endWith(endDrained, nil)
	}
}

func (c *conn) ended() bool {
	select {
	case <-c.end:
		return true
	default:
		return false
	}
}

// endWith decides the end of the connection. The first reason stands. The reader finds out when it next looks; abort and
// wake make it look.
func (c *conn) endWith(e ending, err any) {
	c.endOnce.Do(func() {
		c.ending, c.endErr = e, err
		close(c.end)
	})
}

// abort ends the connection at once: reads and writes in progress fail.
func (c *conn) abort(e ending, err any) {
	c.endWith(e, err)
	c.mu.Lock()
	nc := c.nc
	c.mu.Unlock()
	nc.Close()
}

// wake makes a read in progress return.
func (c *conn) wake() {
	c.mu.Lock()
	nc := c.nc
	c.mu.Unlock()
	_ = nc.SetReadDeadline(time.Unix(1, 0))
}

// drain lets the connection end once everything in flight has been answered.
func (c *conn) drain() {
	c.closing.Store(true)
	c.wake() // before the end: afterwards the deadline is the reader's, who lingers
	c.mu.Lock()
	c.draining = true
	c.boundWrite()
	c.endIfDrained()
	c.mu.Unlock()
}

// boundWrite lets the next write, or one in progress, of a draining connection fail when the peer does not take it. The
// caller holds c.mu.
func (c *conn) boundWrite() {
	if c.draining {
		_ = c.nc.SetWriteDeadline(time.Now().Add(lastWriteTime))
	}
}

// lastWriteTime is how long a connection that is drained waits for room in its socket: only a peer that does not read makes
// it wait at all.
const lastWriteTime = 50 * time.Millisecond

// Lingering: how long and how much of what the peer still sends is thrown away so that it gets to read the last answers.
// When the server stops, the time is short: a client that has nothing outstanding does not look at its connection and so
// never closes it, and every such one would hold the stop up.
const (
	lingerTime     = time.Second
	lastLingerTime = 20 * time.Millisecond
	lingerBytes    = 256 << 10
)

// finish closes the socket, waits for the writer, and drops what is left. Requests that handlers still hold are dropped
// when they complete.
func (c *conn) finish() {
	if c.ending.graceful() {
		c.linger()
	}
	c.nc.Close()
	c.mu.Lock()
	c.dead = true
	for c.writing {
		c.waiting = true
		c.mu.Unlock()
		<-c.room
		c.mu.Lock()
	}
	for c.queue.len() > 0 {
		if s := c.queue.pop(); s.done {
			s.drop()
		}
	}
	c.mu.Unlock()
	if c.buf != nil {
		c.buf.release()
		c.buf = nil
	}
	c.srv.stats.ended[c.ending].Add(1)
	c.srv.log.Debug("connection ended", "why", c.ending.String(), "detail", c.endErr, "listener", c.listener.Name, "peer", c.pub.Remote)
}

func (c *conn) linger() {
	half, ok := c.nc.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil || c.nc.SetReadDeadline(time.Now().Add(c.srv.lingerTime())) != nil {
		return
	}
	buf := getBuffer(smallSize)
	defer buf.release()
	for n := 0; n < lingerBytes; {
		m, err := c.nc.Read(buf.b)
		if n += m; err != nil {
			return
		}
	}
}

func (s *Server) lingerTime() time.Duration {
	select {
	case <-s.stop:
		return lastLingerTime
	default:
		return lingerTime
	}
}
