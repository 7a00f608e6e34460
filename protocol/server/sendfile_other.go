//go:build !linux

package server

// fileWriter is empty: file regions go through memory here.
type fileWriter struct{}

func (c *conn) writeParts(s *slot) error { return c.copyParts(s) }
