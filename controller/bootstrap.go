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

// BootstrapFile holds, in metadata.log.dir, the records that a new cluster's metadata log begins with.
const BootstrapFile = "bootstrap.checkpoint"

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
	if err := quorum.Format(fsys, filepath.Join(dir, quorum.DirName), voters); err != nil {
		return err
	}
	var values [][]byte
	for _, r := range state.FeatureRecords(features) {
		values = append(values, metarec.Marshal(nil, r, 0))
	}
	return quorum.WriteBatchFile(fsys, filepath.Join(dir, BootstrapFile), values)
}

// bootstrapFeatures reads the levels that the directory was formatted with; without the file those of this version.
func bootstrapFeatures(fsys vfs.FS, dir string) (map[string]int16, error) {
	path := filepath.Join(dir, BootstrapFile)
	content, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return DefaultFeatures(), nil
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
