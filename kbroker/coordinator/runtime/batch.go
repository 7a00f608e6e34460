package runtime

import (
	"fmt"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/record"
)

const (
	batchOverhead  = 61
	recordOverhead = 24 // the most that lengths, deltas and attributes of one record take
)

func sizeOf(records []coordinator.Record) int {
	n := 0
	for _, r := range records {
		n += len(r.Key) + len(r.Value) + recordOverhead
	}
	return n
}

// fits counts the records from the front that fit into one batch of at most max bytes.
func fits(records []coordinator.Record, max int) int {
	left := max - batchOverhead
	for i := range records {
		if left -= sizeOf(records[i : i+1]); left < 0 {
			return i
		}
	}
	return len(records)
}

func encodeBatch(ts int64, records []coordinator.Record, txn *coordinator.Producer) []byte {
	o := record.NewBuilderOptions()
	if txn != nil {
		o.ProducerID, o.ProducerEpoch, o.Transactional = txn.ID, txn.Epoch, true
	}
	b := record.NewBuilder(o)
	for _, r := range records {
		b.Append(ts, r.Key, r.Value)
	}
	return b.Build()
}

func encodeMarker(ts int64, m coordinator.Marker) []byte {
	return record.EndTxnMarker(m.ProducerID, m.ProducerEpoch, m.Commit, m.CoordinatorEpoch, ts)
}

// replayBatches replays whole batches and returns the offset behind the last one.
func replayBatches(m coordinator.Machine, b []byte) (records, next int64, err error) {
	for len(b) > 0 {
		var batch record.Batch
		if batch, b, err = record.Next(b); err != nil {
			return records, next, err
		}
		n, err := replayBatch(m, batch)
		records += n
		if err != nil {
			return records, next, err
		}
		next = batch.NextOffset()
	}
	return records, next, nil
}

func replayBatch(m coordinator.Machine, batch record.Batch) (n int64, err error) {
	at := coordinator.Position{ProducerID: -1, ProducerEpoch: -1}
	if batch.IsTransactional() {
		at.ProducerID, at.ProducerEpoch = batch.ProducerID(), batch.ProducerEpoch()
	}
	err = batch.Records(func(r record.Record) error {
		at.Offset, at.Timestamp = r.Offset, r.Timestamp
		n++
		if batch.IsControl() {
			return replayControl(m, at, r)
		}
		if err := m.Replay(at, coordinator.Record{Key: r.Key, Value: r.Value}); err != nil {
			return fmt.Errorf("record at offset %d: %w", r.Offset, err)
		}
		return nil
	})
	return n, err
}

// replayControl passes on the end of a transaction; other control records say nothing to a coordinator.
func replayControl(m coordinator.Machine, at coordinator.Position, r record.Record) error {
	tm, ok := m.(coordinator.TxnMachine)
	if !ok {
		return nil
	}
	marker, ok, err := record.ParseMarker(r.Key, r.Value)
	if err == nil && ok {
		err = tm.ReplayEndTxn(at, marker.Commit)
	}
	if err != nil {
		return fmt.Errorf("control record at offset %d: %w", at.Offset, err)
	}
	return nil
}
