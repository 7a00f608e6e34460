package vfs

import (
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Mem is a file system in memory that keeps what was written apart from what was synced.
//
// A write changes the file that everybody sees; SyncData makes the file's bytes durable; SyncDir makes a directory's
// entries durable (creation, removal, rename), and a file whose entry is not durable is gone after a crash however often it
// was synced. Clone says what a crash leaves.
type Mem struct {
	mu    sync.Mutex
	root  *memDir
	locks map[string]bool
	total int64 // capacity in bytes, 0 = none
	used  int64
	hook  func(Op)
	n     int
}

// memNode is a directory or a file.
type memNode interface{}

type memDir struct {
	cur, durable map[string]memNode
	pending      []dirOp
}

// dirOp is an entry change that SyncDir has not covered: name now stands for node, nil when removed.
type dirOp struct {
	name string
	node memNode
}

type memFile struct {
	cur, durable []byte
	pending      []dataOp
	reserved     int64 // bytes that count as used, however short the file is; a crash keeps them
}

// charge is how many bytes the file takes.
func (f *memFile) charge() int64 { return max(int64(len(f.cur)), f.reserved) }

// dataOp is a write (data != nil) or a truncation to off.
type dataOp struct {
	off  int64
	data []byte
}

// NewMem returns an empty file system.
func NewMem() *Mem { return &Mem{root: newMemDir(), locks: map[string]bool{}} }

func newMemDir() *memDir {
	return &memDir{cur: map[string]memNode{}, durable: map[string]memNode{}}
}

// SetCapacity bounds the bytes of all files; a write beyond it is cut short with ENOSPC. 0 lifts the bound.
func (m *Mem) SetCapacity(bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total = bytes
}

// SetHook sets a function that is called before every operation that changes or syncs something, outside the lock.
func (m *Mem) SetHook(fn func(Op)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hook = fn
}

func (m *Mem) announce(kind OpKind, name string, size int) {
	m.mu.Lock()
	m.n++
	op, hook := Op{Kind: kind, Name: name, N: m.n, Size: size}, m.hook
	m.mu.Unlock()
	if hook != nil {
		hook(op)
	}
}

func split(name string) []string {
	name = filepath.ToSlash(filepath.Clean(name))
	if name == "." { // the root itself, as the parent of a relative path
		return nil
	}
	return strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
}

func (m *Mem) dir(parts []string) (*memDir, error) {
	d := m.root
	for _, p := range parts {
		n, ok := d.cur[p]
		if !ok {
			return nil, fs.ErrNotExist
		}
		if d, ok = n.(*memDir); !ok {
			return nil, syscall.ENOTDIR
		}
	}
	return d, nil
}

func (m *Mem) parent(name string) (*memDir, string, error) {
	parts := split(name)
	if len(parts) == 0 {
		return nil, "", fs.ErrInvalid
	}
	d, err := m.dir(parts[:len(parts)-1])
	return d, parts[len(parts)-1], err
}

func (d *memDir) set(name string, n memNode) {
	if n == nil {
		delete(d.cur, name)
	} else {
		d.cur[name] = n
	}
	d.pending = append(d.pending, dirOp{name, n})
}

// OpenFile opens or creates a file.
func (m *Mem) OpenFile(name string, flag int, _ fs.FileMode) (File, error) {
	if flag&(Create|Trunc) != 0 {
		m.announce(OpCreate, name, 0)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	d, base, err := m.parent(name)
	if err != nil {
		return nil, memError("open", name, err)
	}
	n, ok := d.cur[base]
	switch {
	case ok && flag&Create != 0 && flag&Exclusive != 0:
		return nil, memError("open", name, fs.ErrExist)
	case !ok && flag&Create == 0:
		return nil, memError("open", name, fs.ErrNotExist)
	case !ok:
		f := &memFile{}
		d.set(base, f)
		return &memHandle{m: m, f: f, name: name, write: true}, nil
	}
	f, isFile := n.(*memFile)
	if !isFile {
		return nil, memError("open", name, syscall.EISDIR)
	}
	if flag&Trunc != 0 {
		m.truncate(f, 0)
	}
	return &memHandle{m: m, f: f, name: name, write: flag&ReadWrite != 0}, nil
}

func memError(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// ReadFile returns the content of a file.
func (m *Mem) ReadFile(name string) ([]byte, error) { return readSmall(m, name) }

// Mkdir makes one directory.
func (m *Mem) Mkdir(name string, _ fs.FileMode) error {
	m.announce(OpMkdir, name, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	d, base, err := m.parent(name)
	if err != nil {
		return memError("mkdir", name, err)
	}
	if _, ok := d.cur[base]; ok {
		return memError("mkdir", name, fs.ErrExist)
	}
	d.set(base, newMemDir())
	return nil
}

// MkdirAll makes a directory and its missing parents.
func (m *Mem) MkdirAll(name string, perm fs.FileMode) error {
	parts := split(name)
	for i := range parts {
		p := "/" + strings.Join(parts[:i+1], "/")
		if st, err := m.Stat(p); err == nil {
			if !st.IsDir() {
				return memError("mkdir", p, syscall.ENOTDIR)
			}
			continue
		}
		if err := m.Mkdir(p, perm); err != nil && !isExist(err) {
			return err
		}
	}
	return nil
}

// Remove removes a file or an empty directory.
func (m *Mem) Remove(name string) error {
	m.announce(OpRemove, name, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	d, base, err := m.parent(name)
	if err != nil {
		return memError("remove", name, err)
	}
	n, ok := d.cur[base]
	if !ok {
		return memError("remove", name, fs.ErrNotExist)
	}
	if sub, isDir := n.(*memDir); isDir && len(sub.cur) > 0 {
		return memError("remove", name, syscall.ENOTEMPTY)
	}
	m.used -= size(n)
	d.set(base, nil)
	return nil
}

// RemoveAll removes a tree; a missing one is no error.
func (m *Mem) RemoveAll(name string) error {
	m.announce(OpRemove, name, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	d, base, err := m.parent(name)
	if err != nil {
		return nil
	}
	if n, ok := d.cur[base]; ok {
		m.used -= size(n)
		d.set(base, nil)
	}
	return nil
}

func size(n memNode) int64 {
	switch n := n.(type) {
	case *memFile:
		return n.charge()
	case *memDir:
		var sum int64
		for _, c := range n.cur {
			sum += size(c)
		}
		return sum
	}
	return 0
}

// Rename moves a file or directory and replaces what newname was.
func (m *Mem) Rename(oldname, newname string) error {
	m.announce(OpRename, newname, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	od, ob, err := m.parent(oldname)
	if err != nil {
		return memError("rename", oldname, err)
	}
	n, ok := od.cur[ob]
	if !ok {
		return memError("rename", oldname, fs.ErrNotExist)
	}
	nd, nb, err := m.parent(newname)
	if err != nil {
		return memError("rename", newname, err)
	}
	if old, ok := nd.cur[nb]; ok {
		if sub, isDir := old.(*memDir); isDir && len(sub.cur) > 0 {
			return memError("rename", newname, syscall.ENOTEMPTY)
		}
		m.used -= size(old)
	}
	nd.set(nb, n)
	od.set(ob, nil)
	return nil
}

// Stat describes a file or directory.
func (m *Mem) Stat(name string) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	parts := split(name)
	if len(parts) == 0 {
		return memInfo{name: "/", dir: true}, nil
	}
	d, err := m.dir(parts[:len(parts)-1])
	if err != nil {
		return nil, memError("stat", name, err)
	}
	n, ok := d.cur[parts[len(parts)-1]]
	if !ok {
		return nil, memError("stat", name, fs.ErrNotExist)
	}
	_, isDir := n.(*memDir)
	info := memInfo{name: parts[len(parts)-1], dir: isDir}
	if !isDir {
		info.size = size(n)
	}
	return info, nil
}

type memInfo struct {
	name string
	size int64
	dir  bool
}

func (i memInfo) Name() string       { return i.name }
func (i memInfo) Size() int64        { return i.size }
func (i memInfo) IsDir() bool        { return i.dir }
func (i memInfo) ModTime() time.Time { return time.Time{} }
func (i memInfo) Sys() any           { return nil }
func (i memInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// List returns the names in a directory, sorted.
func (m *Mem) List(dir string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, err := m.dir(split(dir))
	if err != nil {
		return nil, memError("list", dir, err)
	}
	return slices.Sorted(maps.Keys(d.cur)), nil
}

// SyncDir makes a directory's entries durable.
func (m *Mem) SyncDir(dir string) error {
	m.announce(OpSyncDir, dir, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	d, err := m.dir(split(dir))
	if err != nil {
		return memError("fsync", dir, err)
	}
	d.apply(len(d.pending))
	return nil
}

func (d *memDir) apply(n int) {
	for _, op := range d.pending[:n] {
		if op.node == nil {
			delete(d.durable, op.name)
		} else {
			d.durable[op.name] = op.node
		}
	}
	d.pending = d.pending[n:]
}

// Lock takes the lock of that name.
func (m *Mem) Lock(name string) (Unlocker, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, _, err := m.parent(name); err != nil {
		return nil, memError("lock", name, err)
	}
	if m.locks[name] {
		return nil, memError("lock", name, syscall.EWOULDBLOCK)
	}
	m.locks[name] = true
	return memLock{m, name}, nil
}

type memLock struct {
	m    *Mem
	name string
}

func (l memLock) Unlock() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.locks, l.name)
	return nil
}

// Usage returns the capacity and what is left of it; an unbounded file system has 1 TiB.
func (m *Mem) Usage(dir string) (total, usable int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := m.dir(split(dir)); err != nil {
		return -1, -1, memError("statfs", dir, err)
	}
	if m.total == 0 {
		return 1 << 40, 1<<40 - m.used, nil
	}
	return m.total, max(0, m.total-m.used), nil
}

type memHandle struct {
	m     *Mem
	f     *memFile
	name  string
	write bool
	shut  bool
}

func (h *memHandle) ReadAt(p []byte, off int64) (int, error) {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.shut {
		return 0, memError("read", h.name, fs.ErrClosed)
	}
	if off < 0 {
		return 0, memError("read", h.name, fs.ErrInvalid)
	}
	if off >= int64(len(h.f.cur)) {
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	n := copy(p, h.f.cur[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *memHandle) WriteAt(p []byte, off int64) (int, error) {
	h.m.announce(OpWrite, h.name, len(p))
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.shut || !h.write {
		return 0, memError("write", h.name, fs.ErrClosed)
	}
	grow := max(0, off+int64(len(p))-h.f.charge())
	var err error
	if h.m.total > 0 && h.m.used+grow > h.m.total {
		p = p[:max(0, int64(len(p))-(h.m.used+grow-h.m.total))]
		grow = max(0, off+int64(len(p))-h.f.charge())
		err = memError("write", h.name, syscall.ENOSPC)
		if len(p) == 0 {
			return 0, err
		}
	}
	op := dataOp{off: off, data: slices.Clone(p)}
	h.f.cur = op.on(h.f.cur)
	h.f.pending = append(h.f.pending, op)
	h.m.used += grow
	return len(p), err
}

func (o dataOp) on(b []byte) []byte {
	if o.data == nil {
		if o.off <= int64(len(b)) {
			return b[:o.off:o.off]
		}
		return append(b, make([]byte, o.off-int64(len(b)))...)
	}
	if end := o.off + int64(len(o.data)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[o.off:], o.data)
	return b
}

func (m *Mem) truncate(f *memFile, size int64) {
	op := dataOp{off: size}
	m.used -= f.charge()
	f.reserved = min(f.reserved, size)
	f.cur = op.on(f.cur)
	m.used += f.charge()
	f.pending = append(f.pending, op)
}

func (h *memHandle) Truncate(size int64) error {
	h.m.announce(OpTruncate, h.name, int(size))
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.shut || !h.write {
		return memError("truncate", h.name, fs.ErrClosed)
	}
	h.m.truncate(h.f, size)
	return nil
}

// Allocate implements Allocator.
func (h *memHandle) Allocate(size int64) error {
	h.m.announce(OpWrite, h.name, 0)
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	grow := max(0, size-h.f.charge())
	if h.m.total > 0 && h.m.used+grow > h.m.total {
		return memError("fallocate", h.name, syscall.ENOSPC)
	}
	h.f.reserved = max(h.f.reserved, size)
	h.m.used += grow
	return nil
}

func (h *memHandle) Size() (int64, error) {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	return int64(len(h.f.cur)), nil
}

func (h *memHandle) SyncData() error {
	h.m.announce(OpSync, h.name, 0)
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.shut {
		return memError("fdatasync", h.name, fs.ErrClosed)
	}
	for _, op := range h.f.pending {
		h.f.durable = op.on(h.f.durable)
	}
	h.f.pending = nil
	return nil
}

// dropPages is what Linux does to dirty pages when writing them back fails: they are clean and seen, but not on the disk.
func (h *memHandle) dropPages() {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	h.f.pending = nil
}

func (h *memHandle) Fd() (uintptr, bool) { return 0, false }

func (h *memHandle) Close() error {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.shut {
		return memError("close", h.name, fs.ErrClosed)
	}
	h.shut = true
	return nil
}

// A Crash says what of the unsynced state survives.
type Crash int

// The kinds of crash.
const (
	PowerCut     Crash = iota // nothing that was not synced survives
	ProcessKill               // everything survives: the kernel lives on
	PartialCrash              // per file and per directory some prefix of the unsynced changes survives, the last write torn
)

// Clone returns the file system as the next start finds it after a crash now. rng decides for PartialCrash and may be nil
// for the others. The original is not touched.
func (m *Mem) Clone(kind Crash, rng *rand.Rand) *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := NewMem()
	seen := map[memNode]memNode{}
	c.root = cloneDir(m.root, kind, rng, seen)
	c.used = size(c.root)
	c.total = m.total
	return c
}

func cloneDir(d *memDir, kind Crash, rng *rand.Rand, seen map[memNode]memNode) *memDir {
	ents := maps.Clone(d.durable)
	keep := 0
	switch kind {
	case ProcessKill:
		ents = d.cur
	case PartialCrash:
		keep = rng.IntN(len(d.pending) + 1)
	}
	for _, op := range d.pending[:keep] {
		if op.node == nil {
			delete(ents, op.name)
		} else {
			ents[op.name] = op.node
		}
	}
	out := newMemDir()
	for _, name := range slices.Sorted(maps.Keys(ents)) { // sorted: the same seed gives the same clone
		n := ents[name]
		if _, ok := seen[n]; !ok {
			switch n := n.(type) {
			case *memDir:
				seen[n] = cloneDir(n, kind, rng, seen)
			case *memFile:
				seen[n] = n.clone(kind, rng)
			}
		}
		out.cur[name] = seen[n]
		out.durable[name] = seen[n]
	}
	return out
}

func (f *memFile) clone(kind Crash, rng *rand.Rand) *memFile {
	b := slices.Clone(f.durable)
	switch kind {
	case ProcessKill:
		b = slices.Clone(f.cur)
	case PartialCrash:
		keep := rng.IntN(len(f.pending) + 1)
		for i, op := range f.pending[:keep] {
			if i == keep-1 && len(op.data) > 0 {
				op.data = op.data[:rng.IntN(len(op.data)+1)]
				if len(op.data) == 0 {
					continue
				}
			}
			b = op.on(b)
		}
	}
	return &memFile{cur: b, durable: slices.Clone(b), reserved: f.reserved}
}
