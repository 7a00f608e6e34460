package vfs

import (
	"fmt"
	"io"
	"os"
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
