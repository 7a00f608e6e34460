package wire

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A Reader takes values from the front of bytes that may hold anything. After the first failed read every further read
// answers zero; Err tells what the first failure was. It copies strings and byte fields, so nothing read keeps the bytes
// alive.
type Reader struct {
	b   []byte
	off int
	err error
}

// An Error says where decoding stopped and why.
type Error struct {
	Offset int // into the bytes given to NewReader
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("at byte %d: %s", e.Offset, e.Reason) }

// A VersionError is a version that a type does not have.
type VersionError struct {
	Type     string
	Version  int16
	Min, Max int16
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s has versions %d to %d, not %d", e.Type, e.Min, e.Max, e.Version)
}

// NewReader reads from b, which it borrows.
func NewReader(b []byte) Reader { return Reader{b: b} }

// Err is the first failure, or nil.
func (r *Reader) Err() error { return r.err }

// Left is how many bytes have not been read.
func (r *Reader) Left() int { return len(r.b) - r.off }

// Offset is how many bytes have been read.
func (r *Reader) Offset() int { return r.off }

// Fail records a failure found by the caller, unless there was one already.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = &Error{Offset: r.off, Reason: fmt.Sprintf(format, args...)}
	}
}

// End records a failure when bytes are left.
func (r *Reader) End() {
	if r.err == nil && r.Left() > 0 {
		r.Fail("%d bytes left over", r.Left())
	}
}

// take returns the next n bytes, or nil after a failure.
func (r *Reader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n > r.Left() {
		r.Fail("%d bytes wanted, %d left", n, r.Left())
		return nil
	}
	b := r.b[r.off : r.off+n : r.off+n]
	r.off += n
	return b
}

// Bool reads one byte; anything but 0 is true.
func (r *Reader) Bool() bool { return r.Int8() != 0 }

// Int8 reads one byte.
func (r *Reader) Int8() int8 {
	if b := r.take(1); b != nil {
		return int8(b[0])
	}
	return 0
}

// Int16 reads two bytes.
func (r *Reader) Int16() int16 { return int16(r.Uint16()) }

// Uint16 reads two bytes.
func (r *Reader) Uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

// Int32 reads four bytes.
func (r *Reader) Int32() int32 {
	if b := r.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

// Int64 reads eight bytes.
func (r *Reader) Int64() int64 {
	if b := r.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// Float64 reads eight bytes.
func (r *Reader) Float64() float64 { return math.Float64frombits(uint64(r.Int64())) }

// UUID reads sixteen bytes.
func (r *Reader) UUID() (id [16]byte) {
	copy(id[:], r.take(16))
	return id
}

// Uvarint reads an unsigned varint of at most five bytes and 32 bits.
func (r *Reader) Uvarint() uint32 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.take(1)
		if b == nil {
			return 0
		}
		v |= uint64(b[0]&0x7f) << shift
		if b[0] < 0x80 {
			if v > math.MaxUint32 {
				break
			}
			return uint32(v)
		}
	}
	r.Fail("varint of more than 32 bits")
	return 0
}

// length reads a size in front of bytes or elements, -1 for null.
func (r *Reader) length(flexible bool) int {
	n := 0
	if flexible {
		n = int(r.Uvarint()) - 1
	} else {
		n = int(r.Int32())
	}
	if r.err != nil {
		return 0
	}
	if n < -1 {
		r.Fail("length %d", n)
		return 0
	}
	return n
}

func (r *Reader) stringLength(flexible bool) int {
	if flexible {
		return r.length(true)
	}
	n := int(r.Int16())
	if r.err == nil && n < -1 {
		r.Fail("string length %d", n)
		return 0
	}
	return n
}

// String reads a string that is not null.
func (r *Reader) String(flexible bool) string {
	n := r.stringLength(flexible)
	if n < 0 {
		r.Fail("null where a string must be")
		return ""
	}
	return string(r.take(n))
}

// NullableString reads a string, nil for null.
func (r *Reader) NullableString(flexible bool) *string {
	n := r.stringLength(flexible)
	if n < 0 || r.err != nil {
		return nil
	}
	s := string(r.take(n))
	return &s
}

// Bytes reads bytes that are not null into a slice of their own.
func (r *Reader) Bytes(flexible bool) []byte {
	n := r.length(flexible)
	if n < 0 {
		r.Fail("null where bytes must be")
		return nil
	}
	return append([]byte(nil), r.take(n)...)
}

// NullableBytes reads bytes into a slice of their own, nil for null.
func (r *Reader) NullableBytes(flexible bool) []byte {
	n := r.length(flexible)
	if n < 0 || r.err != nil {
		return nil
	}
	return append([]byte{}, r.take(n)...)
}

// Len reads the count of an array that is not null, whose elements take at least minSize bytes each; a count whose elements
// cannot fit into what is left is a failure, so that a caller may allocate for it.
func (r *Reader) Len(flexible bool, minSize int) int {
	n := r.NullableLen(flexible, minSize)
	if n < 0 {
		r.Fail("null where an array must be")
		return 0
	}
	return n
}

// NullableLen is Len for an array that may be null, for which it answers -1.
func (r *Reader) NullableLen(flexible bool, minSize int) int {
	n := r.length(flexible)
	if n > r.Left()/minSize {
		r.Fail("array of %d elements of at least %d bytes, %d bytes left", n, minSize, r.Left())
		return 0
	}
	return n
}

// Present reads the byte in front of a nullable struct.
func (r *Reader) Present() bool { return r.Int8() >= 0 && r.err == nil }

// Tags reads the number of tagged fields that follow; each takes at least two bytes.
func (r *Reader) Tags() int {
	n := int(r.Uvarint())
	if n > r.Left()/2 {
		r.Fail("%d tagged fields, %d bytes left", n, r.Left())
		return 0
	}
	return n
}

// Tag reads the head of a tagged field and answers with a Reader over its content, which is skipped in r.
func (r *Reader) Tag() (tag uint32, content Reader) {
	tag = r.Uvarint()
	size := int(r.Uvarint())
	start := r.off
	if r.take(size) == nil && r.err != nil {
		return tag, Reader{err: r.err}
	}
	return tag, Reader{b: r.b[:start+size], off: start}
}

// EndTag passes a failure inside a tagged field on, and is one when the field was not read to its end.
func (r *Reader) EndTag(content *Reader) {
	content.End()
	if r.err == nil {
		r.err = content.err
	}
}
