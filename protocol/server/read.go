package server

import (
	"errors"
	"io"
	"os"
	"time"
)

// growth bounds how much more memory than bytes a frame takes while it arrives: a buffer that is full is replaced by one
// at most growth times larger, and one that holds less than 1/growth of its size is exchanged for a smaller one before
// the connection waits. A frame up to readSize is given its whole size at once, and one whose bytes have filled more than
// that grows by lateGrowth only: copying a third more is cheaper than memory for bytes that may never come.
const (
	growth     = 16
	lateGrowth = 4
)

const (
	classTiny  = 0
	classSmall = 1
	classRead  = 2
)

// calmReads is how many reads in a row must have fitted the next smaller class before the read buffer shrinks to it.
const calmReads = 16

// read waits for bytes and appends them to the buffer, or ends the connection.
func (c *conn) read() {
	if !c.fit() {
		return
	}
	var n int
	var err error
	if c.raw != nil {
		c.rn, c.rerr = 0, nil
		if err = c.raw.Read(c.rawReader); err == nil {
			n, err = c.rn, c.rerr
		}
	} else {
		n, err = c.readPlain()
	}
	c.now = time.Now()
	if n > 0 {
		c.w += n
		c.activity.Add(1)
		c.srv.stats.bytesIn.Add(uint64(n))
		c.tune()
		return
	}
	c.readFailed(err)
}

// readFailed ends the connection after a read has brought nothing. A deadline is how others wake the reader: to reap
// the connection, or to look at closing.
func (c *conn) readFailed(err error) {
	switch {
	case err == nil || errors.Is(err, io.EOF):
		c.endWith(endEOF, nil)
	case errors.Is(err, os.ErrDeadlineExceeded) && c.reap.Load() != 0:
		c.endWith(ending(c.reap.Load()-1), nil)
	case errors.Is(err, os.ErrDeadlineExceeded) && c.closing.Load():
	default:
		c.endWith(endIO, err)
	}
}

// fit prepares the buffer so that there is room behind w. It waits when the frame that is arriving needs memory that the
// limits do not give, and reports false when the connection ends meanwhile.
func (c *conn) fit() bool {
	if c.buf == nil {
		return true
	}
	have := c.w - c.r
	alone := c.buf.refs.Load() == 1
	if have == 0 {
		c.since = 0
		if c.r, c.w = 0, 0; !alone {
			c.letGo()
		}
		return true
	}
	c.setFrameDeadline()
	if sizeOf(c.need) == largeFrame {
		c.srv.memory.holdsLarge(c.buf)
	}
	need := max(c.need, 4)
	if need <= len(c.buf.b)-c.r {
		return true
	}
	if alone && c.r > 0 {
		c.w = copy(c.buf.b, c.buf.b[c.r:c.w])
		c.r = 0
	}
	if alone && c.w < len(c.buf.b) {
		return true
	}
	size := need
	if need > readSize {
		factor := growth
		if have > readSize {
			factor = lateGrowth
		}
		size = min(need, max(have*factor, classSizes[min(c.hint, classRead)]))
	}
	return c.moveTo(size)
}

// moveTo moves the bytes of the unfinished frame to a buffer of at least size bytes.
func (c *conn) moveTo(size int) bool {
	paid := classFor(size) > classRead
	if paid && !c.pay(int64(sizeFor(size))) {
		return false
	}
	buf := getBuffer(size)
	if paid {
		c.srv.memory.paid(c, buf, sizeOf(c.need))
	}
	if buf.class < unpooled && buf.class > c.hint {
		c.hint = buf.class
	}
	c.replace(buf)
	return true
}

// pay charges the connection for a large buffer, waiting where it must. The time it waits is not the peer's.
func (c *conn) pay(n int64) bool {
	size := sizeOf(c.need)
	if c.srv.memory.take(c, size, n) == nil {
		return true
	}
	c.frameUntil.Store(0)
	began := c.srv.nanos()
	ok := c.srv.memory.await(c, func() <-chan struct{} { return c.srv.memory.take(c, size, n) })
	c.since += c.srv.nanos() - began
	c.setFrameDeadline()
	return ok
}

// replace makes buf the read buffer, with the unserved bytes at its beginning.
func (c *conn) replace(buf *buffer) {
	n := copy(buf.b, c.buf.b[c.r:c.w])
	c.letGo()
	c.buf, c.r, c.w = buf, 0, n
}

// letGo gives up the read buffer. If requests still alias it, it is charged until they are answered.
func (c *conn) letGo() {
	if c.buf.refs.Load() > 1 {
		c.srv.memory.pin(c, c.buf)
	}
	c.buf.release()
	c.buf, c.r, c.w = nil, 0, 0
}

// setFrameDeadline bounds how long the frame at r may go without another byte: the more has arrived, the longer.
func (c *conn) setFrameDeadline() {
	if c.since == 0 {
		c.since = c.srv.nanos()
	}
	perByte := int64(time.Second) / int64(c.srv.cfg.MinFrameRate)
	c.frameUntil.Store(c.since + int64(c.srv.cfg.FrameTimeout) + int64(c.w-c.r)*perByte)
}

// park gives back what a connection need not hold while it waits.
func (c *conn) park() {
	if c.buf == nil {
		return
	}
	have := c.w - c.r
	switch {
	case have == 0:
		c.letGo()
	case have*growth <= len(c.buf.b) && c.buf.class > classTiny:
		c.replace(getBuffer(have))
	}
}

// unpark gets the buffer for a read that will find bytes: of the class that recent reads have filled.
func (c *conn) unpark() {
	if c.buf != nil && c.buf.class >= c.hint {
		return
	}
	class := c.hint
	paid := class > classRead
	if paid && !c.srv.memory.tryCharge(c, smallFrame, int64(classSizes[class])) {
		class, paid = classRead, false
	}
	buf := getBuffer(classSizes[class])
	if paid {
		c.srv.memory.paid(c, buf, smallFrame)
	}
	if c.buf == nil {
		c.buf, c.r, c.w = buf, 0, 0
		return
	}
	if len(buf.b) <= c.w-c.r {
		buf.release()
		return
	}
	c.replace(buf)
}

// space is where the next read goes. A frame larger than one read is read to its end and no further, so that what comes
// behind it need not be moved.
func (c *conn) space() []byte {
	end := len(c.buf.b)
	if c.need > readSize && c.w > c.r {
		end = min(end, c.r+c.need)
	}
	return c.buf.b[c.w:end]
}

// tune adapts the class of the next read buffer to what reads bring: a read that fills its buffer makes it larger, up
// to readSize, and many small ones make it smaller.
func (c *conn) tune() {
	if c.w == len(c.buf.b) && c.hint < classRead {
		c.hint, c.calm = classRead, 0
		return
	}
	if c.hint <= classSmall || c.w-c.r > classSizes[c.hint-1] {
		c.calm = 0
		return
	}
	if c.calm++; c.calm >= calmReads {
		c.hint, c.calm = c.hint-1, 0
	}
}

// readPlain reads where readiness cannot be awaited: the first bytes go to the probe, so that waiting takes no buffer.
func (c *conn) readPlain() (int, error) {
	if c.buf != nil && c.w > c.r {
		return c.nc.Read(c.space())
	}
	c.park()
	n, err := c.nc.Read(c.probe[:])
	if n > 0 {
		c.unpark()
		copy(c.buf.b, c.probe[:n])
	}
	return n, err
}
