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
// it is returned as it is, with cfg in force; with another id the error is ErrLogExists.
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.closed {
		return nil, ErrClosed
	}
	if l := s.mu.logs[tp]; l != nil {
		return l, l.again(topicID, cfg)
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
	if err != nil {
		return err
	}
	if have != topicID && topicID != [16]byte{} {
		return fmt.Errorf("%w: %s has topic id %s, not %s", ErrLogExists, l.tp, checkpoint.FormatUUID(have), checkpoint.FormatUUID(topicID))
	}
	l.SetConfig(cfg)
	return nil
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
		if err := s.setAside(d, path, tp); err != nil {
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
	if err := checkpoint.WriteAtomic(l.store.fs, path, checkpoint.EncodePartitionMetadata(id)); err != nil {
		return l.ioFailed(err)
	}
	l.mu.Lock()
	l.mu.topicID = id
	l.mu.Unlock()
	return nil
}

// deletedName is the name of a deleted partition's directory, cut so that it fits.
func (s *Store) deletedName(tp TopicPartition) string {
	id := s.cfg.NewID()
	suffix := "." + hex.EncodeToString(id[:]) + deleteSuffix
	name := tp.String()
	return name[:min(len(name), maxDirName-len(suffix))] + suffix
}

// setAside renames a directory so that it is no partition's any more and will be removed.
func (s *Store) setAside(d *logDir, path string, tp TopicPartition) error {
	to := join(d.path, s.deletedName(tp))
	if err := s.fs.Rename(path, to); err != nil {
		return err
	}
	s.removals.add(removal{path: to})
	return s.fs.SyncDir(d.path)
}

// Delete takes the log out of the store and renames its directory to <topic>-<partition>.<uuid>-delete; the files go
// after FileDeleteDelayMs. The name is free at once (invariant R33).
func (s *Store) Delete(tp TopicPartition) error {
	l := s.Get(tp)
	if l == nil {
		return fmt.Errorf("%w: %s", ErrLogNotFound, tp)
	}
	l.maint.Lock()
	defer l.maint.Unlock()
	l.mu.Lock()
	if errors.Is(l.mu.err, ErrDeleted) {
		l.mu.Unlock()
		return fmt.Errorf("%w: %s", ErrLogNotFound, tp)
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
	to := join(l.dir.path, s.deletedName(tp))
	if err := s.fs.Rename(l.path.Path(), to); err != nil {
		if isNotExist(err) {
			return nil
		}
		return fmt.Errorf("delete %s: %w", tp, err)
	}
	l.path.Set(to)
	s.removals.add(removal{path: to, at: s.now() + l.cfg.Load().FileDeleteDelayMs})
	return s.fs.SyncDir(l.dir.path)
}
