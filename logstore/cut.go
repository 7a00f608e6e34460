package logstore

import (
	"github.com/kbroker/kbroker/logstore/segment"
)

// A cut is where a recovery ended a log, and what it took off the segment there.
type cut struct {
	file  string
	pos   int64
	why   string
	bytes int64 // of the segment that was cut
	next  int64 // where the log ends now
	rec   segment.Recovery
}

// holdBytes reports that at least one of the segments is not empty.
func holdBytes(files []foundSegment) bool {
	for _, f := range files {
		if f.size > 0 {
			return true
		}
	}
	return false
}

// endAt tells of a cut and takes the segments behind it out of the log. A torn tail, behind which nothing whole stands, is what a
// crash leaves: its bytes are gone. Everything else may hold acknowledged records: it is kept in files beside the log, and told as
// an error with its whole extent (R28).
func (l *Log) endAt(c *cut, rest []foundSegment) error {
	if c.rec.Behind == nil && !holdBytes(rest) {
		l.store.log.Warn("torn tail of the log was cut off", "partition", l.tp.String(), "file", c.file, "pos", c.pos, "bytes", c.bytes,
			"end", c.next, "why", c.why)
		return l.discard(rest)
	}
	last, bytes, segments, kept := c.next, c.bytes, len(rest), []string{}
	if c.bytes > 0 {
		segments++
	}
	if c.rec.Behind != nil {
		last = max(last, c.rec.Behind.Last)
	}
	if c.rec.Kept != "" {
		kept = append(kept, c.rec.Kept)
	}
	aside, reach, err := l.setSegmentsAside(rest)
	kept = append(aside, kept...)
	for _, f := range rest {
		bytes += f.size
	}
	l.store.log.Error("log is damaged with intact records behind it: it was cut there, and what followed was kept aside; "+
		"kbroker dump segment reads the files that were kept", "partition", l.tp.String(), "file", c.file, "pos", c.pos, "why", c.why,
		"end", c.next, "lastOffset", max(last, reach-1), "segments", segments, "bytes", bytes, "kept", kept)
	return err
}

// discard removes segments behind the end of the log.
func (l *Log) discard(files []foundSegment) error {
	l.mu.syncDir = len(files) > 0 // a clean stop must not let them come back
	for i := len(files) - 1; i >= 0; i-- {
		if err := l.removeSegment(l.closed(files[i])); err != nil {
			return err
		}
	}
	return nil
}

// setSegmentsAside takes segments out of the log but keeps their records, the last first: a crash in between leaves a log that is
// cut at the same place. reach is the offset behind the last record that their framing tells of.
func (l *Log) setSegmentsAside(files []foundSegment) (kept []string, reach int64, err error) {
	l.mu.syncDir = len(files) > 0
	for i := len(files) - 1; i >= 0; i-- {
		s := l.closed(files[i])
		if files[i].size == 0 {
			if err := l.removeSegment(s); err != nil {
				return kept, reach, err
			}
			continue
		}
		next, err := s.Reach()
		if err != nil {
			return kept, reach, err
		}
		reach = max(reach, next)
		path, err := s.SetAside()
		if err != nil {
			return kept, reach, err
		}
		kept = append(kept, path)
	}
	return kept, reach, nil
}

func (l *Log) closed(f foundSegment) *segment.Segment {
	return segment.OpenSealed(l.store.env, l.path, f.base, f.base, f.size, 0)
}
