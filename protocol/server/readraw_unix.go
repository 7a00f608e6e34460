//go:build unix

package server

import (
	"net"
	"syscall"
)

// openRaw lets the connection await readiness before it takes a buffer.
func (c *conn) openRaw(tcp *net.TCPConn) {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return // the plain way works as well
	}
	c.raw = raw
	c.rawReader = c.readRaw
}

// readRaw tries to read. Without bytes it gives the buffer back and asks to be called again when there are some.
func (c *conn) readRaw(fd uintptr) bool {
	c.unpark()
	for {
		n, err := syscall.Read(int(fd), c.space())
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			c.park()
			return false
		}
		c.rn, c.rerr = max(n, 0), err
		return true
	}
}
