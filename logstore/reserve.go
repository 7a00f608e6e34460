package logstore

import (
	"sync"
	"sync/atomic"

	"github.com/kbroker/kbroker/logstore/checkpoint"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// reserveFile holds blocks and no bytes.
const reserveFile = ".kbroker-reserve"

// A reserve is room of a directory for the writes that a full disk must not stop: those without which nothing can be deleted and no
// node can start, which are the metadata log and the checkpoints. They are small, and most replace a file of the same size.
//
// The room is a file that is allocated and empty. A write that finds the disk full gives it up and is tried again. While it is given
// up appends are refused, else they would take the room within milliseconds; reads and deletions go on. The keeper takes it back
// when there is room for it and some more.
//
// On a file system that cannot allocate there is no reserve: then such writes wait or fail as any other.
type reserve struct {
	out atomic.Bool // there is no room for it: appends are refused

	mu   sync.Mutex // one at a time gives or takes
	held bool       // the file is there, or none can be made
}

// GiveReserve gives up the room that a log directory keeps for what must go on when the disk is full, and reports whether there was
// any. Appends to the directory's logs are refused with ErrNoSpace from then on until there is room for it again.
func (s *Store) GiveReserve(dir string) bool {
	for _, d := range s.dirs {
		if d.path == dir {
			return d.giveReserve()
		}
	}
	return false
}

// giveReserve reports whether there was something to give.
func (d *logDir) giveReserve() bool {
	d.reserve.mu.Lock()
	defer d.reserve.mu.Unlock()
	if d.store.cfg.ReserveBytes <= 0 || !d.reserve.held {
		return false
	}
	d.reserve.held = false
	d.reserve.out.Store(true)
	err := d.store.fs.Remove(join(d.path, reserveFile))
	d.store.log.Warn("the disk is full: appends are refused, and what was held back is used for metadata and deletions", "dir", d.path, "err", err)
	return err == nil
}

// takeReserve takes the room, at a start or after it was given up, when it is there.
func (d *logDir) takeReserve() {
	d.reserve.mu.Lock()
	defer d.reserve.mu.Unlock()
	size, path := d.store.cfg.ReserveBytes, join(d.path, reserveFile)
	if size <= 0 || d.reserve.held {
		return
	}
	if _, err := d.store.fs.Stat(path); err != nil { // one that is there has its blocks
		// A quarter more, so that it is not given up again by the next write.
		if _, usable, err := d.store.fs.Usage(d.path); err == nil && usable >= 0 && usable < size+size/4 {
			d.withoutReserve(nil)
			return
		}
	}
	if err := allocate(d.store.fs, path, size); err != nil {
		_ = d.store.fs.Remove(path)
		d.withoutReserve(err)
		return
	}
	d.reserve.held = true
	if d.reserve.out.Swap(false) {
		d.store.log.Warn("there is space on the disk again: appends are taken", "dir", d.path)
	}
}

// withoutReserve notes that there is no room for the reserve. reserve.mu is held.
func (d *logDir) withoutReserve(err error) {
	if err != nil && !isNoSpace(err) { // it is no better without appends
		d.reserve.held = true
		d.store.log.Warn("no room can be held back for a full disk", "dir", d.path, "err", err)
		d.reserve.out.Store(false)
		return
	}
	if !d.reserve.out.Swap(true) {
		d.store.log.Warn("the disk is full: appends are refused", "dir", d.path)
	}
}

func allocate(fsys vfs.FS, path string, size int64) error {
	f, err := fsys.OpenFile(path, vfs.ReadWrite|vfs.Create, 0o644)
	if err != nil {
		return err
	}
	if a, ok := f.(vfs.Allocator); ok {
		err = a.Allocate(size)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// withReserve does what a full disk must not stop; fn may be called twice.
func (d *logDir) withReserve(fn func() error) error {
	err := fn()
	if isNoSpace(err) && d.giveReserve() {
		err = fn()
	}
	return err
}

// writeAtomic is checkpoint.WriteAtomic with the reserve.
func (d *logDir) writeAtomic(path string, data []byte) error {
	return d.withReserve(func() error { return checkpoint.WriteAtomic(d.store.fs, path, data) })
}
