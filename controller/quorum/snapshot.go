package quorum

import (
	"fmt"
	"iter"
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// SnapshotContent is the state that a snapshot holds, as values of metadata records.
type SnapshotContent struct {
	LastTimestamp int64            // ms, of the last record that went into the state
	Values        iter.Seq[[]byte] // each is used before the next is asked for
}

// prepareSnapshot finds the point of a snapshot that ends at offset.
func (n *Node) prepareSnapshot(offset int64) (snapPoint, error) {
	if offset > n.hw || offset <= n.st.snap.offset {
		return snapPoint{}, fmt.Errorf("quorum: no snapshot can end at offset %d: the last one ended at %d, %d is committed", offset, n.st.snap.offset, n.hw)
	}
	index, ok := n.st.indexAt(offset)
	if !ok {
		return snapPoint{}, fmt.Errorf("quorum: no snapshot can end at offset %d, within a batch", offset)
	}
	term, err := n.st.Term(index)
	if err != nil {
		return snapPoint{}, err
	}
	return snapPoint{index: index, offset: offset, epoch: int32(term)}, nil
}

// frame is what the quorum itself adds to a snapshot.
func (n *Node) frame(p snapPoint, c SnapshotContent) iter.Seq[record.Batch] {
	return snapshotContent{
		lastTimestamp: c.LastTimestamp,
		kraftVersion:  n.st.kraftVersion,
		voters:        n.st.voters,
		values:        c.Values,
	}.batches(p.epoch)
}

// Snapshot writes the state as of offset, which must be committed and where a batch ends, and trims the log behind the
// snapshots that are kept. It waits for the disk.
func (n *Node) Snapshot(offset int64, c SnapshotContent) error {
	p, err := n.prepareSnapshot(offset)
	if err != nil {
		return err
	}
	if err := writeCheckpoint(n.cfg.FS, n.cfg.Dir, p, n.frame(p, c)); err != nil {
		return err
	}
	return n.st.adopt(p)
}

// Read returns committed batches from the one that contains offset, about maxBytes of them and at least one; none when
// offset is the high watermark. ErrTrimmed when a snapshot has taken their place.
func (n *Node) Read(offset int64, maxBytes int) ([]record.Batch, error) {
	return n.st.log.read(offset, maxBytes, n.hw)
}

// ErrTrimmed is what reading below the log's start gives: load the newest snapshot instead.
var ErrTrimmed = errTrimmed

// Format writes what a new metadata directory begins with, as kafka-storage format --standalone does in 4.4: a checkpoint
// at offset 0 that tells kraft.version 1, the voters, and the record values that the log shall begin with. It refuses a
// directory that holds a metadata log already.
func Format(fsys vfs.FS, dir string, voters []Voter, values [][]byte) error {
	if err := vfs.MakeDirs(fsys, dir); err != nil {
		return err
	}
	names, err := fsys.List(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, isSnapshot := parseSnapshotName(name); isSnapshot || filepath.Ext(name) == ".log" || name == stateFile {
			return fmt.Errorf("quorum: %s holds a metadata log already (%s)", dir, name)
		}
	}
	content := snapshotContent{kraftVersion: MaxKRaftVersion, voters: sortVoters(voters), values: slices.Values(values)}
	return writeCheckpoint(fsys, dir, snapPoint{}, content.batches(0))
}

// BootstrapCheckpoint is the name of the checkpoint that Format writes. Its records are not part of the log: the first
// leader writes them there.
func BootstrapCheckpoint() string { return SnapshotID{}.String() + checkpointSuffix }

// Formatted reports whether dir holds a metadata log, or was formatted to hold one.
func Formatted(fsys vfs.FS, dir string) (bool, error) {
	if _, err := fsys.Stat(dir); err != nil {
		return false, nil //nolint:nilerr // a directory that cannot be seen has not been formatted; Format says why it cannot be
	}
	ids, err := listSnapshots(fsys, dir)
	if err != nil || len(ids) > 0 {
		return len(ids) > 0, err
	}
	names, err := fsys.List(dir)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if filepath.Ext(name) == ".log" || name == stateFile {
			return true, nil
		}
	}
	return false, nil
}
