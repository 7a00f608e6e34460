package metadata

import (
	"fmt"

	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/kbroker/kbroker/protocol/record"
)

// Encode appends records to a batch builder in the encodings of a metadata.version, all with one timestamp (ms).
func Encode(b *record.Builder, ts int64, metadataVersion int16, recs ...metarec.Record) {
	var buf [256]byte
	for _, rec := range recs {
		b.Append(ts, nil, metarec.Marshal(buf[:0], rec, metarec.VersionAt(rec, metadataVersion)))
	}
}

// Decode calls fn for each record of a batch that is no control batch. Errors name the offset.
func Decode(batch record.Batch, fn func(offset int64, rec metarec.Record) error) error {
	return batch.Records(func(r record.Record) error {
		rec, _, err := metarec.Unmarshal(r.Value)
		if err != nil {
			return fmt.Errorf("metadata: record at offset %d: %w", r.Offset, err)
		}
		if err := fn(r.Offset, rec); err != nil {
			return fmt.Errorf("metadata: record at offset %d: %w", r.Offset, err)
		}
		return nil
	})
}
