package logstore

import (
	"fmt"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
)

// SetHighWatermark moves the high watermark forward, to at most the log end offset. It never moves back but by truncation.
func (l *Log) SetHighWatermark(hw int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if hw = min(hw, l.end.Load()); hw <= l.hw.Load() {
		return
	}
	l.hw.Store(hw)
	l.mu.producers.HighWatermark(hw)
	l.updateStable()
	l.dir.hwDirty.Store(true)
}

// AdvanceStartOffset raises the log start offset (DeleteRecords). Above the high watermark it is *OffsetOutOfRangeError;
// below the present start it changes nothing. Whole segments below it go with the next retention check; the new start is
// checkpointed within StoreConfig.FlushInterval.
func (l *Log) AdvanceStartOffset(to int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.err != nil {
		return l.mu.err
	}
	if hw := l.hw.Load(); to > hw {
		return &OffsetOutOfRangeError{to, l.start.Load(), hw}
	}
	l.advanceStart(to)
	return nil
}

// advanceStart raises the start offset. mu is held.
func (l *Log) advanceStart(to int64) {
	if to <= l.start.Load() {
		return
	}
	l.start.Store(to)
	if l.hw.Load() < to {
		l.hw.Store(to)
	}
	if l.mu.epochs.TruncateFromStart(to) {
		l.mu.epochsDirty = true
	}
	l.mu.producers.StartOffset(to)
	l.updateStable()
	l.dir.startDirty.Store(true)
}

// Truncate removes every batch that holds an offset at or above to, with index entries, epochs and producer state. The log then
// ends at to, or before it when to lies within a batch. A power cut before the next flush may bring back what was removed.
func (l *Log) Truncate(to int64) error {
	cut, err := l.cutAt(to)
	if cut && err == nil {
		l.RequestFlush()
	}
	return err
}

func (l *Log) cutAt(to int64) (cut bool, err error) {
	l.maint.Lock()
	defer l.maint.Unlock()
	l.mu.Lock()
	if l.mu.err != nil || to >= l.end.Load() {
		err := l.mu.err
		l.mu.Unlock()
		return false, err
	}
	l.mu.Unlock()
	if to < 0 {
		return false, fmt.Errorf("logstore: %s: cannot truncate to %d", l.tp, to)
	}
	floor, err := l.cutFloor(to)
	if err == nil {
		err = l.lowerRecovery(floor)
	}
	if err != nil {
		return false, l.ioFailed(err)
	}
	l.mu.Lock()
	switch {
	case to < l.mu.segs[0].Base() || to < l.start.Load():
		err = l.restart(to)
	default:
		err = l.truncate(to)
		if start := l.start.Load(); err == nil && l.end.Load() < start {
			err = l.restart(start) // the batch that went began below the log start
		}
	}
	l.mu.Unlock()
	return true, l.ioFailed(err)
}

// cutFloor is the lowest offset that a log which is being truncated to to may end at when a crash comes: where the batch begins that
// holds to, and 0 when the log is emptied. maint is held.
func (l *Log) cutFloor(to int64) (int64, error) {
	l.mu.Lock()
	start := l.start.Load()
	if to < start || to < l.mu.segs[0].Base() {
		l.mu.Unlock()
		return 0, nil
	}
	v := l.mu.segs[l.segmentAt(to)].View()
	l.mu.Unlock()
	a, ok, err := v.Find(to)
	switch {
	case err != nil || !ok:
		return to, err
	case a.Base < start:
		return 0, nil
	}
	return min(to, a.Base), nil
}

// lowerRecovery writes a recovery point of at most to before anything is cut: a crash while files are cut and removed then looks at
// every batch from there on, and misses none. maint is held.
func (l *Log) lowerRecovery(to int64) error {
	was := l.recovery.Load()
	if was <= to {
		return nil
	}
	l.recovery.Store(to)
	err := l.dir.writeRecoveryPoints()
	if err != nil {
		l.recovery.Store(was) // what the disk says: nothing may be cut
	}
	return err
}

// truncate cuts within the log. mu is held.
func (l *Log) truncate(to int64) error {
	keep := l.segmentAt(to) + 1
	for i := len(l.mu.segs) - 1; i >= keep; i-- { // the last first: a crash in between leaves a whole log
		if err := l.removeSegment(l.mu.segs[i]); err != nil {
			return err
		}
		l.mu.segs = l.mu.segs[:i]
	}
	if err := l.active().TruncateTo(to, l.cfg.Load().IndexIntervalBytes); err != nil {
		return err
	}
	return l.shorten(to)
}

// removeSegment takes a segment's files away for good. mu is held.
func (l *Log) removeSegment(s *segment.Segment) error {
	if err := s.RenameDeleted(); err != nil {
		return err
	}
	l.dropUnsynced([]*segment.Segment{s})
	return s.RemoveDeleted()
}

// shorten adjusts everything that knows offsets after the segments were cut. mu is held.
func (l *Log) shorten(to int64) error {
	end := max(l.active().Next(), l.active().Base())
	l.end.Store(end)
	l.hw.Store(min(l.hw.Load(), end))
	for f := l.flushed.Load(); f > end && !l.flushed.CompareAndSwap(f, end); f = l.flushed.Load() {
	}
	l.recovery.Store(min(l.recovery.Load(), end))
	l.recount()
	l.mu.hints = nil
	l.mu.cleanable.generation++
	l.mu.cleanable.checkpoint = min(l.mu.cleanable.checkpoint, end)
	if l.mu.epochs.TruncateFromEnd(end) {
		l.mu.epochsDirty = true
	}
	l.dir.hwDirty.Store(true)
	if err := l.dropSnapshots(func(at int64) bool { return at > end }); err != nil {
		return err
	}
	if err := l.loadProducers(end); err != nil {
		return err
	}
	l.updateStable()
	return l.store.fs.SyncDir(l.path.Path())
}

func (l *Log) recount() {
	sum := int64(0)
	for _, s := range l.mu.segs {
		sum += s.Size()
	}
	l.size.Store(sum)
}

// TruncateFullyAndStartAt removes every record; the next one gets offset off.
func (l *Log) TruncateFullyAndStartAt(off int64) error {
	if off < 0 {
		return fmt.Errorf("logstore: %s: cannot start at %d", l.tp, off)
	}
	l.maint.Lock()
	defer l.maint.Unlock()
	if err := l.Err(); err != nil {
		return err
	}
	if err := l.lowerRecovery(0); err != nil {
		return l.ioFailed(err)
	}
	l.mu.Lock()
	err := l.restart(off)
	l.mu.Unlock()
	if err == nil {
		err = l.dir.writeRecoveryPoints()
	}
	if err == nil {
		err = l.dir.writeStartOffsets()
	}
	return l.ioFailed(err)
}

// restart empties the log. mu is held.
func (l *Log) restart(off int64) error {
	for i := len(l.mu.segs) - 1; i >= 0; i-- {
		if err := l.removeSegment(l.mu.segs[i]); err != nil {
			return err
		}
		if i > 0 {
			l.mu.segs = l.mu.segs[:i]
		}
	}
	s := segment.New(l.store.env, l.path, off, l.store.now())
	l.mu.segs = append(l.mu.segs[:0:0], s)
	if err := s.Create(); err != nil {
		return err
	}
	l.mu.epochs.Clear()
	if err := l.store.fs.Remove(join(l.path.Path(), epochFile)); err != nil && !isNotExist(err) {
		return err
	}
	l.mu.epochsDirty = false
	if err := l.dropSnapshots(func(int64) bool { return true }); err != nil {
		return err
	}
	l.mu.producers.Reset(off)
	l.mu.hints, l.mu.unsynced = nil, nil
	l.mu.cleanable.generation++
	l.mu.cleanable.checkpoint = -1
	for _, x := range []interface{ Store(int64) }{&l.start, &l.end, &l.hw, &l.lso, &l.flushed, &l.recovery} {
		x.Store(off)
	}
	l.size.Store(0)
	l.dir.hwDirty.Store(true)
	l.dir.startDirty.Store(true)
	return l.syncPlace()
}

// syncPlace makes the partition's directory durable, and that it is there. mu is held.
func (l *Log) syncPlace() error {
	fsys := l.store.fs
	if l.mu.newDir {
		if err := syncFile(l.store, join(l.path.Path(), checkpoint.PartitionMetadataFile)); err != nil && !isNotExist(err) {
			return err
		}
		if err := fsys.SyncDir(l.dir.path); err != nil {
			return err
		}
		l.mu.newDir = false
	}
	return fsys.SyncDir(l.path.Path())
}

// dropSnapshots removes the producer snapshots at the offsets that gone accepts. mu is held.
func (l *Log) dropSnapshots(gone func(at int64) bool) error {
	list, err := l.snapshots()
	if err != nil {
		return err
	}
	l.mu.snapshotAt = -1
	for _, at := range list {
		if !gone(at) {
			l.mu.snapshotAt = at
			continue
		}
		if err := l.store.fs.Remove(segment.Path(l.path.Path(), at, segment.SnapshotSuffix)); err != nil && !isNotExist(err) {
			return err
		}
	}
	return nil
}

// snapshots lists the offsets of the producer snapshots on disk, rising.
func (l *Log) snapshots() ([]int64, error) {
	names, err := l.store.fs.List(l.path.Path())
	if err != nil {
		return nil, err
	}
	var list []int64
	for _, name := range names {
		if at, suffix, ok := segment.ParseName(name); ok && suffix == segment.SnapshotSuffix {
			list = append(list, at)
		}
	}
	return list, nil
}

// loadSnapshot returns the newest readable producer state at or below offset and the offset it stands for. A damaged snapshot
// is skipped. mu is held.
func (l *Log) loadSnapshot(offset int64) (*producer.State, int64, error) {
	list, err := l.snapshots()
	if err != nil {
		return nil, 0, err
	}
	first := l.mu.segs[0].Base()
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] > offset || list[i] < first {
			continue
		}
		data, err := l.store.fs.ReadFile(segment.Path(l.path.Path(), list[i], segment.SnapshotSuffix))
		if err != nil {
			return nil, 0, err
		}
		entries, err := producer.ParseSnapshot(data)
		if err != nil {
			l.store.log.Warn("producer snapshot is damaged, an older one is used", "partition", l.tp.String(), "offset", list[i], "err", err)
			continue
		}
		s := producer.New(list[i])
		s.Load(entries, list[i], l.store.now(), l.store.tuning.Load().ProducerExpiryMs)
		return s, list[i], nil
	}
	return producer.New(first), first, nil
}

// loadProducers makes the producer state that of the log up to end, from the newest snapshot and the batches behind it (I4). mu is
// held.
func (l *Log) loadProducers(end int64) error {
	s, from, err := l.loadSnapshot(end)
	if err != nil {
		return err
	}
	if from < end {
		if err := l.replay(s, from, end, nil); err != nil {
			return err
		}
	}
	s.HighWatermark(l.hw.Load())
	l.mu.producers = s
	return nil
}
