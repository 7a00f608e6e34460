//go:build unix && !linux && !solaris && !aix

package vfs

import (
	"os"

	"golang.org/x/sys/unix"
)

func syncDirHandle(d *os.File) error { return d.Sync() }

func lockHandle(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }
