package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// OS is the real file system. Its files are plain descriptors: no poller, no finalizer, one system call per operation.
type OS struct{}

type osFile struct {
	fd   int
	name string
	shut atomic.Bool
}

func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// OpenFile opens name.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	for {
		fd, err := unix.Open(name, flag|unix.O_CLOEXEC, uint32(perm.Perm()))
		if err == nil {
			return &osFile{fd: fd, name: name}, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return nil, pathError("open", name, err)
		}
	}
}

func (f *osFile) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		m, err := unix.Pread(f.fd, p[n:], off+int64(n))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return n, pathError("read", f.name, err)
		}
		if m == 0 {
			return n, io.EOF
		}
		n += m
	}
	return n, nil
}

func (f *osFile) WriteAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		m, err := unix.Pwrite(f.fd, p[n:], off+int64(n))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return n, pathError("write", f.name, err)
		}
		if m == 0 {
			return n, pathError("write", f.name, io.ErrUnexpectedEOF)
		}
		n += m
	}
	return n, nil
}

func (f *osFile) Truncate(size int64) error {
	if err := retry(func() error { return unix.Ftruncate(f.fd, size) }); err != nil {
		return pathError("truncate", f.name, err)
	}
	return nil
}

func (f *osFile) Size() (int64, error) {
	var st unix.Stat_t
	if err := retry(func() error { return unix.Fstat(f.fd, &st) }); err != nil {
		return 0, pathError("stat", f.name, err)
	}
	return st.Size, nil
}

// SyncData is one fdatasync. EINTR is reported like any other error: the call is not repeated.
func (f *osFile) SyncData() error {
	if err := unix.Fdatasync(f.fd); err != nil {
		return pathError("fdatasync", f.name, err)
	}
	return nil
}

// Allocate reserves blocks up to size without changing the file's length; a file system that cannot is no error.
func (f *osFile) Allocate(size int64) error {
	err := retry(func() error { return unix.Fallocate(f.fd, unix.FALLOC_FL_KEEP_SIZE, 0, size) })
	if err == nil || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return pathError("fallocate", f.name, err)
}

func (f *osFile) Fd() (uintptr, bool) { return uintptr(f.fd), true }

func (f *osFile) Close() error {
	if f.shut.Swap(true) {
		return pathError("close", f.name, fs.ErrClosed)
	}
	if err := unix.Close(f.fd); err != nil {
		return pathError("close", f.name, err)
	}
	return nil
}

func retry(fn func() error) error {
	for {
		if err := fn(); err != unix.EINTR {
			return err
		}
	}
}

// Mkdir makes one directory.
func (OS) Mkdir(name string, perm fs.FileMode) error {
	if err := retry(func() error { return unix.Mkdir(name, uint32(perm.Perm())) }); err != nil {
		return pathError("mkdir", name, err)
	}
	return nil
}

// SyncDir makes the entries of a directory durable.
func (OS) SyncDir(dir string) error {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_DIRECTORY, 0)
	if err != nil {
		return pathError("open", dir, err)
	}
	defer unix.Close(fd)
	if err := unix.Fsync(fd); err != nil {
		return pathError("fsync", dir, err)
	}
	return nil
}

// Lock takes an exclusive lock (flock) on the file.
func (OS) Lock(name string) (Unlocker, error) {
	fd, err := unix.Open(name, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		unix.Close(fd)
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is locked by another process", name)
		}
		return nil, pathError("lock", name, err)
	}
	return fdLock(fd), nil
}

type fdLock int

func (l fdLock) Unlock() error { return unix.Close(int(l)) }

// Usage asks statfs.
func (OS) Usage(dir string) (total, usable int64, err error) {
	var st unix.Statfs_t
	if err := retry(func() error { return unix.Statfs(dir, &st) }); err != nil {
		return -1, -1, pathError("statfs", dir, err)
	}
	return int64(st.Blocks) * int64(st.Bsize), int64(st.Bavail) * int64(st.Bsize), nil
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
