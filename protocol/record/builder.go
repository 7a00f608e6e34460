package record

import (
	"encoding/binary"
	"math"
)

// BuilderOptions say what a Builder puts into the header. The zero value is no good start: use NewBuilderOptions, which
// leaves producer id, epoch and sequence unset.
type BuilderOptions struct {
	BaseOffset      int64
	LeaderEpoch     int32
	Codec           Codec
	Level           int // of the codec; DefaultLevel for its own
	TimestampType   TimestampType
	LogAppendTime   int64 // the batch's max timestamp when TimestampType is LogAppendTime
	ProducerID      int64 // NoProducerID when the producer is not idempotent
	ProducerEpoch   int16
	BaseSequence    int32
	Transactional   bool
	Control         bool
	DeleteHorizonMs int64 // NoTimestamp when there is none
}

// NewBuilderOptions returns options of a plain batch at offset 0: uncompressed, CreateTime, no producer id, leader
// epoch unknown.
func NewBuilderOptions() BuilderOptions {
	return BuilderOptions{
		LeaderEpoch: NoLeaderEpoch, Level: DefaultLevel, LogAppendTime: NoTimestamp, ProducerID: NoProducerID,
		ProducerEpoch: NoProducerEpoch, BaseSequence: NoSequence, DeleteHorizonMs: NoTimestamp,
	}
}

// A Builder makes one batch. Records stand uncompressed in its buffer until Build. It is used by one goroutine, and
// for another batch after Reset.
//
//	invariant: len(buf) >= HeaderSize; the header's bytes are written by Build alone
type Builder struct {
	opt       BuilderOptions
	buf       []byte
	packed    []byte
	n         int32
	lastDelta int32
	baseTs    int64
	maxTs     int64
}

// NewBuilder returns an empty builder.
func NewBuilder(opt BuilderOptions) *Builder {
	b := new(Builder)
	b.Reset(opt)
	return b
}

// Reset empties the builder for another batch and keeps its memory: what Build returned before is overwritten.
func (b *Builder) Reset(opt BuilderOptions) {
	var head [HeaderSize]byte
	*b = Builder{opt: opt, buf: append(b.buf[:0], head[:]...), packed: b.packed[:0], lastDelta: -1,
		baseTs: opt.DeleteHorizonMs, maxTs: NoTimestamp}
}

// Append adds a record at the next offset. A nil key or value is null. The bytes are copied. The caller keeps the batch
// below MaxBatchBytes; see Len.
func (b *Builder) Append(ts int64, key, value []byte, headers ...Header) {
	b.AppendAt(b.opt.BaseOffset+int64(b.lastDelta)+1, ts, key, value, headers...)
}

// AppendAt adds a record at offset, which must be above the last one: compaction leaves gaps.
func (b *Builder) AppendAt(offset, ts int64, key, value []byte, headers ...Header) {
	delta := offset - b.opt.BaseOffset
	if delta <= int64(b.lastDelta) || delta > math.MaxInt32 {
		panic("record: offset of an appended record is not above the last one, or too far from the base offset")
	}
	if b.n == 0 && b.opt.DeleteHorizonMs == NoTimestamp {
		b.baseTs = ts
	}
	if ts > b.maxTs {
		b.maxTs = ts
	}
	b.buf = appendRecord(b.buf, ts-b.baseTs, delta, key, value, headers)
	b.lastDelta = int32(delta)
	b.n++
}

// SetLastOffset makes the batch reach to offset though its last record may lie before: compaction keeps the end (T62).
func (b *Builder) SetLastOffset(offset int64) {
	b.lastDelta = max(b.lastDelta, int32(offset-b.opt.BaseOffset))
}

// Len is the size in bytes that the batch has so far, uncompressed, header included.
func (b *Builder) Len() int { return len(b.buf) }

// NumRecords is how many records have been appended.
func (b *Builder) NumRecords() int { return int(b.n) }

// Build finishes the batch. The bytes are the builder's and valid until Reset; the caller may stamp them in place.
// Without records it is an empty batch, which the cleaner uses to keep a producer's last sequence.
func (b *Builder) Build() Batch {
	out := b.buf
	if b.opt.Codec != None && b.n > 0 {
		b.packed = append(b.packed[:0], b.buf[:HeaderSize]...)
		b.packed = compress(b.packed, b.opt.Codec, b.opt.Level, b.buf[HeaderSize:])
		out = b.packed
	}
	b.header(out)
	return Batch(out)
}

func (b *Builder) attributes() int16 {
	a := int16(0)
	if b.n > 0 {
		a = int16(b.opt.Codec)
	}
	for _, f := range [...]struct {
		on  bool
		bit int16
	}{
		{b.opt.TimestampType == LogAppendTime, attrLogAppendTime},
		{b.opt.Transactional, attrTransactional},
		{b.opt.Control, attrControl},
		{b.opt.DeleteHorizonMs != NoTimestamp, attrDeleteHorizon},
	} {
		if f.on {
			a |= f.bit
		}
	}
	return a
}

func (b *Builder) header(out []byte) {
	maxTs := b.maxTs
	if b.opt.TimestampType == LogAppendTime {
		maxTs = b.opt.LogAppendTime
	}
	baseTs := b.baseTs
	be := binary.BigEndian
	be.PutUint64(out, uint64(b.opt.BaseOffset))
	be.PutUint32(out[posLength:], uint32(len(out)-LogOverhead))
	be.PutUint32(out[posLeaderEpoch:], uint32(b.opt.LeaderEpoch))
	out[MagicOffset] = 2
	be.PutUint16(out[posAttributes:], uint16(b.attributes()))
	be.PutUint32(out[posLastDelta:], uint32(b.lastDelta))
	be.PutUint64(out[posBaseTimestamp:], uint64(baseTs))
	be.PutUint64(out[posMaxTimestamp:], uint64(maxTs))
	be.PutUint64(out[posProducerID:], uint64(b.opt.ProducerID))
	be.PutUint16(out[posProducerEpoch:], uint16(b.opt.ProducerEpoch))
	be.PutUint32(out[posBaseSequence:], uint32(b.opt.BaseSequence))
	be.PutUint32(out[posNumRecords:], uint32(b.n))
	Batch(out).UpdateCRC()
}

func bodySize(tsDelta, offsetDelta int64, key, value []byte, headers []Header) int {
	n := 1 + varintSize(tsDelta) + varintSize(offsetDelta) + bytesSize(key) + bytesSize(value) + varintSize(int64(len(headers)))
	for _, h := range headers {
		n += varintSize(int64(len(h.Key))) + len(h.Key) + bytesSize(h.Value)
	}
	return n
}

func bytesSize(b []byte) int {
	if b == nil {
		return 1
	}
	return varintSize(int64(len(b))) + len(b)
}

func appendBytes(dst, b []byte) []byte {
	if b == nil {
		return binary.AppendVarint(dst, -1)
	}
	return append(binary.AppendVarint(dst, int64(len(b))), b...)
}

func appendRecord(dst []byte, tsDelta, offsetDelta int64, key, value []byte, headers []Header) []byte {
	dst = binary.AppendVarint(dst, int64(bodySize(tsDelta, offsetDelta, key, value, headers)))
	dst = append(dst, 0)
	dst = binary.AppendVarint(dst, tsDelta)
	dst = binary.AppendVarint(dst, offsetDelta)
	dst = appendBytes(dst, key)
	dst = appendBytes(dst, value)
	dst = binary.AppendVarint(dst, int64(len(headers)))
	for _, h := range headers {
		dst = append(binary.AppendVarint(dst, int64(len(h.Key))), h.Key...)
		dst = appendBytes(dst, h.Value)
	}
	return dst
}
