package record

import "math"

// Depth says how closely Validate looks.
type Depth int8

const (
	// DepthHeader looks at framing, checksum and header: what a follower does with a leader's batch.
	DepthHeader Depth = iota
	// DepthWalk also looks at each record, unpacking compressed ones: what a leader does with a producer's batch.
	DepthWalk
)

// ValidateOptions say which rules hold. The zero value checks framing, checksum and header.
type ValidateOptions struct {
	Depth Depth
	// FromClient adds the rules for batches of producers: offsets count from 0 without gaps, at least one record, no
	// control batch, a sequence with every producer id.
	FromClient bool
	// NoZstd refuses zstd, which Produce knows from v7 on.
	NoZstd bool
	// Compacted refuses records without a key, each by its index (T61).
	Compacted bool
	// TimestampType is the topic's.
	TimestampType TimestampType
	// CheckTimestamps holds CreateTime timestamps to [Now-TimestampBeforeMaxMs, Now+TimestampAfterMaxMs].
	CheckTimestamps      bool
	Now                  int64
	TimestampBeforeMaxMs int64
	TimestampAfterMaxMs  int64
	// MaxUncompressed bounds what a batch may unpack to, in bytes; 0 stands for DefaultMaxUncompressed.
	MaxUncompressed int64
	// MaxRecord bounds one record of a compressed batch, in bytes without its own length field; 0 is no bound
	// (max.decompressed.message.bytes).
	MaxRecord int64
	// Budget, unless nil, bounds what this batch and others may unpack to together.
	Budget *Budget
	// TrustCRC leaves out the checksum, for bytes that this process has checked already.
	TrustCRC bool
}

// Checked is what a look at the records found.
type Checked struct {
	Walked bool // the records were looked at; otherwise the rest comes from the header
	// MaxTimestamp is the largest timestamp of the records, and MaxTimestampOffset the offset of the first record that
	// has it, relative to the batch's base offset. From the header it is the last offset that stands for it.
	MaxTimestamp       int64
	MaxTimestampOffset int32
}

// Validate checks the batch and returns *CorruptError when its bytes are damaged, *InvalidError when it is whole but
// may not be written, naming the records at fault where single records are. It allocates nothing unless it fails or
// unpacks.
func (b Batch) Validate(o ValidateOptions) error {
	_, err := b.Check(o)
	return err
}

// Check is Validate that also tells what it saw.
func (b Batch) Check(o ValidateOptions) (Checked, error) {
	if err := b.checkFrame(o.TrustCRC); err != nil {
		return Checked{}, err
	}
	if err := b.checkHeader(&o); err != nil {
		return Checked{}, err
	}
	if o.Depth == DepthWalk {
		return b.walk(&o)
	}
	return Checked{MaxTimestamp: b.MaxTimestamp(), MaxTimestampOffset: b.LastOffsetDelta()}, nil
}

// checkFrame proves that the bytes are one batch and as somebody wrote them.
func (b Batch) checkFrame(trustCRC bool) error {
	n, err := FrameLength(b)
	switch {
	case err != nil:
		return err
	case n > len(b):
		return ErrTorn
	case n < len(b):
		return b.corrupt("%d bytes where the length field says %d", len(b), n)
	case trustCRC:
		return nil
	}
	if crc := b.ComputeCRC(); crc != b.CRC() {
		return b.corrupt("checksum is %#08x, computed %#08x", b.CRC(), crc)
	}
	return nil
}

func (b Batch) checkHeader(o *ValidateOptions) error {
	switch c := b.Codec(); {
	case !c.Known():
		return invalid(KindCompression, "unknown compression codec %d", int8(c))
	case c == Zstd && o.NoZstd:
		return invalid(KindCompression, "produce requests before version 7 may not use zstd")
	case b.LastOffsetDelta() < 0:
		return invalid(KindRecord, "last offset delta %d is negative", b.LastOffsetDelta())
	case b.NumRecords() < 0:
		return invalid(KindRecord, "record count %d is negative", b.NumRecords())
	case int64(b.NumRecords()) > int64(b.LastOffsetDelta())+1:
		return invalid(KindRecord, "%d records in an offset range of %d", b.NumRecords(), int64(b.LastOffsetDelta())+1)
	case b.NumRecords() == 0 && len(b) != HeaderSize:
		return invalid(KindRecord, "bytes remain behind the 0 records that the batch announces")
	}
	if o.FromClient {
		return b.checkClient()
	}
	return nil
}

// checkClient holds the rules that only producers' batches are held to.
func (b Batch) checkClient() error {
	switch {
	case b.NumRecords() == 0:
		return invalid(KindRecord, "a batch without records may not be produced")
	case int64(b.NumRecords()) != int64(b.LastOffsetDelta())+1:
		return invalid(KindRecord, "%d records in an offset range of %d", b.NumRecords(), int64(b.LastOffsetDelta())+1)
	case b.IsControl():
		return invalid(KindRecord, "clients are not allowed to write control records")
	case b.HasProducerID() && b.BaseSequence() < 0:
		return invalid(KindRecord, "invalid sequence number %d in a batch of producer id %d", b.BaseSequence(), b.ProducerID())
	case b.HasProducerID() && b.ProducerEpoch() < 0:
		return invalid(KindProducerEpoch, "invalid producer epoch %d in a batch of producer id %d", b.ProducerEpoch(), b.ProducerID())
	case b.IsTransactional() && !b.HasProducerID():
		return invalid(KindRecord, "a transactional batch needs a producer id")
	}
	return nil
}

// early and late compare without overflow: now is a real clock's, the bounds are not negative.
func (o *ValidateOptions) early(ts int64) bool {
	return ts < o.Now && (ts < math.MinInt64+o.Now || o.Now-ts > o.TimestampBeforeMaxMs)
}

func (o *ValidateOptions) late(ts int64) bool {
	return ts > o.Now && ts-o.Now > o.TimestampAfterMaxMs
}
