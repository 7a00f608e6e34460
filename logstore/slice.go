package logstore

import "github.com/kbroker/kbroker/logstore/segment"

// A Region is a run of bytes of a segment file; it has the method set of protocol.Region. It keeps the file's descriptor
// open until Release, even when the segment is deleted meanwhile.
type Region = segment.Region

// A Slice is a run of whole batches in one segment file, as Read found it.
type Slice struct {
	FirstOffset int64   // the offset asked for, or the base offset of the batch that holds it; where a gap follows, what lies before it
	NextOffset  int64   // offset behind the last batch: where to read on
	Region      *Region // nil when empty
}

// Len returns the number of bytes.
func (s Slice) Len() int {
	if s.Region == nil {
		return 0
	}
	return int(s.Region.Len())
}

// Bytes appends the slice's bytes to dst.
func (s Slice) Bytes(dst []byte) ([]byte, error) {
	n := s.Len()
	if n == 0 {
		return dst, nil
	}
	at := len(dst)
	if cap(dst)-at < n {
		dst = append(make([]byte, 0, at+n), dst...)
	}
	dst = dst[:at+n]
	if _, err := s.Region.ReadAt(dst[at:], 0); err != nil {
		return dst[:at], err
	}
	return dst, nil
}

// Release gives the slice's region back.
func (s Slice) Release() {
	if s.Region != nil {
		s.Region.Release()
	}
}
