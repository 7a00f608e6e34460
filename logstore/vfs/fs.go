package vfs

import (
	"io/fs"
	"os"
)

// An FS is a hierarchical file system. Paths are slash-separated as package path/filepath joins them on the host.
// Errors wrap fs.ErrNotExist, fs.ErrExist, syscall.ENOSPC and friends, so errors.Is works on every implementation.
// All methods may be called from several goroutines.
type FS interface {
	// OpenFile opens name with the flags of package os (O_RDONLY, O_RDWR, O_CREATE, O_EXCL, O_TRUNC).
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// ReadFile returns the whole content of a small file.
	ReadFile(name string) ([]byte, error)
	// Mkdir makes one directory; MkdirAll makes the missing parents too.
	Mkdir(name string, perm fs.FileMode) error
	MkdirAll(name string, perm fs.FileMode) error
	Remove(name string) error
	RemoveAll(name string) error
	// Rename replaces newname atomically. It is durable only after SyncDir of the directories concerned.
	Rename(oldname, newname string) error
	Stat(name string) (fs.FileInfo, error)
	// List returns the names in a directory, sorted.
	List(dir string) ([]string, error)
	// SyncDir makes the entries of a directory durable: files created, renamed and removed in it.
	SyncDir(dir string) error
	// Lock takes an exclusive advisory lock on the file, creating it, and fails at once when another process holds it.
	Lock(name string) (Unlocker, error)
	// Usage returns the size of the file system that holds dir and what an unprivileged writer may still use, in bytes.
	Usage(dir string) (total, usable int64, err error)
}

// An Unlocker gives a lock back.
type Unlocker interface{ Unlock() error }

// A File is an open file. ReadAt and WriteAt may run at the same time from several goroutines.
type File interface {
	ReadAt(p []byte, off int64) (int, error)
	WriteAt(p []byte, off int64) (int, error)
	Truncate(size int64) error
	// Size returns the length of the file in bytes.
	Size() (int64, error)
	// SyncData makes content and length durable (fdatasync). After an error nothing written before it may be counted
	// as durable, and the call must not be repeated in hope (invariant R25).
	SyncData() error
	// Fd returns the descriptor for sendfile; ok=false when the file has none.
	Fd() (fd uintptr, ok bool)
	Close() error
}

// Flags of OpenFile that logstore uses, repeated here so that packages that must not import os can name them.
const (
	ReadOnly  = os.O_RDONLY
	ReadWrite = os.O_RDWR
	Create    = os.O_CREATE
	Exclusive = os.O_EXCL
	Trunc     = os.O_TRUNC
)
