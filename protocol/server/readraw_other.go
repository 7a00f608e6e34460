//go:build !unix

package server

import "net"

// openRaw does nothing: readiness cannot be awaited here.
func (c *conn) openRaw(*net.TCPConn) {}
