package server

import (
	"fmt"
	"io"

	"github.com/kbroker/kbroker/protocol"
)

// appendRegion appends n bytes of r from off to b, which has room for them.
func appendRegion(b []byte, r protocol.Region, off, n int64) ([]byte, error) {
	at := len(b)
	b = b[:at+int(n)]
	m, err := r.ReadAt(b[at:], off)
	if int64(m) < n {
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("reading %d bytes at %d of a file region of %d: %w", n, off, r.Len(), err)
	}
	return b, nil
}

// copyParts writes an answer of any size through a buffer.
func (c *conn) copyParts(s *slot) error {
	buf := getBuffer(readSize)
	defer buf.release()
	j := joiner{c: c, b: buf.b[:0:readSize]}
	defer func() { c.wrote(j.n) }()
	if err := j.add(s.answer); err != nil {
		return err
	}
	for i := range s.parts {
		var err error
		if r := s.parts[i].Region; r == nil {
			err = j.add(s.parts[i].Bytes)
		} else {
			err = j.addRegion(r)
		}
		if err != nil {
			return err
		}
	}
	return j.flush()
}

func (j *joiner) addRegion(r protocol.Region) (err error) {
	for off, size := int64(0), r.Len(); off < size; {
		n := min(size-off, int64(cap(j.b)-len(j.b)))
		if j.b, err = appendRegion(j.b, r, off, n); err != nil {
			j.b = j.b[:0]
			return err
		}
		if off += n; len(j.b) == cap(j.b) {
			if err = j.flush(); err != nil {
				return err
			}
			j.c.activity.Add(1)
		}
	}
	return nil
}
