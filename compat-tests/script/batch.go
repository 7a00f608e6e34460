package script

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// scriptTime is the time of records whose script gives none; fixed, so that it can stand in a transcript.
const scriptTime = 1700000000000

var codecs = map[string]int16{"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// batchFunc builds one record batch. All of it can be bent:
//
//	{codec, base, epoch, pid, pepoch, seq, ts, maxTs, attrs, txn, control, logAppend, magic, count, lastDelta, length,
//	 crc: "bad", trailer: "hex", records: [{k, v, ts, delta, headers: [[a, "b"]]}]}
//
// With a codec, cut: n takes n bytes off the end of the packed records, and payload: "hex" stands in their place.
func batchFunc(args []any) (any, error) {
	m, ok := one(args).(map[string]any)
	if !ok {
		return nil, fmt.Errorf("want an object")
	}
	records, _ := m["records"].([]any)
	if v, ok := m["v"]; ok {
		records = append(records, map[string]any{"v": v})
	}
	first := num(m, "ts", scriptTime)
	body, maxTs, err := recordsBytes(records, first)
	if err != nil {
		return nil, err
	}
	codec, ok := codecs[text(m, "codec", "none")]
	if !ok {
		return nil, fmt.Errorf("no codec %v", m["codec"])
	}
	if body, err = compressed(codec, body); err != nil {
		return nil, err
	}
	if h, ok := m["payload"]; ok {
		if body, err = hex.DecodeString(fmt.Sprint(h)); err != nil {
			return nil, err
		}
	}
	if cut := num(m, "cut", 0); cut >= 0 && cut <= int64(len(body)) {
		body = body[:int64(len(body))-cut]
	}
	return assemble(m, codec, body, first, maxTs, len(records)), nil
}

func batchesFunc(args []any) (any, error) {
	var out []byte
	for _, a := range args {
		list, ok := a.([]any)
		if !ok {
			list = []any{a}
		}
		for _, b := range list {
			b, ok := b.([]byte)
			if !ok {
				return nil, fmt.Errorf("want batches")
			}
			out = append(out, b...)
		}
	}
	return out, nil
}

func text(m map[string]any, name, def string) string {
	if s, ok := m[name].(string); ok {
		return s
	}
	return def
}

func recordsBytes(records []any, first int64) (body []byte, maxTs int64, err error) {
	maxTs = -1
	for i, r := range records {
		rm, ok := r.(map[string]any)
		if !ok {
			return nil, 0, fmt.Errorf("record %d is no object", i)
		}
		ts := num(rm, "ts", first)
		maxTs = max(maxTs, ts)
		body = append(body, recordBytes(rm, int64(i), ts-first)...)
	}
	return body, maxTs, nil
}

func recordBytes(r map[string]any, delta, tsDelta int64) []byte {
	b := []byte{byte(num(r, "attrs", 0))}
	b = binary.AppendVarint(b, tsDelta)
	b = binary.AppendVarint(b, num(r, "delta", delta))
	b = varBytes(b, r["k"])
	b = varBytes(b, r["v"])
	headers, _ := r["headers"].([]any)
	b = binary.AppendVarint(b, int64(len(headers)))
	for _, h := range headers {
		kv, _ := h.([]any)
		b = varBytes(b, kv[0])
		b = varBytes(b, kv[1])
	}
	return append(binary.AppendVarint(nil, num(r, "length", int64(len(b)))), b...)
}

func varBytes(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return binary.AppendVarint(b, -1)
	case []byte:
		return append(binary.AppendVarint(b, int64(len(v))), v...)
	}
	s := fmt.Sprint(v)
	return append(binary.AppendVarint(b, int64(len(s))), s...)
}

func compressed(codec int16, b []byte) ([]byte, error) {
	var out bytes.Buffer
	switch codec {
	case 1:
		return through(gzip.NewWriter(&out), &out, b)
	case 2:
		return s2.EncodeSnappy(nil, b), nil
	case 3:
		return through(lz4.NewWriter(&out), &out, b)
	case 4:
		w, err := zstd.NewWriter(nil)
		if err != nil {
			return nil, err
		}
		return w.EncodeAll(b, nil), nil
	}
	return b, nil
}

func through(w io.WriteCloser, out *bytes.Buffer, b []byte) ([]byte, error) {
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func assemble(m map[string]any, codec int16, body []byte, first, maxTs int64, n int) []byte {
	attrs := codec
	for name, bit := range map[string]int16{"logAppend": 8, "txn": 16, "control": 32} {
		if on, _ := m[name].(bool); on {
			attrs |= bit
		}
	}
	attrs = int16(num(m, "attrs", int64(attrs)))
	b := binary.BigEndian.AppendUint64(nil, uint64(num(m, "base", 0)))
	b = binary.BigEndian.AppendUint32(b, uint32(num(m, "length", int64(49+len(body)))))
	b = binary.BigEndian.AppendUint32(b, uint32(num(m, "epoch", -1)))
	b = append(b, byte(num(m, "magic", 2)))
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(attrs))
	b = binary.BigEndian.AppendUint32(b, uint32(num(m, "lastDelta", int64(n-1))))
	b = binary.BigEndian.AppendUint64(b, uint64(first))
	b = binary.BigEndian.AppendUint64(b, uint64(num(m, "maxTs", maxTs)))
	b = binary.BigEndian.AppendUint64(b, uint64(num(m, "pid", -1)))
	b = binary.BigEndian.AppendUint16(b, uint16(num(m, "pepoch", -1)))
	b = binary.BigEndian.AppendUint32(b, uint32(num(m, "seq", -1)))
	b = binary.BigEndian.AppendUint32(b, uint32(num(m, "count", int64(n))))
	b = append(b, body...)
	crc := crc32.Checksum(b[21:], castagnoli)
	if text(m, "crc", "") == "bad" {
		crc++
	}
	binary.BigEndian.PutUint32(b[17:], crc)
	return b
}
