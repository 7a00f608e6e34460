package logstore

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/protocol/record"
)

// prepared is an append that has passed every check that needs no state of the log.
type prepared struct {
	bytes      []byte
	count      int64 // offsets the batches take
	maxTs      int64
	appendTime int64 // -1 with CreateTime
	next       int64 // follower: offset behind the last batch
}

// prepare validates the batches and stamps timestamps, outside the log's lock. The bytes are changed in place; with
// recompression they are new.
//
// Batches of clients are looked at record by record, compressed ones too: what one producer sends broken must not stop the
// consumers and the cleaner of a partition. Batches of this process and of the controller have been made by it.
func (c *logConfig) prepare(batches []byte, o Origin, budget *record.Budget, now func() int64) (prepared, error) {
	p := prepared{bytes: batches, maxTs: -1, appendTime: -1}
	if int64(len(batches)) > c.SegmentBytes {
		return p, fmt.Errorf("%w: %d bytes, segment.bytes is %d", ErrRecordListTooLarge, len(batches), c.SegmentBytes)
	}
	opt := record.ValidateOptions{FromClient: o == Client, Compacted: c.Compact && o == Client,
		TimestampType: record.TimestampType(c.TimestampType), CheckTimestamps: o == Client && c.TimestampType == CreateTime,
		TimestampBeforeMaxMs: c.TimestampBeforeMaxMs, TimestampAfterMaxMs: c.TimestampAfterMaxMs,
		MaxUncompressed: record.UnpackLimit(c.MaxMessageBytes), MaxRecord: c.MaxDecompressedBytes, Budget: budget}
	if o == Client {
		opt.Depth = record.DepthWalk
	}
	if opt.CheckTimestamps || c.TimestampType == LogAppendTime {
		opt.Now = now()
	}
	if c.TimestampType == LogAppendTime && o != RaftLeader {
		p.appendTime = opt.Now
	}
	var recoded []byte
	n, idempotent := 0, false
	for rest := batches; len(rest) > 0; n++ {
		b, tail, err := record.Next(rest)
		if err != nil {
			return p, recordError(err)
		}
		if int64(len(b)) > c.MaxMessageBytes {
			return p, fmt.Errorf("%w: %d bytes, max.message.bytes is %d", ErrMessageTooLarge, len(b), c.MaxMessageBytes)
		}
		if b, err = c.prepareBatch(b, &opt, &p); err != nil {
			return p, err
		}
		if recode := c.recode && !b.IsControl() && b.Codec() != c.codec && o != RaftLeader; recode || recoded != nil {
			if recoded == nil {
				recoded = append(make([]byte, 0, len(batches)), batches[:len(batches)-len(rest)]...)
			}
			if recode {
				if b, err = c.recompress(b); err != nil {
					return p, err
				}
			}
			recoded = append(recoded, b...)
		}
		idempotent = idempotent || b.HasProducerID()
		p.count += int64(b.LastOffsetDelta()) + 1
		rest = tail
	}
	if n == 0 {
		return p, &InvalidRecordError{Kind: ErrInvalidRecord, Index: -1, Why: "no record batch"}
	}
	if o == Client && idempotent && n > 1 {
		return p, &InvalidRecordError{Kind: ErrInvalidRecord, Index: -1, Why: "an idempotent producer sends exactly one batch per partition"}
	}
	if recoded != nil {
		p.bytes = recoded
	}
	return p, nil
}

// prepareBatch validates one batch and makes its timestamps those of the topic (trap T53).
func (c *logConfig) prepareBatch(b record.Batch, opt *record.ValidateOptions, p *prepared) (record.Batch, error) {
	if b.IsControl() {
		compacted := opt.Compacted
		opt.Compacted = false
		defer func() { opt.Compacted = compacted }()
	}
	seen, err := b.Check(*opt)
	if err != nil {
		return nil, recordError(err)
	}
	switch {
	case p.appendTime >= 0:
		b.SetMaxTimestamp(record.LogAppendTime, p.appendTime)
	case seen.Walked && b.TimestampType() == record.CreateTime:
		b.SetMaxTimestamp(record.CreateTime, seen.MaxTimestamp)
	}
	p.maxTs = max(p.maxTs, b.MaxTimestamp())
	return b, nil
}

func (c *logConfig) recompress(b record.Batch) (record.Batch, error) {
	out, err := b.Recompress(c.codec, c.CompressionLevel, record.UnpackLimit(c.MaxMessageBytes))
	if err != nil {
		return nil, recordError(err)
	}
	if int64(len(out)) > c.MaxMessageBytes {
		return nil, fmt.Errorf("%w: %d bytes after recompression, max.message.bytes is %d", ErrMessageTooLarge, len(out), c.MaxMessageBytes)
	}
	return out, nil
}

// prepareFollower checks batches that a leader has assigned.
func prepareFollower(batches []byte) (prepared, error) {
	p := prepared{bytes: batches, maxTs: -1, appendTime: -1, next: -1}
	for rest := batches; len(rest) > 0; {
		b, tail, err := record.Next(rest)
		if err != nil {
			return p, recordError(err)
		}
		if err := b.Validate(record.ValidateOptions{Depth: record.DepthHeader}); err != nil {
			return p, recordError(err)
		}
		if b.BaseOffset() < 0 || b.NextOffset() <= b.BaseOffset() || p.next > b.BaseOffset() {
			return p, fmt.Errorf("%w: batch at %d behind one that ends before %d", ErrUnexpectedOffset, b.BaseOffset(), p.next)
		}
		p.next = b.NextOffset()
		p.maxTs = max(p.maxTs, b.MaxTimestamp())
		p.count += int64(b.LastOffsetDelta()) + 1
		rest = tail
	}
	if p.next < 0 {
		return p, &InvalidRecordError{Kind: ErrInvalidRecord, Index: -1, Why: "no record batch"}
	}
	return p, nil
}

// recordError turns protocol/record's errors into this package's.
func recordError(err error) error {
	var c *record.CorruptError
	var i *record.InvalidError
	switch {
	case errors.As(err, &i):
		return invalidRecord(i)
	case errors.As(err, &c), errors.Is(err, record.ErrTorn):
		return &InvalidRecordError{Kind: ErrCorruptRecord, Index: -1, Why: err.Error()}
	}
	return err
}

func invalidRecord(i *record.InvalidError) error {
	e := &InvalidRecordError{Kind: kindError(i.Kind), Index: -1, Why: i.Reason}
	for _, r := range i.Records {
		e.Records = append(e.Records, RecordError{Index: r.Index, Kind: kindError(r.Kind), Why: r.Reason})
	}
	if len(e.Records) > 0 {
		e.Index = e.Records[0].Index
	}
	return e
}

func kindError(k record.Kind) error {
	switch k {
	case record.KindTimestamp:
		return ErrInvalidTimestamp
	case record.KindCompression:
		return ErrUnsupportedCompression
	case record.KindFormat:
		return ErrUnsupportedFormat
	case record.KindTooLarge:
		return ErrMessageTooLarge
	case record.KindProducerEpoch:
		return ErrInvalidProducerEpoch
	default:
		return ErrInvalidRecord
	}
}
