package quorum

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strconv"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// flushedMark is a hint on disk of how far the log was durable: damage below it is no torn tail but lost data, and the
// node says so instead of cutting it off. The file is written in place and never synced when it grows, so it may lag
// behind; it is lowered durably before the log is cut, so it never claims too much.
type flushedMark struct {
	file   vfs.File
	offset int64
}

const flushedFile = "quorum-flushed"

func openFlushedMark(fsys vfs.FS, dir string) (*flushedMark, error) {
	f, err := fsys.OpenFile(filepath.Join(dir, flushedFile), vfs.ReadWrite|vfs.Create, fileMode)
	if err != nil {
		return nil, err
	}
	m := &flushedMark{file: f}
	b := make([]byte, len(markText(0)))
	if n, _ := f.ReadAt(b, 0); n == len(b) { // what cannot be read, or was torn, is no hint
		if v, err := strconv.ParseInt(string(b[:20]), 10, 64); err == nil && bytes.Equal(b, markText(v)) {
			m.offset = v
		}
	}
	return m, nil
}

// markText is the file's content: the offset and its checksum, because a write in place can be torn.
func markText(offset int64) []byte {
	b := fmt.Appendf(nil, "%020d", offset)
	return fmt.Appendf(b, " %08x\n", crc32.ChecksumIEEE(b))
}

func (m *flushedMark) write(offset int64) error {
	_, err := m.file.WriteAt(markText(offset), 0)
	return err
}

// advance notes that the log is durable up to offset. A failure costs the hint, nothing else.
func (m *flushedMark) advance(offset int64) {
	if m.write(offset) == nil {
		m.offset = offset
	}
}

// lower makes sure, durably, that the mark is not above offset.
func (m *flushedMark) lower(offset int64) error {
	if m.offset <= offset {
		return nil
	}
	if err := m.write(offset); err != nil {
		return err
	}
	if err := m.file.SyncData(); err != nil {
		return err
	}
	m.offset = offset
	return nil
}

func (m *flushedMark) close() { _ = m.file.Close() }
