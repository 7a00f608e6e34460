package control

import "github.com/kbroker/kbroker/protocol/internal/wire"

// AbortedTxnSize is the size of an entry of a transaction index.
const AbortedTxnSize = 34

// An AbortedTxn is one entry of a segment's transaction index (.txnindex): a transaction that ended with an abort.
//
//	int16 version 0 | int64 producer id | int64 first offset | int64 last offset | int64 last stable offset
//
// FirstOffset <= LastOffset, the offset of the abort marker. LastStableOffset is the last stable offset after the marker.
type AbortedTxn struct {
	ProducerID       int64
	FirstOffset      int64
	LastOffset       int64
	LastStableOffset int64
}

// AppendTo appends the entry, AbortedTxnSize bytes.
func (a AbortedTxn) AppendTo(dst []byte) []byte {
	dst = wire.AppendInt16(dst, 0)
	dst = wire.AppendInt64(dst, a.ProducerID)
	dst = wire.AppendInt64(dst, a.FirstOffset)
	dst = wire.AppendInt64(dst, a.LastOffset)
	return wire.AppendInt64(dst, a.LastStableOffset)
}

// ParseAbortedTxn reads the entry at the front of b.
func ParseAbortedTxn(b []byte) (AbortedTxn, error) {
	r := wire.NewReader(b)
	version := r.Int16()
	if version != 0 {
		r.Fail("version %d, only 0 is known", version)
	}
	a := AbortedTxn{ProducerID: r.Int64(), FirstOffset: r.Int64(), LastOffset: r.Int64(), LastStableOffset: r.Int64()}
	return a, readError("AbortedTxn", version, r.Err())
}
