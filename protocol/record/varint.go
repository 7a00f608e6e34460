package record

import "encoding/binary"

// readVarint reads a zigzag int32 at b[i]. next is -1 when it is cut off, longer than five bytes or out of range.
func readVarint(b []byte, i int) (v int32, next int) {
	if i < len(b) && b[i] < 0x80 {
		u := uint32(b[i])
		return int32(u>>1) ^ -int32(u&1), i + 1
	}
	return readVarintSlow(b, i)
}

func readVarintSlow(b []byte, i int) (int32, int) {
	u, n := binary.Uvarint(b[min(i, len(b)):min(len(b), i+binary.MaxVarintLen32)])
	if n <= 0 || u > 1<<32-1 {
		return 0, -1
	}
	return int32(uint32(u)>>1) ^ -int32(u&1), i + n
}

// readVarlong reads a zigzag int64 at b[i]. next is -1 when it is cut off, longer than ten bytes or out of range.
func readVarlong(b []byte, i int) (v int64, next int) {
	if i < len(b) && b[i] < 0x80 {
		u := uint64(b[i])
		return int64(u>>1) ^ -int64(u&1), i + 1
	}
	return readVarlongSlow(b, i)
}

func readVarlongSlow(b []byte, i int) (int64, int) {
	u, n := binary.Uvarint(b[min(i, len(b)):])
	if n <= 0 {
		return 0, -1
	}
	return int64(u>>1) ^ -int64(u&1), i + n
}

// varintSize is how many bytes AppendVarint takes for v.
func varintSize(v int64) int {
	u := uint64(v<<1) ^ uint64(v>>63)
	n := 1
	for u >= 0x80 {
		u >>= 7
		n++
	}
	return n
}
