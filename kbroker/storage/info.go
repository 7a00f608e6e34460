package storage

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// Directory is what is known of one log directory.
type Directory struct {
	Path      string
	Exists    bool
	Formatted bool
	Meta      checkpoint.MetaProperties
	Problem   string // empty when there is none
}

// Inspect looks at directories without changing them: whether they are there, are formatted, and belong together.
func Inspect(fsys vfs.FS, dirs []string) []Directory {
	out := make([]Directory, 0, len(dirs))
	var first *Directory
	for _, path := range dirs {
		d := inspect(fsys, path)
		if d.Formatted && first == nil {
			first = &d
		}
		if d.Formatted && d.Problem == "" && (d.Meta.ClusterID != first.Meta.ClusterID || d.Meta.NodeID != first.Meta.NodeID) {
			d.Problem = fmt.Sprintf("belongs to node %d of cluster %s, but %s to node %d of cluster %s",
				d.Meta.NodeID, d.Meta.ClusterID, first.Path, first.Meta.NodeID, first.Meta.ClusterID)
		}
		out = append(out, d)
	}
	return out
}

func inspect(fsys vfs.FS, path string) Directory {
	d := Directory{Path: path}
	info, err := fsys.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Problem = "does not exist"
		return d
	case err != nil:
		d.Problem = err.Error()
		return d
	case !info.IsDir():
		d.Problem = "is not a directory"
		return d
	}
	d.Exists = true
	if d.Meta, d.Formatted, err = Read(fsys, path); err != nil {
		d.Problem = err.Error()
	} else if !d.Formatted {
		d.Problem = "is not formatted"
	}
	return d
}
