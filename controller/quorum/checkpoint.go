package quorum

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/kbroker/kbroker/protocol/record/control"
)

// SnapshotID names a snapshot: the first offset that is not in it (M10) and the epoch of the last one that is.
type SnapshotID struct {
	Offset int64
	Epoch  int32
}

// String returns the id as it stands in file names.
func (s SnapshotID) String() string { return fmt.Sprintf("%020d-%010d", s.Offset, s.Epoch) }

const (
	checkpointSuffix = ".checkpoint"
	partSuffix       = ".checkpoint.part" // being written; left behind by a crash
	sidecarSuffix    = ".raft"
)

func parseSnapshotName(name string) (id SnapshotID, ok bool) {
	stem, found := strings.CutSuffix(name, checkpointSuffix)
	if !found || len(stem) != 31 || stem[20] != '-' {
		return id, false
	}
	offset, err1 := strconv.ParseInt(stem[:20], 10, 64)
	epoch, err2 := strconv.ParseInt(stem[21:], 10, 32)
	if err1 != nil || err2 != nil {
		return id, false
	}
	return SnapshotID{offset, int32(epoch)}, true
}

// sidecar is the small file beside a checkpoint: offsets count records and raft indexes count batches, and a log that
// begins at the snapshot cannot be counted from its beginning any more.
type sidecar struct {
	Version int    `json:"version"`
	Index   uint64 `json:"index"` // raft index of the last batch in the snapshot
}

// snapPoint is where a snapshot stands, in both numberings. The zero value is the beginning of the log.
type snapPoint struct {
	index  uint64
	offset int64
	epoch  int32 // the raft term of index
}

func (p snapPoint) id() SnapshotID { return SnapshotID{p.offset, p.epoch} }

// listSnapshots returns the ids of the checkpoints in dir, oldest first, and removes unfinished ones.
func listSnapshots(fsys vfs.FS, dir string) ([]SnapshotID, error) {
	names, err := fsys.List(dir)
	if err != nil {
		return nil, err
	}
	var out []SnapshotID
	for _, name := range names {
		if strings.HasSuffix(name, partSuffix) {
			if err := removeIfThere(fsys, filepath.Join(dir, name)); err != nil {
				return nil, err
			}
		} else if id, ok := parseSnapshotName(name); ok {
			out = append(out, id)
		}
	}
	return out, nil // names of digits are sorted as the numbers are
}

func readSidecar(fsys vfs.FS, dir string, id SnapshotID) (index uint64, ok bool, err error) {
	path := filepath.Join(dir, id.String()+sidecarSuffix)
	b, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	var s sidecar
	if err := json.Unmarshal(b, &s); err != nil || s.Version != 1 {
		return 0, false, fmt.Errorf("quorum: %s is not a version 1 file with a raft index", path)
	}
	return s.Index, true, nil
}

// snapshotContent is what a checkpoint holds beside its frame.
type snapshotContent struct {
	lastTimestamp int64 // of the log, up to the snapshot
	kraftVersion  int16
	voters        []Voter
	values        iter.Seq[[]byte] // record values; each is used before the next is asked for
}

// snapshotBatchBytes is how large the batches of a checkpoint grow.
const snapshotBatchBytes = 512 << 10

// batches yields the content as batches: a header, the records, a footer, offsets counted from 0 within the file.
func (c snapshotContent) batches(epoch int32) iter.Seq[record.Batch] {
	return func(yield func(record.Batch) bool) {
		header := control.NewSnapshotHeader()
		header.LastContainedLogTimestamp = c.lastTimestamp
		recs := append([]controlRecord{{control.SnapshotHeaderType, header, 0}}, voterRecords(c.kraftVersion, c.voters)...)
		head := controlBatch(0, epoch, c.lastTimestamp, recs...)
		next := head.NextOffset()
		if !yield(head) {
			return
		}
		opt := record.NewBuilderOptions()
		opt.BaseOffset, opt.LeaderEpoch = next, epoch
		b := record.NewBuilder(opt)
		for value := range c.values {
			if b.NumRecords() > 0 && b.Len()+len(value) > snapshotBatchBytes {
				batch := b.Build()
				opt.BaseOffset = batch.NextOffset()
				if !yield(batch) {
					return
				}
				b.Reset(opt)
			}
			b.Append(c.lastTimestamp, nil, value)
		}
		if b.NumRecords() > 0 {
			batch := b.Build()
			opt.BaseOffset = batch.NextOffset()
			if !yield(batch) {
				return
			}
		}
		yield(controlBatch(opt.BaseOffset, epoch, c.lastTimestamp, controlRecord{control.SnapshotFooterType, control.NewSnapshotFooter(), 0}))
	}
}

// writeCheckpoint writes a checkpoint and its sidecar and makes both durable before the checkpoint gets its name: what
// can be seen is whole.
func writeCheckpoint(fsys vfs.FS, dir string, p snapPoint, batches iter.Seq[record.Batch]) error {
	side, err := json.Marshal(sidecar{Version: 1, Index: p.index})
	if err != nil {
		return err
	}
	stem := filepath.Join(dir, p.id().String())
	if err := writeSynced(fsys, stem+sidecarSuffix, append(side, '\n')); err != nil {
		return err
	}
	if err := writeBatchFile(fsys, stem+partSuffix, batches); err != nil {
		return errors.Join(err, removeIfThere(fsys, stem+partSuffix))
	}
	if err := fsys.SyncDir(dir); err != nil { // the sidecar's name before the checkpoint's
		return err
	}
	if err := fsys.Rename(stem+partSuffix, stem+checkpointSuffix); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

func writeBatchFile(fsys vfs.FS, path string, batches iter.Seq[record.Batch]) error {
	f, err := fsys.OpenFile(path, vfs.ReadWrite|vfs.Create|vfs.Trunc, fileMode)
	if err != nil {
		return err
	}
	pos := int64(0)
	for b := range batches {
		if _, err = f.WriteAt(b, pos); err != nil {
			break
		}
		pos += int64(len(b))
	}
	if err == nil {
		err = f.SyncData()
	}
	return errors.Join(err, f.Close())
}

// readCheckpoint reads a checkpoint and checks that it is whole: every checksum, a header first, a footer last.
func readCheckpoint(fsys vfs.FS, dir string, id SnapshotID) ([]record.Batch, error) {
	path := filepath.Join(dir, id.String()+checkpointSuffix)
	b, err := fsys.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseCheckpoint(path, b)
}

// ParseCheckpoint splits the content of a checkpoint file and checks that it is whole. name stands in errors, which are
// *CorruptError.
func ParseCheckpoint(name string, content []byte) ([]record.Batch, error) {
	var out []record.Batch
	for rest := content; len(rest) > 0; {
		pos := int64(len(content) - len(rest))
		b, after, err := record.Next(rest)
		if err != nil {
			return nil, &CorruptError{File: name, Pos: pos, Reason: err.Error()}
		}
		if b.ComputeCRC() != b.CRC() {
			return nil, &CorruptError{File: name, Pos: pos, Reason: "the checksum does not match"}
		}
		out, rest = append(out, b), after
	}
	if len(out) == 0 || !framedBy(out[0], record.ControlSnapshotHeader) {
		return nil, &CorruptError{File: name, Reason: "it does not begin with a snapshot header"}
	}
	if !framedBy(out[len(out)-1], record.ControlSnapshotFooter) {
		return nil, &CorruptError{File: name, Pos: int64(len(content)), Reason: "it does not end with a snapshot footer"}
	}
	return out, nil
}

// framedBy reports whether b is a control batch with a record of type t.
func framedBy(b record.Batch, t record.ControlType) bool {
	found := false
	err := eachControl(b, func(got record.ControlType, _ []byte) error {
		found = found || got == t
		return nil
	})
	return err == nil && found
}

func eachControl(b record.Batch, fn func(t record.ControlType, value []byte) error) error {
	if !b.IsControl() {
		return nil
	}
	return b.Records(func(r record.Record) error {
		t, err := record.ParseControlKey(r.Key)
		if err != nil {
			return err
		}
		return fn(t, r.Value)
	})
}

// readVoters takes the voters and the level of kraft.version out of control batches; found is false when they are silent.
func readVoters(batches []record.Batch) (voters []Voter, kraftVersion int16, found bool, err error) {
	for _, b := range batches {
		err = eachControl(b, func(t record.ControlType, value []byte) error {
			switch t {
			case record.ControlKRaftVersion:
				v := control.NewKRaftVersion()
				if err := v.ReadFrom(value, 0); err != nil {
					return err
				}
				kraftVersion = v.KRaftVersion
			case record.ControlKRaftVoters:
				v := control.NewVoters()
				if err := v.ReadFrom(value, 0); err != nil {
					return err
				}
				voters, found = votersOf(v), true
			}
			return nil
		})
		if err != nil {
			return nil, 0, false, err
		}
	}
	return voters, kraftVersion, found, nil
}

// removeSnapshot removes a checkpoint, name first, and its sidecar.
func removeSnapshot(fsys vfs.FS, dir string, id SnapshotID) error {
	stem := filepath.Join(dir, id.String())
	if err := removeIfThere(fsys, stem+checkpointSuffix); err != nil {
		return err
	}
	return removeIfThere(fsys, stem+sidecarSuffix)
}
