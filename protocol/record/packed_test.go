package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// packed compresses records that are written by hand.
func packed(c Codec, count int, records ...[]byte) Batch {
	b := rawBatch(int32(count), compress(nil, c, DefaultLevel, bytes.Join(records, nil)))
	put16(posAttributes, int16(c))(b)
	b.UpdateCRC()
	return b
}

// handmade is one record without headers unless tail says otherwise.
func handmade(offset, ts int64, key, value, tail []byte) []byte {
	b := binary.AppendVarint([]byte{0}, ts)
	b = binary.AppendVarint(b, offset)
	for _, f := range [][]byte{key, value} {
		n := int64(len(f))
		if f == nil {
			n = -1
		}
		b = append(binary.AppendVarint(b, n), f...)
	}
	b = append(b, tail...)
	return append(binary.AppendVarint(nil, int64(len(b))), b...)
}

func kindOf(err error) Kind {
	var inv *InvalidError
	if !errors.As(err, &inv) {
		return -1
	}
	return inv.Kind
}

func TestInvR38CompressedBatchesAreHeldToTheRulesOfOthers(t *testing.T) {
	none := []byte{0}
	big := bytes.Repeat([]byte("value "), 40_000) // larger than the window that a walk holds
	r := func(offset int64, value []byte) []byte { return handmade(offset, 0, nil, value, none) }
	for _, c := range codecs[1:] {
		for name, b := range map[string]Batch{
			"an offset twice":               packed(c, 2, r(0, nil), r(0, nil)),
			"an offset twice, large":        packed(c, 2, r(0, big), r(0, big)),
			"a gap":                         packed(c, 2, r(0, nil), r(2, nil)),
			"fewer records than announced":  packed(c, 3, r(0, nil)),
			"fewer, large":                  packed(c, 3, r(0, big)),
			"more records than announced":   packed(c, 1, r(0, nil), r(1, nil)),
			"more, large":                   packed(c, 1, r(0, nil), r(1, big)),
			"a record cut off":              packed(c, 1, r(0, big)[:100_000]),
			"longer than its parts":         packed(c, 1, handmade(0, 0, nil, nil, []byte{0, 9})),
			"longer than its parts, large":  packed(c, 1, handmade(0, 0, nil, big, []byte{0, 9})),
			"a header without key, large":   packed(c, 1, handmade(0, 0, nil, big, []byte{2, 1, 1})),
			"headers beyond it, large":      packed(c, 1, handmade(0, 0, nil, big, []byte{80})),
			"a header value beyond it, big": packed(c, 1, handmade(0, 0, nil, big, []byte{2, 0, 20})),
			"a value beyond it, large":      packed(c, 1, append(binary.AppendVarint(nil, 200_000), handmade(0, 0, nil, nil, append([]byte{0}, big...))[1:]...)),
			"a negative size":               packed(c, 1, []byte{1, 0, 0, 0, 0, 0, 0}),
			"a payload that is none of its": mend(rawBatch(1, []byte("zzzz")), put16(posAttributes, int16(c))),
			"no payload":                    mend(rawBatch(1, nil), put16(posAttributes, int16(c))),
			"a payload that is cut off":     mend(packed(c, 1, r(0, big)), func(Batch) {}),
		} {
			if name == "a payload that is cut off" {
				b = rawBatch(1, b.Payload()[:len(b.Payload())/2])
				put16(posAttributes, int16(c))(b)
				b.UpdateCRC()
			}
			if err := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true}); kindOf(err) != KindRecord {
				t.Errorf("%v, %s: %v", c, name, err)
			}
		}
		late := packed(c, 2, r(0, nil), handmade(1, 400*86_400_000, nil, big, none))
		if err := late.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, CheckTimestamps: true, TimestampBeforeMaxMs: math.MaxInt64, TimestampAfterMaxMs: 1000}); kindOf(err) != KindTimestamp {
			t.Errorf("%v: %v", c, err)
		}
		seen, err := late.Check(ValidateOptions{Depth: DepthWalk, FromClient: true})
		if err != nil || seen.MaxTimestamp-late.BaseTimestamp() != 400*86_400_000 || seen.MaxTimestampOffset != 1 {
			t.Errorf("%v: %+v %v", c, seen, err)
		}
		keys := packed(c, 3, handmade(0, 0, nil, big, none), handmade(1, 0, big, nil, none), handmade(2, 0, []byte{}, big, []byte{4, 2, 'h', 2, 'v', 0, 1}))
		var inv *InvalidError
		if err := keys.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true}); !errors.As(err, &inv) || len(inv.Records) != 1 || inv.Records[0].Index != 0 {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestMaxDecompressedMessageBytesBoundsARecordOfACompressedBatch(t *testing.T) {
	for _, c := range codecs {
		o := NewBuilderOptions()
		o.Codec = c
		small, large := build(o, rec{value: make([]byte, 600)}, rec{value: make([]byte, 600)}), build(o, rec{value: make([]byte, 1100)})
		v := ValidateOptions{Depth: DepthWalk, FromClient: true, MaxRecord: 1000}
		if err := small.Validate(v); err != nil {
			t.Fatal(c, err)
		}
		if err := large.Validate(v); (err == nil) != (c == None) || c != None && kindOf(err) != KindRecord {
			t.Fatal(c, err)
		}
	}
}

// The memory of a walk is that of its window, whatever comes out.
func TestWalkingACompressedBatchHoldsAWindow(t *testing.T) {
	for _, c := range codecs[1:] {
		o := NewBuilderOptions()
		o.Codec = c
		b := build(o, rec{key: []byte("k"), value: make([]byte, 6<<20)}, rec{key: []byte("l"), value: make([]byte, 10)})
		v := ValidateOptions{Depth: DepthWalk, FromClient: true, Compacted: true}
		r, err := b.NewReader(0)
		if err != nil {
			t.Fatal(err)
		}
		for r.skim() {
		}
		if r.Err() != nil || len(r.buf) > keepWindow {
			t.Fatalf("%v: window of %d bytes, %v", c, len(r.buf), r.Err())
		}
		r.Close()
		if err := b.Validate(v); err != nil {
			t.Fatal(c, err)
		}
	}
}

func TestABudgetBoundsTheBombsOfARequest(t *testing.T) {
	o := NewBuilderOptions()
	o.Codec = Gzip
	plain, bomb := build(o, rec{value: make([]byte, 20<<20)}), build(o, rec{value: make([]byte, 40<<20)})
	try := func(b *Budget, batch Batch) Kind {
		return kindOf(batch.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, MaxUncompressed: 32 << 20, Budget: b}))
	}
	b := NewBudget(1000)
	for range 3 {
		if k := try(&b, plain); k != -1 {
			t.Fatal(k, b)
		}
	}
	if b.left < 3<<20 || b.left > 4<<20 {
		t.Fatal(b)
	}
	if k := try(&b, plain); k != KindTooLarge || b.left != 0 {
		t.Fatal(k, b)
	}
	if k := try(&b, plain); k != KindTooLarge {
		t.Fatal(k)
	}
	if err := build(NewBuilderOptions(), rec{}).Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, Budget: &b}); err != nil {
		t.Fatal("uncompressed batches cost nothing", err)
	}
	b = NewBudget(100 << 20)
	if k := try(&b, plain); k != -1 || b.left < 1<<30 {
		t.Fatal(k, b)
	}
	if k := try(&b, bomb); k != KindTooLarge || b.left != 0 {
		t.Fatal("a bomb ends the budget", k, b)
	}
}

// A record is judged the same whether it fits into the window or passes through it.
func TestSkimmingJudgesAsParsingDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	header := []byte{4, 2, 'h', 2, 'v', 4, 'a', 'b', 1}
	good := bytes.Join([][]byte{handmade(0, 5, []byte("key"), bytes.Repeat([]byte("v"), 90), header), handmade(1, math.MaxInt64, nil, nil, []byte{0}),
		handmade(2, math.MinInt64, bytes.Repeat([]byte("k"), 70), []byte("v"), header)}, nil)
	verdicts := map[bool]int{}
	for range 20_000 {
		bytes := append([]byte(nil), good...)
		for range rng.IntN(3) {
			bytes[rng.IntN(len(bytes))] ^= byte(1 << rng.IntN(8))
		}
		b := rawBatch(3, compress(nil, Snappy, DefaultLevel, bytes))
		put16(posAttributes, int16(Snappy))(b)
		walk := func(window int) (out []raw, err error) {
			r, err := b.NewReader(0)
			if err != nil {
				return nil, err
			}
			r.buf = make([]byte, window)
			for r.skim() {
				x := r.raw
				x.keySkipped, x.valueSkipped = x.keySkipped+len(x.key), x.valueSkipped+len(x.value)
				x.key, x.value, x.headers = x.key[:0:0], x.value[:0:0], nil
				out = append(out, x)
			}
			return out, r.Err()
		}
		whole, err := walk(4096)
		through, err2 := walk(16)
		if (err == nil) != (err2 == nil) || !reflect.DeepEqual(whole, through) {
			t.Fatalf("%x: %v and %v\n%+v\n%+v", bytes, err, err2, whole, through)
		}
		verdicts[err == nil]++
	}
	if verdicts[true] < 1000 || verdicts[false] < 1000 {
		t.Fatal(verdicts)
	}
}
