package server

import "github.com/kbroker/kbroker/protocol"

// heavySize is the body from which a request waits for its turn. Decoding, deciding and answering take up to forty times
// the memory of a body of many small parts, and smaller ones are done within a time slice of the scheduler, so that few of
// them are ever in the middle. Produce is exempt: its bytes are records, which are not taken apart.
const heavySize = 64 << 10

// handleInTurn lets the handler run when fewer than MaxHeavy other heavy requests are with theirs. The turn ends when the
// handler returns, whether it has answered or will later.
func (c *conn) handleInTurn(s *slot) {
	if !c.takeTurn() {
		s.Nothing() // the connection has ended
		return
	}
	defer func() { <-c.srv.turns }()
	c.callHandler(s)
}

// takeTurn waits for a turn, and reports false when the connection ends meanwhile.
func (c *conn) takeTurn() bool {
	select {
	case c.srv.turns <- struct{}{}:
		return true
	default:
	}
	c.flush() // what is answered does not wait
	select {
	case c.srv.turns <- struct{}{}:
		return true
	case <-c.end:
		return false
	}
}

func (s *slot) heavy() bool {
	return len(s.req.Body) > heavySize && s.req.Key != protocol.KeyProduce
}
