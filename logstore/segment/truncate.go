package segment

import "errors"

// TruncateTo removes every batch that holds an offset at or above to and returns the new end. The segment becomes active.
// Writer.
func (s *Segment) TruncateTo(to, interval int64) error {
	v := s.View()
	a, ok, err := v.Find(to)
	if err != nil {
		return err
	}
	if err := s.Activate(interval); err != nil {
		return err
	}
	if !ok {
		return nil
	}
	sl, err := s.acquire()
	if err != nil {
		return err
	}
	defer sl.release()
	s.setDirty(true)
	if err := sl.v.Truncate(a.Pos); err != nil {
		return err
	}
	s.size.Store(a.Pos)
	s.trust.cut(a.Pos)
	return s.forgetBehind(a.Pos, a.Base, interval)
}

// forgetBehind cuts the indexes to what lies before pos, whose batch began with offset base.
func (s *Segment) forgetBehind(pos, base, interval int64) error {
	l := s.live
	l.forgetRecent()
	l.cutOffsets(pos)
	n := len(l.tim)
	for n > 0 && s.base+int64(l.tim[n-1].Last) >= base {
		n--
	}
	l.tim = l.tim[:n:n]
	l.offSaved, l.timSaved = 0, 0
	l.sinceIndex = pos
	if k := len(l.off); k > 0 {
		l.sinceIndex -= int64(l.off[k-1].Pos)
	}
	s.maxTs, s.maxTsLast, s.next = -1, -1, base
	v := s.View()
	ts, last, err := v.MaxTimestamp()
	if err != nil {
		return err
	}
	s.maxTs, s.maxTsLast = ts, last
	if pos == 0 {
		s.firstTs = -1
	}
	s.remade = true
	if err := s.writeIndexes(l.off, l.tim); err != nil {
		return err
	}
	known, err := s.AbortedTxns()
	if err != nil {
		var c *CorruptError
		if !errors.As(err, &c) {
			return err
		}
		known = nil
	}
	keep := known
	for len(keep) > 0 && keep[len(keep)-1].LastOffset >= base {
		keep = keep[:len(keep)-1]
	}
	if len(keep) == len(known) && err == nil {
		return nil
	}
	return s.SetAbortedTxns(keep[:len(keep):len(keep)])
}

// suffixes lists all files of a segment; the .log last, so that an interrupted removal leaves a segment that is seen.
var suffixes = [...]string{IndexSuffix, TimeSuffix, TxnSuffix, LogSuffix}

// RenameDeleted appends .deleted to the segment's files; they are then no part of the log. Writer.
func (s *Segment) RenameDeleted() error {
	s.MarkGone()
	for i := len(suffixes) - 1; i >= 0; i-- { // the .log first: without it the rest is debris that recovery clears
		p := s.Path(suffixes[i])
		if err := s.env.FS.Rename(p, p+DeletedSuffix); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// RemoveDeleted removes the files that RenameDeleted renamed.
func (s *Segment) RemoveDeleted() error {
	for _, suffix := range suffixes {
		if err := s.env.FS.Remove(s.Path(suffix) + DeletedSuffix); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}
