package quorum

import (
	"errors"
	"io"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// windowBytes is how much of a file is read at once while it is scanned.
const windowBytes = 1 << 20

// window reads a file of batches front to back.
type window struct {
	file vfs.File
	size int64 // of the file
	buf  []byte
	pos  int64 // of buf[0] in the file
}

// batch returns the batch at pos, nil when no whole one begins there. It is valid until the next call.
func (w *window) batch(pos int64) (record.Batch, error) {
	b, err := w.at(pos, record.HeaderSize)
	if err != nil || b == nil {
		return nil, err
	}
	n, err := record.FrameLength(b)
	if err != nil {
		return nil, nil //nolint:nilerr // whoever scans decides what damage means
	}
	b, err = w.at(pos, n)
	if err != nil || b == nil {
		return nil, err
	}
	return record.Batch(b), nil
}

// at returns n bytes at pos, nil when the file ends before.
func (w *window) at(pos int64, n int) ([]byte, error) {
	if int64(n) > w.size-pos {
		return nil, nil
	}
	if pos < w.pos || pos+int64(n) > w.pos+int64(len(w.buf)) {
		want := min(int64(max(n, windowBytes)), w.size-pos)
		if int64(cap(w.buf)) < want {
			w.buf = make([]byte, want)
		}
		w.buf, w.pos = w.buf[:want], pos
		got, err := w.file.ReadAt(w.buf, pos)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		w.buf = w.buf[:got]
		if got < n {
			return nil, nil
		}
	}
	off := pos - w.pos
	return w.buf[off : off+int64(n) : off+int64(n)], nil
}
