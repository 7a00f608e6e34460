package vfs

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
)

// Real and memory file systems must look the same.
func TestFileSystemsAgree(t *testing.T) {
	for name, x := range map[string]struct {
		fs  FS
		dir string
	}{"os": {OS{}, t.TempDir()}, "mem": {NewMem(), "/"}, "fault": {NewFault(NewMem()), "/"}} {
		t.Run(name, func(t *testing.T) {
			at := func(p string) string { return filepath.Join(x.dir, p) }
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			must(x.fs.MkdirAll(at("a/b"), 0o755))
			must(x.fs.MkdirAll(at("a/b"), 0o755))
			if err := x.fs.Mkdir(at("a"), 0o755); !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			if _, err := x.fs.OpenFile(at("a/f"), ReadWrite, 0); !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			f, err := x.fs.OpenFile(at("a/f"), ReadWrite|Create|Exclusive, 0o644)
			must(err)
			if _, err := x.fs.OpenFile(at("a/f"), ReadWrite|Create|Exclusive, 0o644); !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			_, err = f.WriteAt([]byte("hello"), 3)
			must(err)
			b := make([]byte, 20)
			n, err := f.ReadAt(b, 0)
			if n != 8 || err != io.EOF || string(b[:n]) != "\x00\x00\x00hello" {
				t.Errorf("%d %v %q", n, err, b[:n])
			}
			if n, err := f.ReadAt(b[:4], 4); n != 4 || err != nil && err != io.EOF {
				t.Errorf("%d %v", n, err)
			}
			must(f.Truncate(5))
			must(f.Truncate(6))
			if size, err := f.Size(); size != 6 || err != nil {
				t.Error(size, err)
			}
			must(f.SyncData())
			must(x.fs.SyncDir(at("a")))
			must(f.Close())
			if err := f.Close(); !errors.Is(err, fs.ErrClosed) {
				t.Error(err)
			}
			must(x.fs.Rename(at("a/f"), at("a/b/g")))
			got, err := x.fs.ReadFile(at("a/b/g"))
			if string(got) != "\x00\x00\x00he\x00" || err != nil {
				t.Errorf("%q %v", got, err)
			}
			names, err := x.fs.List(at("a"))
			if !reflect.DeepEqual(names, []string{"b"}) || err != nil {
				t.Error(names, err)
			}
			if st, err := x.fs.Stat(at("a/b/g")); err != nil || st.Size() != 6 || st.IsDir() {
				t.Error(st, err)
			}
			if err := x.fs.Remove(at("a/b")); err == nil {
				t.Error("removed a directory that is not empty")
			}
			must(x.fs.RemoveAll(at("a")))
			must(x.fs.RemoveAll(at("a")))
			if err := x.fs.Remove(at("a")); !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			if _, err := x.fs.Stat(at("a")); !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
			}
			l, err := x.fs.Lock(at("lock"))
			must(err)
			if _, err := x.fs.Lock(at("lock")); err == nil {
				t.Error("locked twice")
			}
			must(l.Unlock())
			l, err = x.fs.Lock(at("lock"))
			must(err)
			must(l.Unlock())
			if total, usable, err := x.fs.Usage(x.dir); err != nil || total <= 0 || usable > total {
				t.Error(total, usable, err)
			}
		})
	}
}

func write(t *testing.T, fsys FS, name, data string, off int64) {
	t.Helper()
	f, err := fsys.OpenFile(name, ReadWrite|Create, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(data), off); err != nil {
		t.Fatal(err)
	}
}

func syncAll(t *testing.T, fsys FS, name string) {
	t.Helper()
	f, err := fsys.OpenFile(name, ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.SyncData(); err != nil {
		t.Fatal(err)
	}
	if err := fsys.SyncDir(filepath.Dir(name)); err != nil {
		t.Fatal(err)
	}
}

func TestPowerCutKeepsOnlyWhatWasSynced(t *testing.T) {
	m := NewMem()
	write(t, m, "/f", "synced", 0)
	syncAll(t, m, "/f")
	write(t, m, "/f", "SY", 0)
	write(t, m, "/g", "no entry", 0)
	if f, err := m.OpenFile("/g", ReadWrite, 0); err != nil || f.SyncData() != nil { // data, but not the directory
		t.Fatal(err)
	}
	c := m.Clone(PowerCut, nil)
	if b, err := c.ReadFile("/f"); string(b) != "synced" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if _, err := c.Stat("/g"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	k := m.Clone(ProcessKill, nil)
	if b, err := k.ReadFile("/f"); string(b) != "SYnced" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	if b, err := k.ReadFile("/g"); string(b) != "no entry" || err != nil {
		t.Errorf("%q %v", b, err)
	}
}

func TestPartialCrashTearsTheLastWrite(t *testing.T) {
	m := NewMem()
	write(t, m, "/f", "0123456789", 0)
	syncAll(t, m, "/f")
	write(t, m, "/f", "abcdefghij", 10)
	lengths := map[int]bool{}
	for seed := range uint64(200) {
		b, err := m.Clone(PartialCrash, rand.New(rand.NewPCG(seed, 0))).ReadFile("/f")
		if err != nil || string(b) != "0123456789abcdefghij"[:len(b)] || len(b) < 10 {
			t.Fatalf("%q %v", b, err)
		}
		lengths[len(b)] = true
	}
	if len(lengths) != 11 {
		t.Errorf("torn at %d places", len(lengths))
	}
}

func TestFailedSyncDropsPages(t *testing.T) {
	m := NewMem()
	x := NewFault(m)
	write(t, x, "/f", "first", 0)
	syncAll(t, x, "/f")
	f, err := x.OpenFile("/f", ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("lost!"), 0); err != nil {
		t.Fatal(err)
	}
	x.Inject(func(op Op) (error, int) {
		if op.Kind == OpSync {
			return syscall.EIO, 0
		}
		return nil, 0
	})
	if err := f.SyncData(); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	x.Inject(nil)
	if err := f.SyncData(); err != nil { // the lie that fsync tells the second time
		t.Fatal(err)
	}
	if b, _ := m.ReadFile("/f"); string(b) != "lost!" {
		t.Errorf("%q", b)
	}
	if b, _ := m.Clone(PowerCut, nil).ReadFile("/f"); string(b) != "first" {
		t.Errorf("%q", b)
	}
}

func TestCapacityAndShortWrites(t *testing.T) {
	m := NewMem()
	m.SetCapacity(8)
	f, err := m.OpenFile("/f", ReadWrite|Create, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.WriteAt([]byte("0123456789"), 0); n != 8 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%d %v", n, err)
	}
	if err := f.Truncate(2); err != nil {
		t.Fatal(err)
	}
	if n, err := f.WriteAt([]byte("abc"), 2); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	x := NewFault(m)
	x.Inject(func(op Op) (error, int) {
		if op.Kind == OpWrite {
			return syscall.EIO, 2
		}
		return nil, 0
	})
	g, err := x.OpenFile("/f", ReadWrite, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := g.WriteAt([]byte("WXYZ"), 0); n != 2 || !errors.Is(err, syscall.EIO) {
		t.Errorf("%d %v", n, err)
	}
	if b, _ := m.ReadFile("/f"); string(b) != "WXabc" {
		t.Errorf("%q", b)
	}
}
