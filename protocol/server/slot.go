package server

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

// A slot is a request's place in its connection's queue, and its protocol.Reply. Slots are pooled: from newSlot until it
// has been completed it belongs to the handler, then to the queue, and once written or dropped to the pool.
type slot struct {
	req   protocol.Request
	conn  *conn
	frame *buffer // what req aliases; nil once completed

	done   bool            // guarded by conn.mu
	out    *buffer         // holds answer
	answer []byte          // size, header and body; of SendParts without the parts. nil: nothing is sent
	parts  []protocol.Part // written behind answer
	size   int             // of the whole answer

	closes ending // with close: how the connection ends here
	close  bool
	why    string
}

var slots = sync.Pool{New: func() any { return new(slot) }}

// newSlot puts a request in the queue. It takes over own, a reference to the buffer that h and body alias.
func (c *conn) newSlot(h protocol.RequestHeader, body []byte, own *buffer) *slot {
	s := slots.Get().(*slot)
	s.conn, s.frame = c, own
	s.req = protocol.Request{
		Key: h.Key, Version: h.Version, CorrelationID: h.CorrelationID, ClientID: h.ClientID, HasClientID: h.HasClientID,
		Body: body, Received: c.now, Conn: &c.pub,
	}
	c.mu.Lock()
	c.busy = true
	c.queue.push(s)
	c.inFlight.Store(int32(c.queue.len()))
	c.mu.Unlock()
	return s
}

// Send implements protocol.Reply.
func (s *slot) Send(resp protocol.Encoder) {
	s.begin()
	s.answer = resp.AppendTo(s.answer)
	s.out.adopt(s.answer)
	s.seal(len(s.answer))
}

// SendParts implements protocol.Reply.
func (s *slot) SendParts(parts []protocol.Part) {
	s.begin()
	size := int64(len(s.answer))
	for i := range parts {
		if r := parts[i].Region; r != nil {
			size += r.Len()
		} else {
			size += int64(len(parts[i].Bytes))
		}
	}
	s.parts = parts
	s.seal(int(min(size, math.MaxInt)))
}

// begin starts the answer with its size, to be filled in, and its header.
func (s *slot) begin() {
	s.out = getBuffer(max(tinySize, int(s.conn.answerSize.Load()), s.answerGuess()))
	b := append(s.out.b[:0], 0, 0, 0, 0)
	s.answer = protocol.AppendResponseHeader(b, s.req.Key, s.req.Version, s.req.CorrelationID)
}

// Answers to long lists are several times longer than the lists. A buffer that grows with one leaves five times the answer
// behind, so it starts large; pages of it that are not reached are not taken from the system.
const (
	longList     = 256 << 10
	answerFactor = 8
)

func (s *slot) answerGuess() int {
	if len(s.req.Body) < longList || s.req.Key == protocol.KeyProduce || s.req.Key == protocol.KeyFetch {
		return 0
	}
	return min(answerFactor*len(s.req.Body), maxGuess)
}

// maxGuess bounds what an answer gets at once: a body may be one long string.
const maxGuess = 16 << 20

// seal fills in the size and completes the slot.
func (s *slot) seal(size int) {
	if size > math.MaxInt32 {
		s.conn.srv.log.Error("an answer is larger than the protocol allows; the connection is closed",
			"api", protocol.APIName(s.req.Key), "version", s.req.Version, "bytes", size)
		s.answer = nil
		s.closeAs(endHandler, "answer too large")
		return
	}
	binary.BigEndian.PutUint32(s.answer, uint32(size-4))
	s.size = size
	s.conn.learnAnswer(len(s.answer))
	s.complete()
}

// learnAnswer keeps the size class that the next answer is likely to take: at once when it grows, slowly when it shrinks.
func (c *conn) learnAnswer(n int) {
	old := int(c.answerSize.Load())
	switch {
	case n > hugeSize:
	case n > old:
		c.answerSize.Store(int32(n))
	case old > tinySize && n < old/2:
		c.answerSize.Store(int32(old - old/16))
	}
}

// Nothing implements protocol.Reply.
func (s *slot) Nothing() { s.complete() }

// Close implements protocol.Reply.
func (s *slot) Close(why string) { s.closeAs(endHandler, why) }

func (s *slot) closeAs(e ending, why string) {
	s.conn.closing.Store(true)
	s.close, s.closes, s.why = true, e, why
	s.complete()
}

// Throttle implements protocol.Reply.
func (s *slot) Throttle(d time.Duration) {
	if d <= 0 {
		return
	}
	until := s.conn.srv.nanos() + int64(d)
	for {
		old := s.conn.pauseUntil.Load()
		if old >= until || s.conn.pauseUntil.CompareAndSwap(old, until) {
			return
		}
	}
}

// refuse ends the connection over a request that cannot be answered, with one line in the log.
func (s *slot) refuse(kind string, err error) {
	c := s.conn
	c.srv.stats.badRequests.Add(1)
	c.srv.note(kind, "request refused, connection closed", "api", protocol.APIName(s.req.Key), "key", s.req.Key,
		"version", s.req.Version, "client", printable(s.req.ClientID), "software", c.pub.Software,
		"listener", c.listener.Name, "peer", c.pub.Remote, "error", err)
	s.closeAs(endRequest, err.Error())
}

// refuseHeader is refuse for a request whose header cannot be read. A frame that is too short for the fixed part of it says
// of no API.
func (s *slot) refuseHeader(size int, err error) {
	if size >= protocol.PrefixSize {
		s.refuse("header", err)
		return
	}
	c := s.conn
	c.srv.stats.badRequests.Add(1)
	c.srv.note("header", "not a request, connection closed", "what", fmt.Sprintf("a frame of %d bytes, too short for a header", size),
		"listener", c.listener.Name, "peer", c.pub.Remote)
	s.closeAs(endRequest, err.Error())
}

// complete hands the answer to the connection. Nothing here waits: if the answer can be written now and nobody is about
// to, a goroutine is started that does.
func (s *slot) complete() {
	c := s.conn
	frame := s.frame
	s.frame = nil
	c.mu.Lock()
	if s.done {
		c.mu.Unlock()
		c.srv.log.Error("a request was answered twice", "api", protocol.APIName(s.req.Key), "stack", string(debug.Stack()))
		return
	}
	s.done = true
	dead := c.dead
	if !dead {
		c.unsent.Add(int64(len(s.answer)))
	}
	write := !dead && !c.busy && !c.writing && c.queue.peek() == s
	if write {
		c.writing = true
	}
	c.mu.Unlock()
	if dead {
		s.drop()
	}
	if frame != nil {
		frame.release()
	}
	if write {
		go c.writer()
	}
}

// drop releases everything and gives the slot back. The slot must not be in a queue.
func (s *slot) drop() {
	for i := range s.parts {
		if r := s.parts[i].Region; r != nil {
			r.Release()
		}
	}
	if s.out != nil {
		s.out.release()
	}
	*s = slot{}
	slots.Put(s)
}

// printable is what a peer says of itself, fit for a log line.
func printable(s string) string {
	if len(s) > maxPrintable {
		s = s[:maxPrintable] + "..."
	}
	return fmt.Sprintf("%q", s)
}

const maxPrintable = 100
