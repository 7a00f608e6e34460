package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// Options says what to format.
type Options struct {
	FS              vfs.FS
	Dirs            []string // log directories
	MetadataDir     string   // where the metadata log lives; need not be one of Dirs
	ClusterID       string   // any text without blanks
	NodeID          int32
	IgnoreFormatted bool                                         // skip formatted directories instead of failing
	NewID           func() [16]byte                              // nil: NewID
	Quorum          func(dir string, directoryID [16]byte) error // writes what the metadata log begins with; nil: nothing
}

// ErrFormatted is a directory that is formatted already.
var ErrFormatted = errors.New("already formatted")

// Format writes meta.properties into every directory that has none and returns those it formatted, in order. It checks
// every directory before it writes to any, and refuses directories of another cluster or node.
func Format(o Options) ([]string, error) {
	dirs := o.directories()
	found := map[string]checkpoint.MetaProperties{}
	for _, d := range dirs {
		m, ok, err := Read(o.FS, d)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			continue
		case !o.IgnoreFormatted:
			return nil, &formattedError{d}
		case m.ClusterID != "" && m.ClusterID != o.ClusterID:
			return nil, fmt.Errorf("%s belongs to cluster %s, not to %s", d, m.ClusterID, o.ClusterID)
		case m.NodeID >= 0 && m.NodeID != o.NodeID:
			return nil, fmt.Errorf("%s belongs to node %d, not to %d", d, m.NodeID, o.NodeID)
		}
		found[d] = m
	}
	var done []string
	for _, d := range dirs {
		if _, formatted := found[d]; formatted {
			continue
		}
		if err := o.formatOne(d); err != nil {
			return done, err
		}
		done = append(done, d)
	}
	return done, nil
}

func (o Options) directories() []string {
	dirs := slices.Clone(o.Dirs)
	if o.MetadataDir != "" && !slices.Contains(dirs, o.MetadataDir) {
		dirs = append(dirs, o.MetadataDir)
	}
	return dirs
}

// formatOne writes the metadata log's beginning first and meta.properties last: a directory counts as formatted only
// when everything is there.
func (o Options) formatOne(dir string) error {
	newID := o.NewID
	if newID == nil {
		newID = NewID
	}
	if err := vfs.MakeDirs(o.FS, dir); err != nil {
		return err
	}
	m := checkpoint.MetaProperties{Version: 1, ClusterID: o.ClusterID, NodeID: o.NodeID, DirectoryID: newID()}
	if dir == o.MetadataDir && o.Quorum != nil {
		if err := o.Quorum(dir, m.DirectoryID); err != nil {
			return err
		}
	}
	return checkpoint.WriteAtomic(o.FS, filepath.Join(dir, checkpoint.MetaPropertiesFile), m.Encode())
}

// Read reads the meta.properties of a directory; ok is false when there is none.
func Read(fsys vfs.FS, dir string) (m checkpoint.MetaProperties, ok bool, err error) {
	path := filepath.Join(dir, checkpoint.MetaPropertiesFile)
	data, err := fsys.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	m, err = checkpoint.ParseMetaProperties(path, data)
	return m, err == nil, err
}

// formattedError has the words that scripts look for.
type formattedError struct{ dir string }

func (e *formattedError) Error() string {
	return "Log directory " + e.dir + " is already formatted. Use --ignore-formatted to ignore this directory and format the others."
}

func (e *formattedError) Unwrap() error { return ErrFormatted }
