package logstore

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// Create makes the log of a partition in the usable directory with the fewest logs. When it exists with the same topic id
// it is returned as it is, with cfg in force; with another id the error is ErrLogExists: see SetAside.
//
// A log whose own id is not known, because partition.metadata is not there or cannot be read, is given topicID when it never held a
// record. When it holds some that were durable it goes offline (*CorruptError): they may be the topic's, so it is not started empty,
// or those of an earlier topic, so they are not shown (R33). When none was durable, as a power cut soon after it was made leaves it, the
// error is ErrLogExists.
func (s *Store) Create(tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	return s.create(nil, tp, topicID, cfg)
}

// CreateIn is Create in the directory of that path.
func (s *Store) CreateIn(dir string, tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	for _, d := range s.dirs {
		if d.path == dir {
			return s.create(d, tp, topicID, cfg)
		}
	}
	return nil, fmt.Errorf("logstore: %s is not a log directory", dir)
}

// maxDirName bounds the name of a partition's directory, with room for the suffix that deleting it adds.
const maxDirName = 255

func (s *Store) create(d *logDir, tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	if got, err := ParseDir(tp.String()); err != nil || got != tp || !safeName(tp.Topic) || len(tp.String()) > maxDirName {
		return nil, fmt.Errorf("logstore: %q is no name for a partition's directory", tp.String())
	}
	if err := s.unname(tp); err != nil { // else a crash would leave the new log with the recovery point of the one before
		return nil, err
	}
	l, err := s.findOrMake(d, tp, topicID, cfg)
	if err == nil {
		err = l.again(topicID, cfg)
	}
	return l, err
}

// findOrMake returns the log that is there, whatever its topic id, or a new one.
func (s *Store) findOrMake(d *logDir, tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.closed {
		return nil, ErrClosed
	}
	if l := s.mu.logs[tp]; l != nil {
		return l, nil
	}
	if d == nil {
		d = s.emptiest()
	}
	if d == nil {
		return nil, ErrNoUsableDir
	}
	if err := d.offline(); err != nil {
		return nil, err
	}
	l, err := s.makeLog(d, tp, topicID, cfg)
	if err != nil {
		if isNoSpace(err) {
			return nil, fmt.Errorf("%w: %w", ErrNoSpace, err)
		}
		return nil, err
	}
	s.mu.logs[tp] = l
	return l, nil
}

// safeName holds topics to the characters that Kafka allows: they become names of directories and words in checkpoint files.
func safeName(topic string) bool {
	if topic == "." || topic == ".." || topic == "" {
		return false
	}
	for i := range len(topic) {
		c := topic[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

// again is Create of a log that is there.
func (l *Log) again(topicID [16]byte, cfg Config) error {
	l.mu.Lock()
	have, err := l.mu.topicID, l.mu.err
	l.mu.Unlock()
	switch {
	case err != nil:
	case topicID == have || topicID == [16]byte{}:
	case have != [16]byte{}:
		err = fmt.Errorf("%w: %s has topic id %s, not %s", ErrLogExists, l.tp, checkpoint.FormatUUID(have), checkpoint.FormatUUID(topicID))
	case l.EndOffset() == 0:
		err = l.AssignTopicID(topicID)
	default:
		err = l.unidentified(topicID)
	}
	if err == nil {
		l.SetConfig(cfg)
	}
	return err
}

// unidentified is the error of a log with records that nobody knows the topic of.
func (l *Log) unidentified(topicID [16]byte) error {
	path := join(l.path.Path(), checkpoint.PartitionMetadataFile)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.undurable {
		return fmt.Errorf("%w: %s has no topic id, and nothing of it was durable", ErrLogExists, l.tp)
	}
	return l.ruined(&CorruptError{File: path, Pos: -1, Reason: fmt.Sprintf("the file is not there or cannot be read, so nobody knows whether the records of this log, "+
		"offsets %d to %d in %d bytes, belong to the topic %s with the id %s or to an earlier one of that name; nothing is changed. If they belong to it, write the file, "+
		"two lines: \"version: 0\" and \"topic_id: %s\". If not, move the directory %s elsewhere and change the offset in the line of %s %d in %s to 0. Then start again",
		l.start.Load(), l.end.Load()-1, l.size.Load(), l.tp.Topic, checkpoint.FormatUUID(topicID), checkpoint.FormatUUID(topicID), l.path.Path(),
		l.tp.Topic, l.tp.Partition, join(l.dir.path, checkpoint.RecoveryPointFile))})
}

// emptiest returns the usable directory with the fewest logs. mu is held.
func (s *Store) emptiest() *logDir {
	if len(s.dirs) == 1 {
		if s.dirs[0].offline() != nil {
			return nil
		}
		return s.dirs[0]
	}
	counts := map[*logDir]int{}
	for _, l := range s.mu.logs {
		counts[l.dir]++
	}
	var best *logDir
	for _, d := range s.dirs {
		if d.offline() == nil && (best == nil || counts[d] < counts[best]) {
			best = d
		}
	}
	return best
}

// makeLog makes a partition's directory and partition.metadata; everything else comes with the first append. Neither is synced
// here: the first flush of the log does that before anything in it counts as durable.
func (s *Store) makeLog(d *logDir, tp TopicPartition, topicID [16]byte, cfg Config) (*Log, error) {
	path := join(d.path, tp.String())
	if err := s.fs.Mkdir(path, 0o755); err != nil {
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		// What failed to load or to be made before must not become the new log's content (R33).
		if err := s.clearName(d, path, tp); err != nil {
			return nil, err
		}
		if err := s.fs.Mkdir(path, 0o755); err != nil {
			return nil, err
		}
	}
	if topicID != [16]byte{} {
		if err := s.writeTopicID(path, topicID); err != nil {
			_ = s.fs.RemoveAll(path) // what remains is set aside by the next attempt
			return nil, err
		}
	}
	l := s.newLog(d, tp, path, cfg)
	l.mu.topicID, l.mu.newDir = topicID, true
	l.mu.segs = []*segment.Segment{segment.New(s.env, l.path, 0, s.now())}
	l.mu.producers = producer.New(0)
	l.setJitter()
	return l, nil
}

func (s *Store) writeTopicID(path string, topicID [16]byte) error {
	f, err := s.fs.OpenFile(join(path, checkpoint.PartitionMetadataFile), vfs.ReadWrite|vfs.Create|vfs.Exclusive, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(checkpoint.EncodePartitionMetadata(topicID), 0)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// AssignTopicID gives an id to a log that has none; another id than the known one is ErrLogExists.
func (l *Log) AssignTopicID(id [16]byte) error {
	l.maint.Lock()
	defer l.maint.Unlock()
	l.mu.Lock()
	have, err := l.mu.topicID, l.mu.err
	l.mu.Unlock()
	switch {
	case err != nil:
		return err
	case have == id:
		return nil
	case have != [16]byte{}:
		return fmt.Errorf("%w: %s has topic id %s", ErrLogExists, l.tp, checkpoint.FormatUUID(have))
	}
	path := join(l.path.Path(), checkpoint.PartitionMetadataFile)
	if err := l.dir.writeAtomic(path, checkpoint.EncodePartitionMetadata(id)); err != nil {
		return l.ioFailed(err)
	}
	l.mu.Lock()
	l.mu.topicID = id
	l.mu.Unlock()
	return nil
}

// nameAside is the name of the directory of a partition that is no partition's any more, cut so that it fits.
func (s *Store) nameAside(tp TopicPartition, suffix string) string {
	id := s.cfg.NewID()
	suffix = "." + hex.EncodeToString(id[:]) + suffix
	name := tp.String()
	return name[:min(len(name), maxDirName-len(suffix))] + suffix
}

// clearName renames a directory that no log was loaded from, so that it is no partition's any more. It will be removed when it holds
// no records.
func (s *Store) clearName(d *logDir, path string, tp TopicPartition) error {
	names, err := s.fs.List(path)
	if err != nil {
		return err
	}
	suffix := deleteSuffix
	for _, name := range names {
		if _, kind, ok := segment.ParseName(name); ok && kind == segment.LogSuffix {
			suffix = straySuffix
		}
	}
	to := join(d.path, s.nameAside(tp, suffix))
	if err := s.fs.Rename(path, to); err != nil {
		return err
	}
	if suffix == deleteSuffix {
		s.removals.add(removal{path: to})
	} else {
		s.log.Warn("a directory with records that is no log of this broker was in the way of a new partition; it is kept", "partition", tp.String(), "path", to)
	}
	return s.fs.SyncDir(d.path)
}

// Delete takes the log out of the store and renames its directory to <topic>-<partition>.<uuid>-delete; the files go
// after FileDeleteDelayMs. The name is free at once (invariant R33).
func (s *Store) Delete(tp TopicPartition) error {
	l, to, err := s.takeOut(tp, deleteSuffix)
	if to != "" {
		s.removals.add(removal{path: to, at: s.now() + l.cfg.Load().FileDeleteDelayMs})
	}
	return err
}

// SetAside is Delete that removes nothing: the directory is renamed to <topic>-<partition>.<uuid>-stray, which is left alone from then
// on, and its path is returned.
func (s *Store) SetAside(tp TopicPartition) (path string, err error) {
	_, path, err = s.takeOut(tp, straySuffix)
	return path, err
}

// takeOut takes a log out of the store and returns the path that its directory has then, "" when there is none.
func (s *Store) takeOut(tp TopicPartition, suffix string) (*Log, string, error) {
	l := s.Get(tp)
	if l == nil {
		return nil, "", fmt.Errorf("%w: %s", ErrLogNotFound, tp)
	}
	l.maint.Lock()
	defer l.maint.Unlock()
	if suffix == straySuffix { // kept for ever, such a directory is no trace of a deletion: after a crash the checkpoint must not miss the log
		was := l.recovery.Swap(0)
		if err := l.dir.writeRecoveryPoints(); err != nil {
			l.recovery.Store(was)
			return nil, "", err
		}
	}
	l.mu.Lock()
	if errors.Is(l.mu.err, ErrDeleted) {
		l.mu.Unlock()
		return nil, "", fmt.Errorf("%w: %s", ErrLogNotFound, tp)
	}
	l.mu.err, l.mu.damaged = fmt.Errorf("%w: %s", ErrDeleted, tp), false
	for _, seg := range l.mu.segs {
		seg.MarkGone()
	}
	l.wakeWaiters()
	l.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mu.logs, tp)
	l.dir.left(tp)
	to := join(l.dir.path, s.nameAside(tp, suffix))
	if err := s.fs.Rename(l.path.Path(), to); err != nil {
		if isNotExist(err) {
			return l, "", nil
		}
		return nil, "", fmt.Errorf("delete %s: %w", tp, err)
	}
	l.path.Set(to)
	return l, to, s.fs.SyncDir(l.dir.path)
}
