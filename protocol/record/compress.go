package record

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compress appends src, compressed, to dst. Levels beyond the codec's range are brought into it.
func compress(dst []byte, c Codec, level int, src []byte) []byte {
	switch c {
	case Gzip:
		return compressGzip(dst, level, src)
	case Snappy:
		return appendXerial(dst, src)
	case Lz4:
		return compressLz4(dst, level, src)
	case Zstd:
		return zstdEncoder(level).EncodeAll(src, dst)
	}
	return append(dst, src...)
}

// An appender is an io.Writer onto a slice.
type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// finish writes src and closes; an appender never fails, so neither does an encoder in front of it.
func finish(w io.WriteCloser, src []byte) {
	_, err := io.Copy(w, bytes.NewReader(src))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("encoder failed in memory: " + err.Error())
	}
}

var gzipWriters [MaxGzipLevel + 1]sync.Pool // by level; 0 is the default level

func compressGzip(dst []byte, level int, src []byte) []byte {
	if level < MinGzipLevel {
		level = 0
	}
	level = min(level, MaxGzipLevel)
	out := &appender{b: dst}
	w, ok := gzipWriters[level].Get().(*gzip.Writer)
	if ok {
		w.Reset(out)
	} else {
		w = newGzipWriter(out, level)
	}
	finish(w, src)
	w.Reset(nil)
	gzipWriters[level].Put(w)
	return out.b
}

func newGzipWriter(out io.Writer, level int) *gzip.Writer {
	if level == 0 {
		level = gzip.DefaultCompression
	}
	w, err := gzip.NewWriterLevel(out, level)
	if err != nil {
		panic("gzip level was brought into range: " + err.Error())
	}
	return w
}

var lz4Writers = sync.Pool{New: func() any { return lz4.NewWriter(nil) }}

// lz4Level maps Apache Kafka's levels: the default is the fast compressor, any other one the high compressor.
func lz4Level(level int) lz4.CompressionLevel {
	if level == DefaultLevel || level == DefaultLz4Level {
		return lz4.Fast
	}
	return lz4.CompressionLevel(1 << (8 + min(max(level, 1), 9)))
}

func compressLz4(dst []byte, level int, src []byte) []byte {
	out := &appender{b: dst}
	w := lz4Writers.Get().(*lz4.Writer)
	w.Reset(out)
	err := w.Apply(lz4.BlockSizeOption(lz4.Block64Kb), lz4.ChecksumOption(false), lz4.ConcurrencyOption(1),
		lz4.CompressionLevelOption(lz4Level(level)))
	if err != nil {
		panic("lz4 options: " + err.Error())
	}
	finish(w, src)
	w.Reset(nil)
	lz4Writers.Put(w)
	return out.b
}

// zstdEncoders holds one encoder for each speed class of the library; EncodeAll may be called by many at once.
var zstdEncoders struct {
	sync.Mutex
	by [zstd.SpeedBestCompression + 1]*zstd.Encoder
}

func zstdEncoder(level int) *zstd.Encoder {
	if level == DefaultLevel {
		level = DefaultZstdLevel
	}
	class := zstd.EncoderLevelFromZstd(level)
	zstdEncoders.Lock()
	defer zstdEncoders.Unlock()
	if e := zstdEncoders.by[class]; e != nil {
		return e
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(class), zstd.WithEncoderConcurrency(2), zstd.WithZeroFrames(true),
		zstd.WithWindowSize(streamWindow))
	if err != nil {
		panic("zstd encoder options: " + err.Error())
	}
	zstdEncoders.by[class] = e
	return e
}
