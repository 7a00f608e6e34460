package controller

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/controller/state"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/metarec"
)

// bootstrapFile held, in metadata.log.dir, the records that a new cluster's metadata log begins with, before Kafka put
// them into the checkpoint at offset 0.
const bootstrapFile = "bootstrap.checkpoint"

// DefaultFeatures returns the feature levels that a new cluster begins with, those of Kafka 4.4.
func DefaultFeatures() map[string]int16 { return state.BootstrapFeatures() }

// Format writes what a new metadata directory begins with: the voters of the quorum and the feature levels of the cluster
// (nil: DefaultFeatures). It refuses a directory that holds a metadata log already. The caller writes meta.properties
// after it, so that a directory counts as formatted only when all is there.
func Format(fsys vfs.FS, dir string, voters []quorum.Voter, features map[string]int16) error {
	if err := vfs.MakeDirs(fsys, dir); err != nil {
		return err
	}
	if features == nil {
		features = DefaultFeatures()
	}
	var values [][]byte
	for _, r := range state.FeatureRecords(features) {
		values = append(values, metarec.Marshal(nil, r, 0))
	}
	return quorum.Format(fsys, filepath.Join(dir, quorum.DirName), voters, values)
}

// bootstrapFeatures reads the levels that the directory was formatted with; those of this version where nothing says so.
func bootstrapFeatures(fsys vfs.FS, dir string) (map[string]int16, error) {
	for _, path := range [...]string{filepath.Join(dir, quorum.DirName, quorum.BootstrapCheckpoint()), filepath.Join(dir, bootstrapFile)} {
		levels, err := readFeatures(fsys, path)
		if err != nil || len(levels) > 0 {
			return levels, err
		}
	}
	return DefaultFeatures(), nil
}

// readFeatures returns the levels in a checkpoint, none when there is no such file.
func readFeatures(fsys vfs.FS, path string) (map[string]int16, error) {
	content, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	batches, err := quorum.ParseCheckpoint(path, content)
	if err != nil {
		return nil, err
	}
	levels := map[string]int16{}
	for _, b := range batches {
		if b.IsControl() {
			continue
		}
		err := metadata.Decode(b, func(_ int64, rec metarec.Record) error {
			if f, ok := rec.(*metarec.FeatureLevel); ok {
				levels[f.Name] = f.FeatureLevel
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return levels, nil
}
