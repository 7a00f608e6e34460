package vfs

import (
	"errors"
	"io/fs"
	"sync"
)

// OpKind names an operation that a hook or a fault can meet.
type OpKind string

// The kinds of operation.
const (
	OpCreate   OpKind = "create"
	OpOpen     OpKind = "open"
	OpRead     OpKind = "read"
	OpWrite    OpKind = "write"
	OpTruncate OpKind = "truncate"
	OpSync     OpKind = "sync"
	OpSyncDir  OpKind = "syncdir"
	OpRename   OpKind = "rename"
	OpRemove   OpKind = "remove"
	OpMkdir    OpKind = "mkdir"
)

// An Op is one operation.
type Op struct {
	Kind OpKind
	Name string
	N    int // counted from 1 over all operations of the file system
	Size int // bytes of a write
}

func isExist(err error) bool { return errors.Is(err, fs.ErrExist) }

// Fault wraps a file system and asks Inject before every operation. Short is how many bytes of a failing write reach the
// file first. A failing SyncData drops the dirty pages when the file system below is a Mem: they stay readable and are
// counted clean, but are not durable, as on Linux.
type Fault struct {
	FS
	mu     sync.Mutex
	inject func(Op) (err error, short int)
	n      int
}

// NewFault wraps fsys.
func NewFault(fsys FS) *Fault { return &Fault{FS: fsys} }

// Inject sets the function that decides which operation fails; nil lets all pass.
func (f *Fault) Inject(fn func(Op) (err error, short int)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inject = fn
}

func (f *Fault) ask(kind OpKind, name string, size int) (error, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.inject == nil {
		return nil, 0
	}
	err, short := f.inject(Op{Kind: kind, Name: name, N: f.n, Size: size})
	if err != nil {
		err = &fs.PathError{Op: string(kind), Path: name, Err: err}
	}
	return err, short
}

// OpenFile opens name unless the fault forbids it.
func (f *Fault) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	kind := OpOpen
	if flag&Create != 0 {
		kind = OpCreate
	}
	if err, _ := f.ask(kind, name, 0); err != nil {
		return nil, err
	}
	file, err := f.FS.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultFile{File: file, f: f, name: name}, nil
}

// ReadFile reads through OpenFile, so that read faults apply.
func (f *Fault) ReadFile(name string) ([]byte, error) { return readSmall(f, name) }

// Mkdir makes a directory.
func (f *Fault) Mkdir(name string, perm fs.FileMode) error {
	if err, _ := f.ask(OpMkdir, name, 0); err != nil {
		return err
	}
	return f.FS.Mkdir(name, perm)
}

// Remove removes a file.
func (f *Fault) Remove(name string) error {
	if err, _ := f.ask(OpRemove, name, 0); err != nil {
		return err
	}
	return f.FS.Remove(name)
}

// RemoveAll removes a tree.
func (f *Fault) RemoveAll(name string) error {
	if err, _ := f.ask(OpRemove, name, 0); err != nil {
		return err
	}
	return f.FS.RemoveAll(name)
}

// Rename renames a file.
func (f *Fault) Rename(oldname, newname string) error {
	if err, _ := f.ask(OpRename, newname, 0); err != nil {
		return err
	}
	return f.FS.Rename(oldname, newname)
}

// SyncDir syncs a directory.
func (f *Fault) SyncDir(dir string) error {
	if err, _ := f.ask(OpSyncDir, dir, 0); err != nil {
		return err
	}
	return f.FS.SyncDir(dir)
}

type faultFile struct {
	File
	f    *Fault
	name string
}

func (h *faultFile) ReadAt(p []byte, off int64) (int, error) {
	if err, _ := h.f.ask(OpRead, h.name, len(p)); err != nil {
		return 0, err
	}
	return h.File.ReadAt(p, off)
}

func (h *faultFile) WriteAt(p []byte, off int64) (int, error) {
	err, short := h.f.ask(OpWrite, h.name, len(p))
	if err == nil {
		return h.File.WriteAt(p, off)
	}
	n := 0
	if short > 0 {
		n, _ = h.File.WriteAt(p[:min(short, len(p))], off)
	}
	return n, err
}

// Allocate implements Allocator; a fault meets it as a write.
func (h *faultFile) Allocate(size int64) error {
	a, ok := h.File.(Allocator)
	if !ok {
		return nil
	}
	if err, _ := h.f.ask(OpWrite, h.name, 0); err != nil {
		return err
	}
	return a.Allocate(size)
}

func (h *faultFile) Truncate(size int64) error {
	if err, _ := h.f.ask(OpTruncate, h.name, 0); err != nil {
		return err
	}
	return h.File.Truncate(size)
}

func (h *faultFile) SyncData() error {
	err, _ := h.f.ask(OpSync, h.name, 0)
	if err == nil {
		return h.File.SyncData()
	}
	if mem, ok := h.File.(*memHandle); ok {
		mem.dropPages()
	}
	return err
}
