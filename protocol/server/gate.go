package server

import (
	"time"

	"github.com/kbroker/kbroker/protocol"
)

// A Gate stands between a connection and the handler until the peer has proved who it is: a step machine that decides and
// never waits. It is used by the connection's reader only. Once open it sees SaslHandshake and SaslAuthenticate again
// when the peer authenticates anew (KIP-368), and Open is asked before every other request.
//
// While it is shut a connection may send ApiVersions, which never reaches the gate (trap T9), and the two SASL requests;
// anything else ends it (trap T103), and so does a frame above Config.MaxLoginBytes.
type Gate interface {
	// Raw reports whether the next frame is a bare token, without a request header, as after SaslHandshake v0 (T102).
	Raw() bool
	// Token takes a bare token. The bytes are the gate's for the call only.
	Token(token []byte) GateStep
	// Request takes a SaslHandshake or SaslAuthenticate. Its bytes are the gate's for the call only.
	Request(req *protocol.Request) GateStep
	// Open reports whether requests may pass: who the peer is has been written to the protocol.Conn that the gate was made
	// for, and the session has not expired.
	Open(now time.Time) bool
}

// GateStep is what a Gate wants done.
type GateStep struct {
	Answer protocol.Encoder // the body of the answer; nil: none
	Bare   bool             // Answer is sent without a response header: the answer to a token
	Close  string           // not "": end the connection after the answer, for that reason
	Delay  time.Duration    // wait before the answer (connection.failed.authentication.delay.ms)
}

// pass leads a frame through the gate, and reports whether it may go on.
func (c *conn) pass(frame []byte, h protocol.RequestHeader, body []byte, err error) bool {
	if c.gate.Raw() {
		c.step(protocol.RequestHeader{}, c.gate.Token(frame))
		return false
	}
	if err != nil || h.Key == protocol.KeyApiVersions {
		return true
	}
	if h.Key == protocol.KeySaslHandshake || h.Key == protocol.KeySaslAuthenticate {
		if c.listener.ApiVersions.Table.Judge(h.Key, h.Version) != protocol.Serve {
			return true // to be refused as any other unsupported request
		}
		c.srv.stats.request(h.Key, h.Version, len(frame))
		req := protocol.Request{Key: h.Key, Version: h.Version, CorrelationID: h.CorrelationID, ClientID: h.ClientID,
			HasClientID: h.HasClientID, Body: body, Received: c.now, Conn: &c.pub}
		if err := c.srv.cfg.LoginGuard(h.Key, h.Version, body); err != nil {
			c.newSlot(h, nil, nil).refuse("body", err)
			return false
		}
		c.step(h, c.gate.Request(&req))
		return false
	}
	if !c.gate.Open(c.now) {
		c.newSlot(h, nil, nil).refuse("login", errNotLoggedIn)
		return false
	}
	return true
}

// step does what the gate wants.
func (c *conn) step(h protocol.RequestHeader, step GateStep) {
	if step.Delay > 0 && !c.waitFor(step.Delay) {
		return
	}
	if step.Answer != nil {
		s := c.newSlot(h, nil, nil)
		if step.Bare {
			s.sendBare(step.Answer)
		} else {
			s.Send(step.Answer)
		}
	}
	if step.Close != "" {
		c.newSlot(h, nil, nil).Close(step.Close)
	}
}

// waitFor waits, having flushed, and reports whether the connection goes on.
func (c *conn) waitFor(d time.Duration) bool {
	c.flush()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.end:
		return false
	}
}

// sendBare answers without a response header.
func (s *slot) sendBare(resp protocol.Encoder) {
	s.out = getBuffer(tinySize)
	s.answer = resp.AppendTo(append(s.out.b[:0], 0, 0, 0, 0))
	s.out.adopt(s.answer)
	s.seal(len(s.answer))
}
