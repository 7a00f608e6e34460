package segment

import (
	"fmt"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// Walk reads the .log file at path without a log, for tools: fn gets every whole batch with its position, the checksum not
// verified (Batch.Validate does). It stops at fn's first error, and returns *CorruptError where the framing ends to make
// sense or the file ends within a batch.
func Walk(fsys vfs.FS, path string, fn func(pos int64, b record.Batch) error) error {
	f, err := fsys.OpenFile(path, vfs.ReadOnly, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return err
	}
	h := newHeads(f, path, size)
	defer h.close()
	for pos := int64(0); pos < size; {
		_, n, err := h.header(pos)
		if err != nil {
			return err
		}
		b := make([]byte, n)
		if _, err := f.ReadAt(b, pos); err != nil {
			return fmt.Errorf("read %s at %d: %w", path, pos, err)
		}
		if err := fn(pos, b); err != nil {
			return err
		}
		pos += n
	}
	return nil
}

// WalkIndex reads an .index file and calls fn with absolute offset and position of each entry.
func WalkIndex(fsys vfs.FS, path string, base int64, fn func(last, pos int64) error) error {
	data, err := fsys.ReadFile(path)
	if err != nil {
		return err
	}
	list, ok := ParseIndex(data, 1<<32)
	if !ok {
		return &CorruptError{path, 0, "entries do not rise"}
	}
	for _, e := range list {
		if err := fn(base+int64(e.Last), int64(e.Pos)); err != nil {
			return err
		}
	}
	return nil
}

// WalkTimeIndex reads a .timeindex file and calls fn with timestamp and absolute offset of each entry.
func WalkTimeIndex(fsys vfs.FS, path string, base int64, fn func(ts, last int64) error) error {
	data, err := fsys.ReadFile(path)
	if err != nil {
		return err
	}
	list, ok := ParseTimeIndex(data)
	if !ok {
		return &CorruptError{path, 0, "entries do not rise"}
	}
	for _, e := range list {
		if err := fn(e.Timestamp, base+int64(e.Last)); err != nil {
			return err
		}
	}
	return nil
}

// WalkTxnIndex reads a .txnindex file.
func WalkTxnIndex(fsys vfs.FS, path string, fn func(t AbortedTxn) error) error {
	data, err := fsys.ReadFile(path)
	if err != nil {
		return err
	}
	list, ok := ParseTxnIndex(data)
	if !ok {
		return &CorruptError{path, 0, "the file is torn or its entries are not in order"}
	}
	for _, t := range list {
		if err := fn(t); err != nil {
			return err
		}
	}
	return nil
}
