package wire

import (
	"bytes"
	"testing"
)

func TestVarintsOfMoreThan32BitsAreRefused(t *testing.T) {
	for _, b := range [][]byte{
		{0x80, 0x80, 0x80, 0x80, 0x10}, {0xff, 0xff, 0xff, 0xff, 0x7f}, {0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, {0x80}, {},
	} {
		r := NewReader(b)
		if v := r.Uvarint(); v != 0 || r.Err() == nil {
			t.Errorf("%x: %d, %v", b, v, r.Err())
		}
	}
	for _, v := range []uint32{0, 127, 128, 1 << 14, 1<<32 - 1} {
		r := NewReader(AppendUvarint(nil, v))
		if got := r.Uvarint(); got != v || r.Err() != nil || r.Left() != 0 {
			t.Errorf("%d: %d, %v", v, got, r.Err())
		}
	}
}

// A count is a promise of memory, so it must fit into what is left.
func TestCountsMustFitIntoWhatIsLeft(t *testing.T) {
	b := append(AppendLen(nil, 3, true), make([]byte, 11)...)
	r := NewReader(b)
	if n := r.Len(true, 4); n != 0 || r.Err() == nil {
		t.Errorf("3 elements of 4 bytes in 11: %d, %v", n, r.Err())
	}
	r = NewReader(append(b, 0))
	if n := r.Len(true, 4); n != 3 || r.Err() != nil {
		t.Errorf("3 elements of 4 bytes in 12: %d, %v", n, r.Err())
	}
	r = NewReader([]byte{200, 1, 0})
	if n := r.Tags(); n != 0 || r.Err() == nil {
		t.Errorf("200 tags in a byte: %d, %v", n, r.Err())
	}
}

func TestTheFirstFailureStays(t *testing.T) {
	r := NewReader([]byte{1, 2})
	_ = r.Int32()
	first := r.Err()
	if r.Int8() != 0 || r.String(false) != "" || r.NullableString(true) != nil || r.Bytes(true) != nil || r.Len(false, 1) != 0 {
		t.Error("a failed reader answers more than zero")
	}
	if r.Err() != first || first == nil {
		t.Errorf("%v, then %v", first, r.Err())
	}
}

func TestNullIsAnErrorWhereItCannotBe(t *testing.T) {
	for name, read := range map[string]func(r *Reader){
		"string": func(r *Reader) { r.String(true) }, "bytes": func(r *Reader) { r.Bytes(true) }, "array": func(r *Reader) { r.Len(true, 1) },
	} {
		r := NewReader([]byte{0})
		if read(&r); r.Err() == nil {
			t.Errorf("null %s was read", name)
		}
	}
}

func TestATaggedFieldIsReadToItsEnd(t *testing.T) {
	content := bytes.Repeat([]byte("x"), 200) // a size of two bytes
	b := SealTag(append([]byte("before"), content...), 6, 300)
	r := NewReader(b[6:])
	tag, in := r.Tag()
	if tag != 300 || in.Left() != 200 || r.Left() != 0 || !bytes.Equal(b[len(b)-200:], content) || string(b[:6]) != "before" {
		t.Fatalf("tag %d, %d bytes in it, %d behind it", tag, in.Left(), r.Left())
	}
	_ = in.Int64()
	if r.EndTag(&in); r.Err() == nil {
		t.Error("192 bytes of a tagged field were left out")
	}
}
