package segment

import "io"

// A Region is a run of bytes of a segment's .log. It keeps the descriptor open until Release, even when the segment is deleted
// meanwhile. It has the method set of protocol.Region.
type Region struct {
	file *slot[*openFile]
	pos  int64
	n    int64
}

// Region returns the bytes of [from, to).
func (v *View) Region(from, to int64) (*Region, error) {
	sl, err := v.s.acquire()
	if err != nil {
		return nil, err
	}
	return &Region{sl, from, to - from}, nil
}

// Len returns the number of bytes.
func (r *Region) Len() int64 { return r.n }

// ReadAt copies from the region, off counted from its start.
func (r *Region) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > r.n {
		off = r.n
	}
	short := int64(len(p)) > r.n-off
	if short {
		p = p[:r.n-off]
	}
	n, err := r.file.v.ReadAt(p, r.pos+off)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

// Sysfile returns the descriptor and the position in the file, ok=false when the file system has no descriptors.
func (r *Region) Sysfile() (fd uintptr, pos int64, ok bool) {
	fd, ok = r.file.v.Fd()
	return fd, r.pos, ok
}

// Release gives the region back. It is called exactly once.
func (r *Region) Release() {
	f := r.file
	r.file = nil
	f.release()
}
