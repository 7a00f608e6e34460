package producer

import (
	"math"

	"github.com/kbroker/kbroker/protocol/record"
)

// Window is how many batches of a producer are remembered: as many as a client may have in flight (T69, I1).
const Window = 5

// A Batch is one remembered batch.
type Batch struct {
	LastSeq     int32
	OffsetDelta int32 // last offset - first offset = last sequence - first sequence
	LastOffset  int64
	Timestamp   int64
}

// FirstOffset is the offset of the batch's first record.
func (b Batch) FirstOffset() int64 { return b.LastOffset - int64(b.OffsetDelta) }

// FirstSeq is the sequence of the batch's first record; sequences wrap.
func (b Batch) FirstSeq() int32 {
	if b.LastSeq >= b.OffsetDelta {
		return b.LastSeq - b.OffsetDelta
	}
	return math.MaxInt32 - (b.OffsetDelta - b.LastSeq) + 1
}

// NoOffset stands for an offset that there is not.
const NoOffset = -1

// An Entry is the state of one producer.
//
//	invariant: 0 <= n <= Window; batches[:n] is in order of append, and all of them are of Epoch
type Entry struct {
	ProducerID       int64
	Epoch            int16 // record.NoProducerEpoch before the first batch
	CoordinatorEpoch int32 // of the last marker, -1 before the first
	LastTimestamp    int64 // of the last batch or marker, ms
	TxnFirstOffset   int64 // first offset of the open transaction, NoOffset when none is open
	n                int8
	batches          [Window]Batch
}

func newEntry(id int64) Entry {
	return Entry{ProducerID: id, Epoch: record.NoProducerEpoch, CoordinatorEpoch: -1,
		LastTimestamp: record.NoTimestamp, TxnFirstOffset: NoOffset}
}

// Batches returns the remembered batches in order of append. The slice is the entry's.
func (e *Entry) Batches() []Batch { return e.batches[:e.n] }

// LastSeq is the sequence of the last record, record.NoSequence when no batch is remembered.
func (e *Entry) LastSeq() int32 {
	if e.n == 0 {
		return record.NoSequence
	}
	return e.batches[e.n-1].LastSeq
}

// LastDataOffset is the offset of the last record, NoOffset when no batch is remembered.
func (e *Entry) LastDataOffset() int64 {
	if e.n == 0 {
		return NoOffset
	}
	return e.batches[e.n-1].LastOffset
}

// find returns the remembered batch that m repeats.
func (e *Entry) find(m *Meta) (Batch, bool) {
	if m.Epoch != e.Epoch {
		return Batch{}, false
	}
	for _, b := range e.Batches() {
		if b.LastSeq == m.LastSeq && b.FirstSeq() == m.FirstSeq {
			return b, true
		}
	}
	return Batch{}, false
}

// setEpoch makes epoch the current one; batches of another epoch are forgotten.
func (e *Entry) setEpoch(epoch int16) {
	if e.Epoch != epoch {
		e.Epoch, e.n = epoch, 0
	}
}

func (e *Entry) push(b Batch) {
	if e.n == Window {
		copy(e.batches[:], e.batches[1:])
		e.n--
	}
	e.batches[e.n] = b
	e.n++
}
