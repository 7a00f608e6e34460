package logstore

import (
	"errors"
	"math"

	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// EarliestOffset returns the log start offset with its leader epoch.
func (l *Log) EarliestOffset() FoundOffset {
	l.mu.Lock()
	defer l.mu.Unlock()
	start := l.start.Load()
	return FoundOffset{Offset: start, Timestamp: -1, LeaderEpoch: l.mu.epochs.EpochFor(start)}
}

// OffsetForTimestamp returns the first record whose timestamp is at least ts, below limit (trap T63: the record, not its
// batch). ok=false when there is none.
func (l *Log) OffsetForTimestamp(ts, limit int64) (found FoundOffset, ok bool, err error) {
	err = l.query(func(views []segment.View, start int64) error {
		found, ok, err = firstAtOrAfter(views, ts, start, limit)
		return err
	})
	return found, ok && err == nil, err
}

// MaxTimestampOffset returns the first record that carries the largest timestamp of the log. ok=false when it is empty.
func (l *Log) MaxTimestampOffset() (found FoundOffset, ok bool, err error) {
	err = l.query(func(views []segment.View, start int64) error {
		top, at := int64(-1), 0
		for i := range views {
			ts, err := views[i].MaxTimestampFrom(start)
			if err != nil {
				return err
			}
			if ts > top {
				top, at = ts, i
			}
		}
		if top < 0 {
			ok = false
			return nil
		}
		found, ok, err = firstAtOrAfter(views[at:], top, start, math.MaxInt64)
		return err
	})
	return found, ok && err == nil, err
}

// query runs fn over views of all segments, again when a segment was deleted or replaced under it.
func (l *Log) query(fn func(views []segment.View, start int64) error) error {
	for try := 1; ; try++ {
		l.mu.Lock()
		if err := l.readErr(); err != nil {
			l.mu.Unlock()
			return err
		}
		views, start := make([]segment.View, len(l.mu.segs)), l.start.Load()
		for i, s := range l.mu.segs {
			views[i] = s.View()
		}
		l.mu.Unlock()
		err := fn(views, start)
		if err == nil {
			return nil
		}
		if try < maxReadTries && anyGone(views) {
			continue
		}
		return l.ioFailed(err)
	}
}

func anyGone(views []segment.View) bool {
	for i := range views {
		if views[i].Segment().Gone() {
			return true
		}
	}
	return false
}

// errFound ends a walk over records.
var errFound = errors.New("found")

func firstAtOrAfter(views []segment.View, ts, start, limit int64) (found FoundOffset, ok bool, err error) {
	for i := range views {
		v := &views[i]
		top, _, err := v.MaxTimestamp()
		if err != nil {
			return found, false, err
		}
		if top < ts {
			continue
		}
		for from := start; ; {
			a, ok, err := v.FindTime(ts, from)
			if err != nil {
				return found, false, err
			}
			if !ok {
				break
			}
			if a.Base >= limit {
				return found, false, nil
			}
			found, ok, err = firstRecord(v, a, ts, start)
			if err != nil || ok {
				return found, ok && found.Offset < limit, err
			}
			from = a.Last + 1 // only a compacted batch names a time that none of its records has
		}
	}
	return found, false, nil
}

func firstRecord(v *segment.View, a segment.At, ts, start int64) (found FoundOffset, ok bool, err error) {
	b, err := v.Batch(a)
	if err != nil {
		return found, false, err
	}
	err = b.Records(func(r record.Record) error {
		if r.Timestamp >= ts && r.Offset >= start {
			found, ok = FoundOffset{r.Offset, r.Timestamp, b.LeaderEpoch()}, true
			return errFound
		}
		return nil
	})
	var unreadable *record.InvalidError
	if errors.Is(err, errFound) || errors.As(err, &unreadable) {
		// A compressed batch whose checksum is right and whose content is not: its producer sent it so, nobody can read its
		// records, and it has no more to do with the disk than any other batch.
		err = nil
	}
	return found, ok, err
}
