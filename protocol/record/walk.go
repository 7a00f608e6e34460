package record

import "fmt"

const (
	whyNoKey     = "compacted topic cannot accept a message without key"
	whyTimestamp = "producers may not set the timestamp type to LogAppendTime"
)

// A checker goes through the records of one batch and collects what is wrong with single records.
type checker struct {
	o        ValidateOptions
	batch    Batch
	index    int32
	appended bool // the batch claims LogAppendTime
	baseTs   int64
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
	for i := range count {
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

// packed walks compressed records through a bounded stream.
func (c *checker) packed() error {
	r, err := c.batch.NewReader(c.o.MaxUncompressed)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := int32(0); r.next(); i++ {
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
		c.reject(i, KindRecord, whyNoKey)
		return nil
	}
	c.timestamp(i, ts)
	return nil
}

func (c *checker) timestamp(i int32, ts int64) {
	switch {
	case !c.o.FromClient && !c.o.CheckTimestamps:
	case c.o.TimestampType == CreateTime && ts != NoTimestamp:
		if c.o.CheckTimestamps && (c.o.late(ts) || c.o.early(ts)) {
			c.reject(i, KindTimestamp, "")
			if n := len(c.bad); c.badCount <= MaxRecordErrors {
				c.bad[n-1].Reason = fmt.Sprintf("timestamp %d is out of range, it should be within [now-%d, now+%d] with now = %d",
					ts, c.o.TimestampBeforeMaxMs, c.o.TimestampAfterMaxMs, c.o.Now)
			}
		}
	case c.appended:
		c.reject(i, KindTimestamp, whyTimestamp)
	}
}

func (c *checker) reject(i int32, kind Kind, why string) {
	if c.badCount++; len(c.bad) < MaxRecordErrors {
		c.bad = append(c.bad, RecordError{Index: int(i), Kind: kind, Reason: why})
	}
}

// verdict makes one error of the records' errors: a timestamp among them decides the kind, as in Apache Kafka.
func (c *checker) verdict() error {
	e := &InvalidError{Kind: KindRecord, Records: c.bad,
		Reason: fmt.Sprintf("one or more records have been rejected due to %d record errors in total", c.badCount)}
	for _, r := range c.bad {
		if r.Kind == KindTimestamp {
			e.Kind = KindTimestamp
			e.Reason = "one or more records have been rejected due to invalid timestamp"
		}
	}
	return e
}
