package api

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/protocol/producemsg"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
)

// What Apache Kafka knows of a batch before it looks at its format.
const (
	minRecordOverhead = 14 // the length that the oldest format cannot go below
	upToMagic         = record.MagicOffset + 1
	newestMagic       = 2
)

// checkProduced refuses what only a Produce request is refused for: anything but one batch of format 2, and zstd before
// the version that brought it. The log checks the rest. As in Apache Kafka, bytes that end before their batch does are
// no batch.
func checkProduced(version int16, records []byte) error {
	if len(records) < record.LogOverhead {
		return noBatch()
	}
	size := int32(binary.BigEndian.Uint32(records[record.LogOverhead-4:]))
	switch {
	case size < minRecordOverhead:
		return refused(logstore.ErrCorruptRecord, "Record size %d is less than the minimum record overhead (%d)", size, minRecordOverhead)
	case len(records) < upToMagic:
		return noBatch()
	}
	magic := int8(records[record.MagicOffset])
	switch {
	case magic < 0 || magic > newestMagic:
		return refused(logstore.ErrCorruptRecord, "Invalid magic found in record: %d", magic)
	case int64(len(records)) < int64(size)+record.LogOverhead:
		return noBatch()
	case magic != newestMagic:
		return refused(logstore.ErrInvalidRecord, "Produce requests may only contain record batches with magic version 2")
	}
	batch, rest, err := record.Next(records)
	switch {
	case err != nil:
		return refused(logstore.ErrCorruptRecord, "%v", err)
	case len(rest) > 0:
		return refused(logstore.ErrInvalidRecord, "Produce requests may only contain one record batch per partition")
	case version < 7 && batch.Codec() == record.Zstd:
		return kerr.UnsupportedCompressionType
	}
	return nil
}

func noBatch() error {
	return refused(logstore.ErrInvalidRecord, "Produce requests must have at least one record batch per partition")
}

func refused(kind error, format string, args ...any) error {
	return &logstore.InvalidRecordError{Kind: kind, Index: -1, Why: fmt.Sprintf(format, args...)}
}

// why returns what is wrong with the records, "" when the code alone tells it.
func why(err error) string {
	var invalid *logstore.InvalidRecordError
	if errors.As(err, &invalid) {
		return invalid.Why
	}
	return ""
}

// explain fills what the answer says beside the code of a refused append (KIP-467). The log's start is told, as in
// Apache Kafka, only with errors that are no everyday ones.
func explain(topic string, m *producemsg.Partition, p *partition.Partition, err error) {
	switch wireError(err) {
	case kerr.NotLeaderForPartition, kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.CorruptMessage, kerr.KafkaStorageError:
	default:
		m.LogStartOffset = p.Log().StartOffset()
	}
	m.ErrorMessage = inPartition(why(err), topic, m.Index)
	var invalid *logstore.InvalidRecordError
	if errors.As(err, &invalid) {
		for _, r := range invalid.Records {
			m.RecordErrors = append(m.RecordErrors, producemsg.RecordError{BatchIndex: int32(r.Index), Message: inPartition(r.Why, topic, m.Index)})
		}
	}
}

// inPartition ends the sentence about a missing key.
func inPartition(why, topic string, index int32) string {
	if !strings.Contains(why, record.WhyNoKey) {
		return why
	}
	return strings.ReplaceAll(why, record.WhyNoKey, fmt.Sprintf("%s in topic partition %s-%d", record.WhyNoKey, topic, index))
}
