package null

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kbroker/kbroker/protocol/record"
)

func batch(n int) record.Batch {
	b := record.NewBuilder(record.NewBuilderOptions())
	for range n {
		b.Append(1, nil, make([]byte, 100))
	}
	return b.Build()
}

func TestAPartitionComesBackWithoutItsTornTail(t *testing.T) {
	dir := t.TempDir()
	p := &partition{dir: dir}
	for range 50 {
		if _, err := p.append(batch(3)); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "00000000000000000000.log")
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(batch(3)[:100]); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	q := &partition{dir: dir}
	if err := q.recover(); err != nil || q.end != 150 || q.size != p.size || len(q.index) != len(p.index) {
		t.Fatalf("end %d size %d of %d, %v", q.end, q.size, p.size, err)
	}
	if base, err := q.append(batch(1)); err != nil || base != 150 {
		t.Fatal(base, err)
	}
	for offset := range int64(151) {
		v, err := q.read(offset, -1, 1, false)
		if err != nil || v.len == 0 {
			t.Fatal(offset, v, err)
		}
		b := make([]byte, v.len)
		if _, err := q.f.ReadAt(b, v.pos); err != nil {
			t.Fatal(err)
		}
		x, _, err := record.Next(b)
		if err != nil || offset < x.BaseOffset() || offset >= x.NextOffset() {
			t.Fatalf("offset %d: batch %d-%d, %v", offset, x.BaseOffset(), x.LastOffset(), err)
		}
	}
}

func TestADamagedFrameEndsTheParse(t *testing.T) {
	r := &reader{b: []byte{0xff, 0xff}, ok: true}
	r.compact()
	if r.ok || r.i64() != 0 || r.i16() != 0 {
		t.Fatal("read beyond the end")
	}
	r = &reader{b: []byte{200, 1, 1}, ok: true}
	if r.take(r.uvarint()); r.ok {
		t.Fatal("took more than there is")
	}
}
