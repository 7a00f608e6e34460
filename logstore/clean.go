package logstore

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/cleaner"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// cleanerState is what the cleaner remembers of a log, under mu.
type cleanerState struct {
	checkpoint int64 // where the last cleaning ended, -1 none
	generation int   // counts truncations: what was read before one must not be swapped in after it
	broken     bool  // cleaning met damage; the log is left alone until it is reopened
	unreadable bool  // a batch whose records cannot be read was met, and told of
}

// errOvertaken: the log was truncated, shortened or deleted while it was being cleaned. Nothing has changed.
var errOvertaken = errors.New("log changed while it was being cleaned")

// cleanLoop cleans the dirtiest log, again and again, and rests when none needs it.
func (s *Store) cleanLoop() {
	rest := time.NewTimer(s.tuning.Load().CleanerBackoff)
	defer rest.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-rest.C:
		}
		for s.CleanOnce() {
			select {
			case <-s.stop:
				return
			default:
			}
		}
		rest.Reset(s.tuning.Load().CleanerBackoff)
	}
}

// CleanOnce compacts the log that needs it most; false when none does. The store's cleaner calls it; tests and tools may.
func (s *Store) CleanOnce() bool {
	now := s.now()
	var logs []*Log
	var plans []*cleaner.Log
	for _, l := range s.Logs() {
		if p, err := l.cleanPlan(); err != nil {
			l.cleanFailed(err)
		} else if p != nil {
			logs, plans = append(logs, l), append(plans, p)
		}
	}
	at, c, ok := cleaner.Choose(plans, now)
	if !ok {
		return false
	}
	l := logs[at]
	if err := l.clean(plans[at], c, now); err != nil {
		l.cleanFailed(err)
		return !errors.Is(err, ErrNoSpace)
	}
	return true
}

func (l *Log) cleanFailed(err error) {
	switch {
	case errors.Is(err, errOvertaken), errors.Is(err, ErrOffline), errors.Is(err, ErrDeleted), errors.Is(err, ErrClosed):
		return
	}
	l.store.log.Warn("cleaning failed", "partition", l.tp.String(), "err", err)
	if !errors.Is(err, ErrNoSpace) {
		l.mu.Lock()
		l.mu.cleanable.broken = true
		l.mu.Unlock()
	}
}

// cleanPlan describes the log to the planner; nil when there is nothing to compact.
func (l *Log) cleanPlan() (*cleaner.Log, error) {
	cfg := l.cfg.Load()
	l.mu.Lock()
	if !cfg.Compact || l.mu.err != nil || len(l.mu.segs) < 2 || l.mu.cleanable.broken {
		l.mu.Unlock()
		return nil, nil
	}
	views := make([]segment.View, len(l.mu.segs))
	for i, s := range l.mu.segs {
		views[i] = s.View()
	}
	p := &cleaner.Log{StartOffset: l.start.Load(), EndOffset: l.end.Load(), LastStableOffset: l.lso.Load(), Checkpoint: l.mu.cleanable.checkpoint,
		Rules: cleaner.Rules{MinCleanableRatio: cfg.MinCleanableRatio, MinLagMs: cfg.MinCompactionLagMs, MaxLagMs: cfg.MaxCompactionLagMs,
			DeleteRetentionMs: cfg.DeleteRetentionMs, SegmentBytes: cfg.SegmentBytes, MaxIndexBytes: cfg.MaxIndexBytes}}
	l.mu.Unlock()
	for i := range views {
		s, err := planSegment(&views[i], cfg)
		if err != nil {
			if views[i].Segment().Gone() {
				return nil, errOvertaken
			}
			return nil, l.ioFailed(err)
		}
		p.Segments = append(p.Segments, s)
	}
	return p, nil
}

func planSegment(v *segment.View, cfg *logConfig) (s cleaner.Segment, err error) {
	s = cleaner.Segment{BaseOffset: v.Segment().Base(), Bytes: v.Size(), MaxTimestamp: -1, FirstTimestamp: -1}
	if s.IndexBytes, s.TimeIndexBytes, err = v.IndexBytes(); err != nil {
		return s, err
	}
	if cfg.MinCompactionLagMs > 0 {
		if s.MaxTimestamp, _, err = v.MaxTimestamp(); err != nil {
			return s, err
		}
	}
	if cfg.MaxCompactionLagMs < math.MaxInt64 {
		if a, ok, err := v.Find(s.BaseOffset); err != nil {
			return s, err
		} else if ok {
			s.FirstTimestamp = a.MaxTimestamp
		}
	}
	return s, nil
}

// A cleaning is one round over one log.
type cleaning struct {
	l          *Log
	plan       *cleaner.Log
	segs       []*segment.Segment
	views      []segment.View
	generation int
}

// minCleanLimit is what a batch may unpack to while it is cleaned, whatever the topic's largest message is now: it may have
// been written when that was larger, or before the topic was compacted.
const minCleanLimit = 256 << 20

func (l *Log) cleanLimit() int64 {
	return max(minCleanLimit, record.UnpackLimit(l.cfg.Load().MaxMessageBytes))
}

// clean compacts the log below c.End.
func (l *Log) clean(plan *cleaner.Log, c cleaner.Candidate, now int64) error {
	k := &cleaning{l: l, plan: plan}
	if err := k.begin(); err != nil {
		return err
	}
	offsets := cleaner.NewOffsetMap(l.store.tuning.Load().CleanerDedupeBytes)
	end, err := k.index(offsets, c)
	if err != nil {
		return k.failed(err)
	}
	l.mu.Lock()
	producers := l.mu.producers.LastRecords()
	l.mu.Unlock()
	f := cleaner.NewFilter(cleaner.FilterOptions{Offsets: offsets, Producers: producers, Now: now, DeleteRetentionMs: plan.Rules.DeleteRetentionMs, End: c.End,
		MaxUncompressed: l.cleanLimit()})
	runs := cleaner.Group(plan, min(end, c.End))
	for i := 0; i+1 < len(runs); i++ {
		if err := k.run(f, runs[i], runs[i+1]); err != nil {
			return k.failed(err)
		}
	}
	st := f.Stats()
	l.store.log.Info("log was compacted", "partition", l.tp.String(), "from", c.FirstDirty, "to", end,
		"bytesBefore", st.BytesRead, "bytesAfter", st.BytesKept, "recordsWithoutKey", st.WithoutKey)
	l.mu.Lock()
	if l.mu.cleanable.generation == k.generation {
		l.mu.cleanable.checkpoint = end
	}
	l.mu.Unlock()
	return l.ioFailed(l.dir.writeCleanerOffsets())
}

// failed tells a disk that failed from a log that moved on.
func (k *cleaning) failed(err error) error {
	var half *swapError
	if errors.As(err, &half) {
		k.l.dir.fail(err)
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if errors.Is(err, errOvertaken) {
		return err
	}
	for _, s := range k.segs {
		if s.Gone() {
			return errOvertaken
		}
	}
	var bad *record.CorruptError
	if errors.As(err, &bad) {
		return &CorruptError{File: k.l.path.Path(), Pos: -1, Reason: bad.Error()}
	}
	var inv *record.InvalidError // a marker that says nothing
	if errors.As(err, &inv) {
		return err
	}
	return k.l.ioFailed(err)
}

func (k *cleaning) begin() error {
	l := k.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.err != nil {
		return l.mu.err
	}
	if len(l.mu.segs) < len(k.plan.Segments) {
		return errOvertaken
	}
	k.generation = l.mu.cleanable.generation
	for i, p := range k.plan.Segments[:len(k.plan.Segments)-1] {
		s := l.mu.segs[i]
		if s.Base() != p.BaseOffset || s.Size() != p.Bytes {
			return errOvertaken
		}
		k.segs = append(k.segs, s)
		k.views = append(k.views, s.View())
	}
	return nil
}

// index reads the keys of the dirty part and returns where this round ends.
func (k *cleaning) index(offsets *cleaner.OffsetMap, c cleaner.Candidate) (int64, error) {
	aborted, err := k.aborted(c.FirstDirty, c.End)
	if err != nil {
		return 0, err
	}
	x := cleaner.NewIndexer(offsets, c.FirstDirty, aborted, k.l.cleanLimit())
	for i := range k.views {
		v := &k.views[i]
		next := k.plan.Segments[i+1].BaseOffset
		if v.Segment().Base() >= c.End {
			break
		}
		if next <= c.FirstDirty {
			continue
		}
		full := false
		err := v.ScanWhole(0, func(_ int64, b record.Batch) (err error) {
			if !full {
				full, err = x.Add(b)
			}
			return err
		})
		if err != nil {
			return 0, err
		}
		if full {
			break
		}
		x.SegmentDone(next)
	}
	return x.End(), nil
}

// aborted returns the aborted transactions that overlap [from, to).
func (k *cleaning) aborted(from, to int64) ([]cleaner.AbortedTxn, error) {
	k.l.mu.Lock()
	defer k.l.mu.Unlock()
	list, err := k.l.abortedIn(from, to)
	out := make([]cleaner.AbortedTxn, len(list))
	for i, t := range list {
		out[i] = cleaner.AbortedTxn(t)
	}
	return out, err
}

// run writes what stays of the segments [from, to) into one and puts it in their place.
func (k *cleaning) run(f *cleaner.Filter, from, to int) error {
	l := k.l
	created := k.segs[to-1].Created()
	fresh := segment.NewCleaned(l.store.env, l.path, k.segs[from].Base(), created)
	err := k.write(f, fresh, from, to)
	if err == nil {
		err = k.swap(fresh, from, to)
	}
	if err != nil && fresh.Cleaned() {
		if aerr := fresh.Abandon(); aerr != nil && !isNotExist(aerr) {
			l.store.log.Warn("cleaned files cannot be removed", "partition", l.tp.String(), "err", aerr)
		}
	}
	return err
}

func (k *cleaning) write(f *cleaner.Filter, fresh *segment.Segment, from, to int) error {
	l := k.l
	interval := l.cfg.Load().IndexIntervalBytes
	if err := fresh.Activate(interval); err != nil {
		return err
	}
	var out []byte
	var last []byte // the last batch that was read, without its records
	next := int64(-1)
	flush := func() error {
		if len(out) == 0 {
			return nil
		}
		err := fresh.Append(out, interval, 0)
		out = out[:0]
		return err
	}
	for i := from; i < to; i++ {
		aborted, err := k.aborted(k.segs[i].Base(), k.plan.Segments[i+1].BaseOffset)
		if err != nil {
			return err
		}
		f.AddAborted(aborted)
		err = k.views[i].ScanWhole(0, func(_ int64, b record.Batch) error {
			before, unreadable := len(out), f.Stats().Unreadable
			var err error
			if out, err = f.Clean(out, b); err != nil {
				return err
			}
			if f.Stats().Unreadable > unreadable {
				l.warnUnreadable(k.segs[i], b)
			}
			if len(out) > before {
				next = record.Batch(out[before:]).NextOffset()
			}
			last = b.AppendEmpty(last[:0])
			if len(out) >= l.store.tuning.Load().CleanerIOBytes {
				return flush()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	// The new segment must reach as far as those it replaces: a start after a crash tells by that which of them are old.
	if len(last) > 0 && record.Batch(last).NextOffset() > next {
		out = append(out, last...)
	}
	if err := flush(); err != nil {
		return err
	}
	var aborted []segment.AbortedTxn
	for _, t := range f.TakeAborted() {
		aborted = append(aborted, segment.AbortedTxn(t))
	}
	return fresh.Finish(aborted)
}

// warnUnreadable tells of the first batch that cleaning left as it is because nobody can read its records.
func (l *Log) warnUnreadable(s *segment.Segment, b record.Batch) {
	l.mu.Lock()
	told := l.mu.cleanable.unreadable
	l.mu.cleanable.unreadable = true
	l.mu.Unlock()
	if !told {
		l.store.log.Warn("compaction keeps a batch whose records cannot be read", "partition", l.tp.String(),
			"file", s.Path(segment.LogSuffix), "offset", b.BaseOffset(), "codec", b.Codec().String())
	}
}

// A swapError is a replacement that broke off half-way: only a new start can tell what is there.
type swapError struct{ err error }

func (e *swapError) Error() string { return "replacement of segments broke off: " + e.err.Error() }

// swap puts fresh in the place of the segments [from, to), on disk and in memory, unless the log has changed under them.
func (k *cleaning) swap(fresh *segment.Segment, from, to int) error {
	l := k.l
	l.maint.Lock() // nobody else takes segments out meanwhile; appends and rolls go on
	defer l.maint.Unlock()
	l.mu.Lock()
	_, err := k.place(from, to)
	l.mu.Unlock()
	if err != nil {
		return err
	}
	if err := fresh.Rename(segment.SwapSuffix); err != nil {
		return &swapError{err}
	}
	if err := l.store.fs.SyncDir(l.path.Path()); err != nil { // from here on a start after a crash completes the swap
		return &swapError{err}
	}
	l.mu.Lock()
	err = k.replace(fresh, from, to)
	l.mu.Unlock()
	if err == nil {
		err = l.store.fs.SyncDir(l.path.Path())
	}
	if err != nil {
		return &swapError{err}
	}
	return k.forgetSnapshots(from, to)
}

// forgetSnapshots removes the producer snapshots where the segments (from, to) began, which are not there any more. The one where the
// run begins stays, and all do when none behind the run would be left to start from. A crash before this leaves them; what they say is
// still right. maint is held.
func (k *cleaning) forgetSnapshots(from, to int) error {
	l := k.l
	l.mu.Lock()
	defer l.mu.Unlock()
	behind := k.plan.Segments[to].BaseOffset
	if to-from < 2 || l.mu.err != nil || l.mu.snapshotAt < behind {
		return nil
	}
	return l.dropSnapshots(func(at int64) bool {
		return at < behind && slices.ContainsFunc(k.segs[from+1:to], func(s *segment.Segment) bool { return s.Base() == at })
	})
}

// place returns where the segments [from, to) of the plan stand in the log, errOvertaken when they are not there any more.
func (k *cleaning) place(from, to int) (int, error) {
	l := k.l
	if l.mu.err != nil {
		return 0, l.mu.err
	}
	at := slices.Index(l.mu.segs, k.segs[from])
	if at < 0 || l.mu.cleanable.generation != k.generation || at+to-from >= len(l.mu.segs) ||
		!slices.Equal(l.mu.segs[at:at+to-from], k.segs[from:to]) {
		return 0, errOvertaken
	}
	return at, nil
}

// replace gives the files of fresh their names and fresh its place. mu is held.
func (k *cleaning) replace(fresh *segment.Segment, from, to int) error {
	l := k.l
	at, err := k.place(from, to)
	if err != nil {
		return err
	}
	behind := at + to - from
	old := l.mu.segs[at:behind:behind]
	for _, s := range old {
		if err := s.RenameDeleted(); err != nil {
			return err
		}
	}
	if err := fresh.Rename(""); err != nil {
		return err
	}
	fresh.EntrySynced()
	fresh.SetNext(l.mu.segs[behind].Base())
	l.dropUnsynced(old)
	segs := append(slices.Clone(l.mu.segs[:at]), fresh)
	l.mu.segs = append(segs, l.mu.segs[behind:]...)
	l.recount()
	l.store.removeLater(old, l.store.now()+l.cfg.Load().FileDeleteDelayMs)
	return nil
}

// writeCleanerOffsets writes cleaner-offset-checkpoint.
func (d *logDir) writeCleanerOffsets() error {
	d.checkpoints.Lock()
	defer d.checkpoints.Unlock()
	return d.writeOffsets(checkpoint.CleanerFile, func(l *Log) (int64, bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		at := l.mu.cleanable.checkpoint
		return at, at >= 0
	})
}

// finishSwaps completes replacements that a crash interrupted and returns the names that are there then.
func (l *Log) finishSwaps(names []string) ([]string, error) {
	var swaps, bases []int64
	for _, name := range names {
		base, suffix, ok := segment.ParseName(name)
		switch {
		case !ok:
		case suffix == segment.LogSuffix+segment.SwapSuffix:
			swaps = append(swaps, base)
		case suffix == segment.LogSuffix:
			bases = append(bases, base)
		}
	}
	for _, base := range swaps {
		if err := segment.FinishSwap(l.store.env, l.path, base, bases); err != nil {
			return nil, err
		}
	}
	names, err := l.store.fs.List(l.path.Path())
	if err != nil {
		return nil, err
	}
	keep := names[:0]
	for _, name := range names {
		if !strings.HasSuffix(name, segment.SwapSuffix) { // an index whose .log never became .swap
			keep = append(keep, name)
			continue
		}
		if err := l.store.fs.Remove(join(l.path.Path(), name)); err != nil && !isNotExist(err) {
			return nil, err
		}
	}
	return keep, nil
}
