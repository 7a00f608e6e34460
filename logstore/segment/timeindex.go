package segment

import (
	"encoding/binary"
	"sort"
)

// timeEntrySize is the size of a time index entry in its file.
const timeEntrySize = 12

// A TimeEntry says that no record up to offset base+Last is younger than Timestamp, and that the batch that ends there has it.
type TimeEntry struct {
	Timestamp int64
	Last      uint32 // last offset of the batch, relative to the segment's base
}

// ParseTimeIndex decodes a .timeindex file with the tolerance of ParseIndex. Timestamps rise; offsets do not fall.
func ParseTimeIndex(data []byte) (list []TimeEntry, ok bool) {
	list = make([]TimeEntry, 0, len(data)/timeEntrySize)
	for ; len(data) >= timeEntrySize; data = data[timeEntrySize:] {
		e := TimeEntry{int64(binary.BigEndian.Uint64(data)), binary.BigEndian.Uint32(data[8:])}
		if e == (TimeEntry{}) && len(list) > 0 {
			return list, allZero(data)
		}
		if n := len(list); n > 0 && (list[n-1].Timestamp >= e.Timestamp || list[n-1].Last > e.Last) || e.Last > 1<<31-1 {
			return nil, false
		}
		list = append(list, e)
	}
	return list, true
}

func encodeTimeIndex(dst []byte, list []TimeEntry) []byte {
	for _, e := range list {
		dst = binary.BigEndian.AppendUint64(dst, uint64(e.Timestamp))
		dst = binary.BigEndian.AppendUint32(dst, e.Last)
	}
	return dst
}

// floorTime returns the last entry whose timestamp is below ts: everything up to its offset is older than ts.
func floorTime(list []TimeEntry, ts int64) (TimeEntry, bool) {
	i := sort.Search(len(list), func(i int) bool { return list[i].Timestamp >= ts })
	if i == 0 {
		return TimeEntry{}, false
	}
	return list[i-1], true
}
