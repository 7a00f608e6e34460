package logstore

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/epoch"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// loadHints is what the checkpoints of a directory say.
type loadHints struct {
	clean                        bool // the last stop was clean
	recovery, hw, start, cleaned checkpoint.Offsets
}

// found is a .log file of a partition's directory.
type foundSegment struct {
	base, size, modified int64
}

// newLog returns a log without segments.
func (s *Store) newLog(d *logDir, tp TopicPartition, path string, cfg Config) *Log {
	l := &Log{store: s, dir: d, tp: tp, path: segment.NewDir(path)}
	l.SetConfig(cfg)
	l.mu.snapshotAt, l.mu.cleanable.checkpoint = -1, -1
	l.mu.epochs = new(epoch.Cache)
	l.mu.flushedAt = s.now()
	return l
}

// load opens the log of a partition's directory. After an unclean stop everything from the recovery point on is checked, a
// torn tail is cut off, and what is derived is made anew. A log that is damaged below its recovery point is returned offline
// (R28); err is for the disk.
func (s *Store) load(d *logDir, tp TopicPartition, path string, h *loadHints) (*Log, error) {
	l := s.newLog(d, tp, path, s.configFor(tp))
	names, err := s.fs.List(path)
	if err != nil {
		return nil, err
	}
	names, err = l.clearDebris(names)
	if err != nil {
		return nil, err
	}
	if err := l.loadTopicID(names); err != nil {
		return nil, err
	}
	files, err := l.segmentFiles(names)
	if err != nil {
		return nil, err
	}
	key := checkpoint.Partition{Topic: tp.Topic, Index: tp.Partition}
	if err = l.open(files, names, h, key); err != nil {
		var c *segment.CorruptError
		if !errors.As(err, &c) {
			return nil, err
		}
		l.mu.segs = []*segment.Segment{segment.New(s.env, l.path, 0, s.now())}
		l.mu.producers = producer.New(0)
		l.recovery.Store(h.recovery[key]) // the checkpoints keep what they say: the next start must come to the same end
		l.hw.Store(h.hw[key])
		l.start.Store(h.start[key])
		l.mu.Lock()
		_ = l.ruined(c)
		l.mu.Unlock()
	}
	return l, nil
}

// clearDebris removes what an interrupted deletion or cleaning left, finishes a replacement that had been decided, and
// returns the names that remain.
func (l *Log) clearDebris(names []string) ([]string, error) {
	swap := false
	for _, name := range names {
		swap = swap || strings.HasSuffix(name, segment.SwapSuffix)
	}
	keep := names[:0:len(names)]
	for _, name := range names {
		switch {
		case strings.HasSuffix(name, segment.DeletedSuffix), strings.HasSuffix(name, segment.CleanedSuffix), strings.HasSuffix(name, ".tmp"):
			if err := l.store.fs.Remove(join(l.path.Path(), name)); err != nil && !isNotExist(err) {
				return nil, err
			}
		default:
			keep = append(keep, name)
		}
	}
	if swap {
		return l.finishSwaps(keep)
	}
	return keep, nil
}

func (l *Log) loadTopicID(names []string) error {
	for _, name := range names {
		if name != checkpoint.PartitionMetadataFile {
			continue
		}
		data, err := l.store.fs.ReadFile(join(l.path.Path(), name))
		if err != nil {
			return err
		}
		id, err := checkpoint.ParsePartitionMetadata(name, data)
		if err != nil { // a power cut before the first flush leaves that: see Create
			l.store.log.Warn("partition.metadata cannot be used", "partition", l.tp.String(), "err", err)
			return nil
		}
		l.mu.topicID = id
	}
	return nil
}

func (l *Log) segmentFiles(names []string) ([]foundSegment, error) {
	var files []foundSegment
	for _, name := range names {
		base, suffix, ok := segment.ParseName(name)
		if !ok {
			continue
		}
		if suffix == segment.SnapshotSuffix {
			l.mu.snapshotAt = max(l.mu.snapshotAt, base)
		}
		if suffix != segment.LogSuffix {
			continue
		}
		st, err := l.store.fs.Stat(join(l.path.Path(), name))
		if err != nil {
			return nil, err
		}
		files = append(files, foundSegment{base, st.Size(), st.ModTime().UnixMilli()})
	}
	return files, nil
}

// open makes segments of the files and everything else of the segments.
func (l *Log) open(files []foundSegment, names []string, h *loadHints, key checkpoint.Partition) error {
	recovery := h.recovery[key]
	missing := missingIndexes(files, names)
	var err error
	var tail recovered
	if h.clean {
		err = l.openClean(files)
		if next := l.lastNext(); err == nil && recovery > 0 && next > recovery { // a clean stop leaves them equal
			err = &segment.CorruptError{File: l.path.Path(), Pos: -1, Reason: "the log ends behind its recovery point"}
		}
	}
	var c *segment.CorruptError
	if !h.clean || errors.As(err, &c) { // a clean stop that does not look clean is none
		err = l.recover(files, recovery, h.cleaned[key], &tail)
	}
	if err != nil {
		return err
	}
	if err := l.reaches(recovery); err != nil {
		return err
	}
	if err := l.lacksNone(names); err != nil {
		return err
	}
	l.settle(h, key, tail.ran)
	if err := l.loadEpochFile(names, &tail); err != nil {
		return err
	}
	if err := l.openProducers(tail.ran); err != nil {
		return err
	}
	if err := l.repair(missing); err != nil {
		return err
	}
	l.updateStable()
	return nil
}

// lastNext is where the segments end, 0 without any.
func (l *Log) lastNext() int64 {
	if len(l.mu.segs) == 0 {
		return 0
	}
	return l.active().Next()
}

// missingIndexes lists the bases of segments, but the last, whose offset index is not there.
func missingIndexes(files []foundSegment, names []string) []int64 {
	if len(files) < 2 {
		return nil
	}
	have := make(map[string]bool, len(names))
	for _, n := range names {
		have[n] = true
	}
	var out []int64
	for _, f := range files[:len(files)-1] {
		if !have[segment.FileName(f.base, segment.IndexSuffix)] {
			out = append(out, f.base)
		}
	}
	return out
}

// repair makes the transaction indexes anew of segments whose offset index was gone: somebody removed derived files.
func (l *Log) repair(bases []int64) error {
	for _, base := range bases {
		for i, s := range l.mu.segs {
			if s.Base() != base {
				continue
			}
			if _, err := l.rebuildTxns(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// openClean opens segments that were closed in good order.
func (l *Log) openClean(files []foundSegment) error {
	l.mu.segs = make([]*segment.Segment, 0, max(1, len(files)))
	for i, f := range files {
		if i < len(files)-1 {
			l.mu.segs = append(l.mu.segs, segment.OpenSealed(l.store.env, l.path, f.base, files[i+1].base, f.size, f.modified))
			continue
		}
		s, err := segment.OpenActive(l.store.env, l.path, f.base, f.size, f.modified)
		if err != nil {
			return err
		}
		l.mu.segs = append(l.mu.segs, s)
	}
	return nil
}

// recovered is what a recovery learnt on its way.
type recovered struct {
	ran    bool
	epochs []checkpoint.EpochStart // of the batches that were read
	from   int64                   // first offset that was read
}

// recover opens segments after an unclean stop. Those that end at or below the recovery point are believed; every later one is
// read and cut where it ceases to make sense, and with it what follows. None of that was known to be durable, and a power cut may
// leave holes in it; but it may hold records that were acknowledged, so only a torn tail goes for good.
func (l *Log) recover(files []foundSegment, recovery, cleaned int64, r *recovered) error {
	r.ran, r.from = true, -1
	cfg := l.cfg.Load()
	l.mu.segs = make([]*segment.Segment, 0, max(1, len(files)))
	for i, f := range files {
		last := i == len(files)-1
		if !last && files[i+1].base <= recovery {
			l.mu.segs = append(l.mu.segs, segment.OpenSealed(l.store.env, l.path, f.base, files[i+1].base, f.size, f.modified))
			continue
		}
		rest := files[i+1:]
		end := int64(maxInt64)
		if !last {
			end = files[i+1].base
		}
		s, rec, err := segment.Recover(l.store.env, l.path, f.base, f.size, end, recovery, f.modified, cfg.IndexIntervalBytes, holdBytes(rest), func(b record.Batch) error {
			r.note(b)
			return nil
		})
		if err != nil {
			return err
		}
		l.mu.segs = append(l.mu.segs, s)
		if rec.Damage != nil {
			return l.endAt(&cut{file: s.Path(segment.LogSuffix), pos: rec.Damage.Pos, why: rec.Damage.Reason, bytes: f.size - rec.End, next: s.Next(), rec: rec}, rest)
		}
		if last {
			break
		}
		if s.Next() < min(recovery, files[i+1].base) && files[i+1].base > cleaned {
			return &segment.CorruptError{File: s.Path(segment.LogSuffix), Pos: s.Size(), Reason: fmt.Sprintf("it ends before offset %d, the next segment begins at %d, "+
				"and the recovery point is %d: records that were durable are missing, and nothing is cut; restore the file from a copy, or delete the topic",
				s.Next(), files[i+1].base, recovery)}
		}
		if s.Next() < files[i+1].base && files[i+1].base > cleaned { // its end was lost on a batch border; only compaction leaves holes
			why := fmt.Sprintf("it ends before offset %d, the next segment begins at %d", s.Next(), files[i+1].base)
			return l.endAt(&cut{file: s.Path(segment.LogSuffix), pos: s.Size(), why: why, next: s.Next()}, rest)
		}
		if err := s.SealIfRoom(); err != nil {
			return err
		}
		l.mu.unsynced = append(l.mu.unsynced, s)
	}
	return nil
}

func (r *recovered) note(b record.Batch) {
	if r.from < 0 {
		r.from = b.BaseOffset()
	}
	if n := len(r.epochs); b.LeaderEpoch() >= 0 && (n == 0 || r.epochs[n-1].Epoch != b.LeaderEpoch()) {
		r.epochs = append(r.epochs, checkpoint.EpochStart{Epoch: b.LeaderEpoch(), Start: b.BaseOffset()})
	}
}

// settle sets the offsets once the segments are known.
func (l *Log) settle(h *loadHints, key checkpoint.Partition, ran bool) {
	if len(l.mu.segs) == 0 {
		l.mu.segs = append(l.mu.segs, segment.New(l.store.env, l.path, h.start[key], l.store.now()))
	}
	first, end := l.mu.segs[0].Base(), l.active().Next()
	start := min(max(first, h.start[key]), end)
	l.start.Store(start)
	l.end.Store(end)
	l.hw.Store(min(max(h.hw[key], start), end))
	for name, at := range map[string]int64{checkpoint.HighWatermarkFile: h.hw[key], checkpoint.StartOffsetFile: h.start[key]} {
		if at > end { // a power cut took what had not been flushed, or somebody wrote to the file
			l.store.log.Warn("a checkpoint names an offset behind the end of the log; the end is taken instead", "partition", l.tp.String(),
				"file", join(l.dir.path, name), "offset", at, "end", end)
		}
	}
	flushed := end
	l.mu.undurable = ran && h.recovery[key] == 0
	if ran {
		flushed = min(max(h.recovery[key], start), end)
	}
	l.flushed.Store(flushed)
	l.recovery.Store(flushed)
	if at, ok := h.cleaned[key]; ok {
		l.mu.cleanable.checkpoint = min(at, end)
	}
	l.recount()
	l.setJitter()
}

// loadEpochFile reads leader-epoch-checkpoint and adds what recovery saw. Without a file, the batches are asked.
func (l *Log) loadEpochFile(names []string, r *recovered) error {
	found := false
	for _, n := range names {
		found = found || n == epochFile
	}
	var list []checkpoint.EpochStart
	if found {
		data, err := l.store.fs.ReadFile(join(l.path.Path(), epochFile))
		if err != nil {
			return err
		}
		if list, err = checkpoint.ParseEpochs(epochFile, data); err != nil {
			l.store.log.Warn("leader epochs are read from the batches", "partition", l.tp.String(), "err", err)
			found = false
		}
	}
	if !found {
		all, err := l.epochsOfBatches()
		if err != nil {
			return err
		}
		list = all
	}
	if found {
		l.tellMissingStart(list, r.ran)
	}
	cache, err := loadEpochs(list)
	if err != nil {
		return err
	}
	l.mu.epochs = cache
	l.mu.epochsDirty = !found && len(list) > 0
	for _, e := range r.epochs {
		if l.mu.epochs.Assign(e.Epoch, e.Start) {
			l.mu.epochsDirty = true
		}
	}
	if l.mu.epochs.TruncateFromEnd(l.end.Load()) || l.mu.epochs.TruncateFromStart(l.start.Load()) {
		l.mu.epochsDirty = true
	}
	return nil
}

func (l *Log) epochsOfBatches() ([]checkpoint.EpochStart, error) {
	var r recovered
	for _, s := range l.mu.segs {
		v := s.View()
		if err := v.Scan(0, func(_ int64, b record.Batch) error { r.note(b); return nil }); err != nil {
			return nil, err
		}
	}
	return r.epochs, nil
}

// emptySnapshot is the size of a snapshot without producers.
const emptySnapshot = 10

// openProducers loads producer state. After a clean stop the snapshot at the end says it all.
func (l *Log) openProducers(unclean bool) error {
	end := l.end.Load()
	if end == l.mu.segs[0].Base() && l.Size() == 0 {
		l.mu.producers = producer.New(end)
		return nil
	}
	if l.mu.snapshotAt > end {
		if err := l.dropSnapshots(func(at int64) bool { return at > end }); err != nil {
			return err
		}
	}
	if !unclean && l.mu.snapshotAt == end {
		path := segment.Path(l.path.Path(), end, segment.SnapshotSuffix)
		if st, err := l.store.fs.Stat(path); err == nil && st.Size() == emptySnapshot {
			l.mu.producers = producer.New(end)
			return nil
		}
	}
	return l.loadProducersAndTxns(end, unclean)
}

// loadProducersAndTxns replays what no snapshot covers; after an unclean stop it makes the transaction indexes of the segments
// that were recovered anew from there on (trap T65).
func (l *Log) loadProducersAndTxns(end int64, unclean bool) error {
	believed := end
	if unclean { // transaction indexes are believed below the recovery point only
		believed = min(end, l.recovery.Load())
	}
	state, from, err := l.loadSnapshot(believed)
	if err != nil {
		return err
	}
	fresh := map[*segment.Segment][]segment.AbortedTxn{}
	if unclean {
		for _, s := range append(l.mu.unsynced, l.active()) {
			known, err := s.AbortedTxns()
			var c *segment.CorruptError
			if errors.As(err, &c) {
				known, state, from, err = nil, nil, min(from, s.Base()), nil
			}
			if err != nil {
				return err
			}
			fresh[s] = known
		}
	}
	if state == nil { // some index is damaged: begin where its segment does
		if state, from, err = l.loadSnapshot(from); err != nil {
			return err
		}
	}
	for s, known := range fresh {
		n := 0
		for n < len(known) && known[n].LastOffset < from {
			n++
		}
		fresh[s] = known[:n:n]
	}
	err = l.replay(state, from, end, func(t producer.Completed) {
		s := l.mu.segs[l.segmentAt(t.LastOffset)]
		if list, ok := fresh[s]; ok && t.Aborted {
			fresh[s] = append(list, segment.AbortedTxn{ProducerID: t.ProducerID, FirstOffset: t.FirstOffset, LastOffset: t.LastOffset, LastStableOffset: t.LastStableOffset})
		}
	})
	if err != nil {
		return err
	}
	for s, list := range fresh {
		if err := s.SetAbortedTxnsIfRoom(list); err != nil {
			return err
		}
	}
	state.HighWatermark(l.hw.Load())
	l.mu.producers = state
	if from < end {
		l.sinceSnapshot.Store(l.Size())
	}
	return nil
}
