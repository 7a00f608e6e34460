package server

import (
	"io"
	"syscall"

	"github.com/kbroker/kbroker/protocol"
	"golang.org/x/sys/unix"
)

// maxSendfile bounds what one call of sendfile is asked to move, as the kernel does.
const maxSendfile = 1 << 30

// fileWriter is the state of a write that goes around memory. The two functions are bound once, so that a write does not
// allocate.
type fileWriter struct {
	bytes    []byte // left to send
	last     bool   // nothing follows bytes
	fd       int
	pos      int64
	left     int64
	moved    bool // sendfile has moved bytes of this region
	err      error
	send     func(fd uintptr) bool
	sendfile func(fd uintptr) bool
}

// writeParts writes an answer larger than copyBound: bytes with MSG_MORE, so that they leave together with what follows,
// and regions by sendfile from an explicit position, so that readers can share a descriptor.
func (c *conn) writeParts(s *slot) error {
	if c.raw == nil {
		return c.copyParts(s)
	}
	if c.file.send == nil {
		c.file.send, c.file.sendfile = c.sendMore, c.sendFile
	}
	if err := c.sendBytes(s.answer, false); err != nil {
		return err
	}
	for i := range s.parts {
		last := i == len(s.parts)-1
		var err error
		if r := s.parts[i].Region; r == nil {
			err = c.sendBytes(s.parts[i].Bytes, last)
		} else {
			err = c.sendRegion(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) sendBytes(b []byte, last bool) error {
	if len(b) == 0 {
		return nil
	}
	c.file.bytes, c.file.last, c.file.err = b, last, nil
	if err := c.raw.Write(c.file.send); err != nil {
		return err
	}
	c.file.bytes = nil
	c.wrote(int64(len(b)))
	return c.file.err
}

func (c *conn) sendMore(fd uintptr) bool {
	f := &c.file
	flags := unix.MSG_MORE | unix.MSG_NOSIGNAL
	if f.last {
		flags = unix.MSG_NOSIGNAL
	}
	for len(f.bytes) > 0 {
		n, err := unix.SendmsgN(int(fd), f.bytes, nil, nil, flags)
		switch err {
		case nil:
			f.bytes = f.bytes[n:]
		case unix.EINTR:
		case unix.EAGAIN:
			return false
		default:
			f.err = err
			return true
		}
	}
	return true
}

// sendRegion sends a region by sendfile, or through memory when it has no descriptor or the kernel cannot do it.
func (c *conn) sendRegion(r protocol.Region) error {
	fd, pos, ok := r.Sysfile()
	if !ok {
		return c.copyRegion(r)
	}
	f := &c.file
	f.fd, f.pos, f.left, f.moved, f.err = int(fd), pos, r.Len(), false, nil
	if err := c.raw.Write(f.sendfile); err != nil {
		return err
	}
	if f.err != nil && !f.moved && (f.err == syscall.EINVAL || f.err == syscall.ENOSYS) {
		return c.copyRegion(r)
	}
	return f.err
}

func (c *conn) sendFile(fd uintptr) bool {
	f := &c.file
	for f.left > 0 {
		n, err := syscall.Sendfile(int(fd), f.fd, &f.pos, int(min(f.left, maxSendfile)))
		switch {
		case n > 0:
			f.left -= int64(n)
			f.moved = true
			c.wrote(int64(n))
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		case err == nil: // the file is shorter than its region
			f.err = io.ErrUnexpectedEOF
			return true
		default:
			f.err = err
			return true
		}
	}
	return true
}

func (c *conn) copyRegion(r protocol.Region) error {
	buf := getBuffer(readSize)
	defer buf.release()
	j := joiner{c: c, b: buf.b[:0:readSize]}
	defer func() { c.wrote(j.n) }()
	if err := j.addRegion(r); err != nil {
		return err
	}
	return j.flush()
}
