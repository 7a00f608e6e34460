package record

import "encoding/binary"

// readVarint reads a zigzag int32 at b[i]. next is -1 when it is cut off, longer than five bytes or out of range. Lengths
// and deltas of real records have one byte or two.
func readVarint(b []byte, i int) (v int32, next int) {
	if uint(i)+3 <= uint(len(b)) {
		x := b[i : i+3 : i+3]
		u := uint32(x[0])
		if u < 0x80 {
			return int32(u>>1) ^ -int32(u&1), i + 1
		}
		u = u&0x7f | uint32(x[1])<<7
		if x[1] < 0x80 {
			return int32(u>>1) ^ -int32(u&1), i + 2
		}
		u = u&(1<<14-1) | uint32(x[2])<<14
		if x[2] < 0x80 {
			return int32(u>>1) ^ -int32(u&1), i + 3
		}
	}
	return readVarintEdge(b, i)
}

func readVarintEdge(b []byte, i int) (int32, int) {
	u, n := binary.Uvarint(b[min(i, len(b)):min(len(b), i+binary.MaxVarintLen32)])
	if n <= 0 || u > 1<<32-1 {
		return 0, -1
	}
	return int32(uint32(u)>>1) ^ -int32(u&1), i + n
}

// readVarlong reads a zigzag int64 at b[i]. next is -1 when it is cut off, longer than ten bytes or out of range.
func readVarlong(b []byte, i int) (v int64, next int) {
	if uint(i)+2 <= uint(len(b)) {
		x := b[i : i+2 : i+2]
		u := uint64(x[0])
		if u < 0x80 {
			return int64(u>>1) ^ -int64(u&1), i + 1
		}
		if x[1] < 0x80 {
			u = u&0x7f | uint64(x[1])<<7
			return int64(u>>1) ^ -int64(u&1), i + 2
		}
	}
	return readVarlongEdge(b, i)
}

func readVarlongEdge(b []byte, i int) (int64, int) {
	u, n := binary.Uvarint(b[min(i, len(b)):])
	if n <= 0 {
		return 0, -1
	}
	return int64(u>>1) ^ -int64(u&1), i + n
}

// varintSize is how many bytes a zigzag varint of v takes.
func varintSize(v int64) int {
	u := uint64(v<<1) ^ uint64(v>>63)
	n := 1
	for u >= 0x80 {
		u >>= 7
		n++
	}
	return n
}
