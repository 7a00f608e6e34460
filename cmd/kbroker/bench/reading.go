package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// offsetAt is where the fetch offset stands, counted from the frame's end: offset, last fetched epoch, log start offset,
// partition max bytes, three tags of partition, topic and forgotten topics' count, rack id, tags.
func (t *fetchTemplate) offsetAt() int {
	// tags of partition (1), tags of topic (1), forgotten topics (1), rack id (1), tags of body (1)
	return len(t.frame) - 5 - 4 - 8 - 4 - 8
}

func (t *fetchTemplate) at(offset int64, corr int32) []byte {
	stamp(t.frame, corr)
	binary.BigEndian.PutUint64(t.frame[t.offsetAt():], uint64(offset))
	return t.frame
}

// fetched is what one answer held.
type fetched struct {
	batches []byte // record batches, the last one may be cut off
	hw      int64
}

// parseFetch takes apart an answer to a fetchTemplate by hand: decoding it would copy nothing, but allocate.
func parseFetch(f []byte, topic string, corr int32) (fetched, error) {
	if len(f) < 4+1+10+1+1+len(topic)+1+4+2+24+1+4+1 {
		return fetched{}, fmt.Errorf("fetch answer of %d bytes", len(f))
	}
	if got := int32(binary.BigEndian.Uint32(f)); got != corr {
		return fetched{}, fmt.Errorf("answer to request %d, want %d", got, corr)
	}
	if code := int16(binary.BigEndian.Uint16(f[9:])); code != 0 {
		return fetched{}, fmt.Errorf("fetch: error code %d", code)
	}
	p := f[4+1+4+2+4+1+1+len(topic)+1+4:]
	if code := int16(binary.BigEndian.Uint16(p)); code != 0 {
		return fetched{}, fmt.Errorf("fetch: partition error code %d", code)
	}
	out := fetched{hw: int64(binary.BigEndian.Uint64(p[2:]))}
	p = p[2+24:]
	aborted, n := binary.Uvarint(p)
	if n <= 0 || aborted > 1 {
		return fetched{}, fmt.Errorf("fetch: %d aborted transactions", aborted)
	}
	p = p[n+4:]
	size, n := binary.Uvarint(p)
	if n <= 0 || size > uint64(len(p)-n)+1 {
		return fetched{}, fmt.Errorf("fetch: records of %d bytes in %d", size, len(p))
	}
	if size > 0 {
		out.batches = p[n : n+int(size)-1]
	}
	return out, nil
}

// nextOffset walks the headers of whole batches and returns where to read on, and how many bytes they are.
func nextOffset(b []byte, offset int64) (next int64, whole int) {
	next = offset
	for {
		batch, rest, err := record.Next(b[whole:])
		if err != nil {
			return next, whole
		}
		next, whole = batch.NextOffset(), len(b)-len(rest)
	}
}

// A Reading fetches a partition from its start, one request at a time, over and over until it has read enough.
type Reading struct {
	Addr      string
	Topic     string
	MaxBytes  int32 // of an answer
	Total     int64 // bytes to read
	Progress  func(bytes int)
	Partition int32
}

// Read is what a Reading did.
type Read struct {
	Requests int
	Bytes    int64
	Elapsed  time.Duration
}

// Run reads.
func (r Reading) Run(ctx context.Context) (Read, error) {
	c, err := dial(r.Addr)
	if err != nil {
		return Read{}, err
	}
	defer c.close()
	stop := context.AfterFunc(ctx, c.close)
	defer stop()
	t := fetchFrame(r.Topic, r.Partition, 0, r.MaxBytes)
	var got Read
	offset := int64(0)
	start := time.Now()
	for got.Bytes < r.Total {
		corr := int32(got.Requests)
		if err := c.send(t.at(offset, corr)); err != nil {
			return got, err
		}
		f, err := c.frame()
		if err != nil {
			return got, err
		}
		x, err := parseFetch(f, r.Topic, corr)
		if err != nil {
			return got, err
		}
		next, whole := nextOffset(x.batches, offset)
		if whole == 0 && offset == 0 {
			return got, fmt.Errorf("topic %s is empty", r.Topic)
		}
		if offset = next; whole == 0 || next >= x.hw {
			offset = 0
		}
		got.Requests++
		got.Bytes += int64(len(x.batches))
		if r.Progress != nil {
			r.Progress(len(x.batches))
		}
	}
	got.Elapsed = time.Since(start)
	return got, ctx.Err()
}

// verifyTemplate proves, once, that offsetAt points at the offset.
func (t *fetchTemplate) verify() error {
	const mark = 0x0102030405060708
	f := t.at(mark, 7)
	req := kmsg.NewPtrFetchRequest()
	req.SetVersion(fetchVersion)
	body := f[4+2+2+4+2+len("bench")+1:]
	if err := req.ReadFrom(body); err != nil {
		return err
	}
	if got := req.Topics[0].Partitions[0].FetchOffset; got != mark {
		return fmt.Errorf("fetch template has offset %#x", got)
	}
	return nil
}
