package null

import "encoding/binary"

// A reader goes through a frame in place. ok turns false once and for all when the frame ends too early.
type reader struct {
	b  []byte
	ok bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.ok = false
		r.b = nil
		return nil
	}
	x := r.b[:n]
	r.b = r.b[n:]
	return x
}

func (r *reader) i16() int16 {
	if x := r.take(2); x != nil {
		return int16(binary.BigEndian.Uint16(x))
	}
	return 0
}

func (r *reader) i32() int32 {
	if x := r.take(4); x != nil {
		return int32(binary.BigEndian.Uint32(x))
	}
	return 0
}

func (r *reader) i64() int64 {
	if x := r.take(8); x != nil {
		return int64(binary.BigEndian.Uint64(x))
	}
	return 0
}

func (r *reader) uvarint() int {
	u, n := binary.Uvarint(r.b)
	if n <= 0 || u > 1<<31 {
		r.ok = false
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return int(u)
}

// compact reads compact bytes or a compact string; nil when null.
func (r *reader) compact() []byte {
	n := r.uvarint()
	if n == 0 {
		return nil
	}
	return r.take(n - 1)
}

// count reads the length of a compact array.
func (r *reader) count() int { return max(0, r.uvarint()-1) }

func (r *reader) tags() {
	for range r.uvarint() {
		r.uvarint()
		r.take(r.uvarint())
		if !r.ok {
			return
		}
	}
}

// A request's answer is built at the end of out; its length is filled in when it is whole.
func begin(out []byte, correlation int32) []byte {
	out = append(out, 0, 0, 0, 0)
	out = binary.BigEndian.AppendUint32(out, uint32(correlation))
	return append(out, 0) // no tags
}

func finish(out []byte, at, behind int) {
	binary.BigEndian.PutUint32(out[at:], uint32(len(out)-at-4+behind))
}

func appendCompact(out, b []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(b)+1)), b...)
}
