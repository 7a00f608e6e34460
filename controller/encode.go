package controller

import (
	"fmt"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
)

// Above this a decision is cut into several batches, between records that begin and end a transaction (M24).
const (
	atomicBatchBytes   = 1 << 20
	atomicBatchRecords = 10_000
)

// place is where and when a decision is written, and in the encodings of which metadata.version.
type place struct {
	base  int64
	epoch int32
	ts    int64
	level int16
}

// encode puts the records of one decision into batches. One batch is atomic by itself.
func encode(at place, batchBytes int, recs []metarec.Record) ([]record.Batch, error) {
	batches, err := encodeBatches(at, batchBytes, recs)
	if err != nil || len(batches) == 1 {
		return batches, err
	}
	name := "one decision"
	begin := metarec.NewBeginTransaction()
	begin.Name = &name
	framed := make([]metarec.Record, 0, len(recs)+2)
	framed = append(append(append(framed, begin), recs...), metarec.NewEndTransaction())
	return encodeBatches(at, batchBytes, framed)
}

func encodeBatches(at place, batchBytes int, recs []metarec.Record) ([]record.Batch, error) {
	var out []record.Batch
	opt := record.NewBuilderOptions()
	opt.BaseOffset, opt.LeaderEpoch = at.base, at.epoch
	b := record.NewBuilder(opt)
	for i, rec := range recs {
		metadata.Encode(b, at.ts, at.level, rec)
		if i+1 < len(recs) && b.Len() < batchBytes && b.NumRecords() < atomicBatchRecords {
			continue
		}
		if b.Len() > quorum.MaxBatchBytes {
			return nil, fmt.Errorf("controller: a record of type %d takes %d bytes", rec.APIKey(), b.Len())
		}
		batch := b.Build()
		out = append(out, batch)
		opt.BaseOffset = batch.NextOffset()
		b = record.NewBuilder(opt) // the batch keeps the memory of the builder
	}
	return out, nil
}
