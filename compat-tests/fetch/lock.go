package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lockPoll is how often a lock that another run holds is tried again.
const lockPoll = 200 * time.Millisecond

// Lock takes the lock of one thing in a cache and returns what gives it back. While another run holds it, say gets one
// line that names that run's process. The system gives a lock back when its holder ends, however it ends.
func Lock(ctx context.Context, cache, name string, say io.Writer) (func(), error) {
	file := filepath.Join(cache, "locks", strings.ReplaceAll(name, "/", "-")+".lock")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", file, err), f.Close())
		}
		if !told {
			fmt.Fprintf(say, "waiting for %s in %s (pid %s works on it)\n", name, cache, holder(file))
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("gave up waiting for %s in %s: pid %s still works on it: end it, or set COMPAT_CACHE to another directory",
				name, cache, holder(file)), f.Close())
		case <-time.After(lockPoll):
		}
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(fmt.Append(nil, os.Getpid()), 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { f.Close() }, nil
}

// holder is the process that a lock's file names; the one that just took it may not have written its number yet.
func holder(file string) string {
	b, err := os.ReadFile(file)
	if err != nil || len(b) == 0 {
		return "unknown"
	}
	return string(b)
}

// lockLimit bounds the wait for another run's preparation: longer than any single step may take.
const lockLimit = 40 * time.Minute

// Locked does something while it holds the lock of one thing in a cache.
func Locked(cache, name string, do func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), lockLimit)
	defer cancel()
	unlock, err := Lock(ctx, cache, name, os.Stderr)
	if err != nil {
		return err
	}
	defer unlock()
	return do()
}
