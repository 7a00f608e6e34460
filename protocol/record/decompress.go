package record

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// errTooLarge is what a source returns once a limit on its output is passed.
var errTooLarge = errors.New("unpacks to more than the limit")

// A source is a stream of decompressed bytes with pooled state behind it. release gives that back; no Read after it.
type source interface {
	io.Reader
	release()
}

// open returns the decompressed stream of payload. Memory grows with what is really unpacked, never with what a header
// announces, and stays below limit.
func open(c Codec, payload []byte, limit int64) (source, error) {
	switch c {
	case Gzip:
		return openGzip(payload)
	case Snappy:
		return openSnappy(payload, limit), nil
	case Lz4:
		return openLz4(payload), nil
	case Zstd:
		return openZstd(payload, limit)
	}
	return nil, invalid(KindCompression, "unknown compression codec %d", int8(c))
}

type gzipSource struct {
	in bytes.Reader
	gzip.Reader
}

var gzipSources = sync.Pool{New: func() any { return new(gzipSource) }}

func openGzip(payload []byte) (source, error) {
	s := gzipSources.Get().(*gzipSource)
	s.in.Reset(payload)
	if err := s.Reset(&s.in); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

func (s *gzipSource) release() {
	s.in.Reset(nil)
	gzipSources.Put(s)
}

type lz4Source struct {
	in bytes.Reader
	*lz4.Reader
}

var lz4Sources = sync.Pool{New: func() any { return &lz4Source{Reader: lz4.NewReader(nil)} }}

func openLz4(payload []byte) source {
	s := lz4Sources.Get().(*lz4Source)
	s.in.Reset(payload)
	s.Reset(&s.in)
	return s
}

func (s *lz4Source) release() {
	s.in.Reset(nil)
	s.Reset(&s.in)
	lz4Sources.Put(s)
}

// streamWindow is the largest zstd window that is decoded as a stream: what levels up to 19 use. A stream takes its
// window at once, so a larger one, up to maxWindow (level 22), is unpacked into a buffer that grows with its output.
const (
	streamWindow = 8 << 20
	maxWindow    = 128 << 20
)

type zstdSource struct {
	in bytes.Reader
	*zstd.Decoder
}

var zstdSources = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(streamWindow))
	if err != nil {
		panic("zstd decoder options: " + err.Error()) // constants above
	}
	return &zstdSource{Decoder: d}
}}

func openZstd(payload []byte, limit int64) (source, error) {
	var h zstd.Header
	if err := h.Decode(payload); err != nil {
		return nil, err
	}
	if h.WindowSize > streamWindow || h.SingleSegment && h.FrameContentSize > streamWindow {
		return openZstdWhole(payload, &h, limit)
	}
	s := zstdSources.Get().(*zstdSource)
	s.in.Reset(payload)
	if err := s.Reset(&s.in); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

func (s *zstdSource) release() {
	s.in.Reset(nil)
	_ = s.Reset(nil) // a decoder without input: cannot fail
	zstdSources.Put(s)
}

var zstdWhole = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic("zstd decoder options: " + err.Error()) // constants above
	}
	return d
})

// maxZstdRatio bounds what zstd can unpack to: a block makes at most 128 KiB of four bytes.
const maxZstdRatio = 128 << 10 / 4

var errZstdSize = errors.New("zstd frame announces more than it can hold")

// A wholeError is a frame that failed while it was unpacked at once: nobody saw how much work that was.
type wholeError struct{ error }

func (e wholeError) Unwrap() error { return e.error }

// openZstdWhole unpacks at once. The buffer follows what comes out, not what is announced: it doubles until all fits, so
// that the price of a large window is twice its output, not its window.
func openZstdWhole(payload []byte, h *zstd.Header, limit int64) (source, error) {
	size := max(startWindow, unpackFactor*int64(len(payload)))
	if h.HasFCS {
		switch {
		case h.FrameContentSize > uint64(limit):
			return nil, errTooLarge
		case h.FrameContentSize > maxZstdRatio*uint64(len(payload)):
			return nil, errZstdSize
		}
		size = min(size, int64(h.FrameContentSize))
	}
	for ; ; size *= 2 {
		size = min(size, limit)
		out, err := zstdWhole().DecodeAll(payload, make([]byte, 0, size))
		if err == nil {
			return &bytesSource{*bytes.NewReader(out)}, nil
		}
		if !errors.Is(err, zstd.ErrDecoderSizeExceeded) {
			return nil, wholeError{err}
		}
		if size == limit {
			return nil, errTooLarge
		}
	}
}

type bytesSource struct{ bytes.Reader }

func (s *bytesSource) release() {}

// readAll reads src to its end into one slice that begins with hint bytes of room and grows with what is there.
func readAll(src io.Reader, hint int, limit int64) ([]byte, error) {
	out := make([]byte, 0, min(int64(max(hint, 512)), limit+1))
	for {
		if len(out) == cap(out) {
			out = append(out, 0)[:len(out)]
		}
		n, err := src.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case int64(len(out)) > limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}
