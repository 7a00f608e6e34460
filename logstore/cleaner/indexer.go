package cleaner

import "github.com/kbroker/kbroker/protocol/record"

// An Indexer fills an OffsetMap with the keys of the dirty part, batch by batch in order of offsets.
type Indexer struct {
	offsets *OffsetMap
	txns    *txns
	start   int64
	full    bool
	limit   int64
}

// NewIndexer clears offsets and starts at the first dirty offset. aborted are the aborted transactions that overlap the
// dirty part. maxUncompressed bounds what one batch may unpack to; 0 is record.DefaultMaxUncompressed.
func NewIndexer(offsets *OffsetMap, start int64, aborted []AbortedTxn, maxUncompressed int64) *Indexer {
	offsets.Clear()
	offsets.Advance(start - 1)
	x := &Indexer{offsets: offsets, txns: newTxns(), start: start, limit: maxUncompressed}
	x.txns.add(aborted)
	return x
}

// Add takes the next batch. full says that the map holds no more keys: this round of cleaning ends within this batch, and
// no further batch may be added. An error is a batch whose checksum is wrong; the log is then not cleaned. Of a batch whose
// records cannot be read the keys count that stand before the damage: consumers read those records too.
func (x *Indexer) Add(b record.Batch) (full bool, err error) {
	if x.full {
		return true, nil
	}
	if err := b.Validate(record.ValidateOptions{}); err != nil && !unreadable(err) {
		return false, err
	}
	discard, err := x.txns.pass(b)
	if err != nil {
		return false, err
	}
	if !b.IsControl() && !discard {
		if err := x.keys(b); err != nil && !unreadable(err) || x.full {
			return x.full, err
		}
	}
	if b.LastOffset() >= x.start {
		x.offsets.Advance(b.LastOffset())
	}
	return false, nil
}

func (x *Indexer) keys(b record.Batch) error {
	r, err := b.NewReader(x.limit)
	if err != nil {
		return err
	}
	defer r.Close()
	for rec, ok := r.Next(); ok; rec, ok = r.Next() {
		if rec.Key != nil && rec.Offset >= x.start && !x.offsets.Put(rec.Key, rec.Offset) {
			x.full = true
			return nil
		}
	}
	return r.Err()
}

// SegmentDone says that a segment's batches have all been added and that the next segment, or the end of the part to
// clean, begins at next: the gap in between is clean.
func (x *Indexer) SegmentDone(next int64) {
	if !x.full {
		x.offsets.Advance(next - 1)
	}
}

// End is the first offset that this round does not clean: what the checkpoint says once the round is done.
func (x *Indexer) End() int64 { return x.offsets.Latest() + 1 }
