package quorum

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// DirName is the directory of the metadata log within metadata.log.dir.
const DirName = "__cluster_metadata-0"

const fileMode = 0o644

// writeAtomic replaces a small file so that a crash leaves the old content or the new one.
func writeAtomic(fsys vfs.FS, dir, name string, content []byte) error {
	tmp := filepath.Join(dir, name+".tmp")
	if err := writeSynced(fsys, tmp, content); err != nil {
		return err
	}
	if err := fsys.Rename(tmp, filepath.Join(dir, name)); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// writeSynced writes a file whole and makes its content durable; its name is durable after SyncDir only.
func writeSynced(fsys vfs.FS, path string, content []byte) error {
	f, err := fsys.OpenFile(path, vfs.ReadWrite|vfs.Create|vfs.Trunc, fileMode)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(content, 0)
	if err == nil {
		err = f.SyncData()
	}
	return errors.Join(err, f.Close())
}

// removeIfThere removes a file and does not mind when there is none.
func removeIfThere(fsys vfs.FS, path string) error {
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
