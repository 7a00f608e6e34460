package segment

import (
	"fmt"
	"io"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// headBytes is how much a walk over headers reads at a time: a little more than an index interval.
const headBytes = 8 << 10

// heads walks the headers of batches without looking at their records.
type heads struct {
	f    vfs.File
	s    *Segment // whose .log f is; nil when path says so
	path string
	to   int64
	buf  *[]byte
	at   int64 // position of buf[0]
	have int
}

// heads walks the headers of the segment's .log, which f is, up to position to.
func (s *Segment) heads(f vfs.File, to int64) *heads {
	return &heads{f: f, s: s, to: to, buf: headBuffers.Get().(*[]byte)}
}

// name is the path of the file, for errors.
func (h *heads) name() string {
	if h.s != nil {
		return h.s.Path(LogSuffix)
	}
	return h.path
}

func newHeads(f vfs.File, path string, to int64) *heads {
	return &heads{f: f, path: path, to: to, buf: headBuffers.Get().(*[]byte)}
}

func (h *heads) close() { headBuffers.Put(h.buf) }

// header returns the header of the batch at pos and the batch's length. The bytes are valid until the next call.
func (h *heads) header(pos int64) (b record.Batch, size int64, err error) {
	if pos < h.at || pos+record.HeaderSize > h.at+int64(h.have) {
		if pos+record.HeaderSize > h.to {
			return nil, 0, &CorruptError{h.name(), pos, fmt.Sprintf("%d bytes are less than a batch header", h.to-pos)}
		}
		want := min(int64(len(*h.buf)), h.to-pos)
		n, err := h.f.ReadAt((*h.buf)[:want], pos)
		if err != nil && err != io.EOF {
			return nil, 0, err
		}
		h.at, h.have = pos, n
	}
	b = record.Batch((*h.buf)[pos-h.at : h.have])
	n, why := frame(b)
	if why == "" && pos+int64(n) > h.to {
		why = fmt.Sprintf("batch of %d bytes reaches beyond the end of the file", n)
	}
	if why == "" && b.LastOffsetDelta() < 0 {
		why = "last offset delta is negative"
	}
	if why != "" {
		return nil, 0, &CorruptError{h.name(), pos, why}
	}
	return b[:min(len(b), n)], int64(n), nil
}
