package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// A Header is a record's header. A nil Value is null.
type Header struct{ Key, Value []byte }

// A Record is one record of a batch. Its slices alias the batch, or a buffer that lives until the next record is read.
type Record struct {
	Offset    int64
	Timestamp int64  // ms; the batch's max timestamp when that is of type LogAppendTime
	Key       []byte // nil is null
	Value     []byte // nil is null: a tombstone
	Headers   []Header
	Size      int // bytes of the record uncompressed, its own length field included
}

// A Reader walks the records of one batch. Of a compressed batch it holds a window that is as large as the largest
// record; it never unpacks more than its limit. One goroutine uses it.
//
//	r, err := batch.NewReader(0)
//	defer r.Close()
//	for rec, ok := r.Next(); ok; rec, ok = r.Next() { ... }
//	err = r.Err()
type Reader struct {
	batch    Batch
	src      source // nil when the batch is not compressed: buf is then the payload
	buf      []byte // bytes at hand are buf[pos:end]
	window   []byte // what buf is cut from when src is not nil; kept in the pool
	pos, end int
	left     int64 // bytes that may still be unpacked
	// maxRecord bounds the body of one record, 0 does not; only skim looks at it.
	maxRecord int64
	eof       bool
	todo      int32 // records that the header announces and that have not been read
	headers   []Header
	raw       raw
	err       error
}

const (
	startWindow = 64 << 10
	keepWindow  = 1 << 20 // a larger window is not kept in the pool
)

var readers = sync.Pool{New: func() any { return new(Reader) }}

// NewReader starts reading. limit bounds the unpacked bytes, 0 stands for DefaultMaxUncompressed. Close gives the
// reader back. Errors: *InvalidError (unknown codec, or a payload that does not begin as its codec says).
func (b Batch) NewReader(limit int64) (*Reader, error) {
	r := readers.Get().(*Reader)
	window, headers := r.window, r.headers
	*r = Reader{batch: b, todo: b.NumRecords(), window: window, headers: headers[:0], left: limit}
	if limit <= 0 {
		r.left = DefaultMaxUncompressed
	}
	if b.Codec() == None {
		r.buf = b.Payload()
		r.end, r.eof = len(r.buf), true
		return r, nil
	}
	src, err := open(b.Codec(), b.Payload(), r.left)
	if err != nil {
		r.Close()
		return nil, unpackError(b, err)
	}
	if r.window == nil {
		r.window = make([]byte, startWindow)
	}
	r.src, r.buf = src, r.window
	return r, nil
}

// Close ends reading; the reader and what it returned may not be used after it.
func (r *Reader) Close() {
	if r.src != nil {
		r.src.release()
	}
	if len(r.window) > keepWindow {
		r.window = nil
	}
	r.src, r.buf, r.batch, r.raw = nil, nil, nil, raw{}
	clear(r.headers[:cap(r.headers)])
	readers.Put(r)
}

// Err is why Next returned false, nil at the end of a whole batch.
func (r *Reader) Err() error { return r.err }

// Next returns the next record; ok is false at the end and after an error.
func (r *Reader) Next() (rec Record, ok bool) {
	if !r.next() {
		return Record{}, false
	}
	rec = Record{
		Offset:    r.batch.BaseOffset() + int64(r.raw.offsetDelta),
		Timestamp: r.timestamp(),
		Key:       r.raw.key,
		Value:     r.raw.value,
		Size:      r.raw.size,
	}
	if r.raw.numHeaders > 0 {
		r.headers = r.raw.appendHeaders(r.headers[:0])
		rec.Headers = r.headers
	}
	return rec, true
}

func (r *Reader) timestamp() int64 {
	if r.batch.TimestampType() == LogAppendTime {
		return r.batch.MaxTimestamp()
	}
	return r.batch.BaseTimestamp() + r.raw.timestampDelta
}

// next reads one record into r.raw.
func (r *Reader) next() bool {
	if r.err != nil {
		return false
	}
	if r.todo <= 0 {
		r.finish()
		return false
	}
	if r.src != nil && !r.fillRecord() {
		return false
	}
	p, why := parse(r.buf[:r.end], r.pos, &r.raw)
	if why != "" {
		r.err = invalid(KindRecord, "%s", why)
		return false
	}
	r.pos = p
	r.todo--
	return true
}

// finish checks that nothing is left behind the last record.
func (r *Reader) finish() {
	if r.todo < 0 {
		r.err = invalid(KindRecord, "record count %d is negative", r.batch.NumRecords())
		return
	}
	if r.src != nil && r.pos == r.end && !r.fill(1) && r.err != nil {
		return
	}
	if r.pos != r.end {
		r.err = invalid(KindRecord, "bytes remain behind the %d records that the batch announces", r.batch.NumRecords())
	}
}

// fillRecord makes sure the whole next record is in the window, as far as there are bytes; parse judges the rest.
func (r *Reader) fillRecord() bool {
	if r.end-r.pos < binary.MaxVarintLen32 && !r.fill(binary.MaxVarintLen32) && r.err != nil {
		return false
	}
	body, p := readVarint(r.buf[:r.end], r.pos)
	if p < 0 || body < 0 {
		return true
	}
	need := int64(p-r.pos) + int64(body)
	if have := int64(r.end - r.pos); need > have {
		if need-have > r.left {
			r.err = r.tooLarge()
			return false
		}
		if !r.fill(int(need)) && r.err != nil {
			return false
		}
	}
	return true
}

// fill reads until n bytes are at hand. False when the stream ended first, or with r.err set when it failed.
func (r *Reader) fill(n int) bool {
	r.end = copy(r.buf, r.buf[r.pos:r.end])
	r.pos = 0
	for r.end < n && !r.eof {
		if r.end == len(r.buf) {
			grown := make([]byte, min(2*len(r.buf), max(n, startWindow)))
			copy(grown, r.buf[:r.end])
			r.buf, r.window = grown, grown
		}
		got, err := r.src.Read(r.buf[r.end:])
		r.end += got
		r.left -= int64(got)
		switch {
		case r.left < 0:
			r.err = r.tooLarge()
			return false
		case errors.Is(err, io.EOF):
			r.eof = true
		case err != nil:
			r.err = unpackError(r.batch, err)
			return false
		}
	}
	return r.end >= n
}

func (r *Reader) tooLarge() error { return unpackError(r.batch, errTooLarge) }

func unpackError(b Batch, err error) error {
	var known *InvalidError
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, errTooLarge):
		return invalid(KindTooLarge, "%s batch of %d bytes %v", b.Codec(), len(b), err)
	}
	return &InvalidError{Kind: KindRecord, Reason: fmt.Sprintf("%s batch cannot be unpacked: %v", b.Codec(), err), cause: err}
}

// Records calls fn for each record, compressed or not, and stops at fn's first error, which it returns. Unpacking is
// bounded by DefaultMaxUncompressed. The record's slices are valid until fn returns.
func (b Batch) Records(fn func(Record) error) error {
	r, err := b.NewReader(0)
	if err != nil {
		return err
	}
	defer r.Close()
	for rec, ok := r.Next(); ok; rec, ok = r.Next() {
		if err := fn(rec); err != nil {
			return err
		}
	}
	return r.Err()
}
