package partition

import "github.com/kbroker/kbroker/logstore"

// Isolation is how far a consumer may see.
type Isolation int8

// The isolation levels, numbered as on the wire.
const (
	ReadUncommitted Isolation = 0 // to the high watermark
	ReadCommitted   Isolation = 1 // to the last stable offset
)

// A Read asks for records.
type Read struct {
	Offset           int64
	MaxBytes         int
	MinOne           bool // the first batch is returned however large it is (KIP-74)
	Isolation        Isolation
	ReplicaID        int32 // a follower's broker id, -1 for a consumer
	LeaderEpoch      int32 // what the reader believes, -1 for nothing
	LastFetchedEpoch int32 // epoch of the record before Offset in the reader's log, -1: do not compare
}

// A Result is what a Read found. Slice must be released when it is not empty.
type Result struct {
	Slice            logstore.Slice
	HighWatermark    int64
	LastStableOffset int64
	LogStartOffset   int64
	Aborted          []logstore.AbortedTxn // read committed only; not nil then
	Diverging        bool                  // the reader's log differs from DivergingEnd on; Slice is empty
	DivergingEpoch   int32
	DivergingEnd     int64
}

// Read returns what there is at r.Offset. It never waits. An offset outside the log is *logstore.OffsetOutOfRangeError;
// the offsets in the Result are then valid too.
func (p *Partition) Read(r Read) (Result, error) {
	if err := p.checkEpoch(max(r.LeaderEpoch, noEpoch), true); err != nil { // Kafka takes any epoch below zero for none here
		return Result{}, err
	}
	out := p.bounds()
	if r.LastFetchedEpoch >= 0 {
		epoch, end := p.log.EpochEndOffset(r.LastFetchedEpoch)
		switch {
		case epoch < 0 || end < 0:
			return out, &logstore.OffsetOutOfRangeError{Offset: r.Offset, Start: out.LogStartOffset, End: p.log.EndOffset()}
		case epoch < r.LastFetchedEpoch || end < r.Offset:
			out.Diverging, out.DivergingEpoch, out.DivergingEnd = true, epoch, end
			return out, nil
		}
	}
	limit := p.Visible(r)
	slice, err := p.log.Read(r.Offset, r.MaxBytes, limit, r.MinOne)
	if err != nil {
		return out, err
	}
	if r.ReplicaID >= 0 {
		if err := p.followed(r.ReplicaID, r.Offset); err != nil {
			slice.Release()
			return out, err
		}
	}
	out.Slice = slice
	if r.ReplicaID >= 0 {
		return out, nil
	}
	if r.Isolation == ReadCommitted {
		out.Aborted = []logstore.AbortedTxn{}
		if slice.Len() > 0 {
			if aborted, err := p.log.AbortedTxns(slice.FirstOffset, slice.NextOffset); err != nil {
				slice.Release()
				return p.bounds(), err
			} else if len(aborted) > 0 {
				out.Aborted = aborted
			}
		}
	}
	return out, nil
}

func (p *Partition) bounds() Result {
	// In this order, so that start <= stable <= high holds in what is told: each of them only grows.
	start, stable := p.log.StartOffset(), p.log.LastStableOffset()
	return Result{HighWatermark: p.log.HighWatermark(), LastStableOffset: stable, LogStartOffset: start}
}

// Visible returns the offset that a reader must not reach: the log end for a follower, the high watermark or the last
// stable offset for a consumer (R2).
func (p *Partition) Visible(r Read) int64 {
	switch {
	case r.ReplicaID >= 0:
		return p.log.EndOffset()
	case r.Isolation == ReadCommitted:
		return p.log.LastStableOffset()
	default:
		return p.log.HighWatermark()
	}
}

// Changed reports, cheaply, whether a read that found seen visible in epoch might now be answered differently: more became
// visible, the leadership moved, the log begins behind the reader, or it failed.
func (p *Partition) Changed(r Read, epoch int32, seen int64) bool {
	return p.Visible(r) != seen || !p.Leads(epoch) || p.log.StartOffset() > r.Offset || p.log.ReadErr() != nil
}

// EpochEnd answers OffsetForLeaderEpoch: the largest epoch at or below epoch and the offset behind it, (-1, -1) when there
// is none.
func (p *Partition) EpochEnd(believed, epoch int32) (int32, int64, error) {
	if err := p.checkEpoch(believed, true); err != nil {
		return -1, -1, err
	}
	e, end := p.log.EpochEndOffset(epoch)
	return e, end, nil
}
