package server

// maxBatch bounds the answers that one write carries.
const maxBatch = 64

// copyBound is the size up to which an answer with file regions is copied into one write; above it the regions go from
// file to socket. The crossover was measured between 64 and 128 KiB.
const copyBound = 64 << 10

// flush writes the answers that are complete at the head of the queue, and leaves later ones to those who complete them.
// The reader calls it when it stops serving. If somebody else is writing, that one takes over what is there.
func (c *conn) flush() {
	c.mu.Lock()
	c.busy = false
	head := c.queue.peek()
	write := !c.writing && head != nil && head.done
	if write {
		c.writing = true
	}
	c.mu.Unlock()
	if write {
		c.writeLoop()
	}
}

// writeLoop writes until nothing at the head of the queue is complete. Its caller has set writing; it clears it.
func (c *conn) writeLoop() {
	for c.takeBatch() {
		err := c.writeBatch()
		c.dropBatch()
		if err != nil {
			c.abort(endIO, err)
		}
	}
}

// takeBatch moves complete answers from the head of the queue to batch. When there are none, or the connection has ended,
// it gives the right to write back and reports false.
func (c *conn) takeBatch() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dead && !c.ended() {
		for len(c.batch) < maxBatch {
			head := c.queue.peek()
			if head == nil || !head.done {
				break
			}
			c.batch = append(c.batch, c.queue.pop())
		}
		c.inFlight.Store(int32(c.queue.len()))
	}
	if len(c.batch) > 0 {
		c.boundWrite()
		return true
	}
	c.writing = false
	c.endIfDrained()
	c.signalRoom()
	return false
}

// signalRoom wakes the reader if it waits. The caller holds c.mu.
func (c *conn) signalRoom() {
	if !c.waiting {
		return
	}
	c.waiting = false
	select {
	case c.room <- struct{}{}:
	default:
	}
}

// dropBatch releases what has been written and tells the reader.
func (c *conn) dropBatch() {
	unsent := 0
	for i, s := range c.batch {
		unsent += len(s.answer)
		s.drop()
		c.batch[i] = nil
	}
	c.batch = c.batch[:0]
	c.mu.Lock()
	c.unsent.Add(-int64(unsent))
	c.signalRoom()
	c.mu.Unlock()
}

// writeBatch writes the answers of batch, in order and in as few calls as can be. At a request to close it ends the
// connection and leaves the rest.
func (c *conn) writeBatch() error {
	c.inWrite.Store(true)
	defer c.inWrite.Store(false)
	for _, s := range c.batch {
		switch {
		case s.close:
			if err := c.writeIov(); err != nil {
				return err
			}
			c.wake() // before the end: afterwards the deadline is the reader's, who lingers
			c.endWith(s.closes, s.why)
			return nil
		case len(s.parts) == 0:
			if s.answer != nil {
				c.iov = append(c.iov, s.answer)
			}
		case s.size <= copyBound:
			b, err := s.gather()
			if err != nil {
				return err
			}
			c.iov = append(c.iov, b)
		default:
			if err := c.writeIov(); err != nil {
				return err
			}
			if err := c.writeParts(s); err != nil {
				return err
			}
		}
	}
	return c.writeIov()
}

// gather copies an answer with parts into one buffer, which takes the place of out.
func (s *slot) gather() ([]byte, error) {
	whole := getBuffer(s.size)
	b := append(whole.b[:0], s.answer...)
	var err error
	for i := range s.parts {
		if r := s.parts[i].Region; r == nil {
			b = append(b, s.parts[i].Bytes...)
		} else if b, err = appendRegion(b, r, 0, r.Len()); err != nil {
			whole.release()
			return nil, err
		}
	}
	s.out.release()
	s.out = whole
	s.answer = whole.b[:len(s.answer)]
	return b, nil
}

// writeIov writes what is collected in iov.
func (c *conn) writeIov() error {
	if len(c.iov) == 0 {
		return nil
	}
	var n int64
	var err error
	switch {
	case len(c.iov) == 1:
		var m int
		m, err = c.nc.Write(c.iov[0])
		n = int64(m)
	case c.raw != nil:
		c.vec = c.iov
		n, err = c.vec.WriteTo(c.nc)
	default:
		n, err = c.writeJoined()
	}
	clear(c.iov)
	c.iov, c.vec = c.iov[:0], nil
	c.wrote(n)
	return err
}

func (c *conn) wrote(n int64) {
	c.activity.Add(1)
	c.srv.stats.bytesOut.Add(uint64(n))
}

// writeJoined joins what is in iov into writes of up to readSize, for connections whose every write costs a record.
func (c *conn) writeJoined() (n int64, err error) {
	buf := getBuffer(readSize)
	defer buf.release()
	j := joiner{c: c, b: buf.b[:0]}
	for _, b := range c.iov {
		if err = j.add(b); err != nil {
			return j.n, err
		}
	}
	err = j.flush()
	return j.n, err
}

// A joiner collects bytes in b and writes them when it is full.
type joiner struct {
	c *conn
	b []byte
	n int64 // written
}

func (j *joiner) add(b []byte) error {
	for len(b) > 0 {
		m := min(len(b), cap(j.b)-len(j.b))
		j.b = append(j.b, b[:m]...)
		if b = b[m:]; len(j.b) == cap(j.b) {
			if err := j.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes what has been collected, if anything.
func (j *joiner) flush() error {
	if len(j.b) == 0 {
		return nil
	}
	m, err := j.c.nc.Write(j.b)
	j.n += int64(m)
	j.b = j.b[:0]
	return err
}
