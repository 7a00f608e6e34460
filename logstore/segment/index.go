package segment

import (
	"encoding/binary"
	"slices"
	"sort"
)

// entrySize is the size of an offset index entry in its file.
const entrySize = 8

// An OffsetEntry says that the batch at Pos ends with offset base+Last.
type OffsetEntry struct {
	Last uint32 // last offset of the batch, relative to the segment's base
	Pos  uint32
}

// ParseIndex decodes an .index file. Trailing zeros (a preallocated file) and a torn last entry are cut; ok=false when the
// entries do not rise or point beyond size.
func ParseIndex(data []byte, size int64) (list []OffsetEntry, ok bool) {
	list = make([]OffsetEntry, 0, len(data)/entrySize)
	for ; len(data) >= entrySize; data = data[entrySize:] {
		e := OffsetEntry{binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])}
		if e == (OffsetEntry{}) && len(list) > 0 {
			return list, allZero(data)
		}
		if n := len(list); n > 0 && (list[n-1].Last >= e.Last || list[n-1].Pos >= e.Pos) || int64(e.Pos) >= size || e.Last > 1<<31-1 {
			return nil, false
		}
		list = append(list, e)
	}
	return list, true
}

func allZero(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c != 0 })
}

func encodeIndex(dst []byte, list []OffsetEntry) []byte {
	for _, e := range list {
		dst = binary.BigEndian.AppendUint32(dst, e.Last)
		dst = binary.BigEndian.AppendUint32(dst, e.Pos)
	}
	return dst
}

// floorOffset returns the last entry at or below rel, ok=false when there is none.
func floorOffset(list []OffsetEntry, rel int64) (OffsetEntry, bool) {
	lo, hi := 0, len(list)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if int64(list[mid].Last) <= rel {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return OffsetEntry{}, false
	}
	return list[lo-1], true
}

// floorPos returns the last entry at or before a position, ok=false when there is none.
func floorPos(list []OffsetEntry, pos int64) (OffsetEntry, bool) {
	n := countTo(list, pos)
	if n == 0 {
		return OffsetEntry{}, false
	}
	return list[n-1], true
}

// countTo returns how many entries lie at or before a position.
func countTo(list []OffsetEntry, pos int64) int {
	lo, hi := 0, len(list)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if int64(list[mid].Pos) <= pos {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// A mark says more of the batch of an OffsetEntry than the file has.
type mark struct {
	first uint32 // first offset of the batch, relative to the segment's base
	size  uint32 // its bytes
}

// cutOffsets forgets the entries of batches from pos on.
func (l *live) cutOffsets(pos int64) {
	unmarked := len(l.off) - len(l.marks)
	l.off = cutIndex(l.off, pos)
	n := max(0, len(l.off)-unmarked)
	l.marks = l.marks[:n:n]
}

// cutIndex returns the entries of batches before pos, in a slice whose next append copies: readers may hold the old one.
func cutIndex(list []OffsetEntry, pos int64) []OffsetEntry {
	n := sort.Search(len(list), func(i int) bool { return int64(list[i].Pos) >= pos })
	return list[:n:n]
}
