package quorum

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// storage is raft's view of the metadata log: entry index is the batch that index-start.index-1 batches precede.
//
//	start   the point before the first entry: a snapshot, or the beginning of the log; its term is known
//	snap    the newest durable snapshot
//	start.index <= snap.index <= last index; start.offset == log.start <= snap.offset <= log.end (M10)
type storage struct {
	fs           vfs.FS
	dir          string
	log          *metaLog
	start, snap  snapPoint
	snapshots    []SnapshotID // durable, oldest first
	voters       []Voter
	kraftVersion int16
	election     electionState
}

// openStorage recovers what a crash has left in dir. configured are the voters that the node's configuration names; those
// of the newest checkpoint go before them.
func openStorage(fsys vfs.FS, dir string, segmentBytes int64, configured []Voter) (*storage, error) {
	s := &storage{fs: fsys, dir: dir, voters: sortVoters(configured)}
	var err error
	if s.snapshots, err = listSnapshots(fsys, dir); err != nil {
		return nil, err
	}
	if err := s.loadVoters(); err != nil {
		return nil, err
	}
	if s.log, err = openLog(fsys, dir, segmentBytes); err != nil {
		return nil, err
	}
	if err := s.align(); err != nil {
		s.log.close()
		return nil, err
	}
	if s.election, err = loadElection(fsys, dir, s.voters); err != nil {
		s.log.close()
		return nil, err
	}
	s.election.epoch = max(s.election.epoch, s.lastEpoch())
	return s, nil
}

func (s *storage) loadVoters() error {
	if len(s.snapshots) == 0 {
		return nil
	}
	newest := s.snapshots[len(s.snapshots)-1]
	batches, err := readCheckpoint(s.fs, s.dir, newest)
	if err != nil {
		return err
	}
	voters, kraft, found, err := readVoters(batches)
	if err != nil {
		return fmt.Errorf("quorum: %s: %w", newest, err)
	}
	s.kraftVersion = kraft
	if found {
		s.voters = voters
	}
	return nil
}

// align finds the raft index of the log's first batch and of the newest snapshot.
func (s *storage) align() error {
	newest := SnapshotID{}
	if n := len(s.snapshots); n > 0 {
		newest = s.snapshots[n-1]
	}
	first, end := s.log.startOffset(), s.log.endOffset()
	if end < newest.Offset || s.log.batches() == 0 {
		// A snapshot was installed and the crash came before the log followed; or there is no log at all.
		if err := s.log.reset(newest.Offset); err != nil {
			return err
		}
		first, end = newest.Offset, newest.Offset
	}
	if first > newest.Offset {
		return &CorruptError{File: s.dir, Reason: fmt.Sprintf("the log begins at offset %d, but the newest snapshot ends at %d", first, newest.Offset)}
	}
	var err error
	if s.start, err = s.startPoint(first, end); err != nil {
		return err
	}
	if err := s.log.trimPrefix(s.start.offset); err != nil {
		return err
	}
	n, ok := s.log.find(newest.Offset)
	if !ok {
		return &CorruptError{File: s.dir, Reason: fmt.Sprintf("the newest snapshot ends at offset %d, within a batch", newest.Offset)}
	}
	s.snap = snapPoint{index: s.start.index + uint64(n), offset: newest.Offset, epoch: newest.Epoch}
	return nil
}

// startPoint chooses the oldest point whose index is known and behind which the log has everything.
func (s *storage) startPoint(first, end int64) (snapPoint, error) {
	if first == 0 {
		return snapPoint{}, nil
	}
	for _, id := range s.snapshots {
		if id.Offset < first || id.Offset > end {
			continue
		}
		index, ok, err := readSidecar(s.fs, s.dir, id)
		if err != nil {
			return snapPoint{}, err
		}
		if !ok {
			// Written by Apache Kafka, where offsets are all there is. Any number will do that every voter would choose.
			index = uint64(id.Offset)
		}
		return snapPoint{index: index, offset: id.Offset, epoch: id.Epoch}, nil
	}
	return snapPoint{}, &CorruptError{File: s.dir, Reason: fmt.Sprintf("the log begins at offset %d and no snapshot stands there", first)}
}

func (s *storage) lastIndex() uint64 { return s.start.index + uint64(s.log.batches()) }

// lastEpoch is the epoch of the last batch, or of the snapshot that the empty log begins with.
func (s *storage) lastEpoch() int32 {
	if n := s.log.batches(); n > 0 {
		_, _, epoch := s.log.at(n - 1)
		return epoch
	}
	return s.start.epoch
}

// endOf returns the offset behind the entry at index.
func (s *storage) endOf(index uint64) int64 {
	if index <= s.start.index {
		return s.start.offset
	}
	_, end, _ := s.log.at(int(index - s.start.index - 1))
	return end
}

// indexAt returns the index of the last entry below offset, which must be where a batch ends.
func (s *storage) indexAt(offset int64) (uint64, bool) {
	n, ok := s.log.find(offset)
	return s.start.index + uint64(n), ok && offset >= s.start.offset
}

// InitialState implements raft.Storage. The commit index may be forgotten; a snapshot's is known.
func (s *storage) InitialState() (*pb.HardState, *pb.ConfState, error) {
	hs := &pb.HardState{Term: new(uint64(s.election.epoch)), Vote: new(s.election.vote), Commit: new(s.snap.index)}
	return hs, s.confState(), nil
}

func (s *storage) confState() *pb.ConfState {
	cs := &pb.ConfState{AutoLeave: new(false)}
	for _, v := range s.voters {
		cs.Voters = append(cs.Voters, v.RaftID())
	}
	slices.Sort(cs.Voters)
	return cs
}

// FirstIndex implements raft.Storage.
func (s *storage) FirstIndex() (uint64, error) { return s.start.index + 1, nil }

// LastIndex implements raft.Storage.
func (s *storage) LastIndex() (uint64, error) { return s.lastIndex(), nil }

// Term implements raft.Storage.
func (s *storage) Term(i uint64) (uint64, error) {
	switch {
	case i < s.start.index:
		return 0, raft.ErrCompacted
	case i == s.start.index:
		return uint64(s.start.epoch), nil
	case i > s.lastIndex():
		return 0, raft.ErrUnavailable
	}
	_, _, epoch := s.log.at(int(i - s.start.index - 1))
	return uint64(epoch), nil
}

// Entries implements raft.Storage.
func (s *storage) Entries(lo, hi, maxSize uint64) ([]*pb.Entry, error) {
	if lo <= s.start.index {
		return nil, raft.ErrCompacted
	}
	if hi > s.lastIndex()+1 {
		return nil, raft.ErrUnavailable
	}
	offset, _, _ := s.log.at(int(lo - s.start.index - 1))
	limit := s.endOf(hi - 1)
	var out []*pb.Entry
	size := uint64(0)
	for offset < limit && (len(out) == 0 || size < maxSize) {
		batches, err := s.log.read(offset, int(min(maxSize-min(size, maxSize), windowBytes)), limit)
		if err != nil {
			return nil, err
		}
		for _, b := range batches {
			if size += uint64(len(b)); len(out) > 0 && size > maxSize {
				return out, nil
			}
			out = append(out, entryOf(lo+uint64(len(out)), b))
			offset = b.NextOffset()
		}
	}
	return out, nil
}

func entryOf(index uint64, b record.Batch) *pb.Entry {
	return &pb.Entry{Index: new(index), Term: new(uint64(b.LeaderEpoch())), Data: b}
}

// Snapshot implements raft.Storage: the newest checkpoint's bytes behind the offset where it ends, eight bytes.
func (s *storage) Snapshot() (*pb.Snapshot, error) {
	if s.snap.index == 0 {
		return nil, raft.ErrSnapshotTemporarilyUnavailable
	}
	content, err := s.fs.ReadFile(filepath.Join(s.dir, s.snap.id().String()+checkpointSuffix))
	if err != nil {
		return nil, err
	}
	return &pb.Snapshot{
		Data:     append(binary.BigEndian.AppendUint64(nil, uint64(s.snap.offset)), content...),
		Metadata: &pb.SnapshotMetadata{Index: new(s.snap.index), Term: new(uint64(s.snap.epoch)), ConfState: s.confState()},
	}, nil
}

// saveElection makes epoch and vote durable.
func (s *storage) saveElection(e electionState) error {
	if e == s.election {
		return nil
	}
	if e.epoch < s.election.epoch {
		panic("quorum: the epoch goes back") // M2; raft never asks for it
	}
	if err := saveElection(s.fs, s.dir, e, s.voters); err != nil {
		return err
	}
	s.election = e
	return nil
}

// keepSnapshots is how many snapshots stay, and the log back to the oldest of them: whoever tails the log and is slower
// than one snapshot need not load one.
const keepSnapshots = 2

// adopt makes a durable snapshot of our own the newest one and trims what is older than those that are kept.
func (s *storage) adopt(p snapPoint) error {
	if p.offset <= s.snap.offset {
		return nil
	}
	s.snap = p
	s.snapshots = append(s.snapshots, p.id())
	if _, err := s.log.roll(); err != nil {
		return err
	}
	return s.trim()
}

func (s *storage) trim() error {
	drop := max(0, len(s.snapshots)-keepSnapshots)
	oldest := s.snapshots[drop]
	if index, ok := s.indexAt(oldest.Offset); ok && oldest.Offset > s.start.offset {
		if err := s.log.trimPrefix(oldest.Offset); err != nil {
			return err
		}
		s.start = snapPoint{index: index, offset: oldest.Offset, epoch: oldest.Epoch}
	}
	for _, id := range s.snapshots[:drop] {
		if err := removeSnapshot(s.fs, s.dir, id); err != nil {
			return err
		}
	}
	s.snapshots = slices.Clone(s.snapshots[drop:])
	return nil
}

// install replaces the log by a snapshot that the leader sent.
func (s *storage) install(snap *pb.Snapshot) error {
	meta, data := snap.GetMetadata(), snap.GetData()
	if len(data) < 8 {
		return errors.New("quorum: the snapshot from the leader is cut off")
	}
	batches, err := ParseCheckpoint("snapshot from the leader", data[8:])
	if err != nil {
		return err
	}
	p := snapPoint{index: meta.GetIndex(), offset: int64(binary.BigEndian.Uint64(data)), epoch: int32(meta.GetTerm())}
	if err := writeCheckpoint(s.fs, s.dir, p, slices.Values(batches)); err != nil {
		return err
	}
	if err := s.log.reset(p.offset); err != nil {
		return err
	}
	for _, id := range s.snapshots {
		if err := removeSnapshot(s.fs, s.dir, id); err != nil {
			return err
		}
	}
	s.snapshots, s.start, s.snap = []SnapshotID{p.id()}, p, p
	return nil
}
