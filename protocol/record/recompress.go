package record

// Recompress returns the batch with its records compressed as said, everything else as it was: offsets, timestamps,
// producer, leader epoch, flags. limit bounds the unpacked size, 0 stands for DefaultMaxUncompressed. The result does
// not alias the batch. Errors: *InvalidError when the batch cannot be unpacked within the limit.
func (b Batch) Recompress(c Codec, level int, limit int64) (Batch, error) {
	plain := []byte(b.Payload())
	if b.Codec() != None {
		var err error
		if plain, err = b.unpack(limit); err != nil {
			return nil, err
		}
	}
	out := append(make([]byte, 0, HeaderSize+len(plain)), b[:HeaderSize]...)
	if b.NumRecords() == 0 {
		c = None
	}
	out = compress(out, c, level, plain)
	nb := Batch(out)
	nb.setCodec(c)
	return nb, nil
}

func (b Batch) unpack(limit int64) ([]byte, error) {
	if limit <= 0 {
		limit = DefaultMaxUncompressed
	}
	src, err := open(b.Codec(), b.Payload(), limit)
	if err != nil {
		return nil, unpackError(b, err)
	}
	defer src.release()
	out, err := readAll(src, 4*len(b), limit)
	if err != nil {
		return nil, unpackError(b, err)
	}
	return out, nil
}
