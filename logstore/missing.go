package logstore

import (
	"fmt"
	"strings"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
)

// What this file guards: a recovery point says that everything below it is on the disk. A log that ends before it has lost durable
// records, however well its files look, and must not go on as if it had never held them (R28).
//
// So that the checkpoint never says too much: a truncation lowers it before it cuts, to where the cut will be; the directory of a
// deleted log is not removed, and its name is not given again, before the checkpoint is rid of it.

// reaches returns damage when the log ends before its recovery point.
func (l *Log) reaches(recovery int64) error {
	end := l.lastNext()
	if end >= recovery {
		return nil
	}
	return l.lost(recovery, fmt.Sprintf("the log in %s ends at offset %d", l.path.Path(), end), end)
}

// lost is the damage of a log whose durable records are not there. end is where it ends.
func (l *Log) lost(recovery int64, what string, end int64) error {
	return &segment.CorruptError{File: join(l.dir.path, checkpoint.RecoveryPointFile), Pos: -1, Reason: fmt.Sprintf("it says that the offsets of %s below %d are durable, "+
		"but %s: records are missing, and nothing is changed; put the files back, or, to go on without these records, change the %d in the line of %s %d to %d; then start again",
		l.tp, recovery, what, recovery, l.tp.Topic, l.tp.Partition, end)}
}

// lacksNone returns damage when a file that belongs to a segment between two others stands there without its .log, and the segment before
// does not reach that far. After a compaction it does, because the segment that replaced a run reaches as far as the run did.
func (l *Log) lacksNone(names []string) error {
	for i := range len(l.mu.segs) - 1 {
		at, next, orphan := l.mu.segs[i].Base(), l.mu.segs[i+1].Base(), ""
		for _, name := range names {
			switch base, suffix, ok := segment.ParseName(name); {
			case !ok || base <= at || base >= next:
			// A snapshot is no sign: Apache Kafka leaves one behind at each stop, and compaction may take the records around it.
			case suffix == segment.IndexSuffix, suffix == segment.TimeSuffix, suffix == segment.TxnSuffix:
				at, orphan = base, name // the last one: when the segment before reaches there, it reaches the others
			}
		}
		if orphan == "" {
			continue
		}
		v := l.mu.segs[i].View()
		if _, ok, err := v.Find(at); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		return &segment.CorruptError{File: segment.Path(l.path.Path(), at, segment.LogSuffix), Pos: -1, Reason: fmt.Sprintf("the file is not there, but %s is, and no other "+
			"file holds the offsets from %d to %d: records that were durable are missing, and nothing is changed; put the file back, or, to go on without these records, "+
			"remove %s and the other files of that offset; then start again", orphan, at, next-1, orphan)}
	}
	return nil
}

// tellMissingStart tells when leader epochs began before the first segment: the segments before it are not there. A clean stop has
// written the epochs as they were; a crash may have come between retention and that.
func (l *Log) tellMissingStart(list []checkpoint.EpochStart, unclean bool) {
	first := l.mu.segs[0].Base()
	if len(list) == 0 || list[0].Start >= first || l.lastNext() == first { // of a log that retention emptied the last epochs stay
		return
	}
	say := l.store.log.Error
	if unclean {
		say = l.store.log.Warn
	}
	say("the log begins behind the first of its leader epochs: segments are missing, unless the broker was stopped while retention removed them",
		"partition", l.tp.String(), "dir", l.path.Path(), "first", first, "epochsFrom", list[0].Start)
}

// noteLost remembers the logs that the checkpoint knows to hold durable records and whose directories are not there. The
// directory of a log that was deleted just before a crash has a trace: it is there under the name that deletion gave it.
func (d *logDir) noteLost(names []string, loaded []TopicPartition, recovery checkpoint.Offsets) {
	left := make(map[TopicPartition]int64)
	for key, at := range recovery {
		if tp := (TopicPartition{Topic: key.Topic, Partition: key.Index}); at > 0 && safeName(tp.Topic) {
			left[tp] = at
		}
	}
	for _, tp := range loaded {
		delete(left, tp)
	}
	if len(left) == 0 {
		return
	}
	for _, name := range names {
		if !strings.HasSuffix(name, deleteSuffix) {
			continue
		}
		i := strings.LastIndexByte(name, '.')
		for tp := range left {
			if was := tp.String(); i >= 0 && (name[:i] == was || len(name) == maxDirName && strings.HasPrefix(was, name[:i])) {
				delete(left, tp)
				d.left(tp) // the trace goes before long, and then the checkpoint must not name it
			}
		}
	}
	d.lost = left
}

// reportLost puts logs that take part in nothing in the place of those that are lost, unless another directory has them: whoever
// wants one is told, and the checkpoints keep what they say.
func (s *Store) reportLost() {
	for _, d := range s.dirs {
		for tp, at := range d.lost {
			if d.offline() != nil || s.Get(tp) != nil {
				continue
			}
			l := s.newLog(d, tp, join(d.path, tp.String()), s.configFor(tp))
			l.mu.segs = []*segment.Segment{segment.New(s.env, l.path, 0, s.now())}
			l.mu.producers = producer.New(0)
			l.recovery.Store(at)
			l.mu.Lock()
			_ = l.ruined(l.lost(at, fmt.Sprintf("there is no directory %s", l.path.Path()), 0))
			l.mu.Unlock()
			s.mu.Lock()
			s.mu.logs[tp] = l
			s.mu.Unlock()
		}
		d.lost = nil
	}
}

// left notes that a log of the directory was taken out: the recovery point checkpoint on the disk still names it.
func (d *logDir) left(tp TopicPartition) {
	d.recoveryDirty.Store(true)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mu.left == nil {
		d.mu.left = make(map[TopicPartition]struct{})
	}
	d.mu.left[tp] = struct{}{}
}

// named reports that the recovery point checkpoint on the disk still names a log that was taken out: that one, or any when tp is
// zero.
func (d *logDir) named(tp TopicPartition) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if tp == (TopicPartition{}) {
		return len(d.mu.left) > 0
	}
	_, ok := d.mu.left[tp]
	return ok
}

// unname rewrites the recovery point checkpoints that still name a log that was taken out, see named. No lock is held.
func (s *Store) unname(tp TopicPartition) error {
	for _, d := range s.dirs {
		if d.offline() != nil || !d.named(tp) {
			continue
		}
		if err := d.writeRecoveryPoints(); err != nil {
			if passes(err) {
				return noSpace(err)
			}
			d.fail(err)
			return fmt.Errorf("%w: %w", ErrOffline, err)
		}
	}
	return nil
}
