package cleaner

import "math"

// A Segment is what planning needs to know of a segment.
type Segment struct {
	BaseOffset     int64
	Bytes          int64 // of the log file
	IndexBytes     int64 // of the offset index
	TimeIndexBytes int64
	MaxTimestamp   int64 // largest record timestamp, -1 when none
	FirstTimestamp int64 // max timestamp of its first batch, -1 when none; only MaxLagMs asks
}

// Rules are a topic's configs.
type Rules struct {
	MinCleanableRatio float64
	MinLagMs          int64
	MaxLagMs          int64 // math.MaxInt64 for none
	DeleteRetentionMs int64
	SegmentBytes      int64
	MaxIndexBytes     int64
}

// A Log is what planning needs to know of a compacted log.
//
//	invariant: Segments is in order and not empty, its last one is active
type Log struct {
	StartOffset      int64
	EndOffset        int64
	LastStableOffset int64 // at most the high watermark
	Checkpoint       int64 // where the last cleaning ended; -1 when there is no checkpoint
	Segments         []Segment
	Rules            Rules
}

// A Candidate is what there is to clean in a log.
type Candidate struct {
	FirstDirty     int64 // cleaning starts here
	End            int64 // and ends below this, the base offset of a segment, or FirstDirty when there is nothing to clean
	Reset          bool  // the checkpoint was outside the log; FirstDirty should be checkpointed whatever happens
	CleanBytes     int64
	CleanableBytes int64
	Overdue        bool // something dirty is older than MaxLagMs
}

// Ratio is the part of the log that is dirty and may be cleaned.
func (c Candidate) Ratio() float64 {
	if c.CleanableBytes == 0 {
		return 0
	}
	return float64(c.CleanableBytes) / float64(c.CleanBytes+c.CleanableBytes)
}

// wanted reports whether the log is dirty enough, or too long so.
func (c Candidate) wanted(r *Rules) bool {
	return c.CleanableBytes > 0 && (c.Overdue || c.Ratio() > r.MinCleanableRatio)
}

// Assess says what there is to clean in l at time now.
func Assess(l *Log, now int64) Candidate {
	var c Candidate
	c.FirstDirty = l.Checkpoint
	if l.Checkpoint < l.StartOffset || l.Checkpoint > l.EndOffset {
		c.FirstDirty, c.Reset = l.StartOffset, l.Checkpoint >= 0
	}
	c.End = max(c.FirstDirty, segmentBase(l, uncleanable(l, c.FirstDirty, now)))
	cleanUntil := now - max(l.Rules.MaxLagMs, 0)
	for i, s := range l.Segments {
		next := int64(math.MaxInt64)
		if i+1 < len(l.Segments) {
			next = l.Segments[i+1].BaseOffset
		}
		if s.BaseOffset < c.FirstDirty {
			c.CleanBytes += s.Bytes
		}
		if s.BaseOffset >= c.End || next <= c.FirstDirty {
			continue
		}
		c.CleanableBytes += s.Bytes // a segment that is partly clean counts on both sides, as in Apache Kafka
		if s.FirstTimestamp > 0 && s.FirstTimestamp < cleanUntil {
			c.Overdue = true
		}
	}
	return c
}

// uncleanable is the first offset that may not be cleaned: active, unstable, or younger than the minimum lag.
func uncleanable(l *Log, firstDirty, now int64) int64 {
	active := len(l.Segments) - 1
	end := min(l.LastStableOffset, l.Segments[active].BaseOffset)
	if l.Rules.MinLagMs <= 0 {
		return end
	}
	for i, s := range l.Segments[:active] {
		if l.Segments[i+1].BaseOffset > firstDirty && s.MaxTimestamp > now-l.Rules.MinLagMs {
			return min(end, s.BaseOffset)
		}
	}
	return end
}

// segmentBase is the base offset of the segment that holds offset: a segment is cleaned as a whole or not at all.
func segmentBase(l *Log, offset int64) int64 {
	base := l.Segments[0].BaseOffset
	for _, s := range l.Segments {
		if s.BaseOffset <= offset {
			base = s.BaseOffset
		}
	}
	return base
}

// Choose returns the position in logs of the one to clean next, the dirtiest of those that need it. ok is false when none
// does.
func Choose(logs []*Log, now int64) (at int, c Candidate, ok bool) {
	for i, l := range logs {
		x := Assess(l, now)
		if x.wanted(&l.Rules) && (!ok || x.Ratio() > c.Ratio()) {
			at, c, ok = i, x, true
		}
	}
	return at, c, ok
}

// Group divides the segments below end into runs that become one segment each, so that segments do not shrink without
// bound: a run's log and index files stay within the rules, and its offsets within 2^31 of its base. It returns the
// position of the first segment of each run, and behind them that of the first segment not to be cleaned.
func Group(l *Log, end int64) []int {
	n := 0
	for n < len(l.Segments)-1 && l.Segments[n].BaseOffset < end {
		n++
	}
	var runs []int
	var run Segment // sums of the run at hand
	for i, s := range l.Segments[:n] {
		last := l.Segments[i+1].BaseOffset - 1
		fits := len(runs) > 0 &&
			run.Bytes+s.Bytes <= l.Rules.SegmentBytes &&
			run.IndexBytes+s.IndexBytes <= l.Rules.MaxIndexBytes &&
			run.TimeIndexBytes+s.TimeIndexBytes <= l.Rules.MaxIndexBytes &&
			(s.Bytes == 0 || last-run.BaseOffset <= math.MaxInt32)
		if !fits {
			runs = append(runs, i)
			run = Segment{BaseOffset: s.BaseOffset}
		}
		run.Bytes += s.Bytes
		run.IndexBytes += s.IndexBytes
		run.TimeIndexBytes += s.TimeIndexBytes
	}
	return append(runs, n)
}
