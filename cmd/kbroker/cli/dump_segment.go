package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/kbroker/kbroker/protocol/record/control"
)

// maxDumpedBatch bounds a batch's decompressed size.
const maxDumpedBatch = 1 << 30

type batchRow struct {
	File          string `json:"file"`
	Position      int64  `json:"position"`
	BaseOffset    int64  `json:"base_offset"`
	LastOffset    int64  `json:"last_offset"`
	Count         int32  `json:"count"`
	LeaderEpoch   int32  `json:"leader_epoch"`
	ProducerID    int64  `json:"producer_id"`
	ProducerEpoch int16  `json:"producer_epoch"`
	BaseSequence  int32  `json:"base_sequence"`
	LastSequence  int32  `json:"last_sequence"`
	Transactional bool   `json:"transactional"`
	Control       bool   `json:"control"`
	TimestampType string `json:"timestamp_type"`
	MaxTimestamp  int64  `json:"max_timestamp"`
	Size          int    `json:"size"`
	Codec         string `json:"codec"`
	CRC           uint32 `json:"crc"`
	Valid         bool   `json:"valid"`
}

type dumpedRecord struct {
	recordJSON
	Control string `json:"control,omitempty"`
}

func (a *App) dumpSegment() *cobra.Command {
	var records bool
	c := &cobra.Command{Use: "segment FILE.log…", Short: "Show the batches of segment files; exit code 1 when one is damaged", Args: cobra.MinimumNArgs(1)}
	c.Flags().BoolVarP(&records, "records", "r", false, "the records too")
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := a.checkDump(); err != nil {
			return err
		}
		bad := 0
		for _, file := range files {
			a.heading(a.Out, file)
			err := segment.Walk(vfs.OS{}, file, func(pos int64, b record.Batch) error {
				row := batchOf(file, pos, b)
				if !row.Valid {
					bad++
				}
				if err := a.printBatch(row); err != nil || !records || !row.Valid {
					return err
				}
				return a.dumpRecords(b)
			})
			if err != nil {
				return err
			}
		}
		if bad > 0 {
			return withCode(exitFailed, "%d batches have a wrong checksum", bad)
		}
		return nil
	}
	return a.dumpOutput(c)
}

func batchOf(file string, pos int64, b record.Batch) batchRow {
	return batchRow{File: file, Position: pos, BaseOffset: b.BaseOffset(), LastOffset: b.LastOffset(), Count: b.NumRecords(), LeaderEpoch: b.LeaderEpoch(),
		ProducerID: b.ProducerID(), ProducerEpoch: b.ProducerEpoch(), BaseSequence: b.BaseSequence(), LastSequence: b.LastSequence(),
		Transactional: b.IsTransactional(), Control: b.IsControl(), TimestampType: b.TimestampType().String(), MaxTimestamp: b.MaxTimestamp(),
		Size: b.Length(), Codec: b.Codec().String(), CRC: b.CRC(), Valid: b.CRC() == b.ComputeCRC()}
}

// printBatch uses the words of Kafka's dump tool, because people search in them.
func (a *App) printBatch(r batchRow) error {
	return a.line(r, "baseOffset: %d lastOffset: %d count: %d baseSequence: %d lastSequence: %d producerId: %d producerEpoch: %d partitionLeaderEpoch: %d "+
		"isTransactional: %t isControl: %t position: %d %s: %d size: %d magic: 2 compresscodec: %s crc: %d isvalid: %t",
		r.BaseOffset, r.LastOffset, r.Count, r.BaseSequence, r.LastSequence, r.ProducerID, r.ProducerEpoch, r.LeaderEpoch, r.Transactional, r.Control,
		r.Position, r.TimestampType, r.MaxTimestamp, r.Size, r.Codec, r.CRC, r.Valid)
}

func (a *App) dumpRecords(b record.Batch) error {
	return eachRecord(b, func(r record.Record) error {
		d := dumpedRecord{recordJSON: recordJSON{Offset: r.Offset, Timestamp: r.Timestamp}}
		d.Key, d.KeyBase64 = textOrBase64(r.Key)
		d.Value, d.ValueBase64 = textOrBase64(r.Value)
		for _, h := range r.Headers {
			j := headerJSON{Key: string(h.Key)}
			j.Value, j.ValueBase64 = textOrBase64(h.Value)
			d.Headers = append(d.Headers, j)
		}
		what := fmt.Sprintf("key: %s payload: %s", shownBytes(r.Key), shownBytes(r.Value))
		if b.IsControl() {
			t, err := control.ParseKey(r.Key)
			if err != nil {
				return err
			}
			d.Control = t.String()
			what = "endTxnMarker: " + d.Control
			if t != control.Abort && t != control.Commit {
				what = "control: " + d.Control
			}
		}
		return a.line(d, "| offset: %d timestamp: %d keySize: %d valueSize: %d headers: %d %s", r.Offset, r.Timestamp, length(r.Key), length(r.Value), len(r.Headers), what)
	})
}

// eachRecord reads a batch's records, decompressing them within a bound.
func eachRecord(b record.Batch, fn func(record.Record) error) error {
	reader, err := b.NewReader(maxDumpedBatch)
	if err != nil {
		return err
	}
	defer reader.Close()
	for {
		r, ok := reader.Next()
		if !ok {
			return reader.Err()
		}
		if err := fn(r); err != nil {
			return err
		}
	}
}

func shownBytes(b []byte) string {
	text, b64 := textOrBase64(b)
	switch {
	case b64 != "":
		return "base64:" + b64
	case text == nil:
		return "null"
	}
	return *text
}
