package checkpoint

import (
	"fmt"
	"path/filepath"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// An Error says what is wrong in a checkpoint file. Line counts from 1, 0 means the file as a whole.
type Error struct {
	File string
	Line int
	Why  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("malformed %s: %s", e.File, e.Why)
	}
	return fmt.Sprintf("malformed %s, line %d: %s", e.File, e.Line, e.Why)
}

// tempSuffix ends the name of a file being written; leftovers are overwritten by the next write and ignored by readers.
const tempSuffix = ".tmp"

// WriteAtomic replaces path by data so that a crash leaves the old or the new content: temporary file, fsync, rename, fsync
// of the directory. When the file cannot be written nothing of it stays.
func WriteAtomic(fsys vfs.FS, path string, data []byte) error {
	if err := writeTemp(fsys, path+tempSuffix, data); err != nil {
		_ = fsys.Remove(path + tempSuffix) // on a full disk its first bytes are wanted elsewhere
		return err
	}
	if err := fsys.Rename(path+tempSuffix, path); err != nil {
		return err
	}
	return fsys.SyncDir(filepath.Dir(path))
}

func writeTemp(fsys vfs.FS, path string, data []byte) error {
	f, err := fsys.OpenFile(path, vfs.ReadWrite|vfs.Create|vfs.Trunc, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(data, 0); err != nil {
		f.Close()
		return err
	}
	if err := f.SyncData(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
