package logstore

// A Slice is a run of whole batches in one segment file, as Read found it.
type Slice struct {
	FirstOffset int64   // base offset of the first batch; the offset asked for when empty
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
	dst = append(dst, make([]byte, n)...)
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

// A Region is a run of bytes of a segment file; it has the method set of protocol.Region. It keeps the file's descriptor
// open until Release, even when the segment is deleted meanwhile.
type Region struct{}

// Len returns the number of bytes.
func (r *Region) Len() int64 { return 0 }

// ReadAt copies from the region, off counted from its start.
func (r *Region) ReadAt(p []byte, off int64) (int, error) { return 0, errUnopened }

// Sysfile returns the descriptor and the position in the file, ok=false when the file system has no descriptors.
func (r *Region) Sysfile() (fd uintptr, pos int64, ok bool) { return 0, 0, false }

// Release gives the region back. It is called exactly once.
func (r *Region) Release() {}
