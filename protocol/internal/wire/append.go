package wire

import (
	"encoding/binary"
	"math"
)

// AppendBool appends one byte, 1 for true.
func AppendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// AppendInt8 appends one byte.
func AppendInt8(dst []byte, v int8) []byte { return append(dst, byte(v)) }

// AppendInt16 appends two bytes, big endian, as all fixed-size numbers of the protocol are.
func AppendInt16(dst []byte, v int16) []byte { return binary.BigEndian.AppendUint16(dst, uint16(v)) }

// AppendUint16 appends two bytes.
func AppendUint16(dst []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(dst, v) }

// AppendInt32 appends four bytes.
func AppendInt32(dst []byte, v int32) []byte { return binary.BigEndian.AppendUint32(dst, uint32(v)) }

// AppendInt64 appends eight bytes.
func AppendInt64(dst []byte, v int64) []byte { return binary.BigEndian.AppendUint64(dst, uint64(v)) }

// AppendFloat64 appends the eight bytes of the IEEE 754 form.
func AppendFloat64(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(v))
}

// AppendUUID appends the sixteen bytes of an id.
func AppendUUID(dst []byte, v [16]byte) []byte { return append(dst, v[:]...) }

// AppendUvarint appends an unsigned varint of at most five bytes.
func AppendUvarint(dst []byte, v uint32) []byte { return binary.AppendUvarint(dst, uint64(v)) }

// AppendString appends a string that is never null. A string of an old version holds at most 32767 bytes.
func AppendString(dst []byte, s string, flexible bool) []byte {
	if flexible {
		dst = AppendUvarint(dst, uint32(len(s))+1)
	} else {
		dst = AppendInt16(dst, int16(len(s)))
	}
	return append(dst, s...)
}

// AppendNullableString appends a string or null.
func AppendNullableString(dst []byte, s *string, flexible bool) []byte {
	if s != nil {
		return AppendString(dst, *s, flexible)
	}
	if flexible {
		return append(dst, 0)
	}
	return AppendInt16(dst, -1)
}

// AppendBytes appends bytes that are never null; nil is written as none.
func AppendBytes(dst, b []byte, flexible bool) []byte {
	return append(AppendLen(dst, len(b), flexible), b...)
}

// AppendNullableBytes appends bytes; nil is written as null.
func AppendNullableBytes(dst, b []byte, flexible bool) []byte {
	return append(AppendNullableLen(dst, len(b), b == nil, flexible), b...)
}

// AppendLen appends the count in front of an array's elements.
func AppendLen(dst []byte, n int, flexible bool) []byte {
	if flexible {
		return AppendUvarint(dst, uint32(n)+1)
	}
	return AppendInt32(dst, int32(n))
}

// AppendNullableLen appends the count in front of an array's elements, or the mark of a null array.
func AppendNullableLen(dst []byte, n int, null, flexible bool) []byte {
	if !null {
		return AppendLen(dst, n, flexible)
	}
	if flexible {
		return append(dst, 0)
	}
	return AppendInt32(dst, -1)
}

// AppendPresence appends the byte in front of a nullable struct: 1 when it follows, -1 when it is null.
func AppendPresence(dst []byte, present bool) []byte {
	if present {
		return append(dst, 1)
	}
	return append(dst, 0xff)
}

// AppendTagPresence appends the varint in front of a nullable struct that is a tagged field: 1 when it follows, 0 when it is
// null. It is not the byte of AppendPresence.
func AppendTagPresence(dst []byte, present bool) []byte { return AppendBool(dst, present) }

// SealTag turns dst[start:], the content of a tagged field, into the field: tag and size are put in front of it. The
// content has to be moved for that, which is cheaper than computing its size beforehand, as tagged fields are few and short.
func SealTag(dst []byte, start int, tag uint32) []byte {
	var head [10]byte
	size := uint32(len(dst) - start)
	h := AppendUvarint(AppendUvarint(head[:0], tag), size)
	dst = append(dst, h...)
	copy(dst[start+len(h):], dst[start:start+int(size)])
	copy(dst[start:], h)
	return dst
}
