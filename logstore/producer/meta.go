package producer

import "github.com/kbroker/kbroker/protocol/record"

// Meta is what this package looks at in a batch.
type Meta struct {
	ProducerID    int64
	Epoch         int16
	FirstSeq      int32
	LastSeq       int32
	OffsetDelta   int32 // last offset - base offset
	Timestamp     int64 // the batch's max timestamp, a marker's own
	Transactional bool
	Control       bool
	Marker        record.Marker
	HasMarker     bool // Control, and Marker is set: not so for an empty control batch, or one of another type
}

// MetaOf reads a batch's Meta. It allocates nothing for well-formed uncompressed batches. ok is false for batches
// without a producer id, which this package has nothing to say about. err is a control batch that cannot be read.
func MetaOf(b record.Batch) (m Meta, ok bool, err error) {
	if !b.HasProducerID() {
		return Meta{}, false, nil
	}
	m = Meta{
		ProducerID:    b.ProducerID(),
		Epoch:         b.ProducerEpoch(),
		FirstSeq:      b.BaseSequence(),
		LastSeq:       b.LastSequence(),
		OffsetDelta:   b.LastOffsetDelta(),
		Timestamp:     b.MaxTimestamp(),
		Transactional: b.IsTransactional(),
		Control:       b.IsControl(),
	}
	if m.Control {
		m.Marker, m.HasMarker, err = b.Marker()
	}
	return m, err == nil, err
}
