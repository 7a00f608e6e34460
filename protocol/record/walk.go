package record

import (
	"fmt"
	"strings"
)

// WhyNoKey is the reason of a record without a key for a compacted topic. Apache Kafka's sentence goes on with
// " in topic partition " and the partition, which this package does not know.
const WhyNoKey = "Compacted topic cannot accept message without key"

// shownErrors is how many record errors the reason of a whole batch repeats.
const shownErrors = 3

// A checker goes through the records of one batch and collects what is wrong with single records.
type checker struct {
	o        ValidateOptions
	batch    Batch
	index    int32
	appended bool // the batch claims LogAppendTime
	baseTs   int64
	low      int64 // timestamps that quick may pass
	high     int64
	maxTs    int64
	maxTsAt  int32
	bad      []RecordError
	badCount int
}

// walk looks at each record.
func (b Batch) walk(o *ValidateOptions) (Checked, error) {
	c := checker{o: *o, batch: b, appended: b.TimestampType() == LogAppendTime, baseTs: b.BaseTimestamp(), maxTs: NoTimestamp}
	var err error
	if b.Codec() == None {
		c.low, c.high = c.quickBounds()
		err = c.plain()
	} else {
		err = c.packed()
	}
	switch {
	case err != nil:
		return Checked{}, err
	case c.badCount > 0:
		return Checked{}, c.verdict()
	}
	return Checked{Walked: true, MaxTimestamp: c.maxTs, MaxTimestampOffset: c.maxTsAt}, nil
}

// plain walks uncompressed records, on the batch's own bytes.
func (c *checker) plain() error {
	payload, pos, count := c.batch.Payload(), 0, c.batch.NumRecords()
	var r raw
	for i := int32(0); ; i++ {
		if c.low <= c.high {
			pos, i = c.quick(payload, pos, i, count)
		}
		if i >= count {
			break
		}
		next, why := parse(payload, pos, &r)
		if why != "" {
			return c.broken(i, why)
		}
		if err := c.record(i, &r); err != nil {
			return err
		}
		pos = next
	}
	if pos != len(payload) {
		return invalid(KindRecord, "bytes remain behind the %d records that the batch announces", count)
	}
	return nil
}

// packed walks compressed records through a bounded stream: no more than a window of them is ever held.
func (c *checker) packed() error {
	limit := c.o.MaxUncompressed
	if limit <= 0 {
		limit = DefaultMaxUncompressed
	}
	limit, err := c.o.Budget.grant(limit)
	if err != nil {
		return err
	}
	r, err := c.batch.NewReader(limit)
	if err != nil {
		c.o.Budget.failed(limit, err)
		return err
	}
	err = c.stream(r)
	c.o.Budget.spend(limit-r.left, err)
	r.Close()
	return err
}

func (c *checker) stream(r *Reader) error {
	r.maxRecord = c.o.MaxRecord
	for i := int32(0); r.skim(); i++ {
		if err := c.record(i, &r.raw); err != nil {
			return err
		}
	}
	return r.Err()
}

func (c *checker) broken(i int32, why string) error {
	return &InvalidError{Kind: KindRecord, Reason: fmt.Sprintf("record %d of %d is malformed: %s", i, c.batch.NumRecords(), why)}
}

// record judges one well-formed record. What it returns is wrong with the batch; what is wrong with the record alone is
// collected, so that the producer learns of all of them (KIP-467).
func (c *checker) record(i int32, r *raw) error {
	if c.o.FromClient {
		if r.offsetDelta != i {
			return invalid(KindRecord, "record %d has offset delta %d, producers count from 0 without gaps", i, r.offsetDelta)
		}
	} else if r.offsetDelta < c.index || r.offsetDelta > c.batch.LastOffsetDelta() {
		return invalid(KindRecord, "record %d has offset delta %d, outside [%d, %d]", i, r.offsetDelta, c.index, c.batch.LastOffsetDelta())
	}
	c.index = r.offsetDelta + 1
	ts := c.baseTs + r.timestampDelta
	if c.appended {
		ts = c.batch.MaxTimestamp()
	}
	if ts > c.maxTs {
		c.maxTs, c.maxTsAt = ts, r.offsetDelta
	}
	if c.o.Compacted && r.key == nil {
		if c.count() {
			c.reject(i, KindRecord, WhyNoKey)
		}
		return nil
	}
	c.timestamp(i, ts, r)
	return nil
}

func (c *checker) timestamp(i int32, ts int64, r *raw) {
	switch {
	case !c.o.FromClient && !c.o.CheckTimestamps:
	case c.o.TimestampType == CreateTime && ts != NoTimestamp:
		if c.o.CheckTimestamps && (c.o.late(ts) || c.o.early(ts)) && c.count() {
			c.reject(i, KindTimestamp, "Timestamp %d of message with offset %d is out of range. The timestamp should be within [%d, %d]",
				ts, c.batch.BaseOffset()+int64(r.offsetDelta), c.o.Now-c.o.TimestampBeforeMaxMs, c.o.Now+c.o.TimestampAfterMaxMs)
		}
	case c.appended && c.count():
		c.reject(i, KindTimestamp, "Invalid timestamp type in message DefaultRecord(offset=%d, timestamp=%d, key=%d bytes, value=%d bytes). "+
			"Producer should not set timestamp type to LogAppendTime.", c.batch.BaseOffset()+int64(r.offsetDelta), ts, len(r.key)+r.keySkipped, len(r.value)+r.valueSkipped)
	}
}

// count counts a bad record and says whether it is still to be told.
func (c *checker) count() bool {
	c.badCount++
	return len(c.bad) < MaxRecordErrors
}

func (c *checker) reject(i int32, kind Kind, format string, args ...any) {
	c.bad = append(c.bad, RecordError{Index: int(i), Kind: kind, Reason: fmt.Sprintf(format, args...)})
}

// verdict makes one error of the records' errors: a timestamp among them decides the kind, as in Apache Kafka.
func (c *checker) verdict() error {
	for _, r := range c.bad {
		if r.Kind == KindTimestamp {
			return &InvalidError{Kind: KindTimestamp, Reason: "One or more records have been rejected due to invalid timestamp", Records: c.bad}
		}
	}
	return &InvalidError{Kind: KindRecord, Records: c.bad, Reason: fmt.Sprintf(
		"One or more records have been rejected due to %d record errors in total, and only showing the first three errors at most: %s",
		c.badCount, shown(c.bad))}
}

// shown writes the first errors as Apache Kafka's message has them.
func shown(bad []RecordError) string {
	var sb strings.Builder
	for i, r := range bad[:min(shownErrors, len(bad))] {
		if i > 0 {
			sb.WriteString(", ")
		}
		fmt.Fprintf(&sb, "RecordError(batchIndex=%d, message='%s')", r.Index, r.Reason)
	}
	return "[" + sb.String() + "]"
}
