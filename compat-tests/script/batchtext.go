package script

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy/xerial"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/kbroker/kbroker/compat-tests/schema"
)

// maxInflated bounds what a batch of an answer may decompress to.
const maxInflated = 64 << 20

// decodeBatches turns a fetched record set into values that can be rendered; a batch cut off at the end is named.
func decodeBatches(b []byte) any {
	var out []any
	for len(b) > 0 {
		if len(b) < 61 {
			out = append(out, rendered(fmt.Sprintf("<partial batch, %d bytes>", len(b))))
			break
		}
		size := int(int32(binary.BigEndian.Uint32(b[8:]))) + 12
		if size < 61 || size > len(b) {
			out = append(out, rendered(fmt.Sprintf("<partial batch, %d of %d bytes>", len(b), size)))
			break
		}
		out = append(out, decodeBatch(b[:size]))
		b = b[size:]
	}
	return out
}

func decodeBatch(b []byte) any {
	u64 := func(at int) int64 { return int64(binary.BigEndian.Uint64(b[at:])) }
	u32 := func(at int) int64 { return int64(int32(binary.BigEndian.Uint32(b[at:]))) }
	u16 := func(at int) int64 { return int64(int16(binary.BigEndian.Uint16(b[at:]))) }
	attrs := u16(21)
	s := schema.Struct{
		{Name: "baseOffset", Value: u64(0)}, {Name: "lastOffsetDelta", Value: u32(23)}, {Name: "leaderEpoch", Value: u32(12)},
		{Name: "magic", Value: int64(b[16])}, {Name: "codec", Value: attrs & 7}, {Name: "logAppendTime", Value: attrs&8 != 0},
		{Name: "transactional", Value: attrs&16 != 0}, {Name: "control", Value: attrs&32 != 0},
		{Name: "deleteHorizon", Value: attrs&64 != 0},
		{Name: "baseTimestamp", Value: u64(27)}, {Name: "maxTimestamp", Value: u64(35)},
		{Name: "producerId", Value: u64(43)}, {Name: "producerEpoch", Value: u16(51)}, {Name: "baseSequence", Value: u32(53)},
		{Name: "crcValid", Value: crc32.Checksum(b[21:], castagnoli) == binary.BigEndian.Uint32(b[17:])},
	}
	recs, err := decodeRecords(b[61:], attrs&7, int(u32(57)), u64(27), attrs&8 != 0, u64(35))
	if err != nil {
		recs = rendered("<" + err.Error() + ">")
	}
	return append(s, schema.NamedValue{Name: "batch", Value: recs})
}

func decodeRecords(b []byte, codec int64, n int, base int64, logAppend bool, maxTs int64) (any, error) {
	b, err := inflate(codec, b)
	if err != nil {
		return nil, err
	}
	var out []any
	r := &varReader{b: b}
	for range n {
		r.varint() // length
		r.take(1)
		ts := base + r.varint()
		if logAppend {
			ts = maxTs
		}
		s := schema.Struct{{Name: "offsetDelta", Value: nil}, {Name: "timestamp", Value: ts}}
		s[0].Value = r.varint()
		s = append(s, schema.NamedValue{Name: "key", Value: r.bytes()}, schema.NamedValue{Name: "value", Value: r.bytes()})
		var hs []any
		for range r.varint() {
			hs = append(hs, []any{r.bytes(), r.bytes()})
		}
		if hs != nil {
			s = append(s, schema.NamedValue{Name: "headers", Value: hs})
		}
		if r.err != nil {
			return nil, r.err
		}
		out = append(out, s)
	}
	return out, nil
}

type varReader struct {
	b   []byte
	err error
}

func (r *varReader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.err, r.b = errors.New("records end too early"), nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *varReader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.b)) {
		r.err, r.b = errors.New("records end too early"), nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *varReader) bytes() any {
	n := r.varint()
	if n < 0 {
		return nil
	}
	b := r.take(n)
	if len(b) > 200 {
		return rendered(fmt.Sprintf("<%d bytes, crc %08x>", len(b), crc32.ChecksumIEEE(b)))
	}
	return b
}

func inflate(codec int64, b []byte) ([]byte, error) {
	limit := func(r io.Reader, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, maxInflated))
	}
	switch codec {
	case 0:
		return b, nil
	case 1:
		zr, err := gzip.NewReader(bytes.NewReader(b))
		return limit(zr, err)
	case 2:
		if bytes.HasPrefix(b, []byte("\x82SNAPPY\x00")) {
			return xerial.Decode(b)
		}
		return s2.Decode(nil, b)
	case 3:
		return limit(lz4.NewReader(bytes.NewReader(b)), nil)
	case 4:
		zr, err := zstd.NewReader(bytes.NewReader(b))
		return limit(zr, err)
	}
	return nil, fmt.Errorf("codec %d", codec)
}
