package record

import "encoding/binary"

// AppendEmpty appends to dst a batch without records that holds the place of b: the same offsets, producer, sequences and
// max timestamp. The cleaner leaves it where all records went but the end of the log or a producer's state needs the batch.
func (b Batch) AppendEmpty(dst []byte) []byte {
	at := len(dst)
	dst = append(dst, b[:HeaderSize]...)
	e := Batch(dst[at:])
	attrs := b.Attributes() &^ (attrCodecMask | attrDeleteHorizon)
	noTimestamp := int64(NoTimestamp)
	binary.BigEndian.PutUint32(e[posLength:], HeaderSize-LogOverhead)
	binary.BigEndian.PutUint16(e[posAttributes:], uint16(attrs))
	binary.BigEndian.PutUint64(e[posBaseTimestamp:], uint64(noTimestamp))
	binary.BigEndian.PutUint32(e[posNumRecords:], 0)
	e.UpdateCRC()
	return dst
}
