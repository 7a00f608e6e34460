//go:build !linux

package vfs

import (
	"fmt"
	"io/fs"
	"os"
)

// OS is the real file system.
type OS struct{}

type osFile struct{ *os.File }

// OpenFile opens name.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (f osFile) Size() (int64, error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func (f osFile) SyncData() error { return f.File.Sync() }

// Fd reports none: bytes are copied on this system.
func (f osFile) Fd() (uintptr, bool) { return 0, false }

// Mkdir makes one directory.
func (OS) Mkdir(name string, perm fs.FileMode) error { return os.Mkdir(name, perm) }

// SyncDir makes the entries of a directory durable, where the system has a way to ask for it.
func (OS) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return syncDirHandle(d)
}

// Lock creates the file exclusively; it guards only against a second opener in a clean state.
func (OS) Lock(name string) (Unlocker, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lockHandle(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is locked by another process: %w", name, err)
	}
	return handleLock{f}, nil
}

type handleLock struct{ f *os.File }

func (l handleLock) Unlock() error { return l.f.Close() }

// Usage is unknown on this system.
func (OS) Usage(dir string) (total, usable int64, err error) {
	if _, err := os.Stat(dir); err != nil {
		return -1, -1, err
	}
	return -1, -1, nil
}

// ReadFile returns the whole content of a small file.
func (o OS) ReadFile(name string) ([]byte, error) { return readSmall(o, name) }

// MkdirAll makes a directory and its missing parents.
func (OS) MkdirAll(name string, perm fs.FileMode) error { return os.MkdirAll(name, perm) }

// Remove removes a file or an empty directory.
func (OS) Remove(name string) error { return os.Remove(name) }

// RemoveAll removes a tree.
func (OS) RemoveAll(name string) error { return os.RemoveAll(name) }

// Rename replaces newname atomically.
func (OS) Rename(oldname, newname string) error { return os.Rename(oldname, newname) }

// Stat describes a file.
func (OS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// List returns the names in a directory, sorted.
func (OS) List(dir string) ([]string, error) { return listSorted(dir) }
