package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/snappy"
)

// The framing that Java's snappy streams put around blocks: a magic, two version numbers, then blocks behind their
// lengths. Some clients send one bare block instead.
var xerialMagic = []byte{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0}

const (
	xerialHeader = 16
	xerialBlock  = 32 << 10 // uncompressed bytes in a block, as Java writes it
	// maxSnappyRatio bounds what a snappy block can unpack to: the densest element makes 64 bytes of three.
	maxSnappyRatio = 22
)

var (
	errSnappyBlock = errors.New("snappy block is cut off or announces more than it can hold")
	errXerialHead  = errors.New("snappy framing header is cut off")
)

// A snappySource unpacks one block after another; in a bare payload there is one.
type snappySource struct {
	in    []byte
	out   []byte // the block at hand, from pos
	pos   int
	left  int64
	bare  bool
	first error
	buf   []byte
}

var snappySources = sync.Pool{New: func() any { return new(snappySource) }}

func openSnappy(payload []byte, limit int64) source {
	s := snappySources.Get().(*snappySource)
	s.in, s.out, s.pos, s.left, s.bare, s.first = payload, nil, 0, limit, true, nil
	if bytes.HasPrefix(payload, xerialMagic) {
		s.bare = false
		if len(payload) < xerialHeader {
			s.first = errXerialHead
			return s
		}
		s.in = payload[xerialHeader:]
	}
	return s
}

func (s *snappySource) release() {
	if cap(s.buf) > 1<<20 { // a pool should not keep what one large block needed
		s.buf = nil
	}
	s.in, s.out = nil, nil
	snappySources.Put(s)
}

func (s *snappySource) Read(p []byte) (int, error) {
	for s.pos == len(s.out) {
		if s.first != nil {
			return 0, s.first
		}
		if len(s.in) == 0 {
			return 0, io.EOF
		}
		if err := s.block(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.out[s.pos:])
	s.pos += n
	return n, nil
}

func (s *snappySource) block() error {
	block := s.in
	s.in = nil
	if !s.bare {
		if len(block) < 4 {
			return errSnappyBlock
		}
		n := binary.BigEndian.Uint32(block)
		if uint64(n) > uint64(len(block)-4) {
			return errSnappyBlock
		}
		block, s.in = block[4:4+n], block[4+n:]
	}
	size, err := snappy.DecodedLen(block)
	if err != nil {
		return err
	}
	if int64(size) > s.left {
		return errTooLarge
	}
	if size > maxSnappyRatio*len(block) {
		return errSnappyBlock
	}
	s.left -= int64(size)
	if cap(s.buf) < size {
		s.buf = make([]byte, size)
	}
	s.out, err = snappy.Decode(s.buf[:cap(s.buf)], block)
	s.pos = 0
	return err
}

// appendXerial compresses src as Java does.
func appendXerial(dst, src []byte) []byte {
	dst = append(dst, xerialMagic...)
	dst = append(dst, 0, 0, 0, 1, 0, 0, 0, 1)
	for len(src) > 0 {
		chunk := src[:min(xerialBlock, len(src))]
		src = src[len(chunk):]
		at := len(dst)
		dst = append(dst, 0, 0, 0, 0)
		need := snappy.MaxEncodedLen(len(chunk))
		if cap(dst)-len(dst) < need {
			dst = append(dst, make([]byte, need)...)[:at+4]
		}
		n := len(snappy.Encode(dst[at+4:at+4+need], chunk))
		binary.BigEndian.PutUint32(dst[at:], uint32(n))
		dst = dst[:at+4+n]
	}
	return dst
}
