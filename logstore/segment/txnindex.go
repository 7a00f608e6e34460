package segment

import "encoding/binary"

// txnEntrySize is the size of a transaction index entry in its file.
const txnEntrySize = 34

// An AbortedTxn is an aborted transaction whose marker lies in the segment.
type AbortedTxn struct {
	ProducerID       int64
	FirstOffset      int64
	LastOffset       int64 // of the marker
	LastStableOffset int64 // of the log behind the marker
}

// ParseTxnIndex decodes a .txnindex file; ok=false when it is torn or its entries are not in order.
func ParseTxnIndex(data []byte) (list []AbortedTxn, ok bool) {
	for ; len(data) >= txnEntrySize; data = data[txnEntrySize:] {
		u64 := func(at int) int64 { return int64(binary.BigEndian.Uint64(data[at:])) }
		e := AbortedTxn{u64(2), u64(10), u64(18), u64(26)}
		if binary.BigEndian.Uint16(data) != 0 || e.FirstOffset < 0 || e.LastOffset < e.FirstOffset {
			return nil, false
		}
		if n := len(list); n > 0 && list[n-1].LastOffset >= e.LastOffset {
			return nil, false
		}
		list = append(list, e)
	}
	return list, len(data) == 0
}

func encodeTxn(dst []byte, e AbortedTxn) []byte {
	dst = binary.BigEndian.AppendUint16(dst, 0)
	for _, v := range [...]int64{e.ProducerID, e.FirstOffset, e.LastOffset, e.LastStableOffset} {
		dst = binary.BigEndian.AppendUint64(dst, uint64(v))
	}
	return dst
}

func encodeTxns(list []AbortedTxn) []byte {
	var b []byte
	for _, t := range list {
		b = encodeTxn(b, t)
	}
	return b
}
