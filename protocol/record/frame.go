package record

import "encoding/binary"

// Sizes of the header, in bytes.
const (
	// LogOverhead is base offset and length: what stands before the bytes that the length field counts.
	LogOverhead = 12
	// HeaderSize is the whole header of a v2 batch; an empty batch is that long.
	HeaderSize = 61
	// MagicOffset is where the magic byte stands, in every format.
	MagicOffset = 16
	// MaxBatchBytes bounds a batch: the length field is an int32.
	MaxBatchBytes = 1<<31 - 1
)

// minLegacyLength is the smallest length field of formats v0 and v1: crc, magic, attributes, key and value sizes.
const minLegacyLength = 14

// FrameLength returns the whole length of the batch that begins b (header included), looking at nothing but the
// framing, which needs MagicOffset+1 bytes. It allocates nothing unless it fails.
//
// Errors: ErrTorn when b is shorter than that; *CorruptError when the length cannot be; *InvalidError of KindFormat
// for formats v0 and v1.
func FrameLength(b []byte) (int, error) {
	if len(b) <= MagicOffset {
		return 0, ErrTorn
	}
	size := int64(int32(binary.BigEndian.Uint32(b[8:])))
	switch magic := int8(b[MagicOffset]); {
	case size < minLegacyLength:
		return 0, Batch(b).corrupt("length field %d is below the smallest possible %d", size, minLegacyLength)
	case magic == 0 || magic == 1:
		return 0, invalid(KindFormat, "message format v%d is not supported, only record batches of magic 2 are", magic)
	case magic != 2:
		return 0, Batch(b).corrupt("unknown magic %d", magic)
	case size < HeaderSize-LogOverhead:
		return 0, Batch(b).corrupt("length field %d is below the header's own %d", size, HeaderSize-LogOverhead)
	case size > MaxBatchBytes-LogOverhead:
		return 0, Batch(b).corrupt("length field %d is above the largest possible %d", size, MaxBatchBytes-LogOverhead)
	}
	return LogOverhead + int(size), nil
}

// Next splits the first batch off b. It looks at the framing alone: the checksum and all the rest is Validate's.
// batch aliases b, its capacity ends where it ends. Errors are FrameLength's, and ErrTorn when b ends too early.
func Next(b []byte) (batch Batch, rest []byte, err error) {
	n, err := FrameLength(b)
	if err != nil {
		return nil, b, err
	}
	if len(b) < n {
		return nil, b, ErrTorn
	}
	return Batch(b[:n:n]), b[n:], nil
}
