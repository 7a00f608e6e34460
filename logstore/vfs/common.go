package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxSmallFile bounds ReadFile: nothing that is read whole may be larger, in bytes.
const MaxSmallFile = 256 << 20

func readSmall(fsys FS, name string) ([]byte, error) {
	f, err := fsys.OpenFile(name, ReadOnly, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	if size > MaxSmallFile {
		return nil, fmt.Errorf("read %s: %d bytes is more than the %d that are read whole", name, size, MaxSmallFile)
	}
	b := make([]byte, size)
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	return b[:n], nil
}

func listSorted(dir string) ([]string, error) {
	ents, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(ents))
	for i, e := range ents {
		names[i] = e.Name()
	}
	return names, nil
}

// MakeDirs makes a directory and the parents that it lacks, durably: an entry that the parent does not hold after a power cut
// takes everything below it along, however well that was synced.
func MakeDirs(fsys FS, path string) error {
	var missing []string
	for p := path; ; p = filepath.Dir(p) {
		if _, err := fsys.Stat(p); err == nil || !errors.Is(err, fs.ErrNotExist) || p == filepath.Dir(p) {
			break
		}
		missing = append(missing, p)
	}
	if err := fsys.MkdirAll(path, 0o755); err != nil {
		return err
	}
	for _, p := range missing {
		if err := fsys.SyncDir(filepath.Dir(p)); err != nil {
			return err
		}
	}
	return nil
}
