package record

import "testing"

// FuzzBatch feeds arbitrary bytes with a right checksum through everything that reads them: no panic, no more unpacked
// than the limit, and what Validate accepts from a client can be read, recompressed and read again.
func FuzzBatch(f *testing.F) {
	for _, c := range codecs {
		o := NewBuilderOptions()
		o.Codec = c
		f.Add([]byte(build(o, rec{ts: 1, key: []byte("k"), value: []byte("v"), headers: []Header{{Key: []byte("h")}}}, rec{ts: 2})))
	}
	f.Add([]byte(EndTxnMarker(1, 2, true, 3, 4)))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		b, _, err := Next(data)
		if err != nil {
			return
		}
		b = append(Batch{}, b...)
		b.UpdateCRC()
		_, _, _ = b.Marker()
		const limit = 1 << 20
		judgeTwice(t, b, ValidateOptions{Depth: DepthWalk, FromClient: true})
		accepted := b.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, MaxUncompressed: limit}) == nil
		r, err := b.NewReader(limit)
		if err != nil {
			if accepted {
				t.Fatal(err)
			}
			return
		}
		n, size := int32(0), 0
		for rec, ok := r.Next(); ok; rec, ok = r.Next() {
			n, size = n+1, size+rec.Size
		}
		err = r.Err()
		r.Close()
		if size > limit+len(b) {
			t.Fatalf("read %d bytes", size)
		}
		if !accepted {
			return
		}
		if err != nil || n != b.NumRecords() {
			t.Fatalf("accepted, but %d of %d records: %v", n, b.NumRecords(), err)
		}
		for _, c := range codecs {
			nb, err := b.Recompress(c, DefaultLevel, limit)
			if err != nil {
				t.Fatal(err)
			}
			if err := nb.Validate(ValidateOptions{Depth: DepthWalk, FromClient: true, MaxUncompressed: limit}); err != nil {
				t.Fatalf("%v: %v", c, err)
			}
		}
	})
}
