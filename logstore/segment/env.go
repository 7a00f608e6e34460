package segment

import (
	"errors"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// An Env is what the segments of a store share: the disk, the descriptors kept open, the indexes kept in memory.
type Env struct {
	FS      vfs.FS
	files   clock[*openFile]
	indexes clock[*loaded]
	dirty   atomic.Int64 // segments with a descriptor that must stay open until it was synced
}

// Bounds of Env when nothing is asked for.
const (
	DefaultMaxOpen    = 4096
	DefaultIndexBytes = 16 << 20
)

type openFile struct {
	vfs.File
	dirty *atomic.Bool
}

// NewEnv returns an Env that keeps at most maxOpen descriptors and indexBytes of indexes of sealed segments; 0 means the
// default. Files with unsynced bytes stay open beyond the bound until they are synced: the error of a write that the kernel
// does later is only told to a descriptor that was open then (invariant R25).
func NewEnv(fsys vfs.FS, maxOpen int, indexBytes int64) *Env {
	if maxOpen <= 0 {
		maxOpen = DefaultMaxOpen
	}
	if indexBytes <= 0 {
		indexBytes = DefaultIndexBytes
	}
	e := &Env{FS: fsys}
	e.files.max = int64(maxOpen)
	e.files.drop = func(f *openFile) { f.Close() }
	e.files.keep = func(f *openFile) bool { return f.dirty.Load() }
	e.indexes.max = indexBytes
	e.indexes.drop = func(*loaded) {}
	return e
}

// Dirty returns how many segments have unsynced bytes.
func (e *Env) Dirty() int64 { return e.dirty.Load() }

// MaxOpen is the bound on descriptors.
func (e *Env) MaxOpen() int64 { return e.files.max }

// open opens a file, giving up cached descriptors when the system has no more (invariant R36).
func (e *Env) open(path string, flag int) (vfs.File, error) {
	const tries = 4
	for i := 0; ; i++ {
		f, err := e.FS.OpenFile(path, flag, 0o644)
		if err == nil || i == tries || !errors.Is(err, syscall.EMFILE) && !errors.Is(err, syscall.ENFILE) {
			return f, err
		}
		e.files.shed()
	}
}

// scanBytes is how much a scan reads at a time: fewer, larger reads are what makes recovery fast.
const scanBytes = 1 << 20

var (
	scanBuffers = sync.Pool{New: func() any { b := make([]byte, scanBytes); return &b }}
	headBuffers = sync.Pool{New: func() any { b := make([]byte, headBytes); return &b }}
)
