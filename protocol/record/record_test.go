package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"
)

var codecs = []Codec{None, Gzip, Snappy, Lz4, Zstd}

type rec struct {
	ts         int64
	key, value []byte
	headers    []Header
}

func build(opt BuilderOptions, recs ...rec) Batch {
	b := NewBuilder(opt)
	for _, r := range recs {
		b.Append(r.ts, r.key, r.value, r.headers...)
	}
	return b.Build()
}

func plain(n int) Batch {
	recs := make([]rec, n)
	for i := range recs {
		recs[i] = rec{ts: 1000 + int64(i), key: fmt.Appendf(nil, "k%d", i), value: bytes.Repeat([]byte{byte(i)}, 20)}
	}
	return build(NewBuilderOptions(), recs...)
}

func drawBytes(t *rapid.T, name string, maxLen int) []byte {
	if rapid.Bool().Draw(t, name+"-null") {
		return nil
	}
	b := rapid.SliceOfN(rapid.Byte(), 0, maxLen).Draw(t, name)
	return append([]byte{}, b...)
}

func drawRecs(t *rapid.T) []rec {
	n := rapid.IntRange(1, 30).Draw(t, "n")
	recs := make([]rec, n)
	for i := range recs {
		r := rec{ts: rapid.Int64Range(-1, 1<<42).Draw(t, "ts"), key: drawBytes(t, "key", 40), value: drawBytes(t, "value", 400)}
		for range rapid.IntRange(0, 3).Draw(t, "headers") {
			r.headers = append(r.headers, Header{Key: append([]byte{}, rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "hk")...), Value: drawBytes(t, "hv", 30)})
		}
		recs[i] = r
	}
	return recs
}

func drawOptions(t *rapid.T) BuilderOptions {
	o := NewBuilderOptions()
	o.BaseOffset = rapid.Int64Range(0, 1<<50).Draw(t, "base")
	o.LeaderEpoch = rapid.Int32Range(-1, 1<<20).Draw(t, "epoch")
	o.Codec = rapid.SampledFrom(codecs).Draw(t, "codec")
	if rapid.Bool().Draw(t, "idempotent") {
		o.ProducerID = rapid.Int64Range(0, 1<<50).Draw(t, "pid")
		o.ProducerEpoch = rapid.Int16Range(0, 1<<14).Draw(t, "pepoch")
		o.BaseSequence = rapid.Int32Range(0, math.MaxInt32).Draw(t, "seq")
		o.Transactional = rapid.Bool().Draw(t, "txn")
	}
	return o
}

func same(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }

func TestABuiltBatchReadsBackAtEveryCodec(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opt, recs := drawOptions(t), drawRecs(t)
		b := build(opt, recs...)
		got, rest, err := Next(append(append([]byte{}, b...), 1, 2, 3))
		if err != nil || len(rest) != 3 || !bytes.Equal(got, b) {
			t.Fatalf("Next: %v, rest %d", err, len(rest))
		}
		c, err := b.Check(ValidateOptions{Depth: DepthWalk, FromClient: true})
		if err != nil {
			t.Fatal(err)
		}
		i, size, maxTs := 0, HeaderSize, int64(-1)
		err = b.Records(func(r Record) error {
			w := recs[i]
			maxTs = max(maxTs, w.ts)
			if r.Offset != opt.BaseOffset+int64(i) || r.Timestamp != w.ts || !same(r.Key, w.key) || !same(r.Value, w.value) || len(r.Headers) != len(w.headers) {
				t.Fatalf("record %d: got %+v want %+v", i, r, w)
			}
			for j, h := range r.Headers {
				if !same(h.Key, w.headers[j].Key) || !same(h.Value, w.headers[j].Value) {
					t.Fatalf("header %d: got %+v want %+v", j, h, w.headers[j])
				}
			}
			i, size = i+1, size+r.Size
			return nil
		})
		if err != nil || i != len(recs) {
			t.Fatalf("%d records of %d, %v", i, len(recs), err)
		}
		if opt.Codec == None && size != len(b) {
			t.Fatalf("sizes add up to %d of %d", size, len(b))
		}
		if c.MaxTimestamp != maxTs || b.MaxTimestamp() != maxTs {
			t.Fatalf("max timestamp %d, header %d, want %d", c.MaxTimestamp, b.MaxTimestamp(), maxTs)
		}
		if b.LastOffset() != opt.BaseOffset+int64(len(recs))-1 || b.ProducerID() != opt.ProducerID || b.IsTransactional() != opt.Transactional {
			t.Fatal("header differs")
		}
	})
}

// The second oracle: franz-go's own decoder reads what we built, and we read what kmsg built.
func TestFranzGoReadsOurBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opt, recs := drawOptions(t), drawRecs(t)
		b := build(opt, recs...)
		fp, _ := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{KeepControlRecords: true, Offset: opt.BaseOffset, IsolationLevel: kgo.ReadUncommitted(), Topic: "t"},
			&kmsg.FetchResponseTopicPartition{RecordBatches: b, HighWatermark: 1 << 60, LastStableOffset: 1 << 60}, kgo.DefaultDecompressor(), nil)
		if fp.Err != nil || len(fp.Records) != len(recs) {
			t.Fatalf("%d records of %d: %v", len(fp.Records), len(recs), fp.Err)
		}
		for i, r := range fp.Records {
			if !same(r.Key, recs[i].key) || !same(r.Value, recs[i].value) || r.Timestamp.UnixMilli() != recs[i].ts || len(r.Headers) != len(recs[i].headers) {
				t.Fatalf("record %d: got %+v want %+v", i, r, recs[i])
			}
		}
	})
}

func TestWeReadBatchesThatKmsgAndKgoEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := drawRecs(t)
		var payload []byte
		for i, r := range recs {
			kr := kmsg.Record{TimestampDelta64: r.ts - recs[0].ts, OffsetDelta: int32(i), Key: r.key, Value: r.value}
			for _, h := range r.headers {
				kr.Headers = append(kr.Headers, kmsg.Header{Key: string(h.Key), Value: h.Value})
			}
			kr.Length = int32(len(kr.AppendTo(nil)) - 1)
			payload = append(payload, kr.AppendTo(nil)...)
		}
		codec := rapid.SampledFrom(codecs).Draw(t, "codec")
		if codec != None {
			cc := []kgo.CompressionCodec{Gzip: kgo.GzipCompression(), Snappy: kgo.SnappyCompression(), Lz4: kgo.Lz4Compression(), Zstd: kgo.ZstdCompression()}[codec]
			comp, err := kgo.DefaultCompressor(cc)
			if err != nil {
				t.Fatal(err)
			}
			packed, _ := comp.Compress(new(bytes.Buffer), payload)
			payload = append([]byte{}, packed...)
		}
		kb := kmsg.RecordBatch{FirstOffset: 7, Length: int32(49 + len(payload)), PartitionLeaderEpoch: -1, Magic: 2, Attributes: int16(codec),
			LastOffsetDelta: int32(len(recs) - 1), FirstTimestamp: recs[0].ts, MaxTimestamp: recs[0].ts, ProducerID: -1, ProducerEpoch: -1,
			FirstSequence: -1, NumRecords: int32(len(recs)), Records: payload}
		b := Batch(kb.AppendTo(nil))
		b.UpdateCRC()
		if err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
			t.Fatal(err)
		}
		i := 0
		if err := b.Records(func(r Record) error {
			if r.Offset != 7+int64(i) || !same(r.Key, recs[i].key) || !same(r.Value, recs[i].value) || r.Timestamp != recs[i].ts {
				t.Fatalf("record %d: got %+v want %+v", i, r, recs[i])
			}
			i++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRecompressKeepsEverythingButTheCodec(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := build(drawOptions(t), drawRecs(t)...)
		to := rapid.SampledFrom(codecs).Draw(t, "to")
		level := rapid.SampledFrom([]int{DefaultLevel, 1, 5, 9}).Draw(t, "level")
		nb, err := b.Recompress(to, level, 0)
		if err != nil || nb.Codec() != to {
			t.Fatal(err)
		}
		if err := nb.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
			t.Fatal(err)
		}
		back, err := nb.Recompress(None, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, err := b.Recompress(None, 0, 0)
		if err != nil || !bytes.Equal(want, back) {
			t.Fatalf("differs after %v and back: %v", to, err)
		}
	})
}

// mend is for tests that break a header on purpose and want the checksum right all the same.
func mend(b Batch, change func(b Batch)) Batch {
	b = append(Batch{}, b...)
	change(b)
	b.UpdateCRC()
	return b
}

func put32(pos int, v int32) func(Batch) {
	return func(b Batch) { binary.BigEndian.PutUint32(b[pos:], uint32(v)) }
}

func put16(pos int, v int16) func(Batch) {
	return func(b Batch) { binary.BigEndian.PutUint16(b[pos:], uint16(v)) }
}

func rawBatch(count int32, payload []byte) Batch {
	b := append(plain(1)[:HeaderSize:HeaderSize], payload...)
	put32(posLength, int32(len(b)-LogOverhead))(b)
	put32(posNumRecords, count)(b)
	put32(posLastDelta, count-1)(b)
	b.UpdateCRC()
	return b
}

func TestValidateRefusesWhatLogValidatorRefuses(t *testing.T) {
	ok := plain(3)
	idem := func() Batch {
		o := NewBuilderOptions()
		o.ProducerID, o.ProducerEpoch, o.BaseSequence = 7, 0, 5
		return build(o, rec{ts: 1, value: []byte("v")})
	}()
	one := func(body ...byte) Batch {
		return rawBatch(1, append(binary.AppendVarint(nil, int64(len(body))), body...))
	}
	for _, c := range []struct {
		name  string
		batch Batch
		kind  Kind
	}{
		{"no records", mend(plain(1)[:HeaderSize], func(b Batch) { put32(posLength, 49)(b); put32(posNumRecords, 0)(b) }), KindRecord},
		{"count above the offset range", mend(ok, put32(posNumRecords, 4)), KindRecord},
		{"count below the offset range", mend(ok, put32(posNumRecords, 2)), KindRecord},
		{"negative count", mend(ok, put32(posNumRecords, -1)), KindRecord},
		{"negative last offset delta", mend(ok, put32(posLastDelta, -1)), KindRecord},
		{"huge count", mend(mend(ok, put32(posNumRecords, math.MaxInt32)), put32(posLastDelta, math.MaxInt32-1)), KindRecord},
		{"control batch", mend(ok, put16(posAttributes, attrControl)), KindRecord},
		{"producer id without sequence", mend(idem, put32(posBaseSequence, -1)), KindRecord},
		{"producer id without epoch", mend(idem, put16(posProducerEpoch, -1)), KindProducerEpoch},
		{"transactional without producer id", mend(ok, put16(posAttributes, attrTransactional)), KindRecord},
		{"unknown codec", mend(ok, put16(posAttributes, 5)), KindCompression},
		{"timestamp type of the broker", mend(ok, put16(posAttributes, attrLogAppendTime)), KindTimestamp},
		{"offset delta not 0", one(0, 0, 2, 1, 1, 0), KindRecord},
		{"record of negative size", rawBatch(1, []byte{1}), KindRecord},
		{"record size beyond the batch", rawBatch(1, []byte{40, 0, 0, 0, 1, 1, 0}), KindRecord},
		{"varint of six bytes", rawBatch(1, []byte{0x80, 0x80, 0x80, 0x80, 0x80, 1, 0, 0, 0}), KindRecord},
		{"varint beyond 32 bits", rawBatch(1, []byte{0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0}), KindRecord},
		{"timestamp varint of eleven bytes", one(0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0, 1, 1, 0), KindRecord},
		{"key beyond the record", one(0, 0, 0, 20, 1, 0), KindRecord},
		{"value beyond the record", one(0, 0, 0, 1, 20, 0), KindRecord},
		{"negative header count", one(0, 0, 0, 1, 1, 1), KindRecord},
		{"header count beyond the record", one(0, 0, 0, 1, 1, 80), KindRecord},
		{"null header key", one(0, 0, 0, 1, 1, 2, 1, 1), KindRecord},
		{"header value beyond the record", one(0, 0, 0, 1, 1, 2, 0, 20), KindRecord},
		{"bytes behind a record's parts", one(0, 0, 0, 1, 1, 0, 0), KindRecord},
		{"bytes behind the last record", rawBatch(1, []byte{12, 0, 0, 0, 1, 1, 0, 9}), KindRecord},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.batch.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, TimestampType: LogAppendTime})
			var inv *InvalidError
			if !errors.As(err, &inv) {
				t.Fatalf("got %v", err)
			}
			if inv.Kind != c.kind || inv.Reason == "" {
				t.Fatalf("got kind %v (%v), want %v", inv.Kind, err, c.kind)
			}
		})
	}
	if err := ok.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
		t.Fatal(err)
	}
	if err := one(0, 0, 0, 3, 1, 0).Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
		t.Fatalf("a key length below -1 is null in Apache Kafka: %v", err)
	}
}

func TestTrap051ChecksumCoversAttributesToEnd(t *testing.T) {
	b := plain(2)
	for i := range b {
		bad := append(Batch{}, b...)
		bad[i] ^= 1
		err := bad.Validate(ValidateOptions{})
		outside := i < 8 || i >= 12 && i < 16
		if (err == nil) != outside {
			t.Fatalf("bit flipped in byte %d: %v", i, err)
		}
	}
	var c *CorruptError
	bad := append(Batch{}, b...)
	bad[len(bad)-1] ^= 1
	if !errors.As(bad.Validate(ValidateOptions{}), &c) || !IsCorrupt(c) {
		t.Fatal("a wrong checksum is a CorruptError")
	}
}

func TestTrap052StampsLeaveTheChecksumAlone(t *testing.T) {
	b := plain(3)
	crc := b.CRC()
	b.SetLastOffset(1002)
	b.SetLeaderEpoch(9)
	if b.BaseOffset() != 1000 || b.NextOffset() != 1003 || b.LeaderEpoch() != 9 || b.CRC() != crc || b.Validate(ValidateOptions{}) != nil {
		t.Fatal("stamped batch differs")
	}
}

func TestTrap053LogAppendTimeSetsBitMaxTimestampAndChecksum(t *testing.T) {
	for _, codec := range codecs {
		o := NewBuilderOptions()
		o.Codec = codec
		b := build(o, rec{ts: 5, value: []byte("v")}, rec{ts: 9, value: []byte("v")})
		b.SetMaxTimestamp(LogAppendTime, 777)
		if err := b.Validate(ValidateOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := b.Records(func(r Record) error {
			if r.Timestamp != 777 {
				return fmt.Errorf("timestamp %d", r.Timestamp)
			}
			return nil
		}); err != nil || b.TimestampType() != LogAppendTime || b.MaxTimestamp() != 777 {
			t.Fatal(err)
		}
		b.SetMaxTimestamp(CreateTime, 9)
		if b.TimestampType() != CreateTime || b.Validate(ValidateOptions{}) != nil {
			t.Fatal("back to CreateTime")
		}
	}
}

func TestTrap061NullKeyOnACompactedTopicNamesEachRecord(t *testing.T) {
	for _, codec := range codecs {
		o := NewBuilderOptions()
		o.Codec = codec
		b := build(o, rec{key: []byte{}}, rec{value: []byte("a")}, rec{key: []byte("k")}, rec{value: []byte("b")})
		err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true})
		var inv *InvalidError
		if !errors.As(err, &inv) || inv.Kind != KindRecord || len(inv.Records) != 2 || inv.Records[0].Index != 1 || inv.Records[1].Index != 3 {
			t.Fatalf("%v: %v", codec, err)
		}
	}
	many := make([]rec, 5000)
	err := build(NewBuilderOptions(), many...).Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true})
	var inv *InvalidError
	if !errors.As(err, &inv) || len(inv.Records) != MaxRecordErrors {
		t.Fatalf("%v", err)
	}
}

func TestTimestampBoundsNameEachRecord(t *testing.T) {
	for _, codec := range codecs {
		o := NewBuilderOptions()
		o.Codec = codec
		b := build(o, rec{ts: 1000}, rec{ts: 1501}, rec{ts: -1}, rec{ts: 899}, rec{ts: 1500}, rec{ts: 900})
		check := func(before, after int64) []int {
			err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, CheckTimestamps: true, Now: 1000, TimestampBeforeMaxMs: before, TimestampAfterMaxMs: after})
			if err == nil {
				return nil
			}
			var inv *InvalidError
			if !errors.As(err, &inv) || inv.Kind != KindTimestamp {
				t.Fatalf("%v: %v", codec, err)
			}
			var at []int
			for _, r := range inv.Records {
				at = append(at, r.Index)
			}
			return at
		}
		if got := fmt.Sprint(check(100, 500), check(math.MaxInt64, 500), check(math.MaxInt64, math.MaxInt64), check(100, math.MaxInt64)); got != "[1 3] [1] [] [3]" {
			t.Fatalf("%v: %s", codec, got)
		}
	}
}

func TestTheMaxTimestampThatCountsIsTheRecords(t *testing.T) {
	b := mend(build(NewBuilderOptions(), rec{ts: 5}, rec{ts: 9}, rec{ts: 9}), func(b Batch) { binary.BigEndian.PutUint64(b[posMaxTimestamp:], 7) })
	c, err := b.Check(ValidateOptions{Depth: DepthWalk, FromClient: true})
	if err != nil || !c.Walked || c.MaxTimestamp != 9 || c.MaxTimestampOffset != 1 {
		t.Fatalf("%+v %v", c, err)
	}
}

func TestZstdNeedsProduce7(t *testing.T) {
	o := NewBuilderOptions()
	o.Codec = Zstd
	b := build(o, rec{value: []byte("v")})
	var inv *InvalidError
	if err := b.Validate(ValidateOptions{FromClient: true, NoZstd: true}); !errors.As(err, &inv) || inv.Kind != KindCompression {
		t.Fatal(err)
	}
	if err := b.Validate(ValidateOptions{FromClient: true}); err != nil {
		t.Fatal(err)
	}
}

func TestFramingOfOldFormatsAndOfGarbage(t *testing.T) {
	head := func(length int32, magic byte) []byte {
		b := make([]byte, 40)
		put32(posLength, length)(b)
		b[MagicOffset] = magic
		return b
	}
	var inv *InvalidError
	for _, magic := range []byte{0, 1} {
		if _, _, err := Next(head(28, magic)); !errors.As(err, &inv) || inv.Kind != KindFormat {
			t.Fatal(err)
		}
	}
	var c *CorruptError
	for _, b := range [][]byte{head(-1, 2), head(0, 2), head(13, 0), head(48, 2), head(math.MaxInt32, 2), head(100, 3), head(100, 255)} {
		if _, _, err := Next(b); !errors.As(err, &c) {
			t.Fatal(err)
		}
	}
	b := plain(2)
	for i := range b {
		if _, _, err := Next(b[:i]); !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(err, ErrTorn) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
}

// A bomb is refused after at most the limit has been unpacked, with memory that does not follow what it announces.
func TestDecompressionBombsAreRefused(t *testing.T) {
	const limit = 1 << 20
	for _, codec := range codecs[1:] {
		o := NewBuilderOptions()
		o.Codec = codec
		many := make([]rec, 40000)
		for i := range many {
			many[i] = rec{key: []byte("k"), value: make([]byte, 100)}
		}
		for name, b := range map[string]Batch{"one record": build(o, rec{key: []byte("k"), value: make([]byte, 4<<20)}), "many records": build(o, many...)} {
			err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true, MaxUncompressed: limit})
			var inv *InvalidError
			if !errors.As(err, &inv) || inv.Kind != KindTooLarge {
				t.Fatalf("%v %s: %v", codec, name, err)
			}
			if err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true, MaxUncompressed: 8 << 20}); err != nil {
				t.Fatalf("%v %s: %v", codec, name, err)
			}
			if _, err := b.Recompress(None, 0, limit); !errors.As(err, &inv) || inv.Kind != KindTooLarge {
				t.Fatalf("%v %s: %v", codec, name, err)
			}
		}
	}
}

func TestWhatACompressedBatchAnnouncesTakesNoMemory(t *testing.T) {
	liar := func(codec Codec, payload []byte) Batch {
		b := rawBatch(1, payload)
		put16(posAttributes, int16(codec))(b)
		b.UpdateCRC()
		return b
	}
	announce := binary.AppendVarint(nil, 90<<20)
	cases := map[string]Batch{
		"record size in gzip": liar(Gzip, compress(nil, Gzip, DefaultLevel, announce)),
		"record size in lz4":  liar(Lz4, compress(nil, Lz4, DefaultLevel, announce)),
		"snappy block":        liar(Snappy, append(binary.AppendUvarint(nil, 90<<20), 0, 1)),
		"zstd window":         liar(Zstd, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 1, 0, 0}),
		"zstd content size":   liar(Zstd, []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 6, 1, 0, 0}),
	}
	for name, b := range cases {
		refuse := func() {
			if err := b.Validate(ValidateOptions{Depth: DepthWalk}); err == nil {
				t.Fatal("accepted")
			}
		}
		refuse() // fills the pools
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		refuse()
		runtime.ReadMemStats(&after)
		got := after.TotalAlloc - before.TotalAlloc
		if got > 9<<20 {
			t.Errorf("%s: %d bytes per refusal", name, got)
		}
	}
}

func TestSnappyBareBlockIsRead(t *testing.T) {
	o := NewBuilderOptions()
	b := build(o, rec{key: []byte("k"), value: bytes.Repeat([]byte("v"), 500)})
	block := appendXerial(nil, b.Payload())[xerialHeader+4:]
	bare := rawBatch(1, block)
	put16(posAttributes, int16(Snappy))(bare)
	bare.UpdateCRC()
	if err := bare.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); err != nil {
		t.Fatal(err)
	}
}

func TestTrap073EndTxnMarkerTakesOneOffsetAndSaysHowItEnded(t *testing.T) {
	for _, commit := range []bool{true, false} {
		b := EndTxnMarker(42, 3, commit, 17, 1234)
		if err := b.Validate(ValidateOptions{Depth: DepthWalk}); err != nil {
			t.Fatal(err)
		}
		m, ok, err := b.Marker()
		if err != nil || !ok || m != (Marker{Commit: commit, CoordinatorEpoch: 17}) {
			t.Fatalf("%+v %v %v", m, ok, err)
		}
		if !b.IsControl() || !b.IsTransactional() || b.NextOffset()-b.BaseOffset() != 1 || b.ProducerEpoch() != 3 || b.BaseSequence() != NoSequence || b.MaxTimestamp() != 1234 {
			t.Fatal("header")
		}
		if err := b.Validate(ValidateOptions{FromClient: true}); err == nil {
			t.Fatal("a client may not write a marker")
		}
	}
	if _, _, err := ParseMarker([]byte{0, 0}, nil); err == nil {
		t.Fatal("short key")
	}
	if _, _, err := ParseMarker([]byte{0, 0, 0, 1}, []byte{0}); err == nil {
		t.Fatal("short value")
	}
}

func TestInvI2SequencesWrapToZero(t *testing.T) {
	if got := AddSequence(math.MaxInt32, 1); got != 0 {
		t.Fatal(got)
	}
	if got := AddSequence(math.MaxInt32-2, 5); got != 2 {
		t.Fatal(got)
	}
	o := NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence = 1, 0, math.MaxInt32
	if got := build(o, rec{}, rec{}).LastSequence(); got != 0 {
		t.Fatal(got)
	}
}

func TestValidatingAndWalkingAllocateNothing(t *testing.T) {
	b := plain(500)
	o := ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true, CheckTimestamps: true, Now: 1000, TimestampBeforeMaxMs: math.MaxInt64, TimestampAfterMaxMs: time.Hour.Milliseconds()}
	if n := testing.AllocsPerRun(100, func() {
		if _, _, err := Next(b); err != nil || b.Validate(o) != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

func TestBuilderKeepsGapsAndTheEndThatCompactionLeaves(t *testing.T) {
	o := NewBuilderOptions()
	o.BaseOffset, o.DeleteHorizonMs = 100, 5000
	bd := NewBuilder(o)
	bd.AppendAt(103, 50, []byte("k"), nil)
	bd.SetLastOffset(110)
	b := bd.Build()
	if err := b.Validate(ValidateOptions{Depth: DepthWalk}); err != nil {
		t.Fatal(err)
	}
	if b.LastOffset() != 110 || b.DeleteHorizonMs() != 5000 || b.NumRecords() != 1 {
		t.Fatal("header")
	}
	if err := b.Records(func(r Record) error {
		if r.Offset != 103 || r.Timestamp != 50 {
			return fmt.Errorf("%+v", r)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	bd.Reset(o)
	bd.SetLastOffset(110)
	e := bd.Build()
	if e.NumRecords() != 0 || e.LastOffset() != 110 || len(e) != HeaderSize || e.Validate(ValidateOptions{Depth: DepthWalk}) != nil {
		t.Fatal("an empty batch is a batch")
	}
}

func TestCodecNames(t *testing.T) {
	for _, c := range codecs {
		if got, err := ParseCodec(c.String()); err != nil || got != c {
			t.Fatal(c, got, err)
		}
	}
	if c, err := ParseCodec("uncompressed"); c != None || err != nil {
		t.Fatal(err)
	}
	if _, err := ParseCodec("producer"); err == nil {
		t.Fatal("not a codec")
	}
}

func TestAnEmptyBatchHoldsThePlace(t *testing.T) {
	o := NewBuilderOptions()
	o.BaseOffset, o.Codec, o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.DeleteHorizonMs = 10, Lz4, 7, 2, 5, 99
	b := build(o, rec{ts: 3, key: []byte("k")}, rec{ts: 9, key: []byte("l")})
	e := Batch(b.AppendEmpty(nil))
	if err := e.Validate(ValidateOptions{Depth: DepthWalk}); err != nil {
		t.Fatal(err)
	}
	if e.BaseOffset() != 10 || e.LastOffset() != 11 || e.NumRecords() != 0 || e.LastSequence() != 6 || e.ProducerEpoch() != 2 || e.MaxTimestamp() != 9 ||
		e.HasDeleteHorizon() || e.Codec() != None || e.BaseTimestamp() != NoTimestamp {
		t.Fatalf("%x", []byte(e))
	}
}
