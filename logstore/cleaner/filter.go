package cleaner

import (
	"errors"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/protocol/record"
)

// FilterOptions say what a Filter decides by.
type FilterOptions struct {
	Offsets           *OffsetMap                    // filled by an Indexer
	Producers         map[int64]producer.LastRecord // of the live log, at the time cleaning began or later
	Now               int64                         // ms
	DeleteRetentionMs int64
	End               int64 // Candidate.End: the batch that ends there stays
	MaxUncompressed   int64 // of one batch; 0 is record.DefaultMaxUncompressed
}

// Stats count what a Filter saw and kept.
type Stats struct {
	BatchesRead, BatchesKept int64
	RecordsRead, RecordsKept int64
	BytesRead, BytesKept     int64
	WithoutKey               int64 // records that a compacted topic should not hold; they go
	Unreadable               int64 // batches whose records cannot be read; they stay as they are
}

// A Filter decides for each batch below the end of a round what stays of it. Batches are handed to it in order, from the
// start of the log. One goroutine uses it.
type Filter struct {
	o       FilterOptions
	txns    *txns
	builder record.Builder
	stay    []bool // of each record of the batch at hand, in order
	stats   Stats
}

// NewFilter starts a round.
func NewFilter(o FilterOptions) *Filter { return &Filter{o: o, txns: newTxns()} }

// AddAborted hands over the aborted transactions that overlap the next segment; one that came before may come again.
func (f *Filter) AddAborted(list []AbortedTxn) { f.txns.add(list) }

// TakeAborted returns the aborted transactions whose markers have been kept since the last call: the transaction index
// entries of the segment that was written.
func (f *Filter) TakeAborted() []AbortedTxn {
	kept := f.txns.kept
	f.txns.kept = nil
	return kept
}

// Stats returns the counts so far.
func (f *Filter) Stats() Stats { return f.stats }

// keep says what becomes of a batch of which no record stays.
type keep int8

const (
	keepNever   keep = iota // the batch goes without a look at its records
	keepRecords             // it goes when no record stays
	keepEmpty               // it stays without records
)

// Clean appends to dst what stays of b: its bytes as they are, a rebuilt batch, one without records, or nothing. An error
// is a batch whose checksum is wrong: it must not be rewritten, which would give it a right one (R27).
//
// A batch whose checksum is right and whose records cannot be read stays as it is. Its producer sent it so, before such
// batches were refused; one of them must not keep a log from ever being compacted again, and nobody can tell which of its
// records would go.
func (f *Filter) Clean(dst []byte, b record.Batch) ([]byte, error) {
	if err := b.Validate(record.ValidateOptions{}); err != nil && !unreadable(err) {
		return dst, err
	}
	f.stats.BatchesRead++
	f.stats.BytesRead += int64(len(b))
	discard, err := f.txns.pass(b)
	if err != nil {
		return dst, err
	}
	emptyMarker := discard && b.IsControl()
	if b.IsControl() { // a marker waits for its own horizon, as a tombstone does
		discard = discard && b.HasDeleteHorizon() && b.DeleteHorizonMs() <= f.o.Now
	}
	how := f.keep(b, discard)
	if how == keepNever {
		return dst, nil
	}
	before := len(dst)
	dst, err = f.rewrite(dst, b, how, discard, emptyMarker)
	if len(dst) > before {
		f.stats.BatchesKept++
		f.stats.BytesKept += int64(len(dst) - before)
	}
	return dst, err
}

func (f *Filter) keep(b record.Batch, discard bool) keep {
	switch {
	case b.HasProducerID() && f.lastOfProducer(b), b.NextOffset() == f.o.End:
		return keepEmpty
	case discard:
		return keepNever
	}
	return keepRecords
}

// lastOfProducer reports whether b carries what is known of a producer: its last sequence, or, when only a marker is
// left, its epoch.
func (f *Filter) lastOfProducer(b record.Batch) bool {
	last, ok := f.o.Producers[b.ProducerID()]
	if !ok {
		return false
	}
	if last.LastDataOffset != producer.NoOffset {
		return b.LastOffset() == last.LastDataOffset
	}
	return b.IsControl() && b.ProducerEpoch() == last.Epoch
}

// rewrite looks at the records twice: whether the batch changes, and its base timestamp with it, is known only at its end.
func (f *Filter) rewrite(dst []byte, b record.Batch, how keep, discard, emptyMarker bool) ([]byte, error) {
	kept, tombstones := 0, false
	if !discard {
		var err error
		if kept, tombstones, err = f.judge(b); unreadable(err) {
			f.stats.Unreadable++
			return append(dst, b...), nil
		} else if err != nil {
			return dst, err
		}
	}
	f.stats.RecordsRead += int64(b.NumRecords())
	f.stats.RecordsKept += int64(kept)
	horizon := (tombstones || emptyMarker) && !b.HasDeleteHorizon()
	switch {
	case kept == 0 && how == keepEmpty:
		return b.AppendEmpty(dst), nil
	case kept == 0:
		return dst, nil
	case kept == int(b.NumRecords()) && !horizon:
		return append(dst, b...), nil
	}
	return f.rebuild(dst, b, horizon)
}

// unreadable reports whether err says that the records of a batch cannot be read though its checksum is right.
func unreadable(err error) bool {
	var inv *record.InvalidError
	return errors.As(err, &inv)
}

// judge decides about each record, and returns how many stay and whether one of those is a tombstone.
func (f *Filter) judge(b record.Batch) (kept int, tombstones bool, err error) {
	r, err := b.NewReader(f.o.MaxUncompressed)
	if err != nil {
		return 0, false, err
	}
	defer r.Close()
	f.stay = f.stay[:0]
	for rec, ok := r.Next(); ok; rec, ok = r.Next() {
		if rec.Key == nil && !b.IsControl() && rec.Offset <= f.o.Offsets.Latest() {
			f.stats.WithoutKey++
		}
		stays := f.stays(b, &rec)
		f.stay = append(f.stay, stays)
		if stays {
			kept++
			tombstones = tombstones || rec.Value == nil
		}
	}
	return kept, tombstones, r.Err()
}

// stays decides about one record of a batch that is not discarded.
func (f *Filter) stays(b record.Batch, rec *record.Record) bool {
	switch {
	case b.IsControl() || rec.Offset > f.o.Offsets.Latest():
		return true
	case rec.Key == nil || rec.Offset < f.o.Offsets.Get(rec.Key):
		return false
	}
	return rec.Value != nil || !b.HasDeleteHorizon() || f.o.Now < b.DeleteHorizonMs()
}

func (f *Filter) rebuild(dst []byte, b record.Batch, horizon bool) ([]byte, error) {
	o := record.NewBuilderOptions()
	o.BaseOffset, o.LeaderEpoch, o.Codec = b.BaseOffset(), b.LeaderEpoch(), b.Codec()
	o.TimestampType, o.LogAppendTime = b.TimestampType(), b.MaxTimestamp()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence = b.ProducerID(), b.ProducerEpoch(), b.BaseSequence()
	o.Transactional, o.Control, o.DeleteHorizonMs = b.IsTransactional(), b.IsControl(), b.DeleteHorizonMs()
	if horizon {
		o.DeleteHorizonMs = f.o.Now + f.o.DeleteRetentionMs
	}
	r, err := b.NewReader(f.o.MaxUncompressed)
	if err != nil {
		return dst, err
	}
	defer r.Close()
	f.builder.Reset(o)
	for i := range f.stay {
		rec, ok := r.Next()
		if !ok {
			return dst, r.Err()
		}
		if f.stay[i] {
			f.builder.AppendAt(rec.Offset, rec.Timestamp, rec.Key, rec.Value, rec.Headers...)
		}
	}
	f.builder.SetLastOffset(b.LastOffset())
	return append(dst, f.builder.Build()...), nil
}
