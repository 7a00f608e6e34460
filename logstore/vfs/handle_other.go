//go:build !unix || solaris || aix

package vfs

import "os"

// Directory entries cannot be synced apart on these systems.
func syncDirHandle(*os.File) error { return nil }

// No advisory lock is taken on these systems.
func lockHandle(*os.File) error { return nil }
