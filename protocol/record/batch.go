package record

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

// A Batch is one whole record batch of format v2, header included. It is a view: whoever owns the bytes owns the batch.
// The methods that read fields need HeaderSize bytes, which Next has made sure of.
type Batch []byte

// Positions of the header's fields; the table stands in the package's documentation.
const (
	posLength        = 8
	posLeaderEpoch   = 12
	posCRC           = 17
	posAttributes    = 21
	posLastDelta     = 23
	posBaseTimestamp = 27
	posMaxTimestamp  = 35
	posProducerID    = 43
	posProducerEpoch = 51
	posBaseSequence  = 53
	posNumRecords    = 57
)

// Attribute bits.
const (
	attrCodecMask     = 0x07
	attrLogAppendTime = 1 << 3
	attrTransactional = 1 << 4
	attrControl       = 1 << 5
	attrDeleteHorizon = 1 << 6
)

// Values of fields that are not set.
const (
	NoTimestamp     = -1
	NoProducerID    = -1
	NoProducerEpoch = -1
	NoSequence      = -1
	NoLeaderEpoch   = -1
)

// TimestampType says who sets the timestamps of a batch: its producer, or the broker that appends it.
type TimestampType int8

const (
	// CreateTime timestamps are the producer's.
	CreateTime TimestampType = iota
	// LogAppendTime makes the batch's max timestamp, set by the leader, the timestamp of each of its records.
	LogAppendTime
)

// String returns the name that message.timestamp.type has.
func (t TimestampType) String() string {
	if t == LogAppendTime {
		return "LogAppendTime"
	}
	return "CreateTime"
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (b Batch) i16(p int) int16 { return int16(binary.BigEndian.Uint16(b[p:])) }
func (b Batch) i32(p int) int32 { return int32(binary.BigEndian.Uint32(b[p:])) }
func (b Batch) i64(p int) int64 { return int64(binary.BigEndian.Uint64(b[p:])) }

// BaseOffset is the offset of the first record that the batch was written with; compaction does not change it.
func (b Batch) BaseOffset() int64 { return b.i64(0) }

// Length is the length of the whole batch in bytes, as its length field has it: LogOverhead and what that counts.
func (b Batch) Length() int { return LogOverhead + int(b.i32(posLength)) }

// LeaderEpoch is the epoch of the leader that appended the batch. Not covered by the checksum.
func (b Batch) LeaderEpoch() int32 { return b.i32(posLeaderEpoch) }

// Magic is the format's number.
func (b Batch) Magic() int8 { return int8(b[MagicOffset]) }

// CRC is the checksum the batch carries.
func (b Batch) CRC() uint32 { return binary.BigEndian.Uint32(b[posCRC:]) }

// ComputeCRC is the CRC-32C that the bytes really have, from the attributes to the end (T51).
func (b Batch) ComputeCRC() uint32 { return crc32.Checksum(b[posAttributes:], castagnoli) }

// Attributes returns all bits.
func (b Batch) Attributes() int16 { return b.i16(posAttributes) }

// LastOffsetDelta is LastOffset - BaseOffset. Compaction keeps it, whatever it removes (T62).
func (b Batch) LastOffsetDelta() int32 { return b.i32(posLastDelta) }

// LastOffset is the offset of the last record that the batch was written with.
func (b Batch) LastOffset() int64 { return b.BaseOffset() + int64(b.LastOffsetDelta()) }

// NextOffset is LastOffset + 1.
func (b Batch) NextOffset() int64 { return b.LastOffset() + 1 }

// BaseTimestamp is what the records' timestamps are relative to; once a delete horizon is set, it is that (KIP-534).
func (b Batch) BaseTimestamp() int64 { return b.i64(posBaseTimestamp) }

// MaxTimestamp is the largest timestamp of the records in ms, or the append time of a LogAppendTime batch.
func (b Batch) MaxTimestamp() int64 { return b.i64(posMaxTimestamp) }

// ProducerID is the producer's id, NoProducerID for a batch without one.
func (b Batch) ProducerID() int64 { return b.i64(posProducerID) }

// ProducerEpoch is the producer's epoch.
func (b Batch) ProducerEpoch() int16 { return b.i16(posProducerEpoch) }

// BaseSequence is the sequence number of the first record.
func (b Batch) BaseSequence() int32 { return b.i32(posBaseSequence) }

// LastSequence is the sequence number of the last record; sequences wrap from 2^31-1 to 0. NoSequence without one.
func (b Batch) LastSequence() int32 {
	base := b.BaseSequence()
	if base == NoSequence {
		return NoSequence
	}
	return AddSequence(base, b.LastOffsetDelta())
}

// AddSequence adds to a sequence number, wrapping from 2^31-1 to 0 (I2).
func AddSequence(seq, n int32) int32 {
	if seq > math.MaxInt32-n {
		return n - (math.MaxInt32 - seq) - 1
	}
	return seq + n
}

// NumRecords is the number of records the header announces.
func (b Batch) NumRecords() int32 { return b.i32(posNumRecords) }

// Payload is what stands behind the header: the records, compressed or not.
func (b Batch) Payload() []byte { return b[HeaderSize:] }

// Codec is how the payload is compressed. It may be a codec that does not exist; see Codec.Known.
func (b Batch) Codec() Codec { return Codec(b.Attributes() & attrCodecMask) }

// TimestampType is the batch's timestamp type.
func (b Batch) TimestampType() TimestampType {
	if b.Attributes()&attrLogAppendTime != 0 {
		return LogAppendTime
	}
	return CreateTime
}

// IsTransactional reports whether the batch is part of a transaction.
func (b Batch) IsTransactional() bool { return b.Attributes()&attrTransactional != 0 }

// IsControl reports whether the batch holds control records, which no consumer sees.
func (b Batch) IsControl() bool { return b.Attributes()&attrControl != 0 }

// HasProducerID reports whether the batch is of an idempotent or transactional producer.
func (b Batch) HasProducerID() bool { return b.ProducerID() > NoProducerID }

// HasDeleteHorizon reports whether the cleaner has said when tombstones of this batch may go (KIP-534).
func (b Batch) HasDeleteHorizon() bool { return b.Attributes()&attrDeleteHorizon != 0 }

// DeleteHorizonMs is the time after which tombstones and markers of the batch may be removed, -1 when not set.
func (b Batch) DeleteHorizonMs() int64 {
	if !b.HasDeleteHorizon() {
		return NoTimestamp
	}
	return b.BaseTimestamp()
}

// SetBaseOffset stamps the base offset, which the checksum does not cover.
func (b Batch) SetBaseOffset(offset int64) { binary.BigEndian.PutUint64(b, uint64(offset)) }

// SetLastOffset stamps the base offset so that the last record gets offset.
func (b Batch) SetLastOffset(offset int64) { b.SetBaseOffset(offset - int64(b.LastOffsetDelta())) }

// SetLeaderEpoch stamps the partition leader epoch, which the checksum does not cover.
func (b Batch) SetLeaderEpoch(epoch int32) {
	binary.BigEndian.PutUint32(b[posLeaderEpoch:], uint32(epoch))
}

// SetMaxTimestamp sets timestamp type and max timestamp and, when that changes anything, the checksum (T53).
func (b Batch) SetMaxTimestamp(t TimestampType, ts int64) {
	if b.TimestampType() == t && b.MaxTimestamp() == ts {
		return
	}
	attrs := b.Attributes() &^ attrLogAppendTime
	if t == LogAppendTime {
		attrs |= attrLogAppendTime
	}
	binary.BigEndian.PutUint16(b[posAttributes:], uint16(attrs))
	binary.BigEndian.PutUint64(b[posMaxTimestamp:], uint64(ts))
	b.UpdateCRC()
}

// UpdateCRC makes the checksum that of the bytes.
func (b Batch) UpdateCRC() { binary.BigEndian.PutUint32(b[posCRC:], b.ComputeCRC()) }

// setCodec changes the codec bits after the payload was replaced, and what depends on it: length and checksum.
func (b Batch) setCodec(c Codec) {
	binary.BigEndian.PutUint16(b[posAttributes:], uint16(b.Attributes()&^attrCodecMask)|uint16(c))
	binary.BigEndian.PutUint32(b[posLength:], uint32(len(b)-LogOverhead))
	b.UpdateCRC()
}
