package record

import "encoding/binary"

// skim reads one record of a compressed batch into r.raw for a check: of a record that does not fit into the window the
// key and the value are passed over, so that a batch is walked in the memory of its window, however large its records
// are. The headers are checked, and not kept.
func (r *Reader) skim() bool {
	if r.err != nil {
		return false
	}
	if r.todo <= 0 {
		r.finish()
		return false
	}
	if r.end-r.pos < binary.MaxVarintLen32 && !r.fill(binary.MaxVarintLen32) && r.err != nil {
		return false
	}
	body, p := readVarint(r.buf[:r.end], r.pos)
	need := int64(p-r.pos) + int64(body)
	switch {
	case p < 0 || body < minBody:
		r.err = invalid(KindRecord, "%s", badSize)
		return false
	case r.maxRecord > 0 && int64(body) > r.maxRecord:
		r.err = invalid(KindRecord, "a record of %d bytes, max.decompressed.message.bytes is %d", body, r.maxRecord)
		return false
	case need-int64(r.end-r.pos) > r.left:
		r.err = r.tooLarge()
		return false
	case need > int64(len(r.buf)):
		r.pos = p
		r.todo--
		s := skimmer{r: r, left: int(body)}
		return s.record(int(need))
	}
	r.raw.keySkipped, r.raw.valueSkipped = 0, 0
	return r.next()
}

// A skimmer goes through one record that is larger than the window.
type skimmer struct {
	r    *Reader
	left int // bytes of the record that are still to come
}

func (s *skimmer) record(size int) bool {
	s.r.raw = raw{size: size}
	raw := &s.r.raw
	var n int
	if !s.skip(1, badSize) || !s.deltas(raw) || !s.length(&n, badKey) {
		return false
	}
	if n >= 0 {
		raw.key, raw.keySkipped = s.r.buf[:0], n
	}
	if !s.skip(n, badKey) || !s.length(&n, badValue) {
		return false
	}
	if n >= 0 {
		raw.value, raw.valueSkipped = s.r.buf[:0], n
	}
	if !s.skip(n, badValue) || !s.length(&n, badHeaders) {
		return false
	}
	if n < 0 || n > s.left {
		return s.fail(badHeaders)
	}
	raw.numHeaders = n
	return s.headers(n) && (s.left == 0 || s.fail(badTail))
}

func (s *skimmer) deltas(raw *raw) bool {
	b, ok := s.window(binary.MaxVarintLen64 + binary.MaxVarintLen32)
	if !ok {
		return false
	}
	ts, p := readVarlong(b, 0)
	if p < 0 {
		return s.fail(badDelta)
	}
	delta, p := readVarint(b, p)
	if p < 0 {
		return s.fail(badDelta)
	}
	raw.timestampDelta, raw.offsetDelta = ts, delta
	return s.skip(p, badDelta)
}

func (s *skimmer) headers(count int) bool {
	var n int
	for range count {
		if !s.length(&n, badHeaderKey) || n < 0 && !s.fail(badHeaderKey) || !s.skip(n, badHeaderKey) ||
			!s.length(&n, badHeaderVal) || !s.skip(n, badHeaderVal) {
			return false
		}
	}
	return true
}

// length reads a varint that says how much follows; negative for null.
func (s *skimmer) length(n *int, why string) bool {
	b, ok := s.window(binary.MaxVarintLen32)
	if !ok {
		return false
	}
	v, p := readVarint(b, 0)
	if p < 0 {
		return s.fail(why)
	}
	*n = int(v)
	return s.skip(p, why)
}

// window returns the next bytes of the record, n of them unless it ends before.
func (s *skimmer) window(n int) ([]byte, bool) {
	r := s.r
	n = min(n, s.left)
	if r.end-r.pos < n && !r.fill(n) {
		return nil, s.fail(badSize)
	}
	return r.buf[r.pos : r.pos+n], true
}

// skip passes over n bytes of the record; a negative n is a null's.
func (s *skimmer) skip(n int, why string) bool {
	if n > s.left {
		return s.fail(why)
	}
	r := s.r
	for n > 0 {
		if r.pos == r.end && !r.fill(1) {
			return s.fail(badSize)
		}
		step := min(n, r.end-r.pos)
		r.pos, s.left, n = r.pos+step, s.left-step, n-step
	}
	return true
}

// fail says why the record cannot be read, unless the stream already failed.
func (s *skimmer) fail(why string) bool {
	if s.r.err == nil {
		s.r.err = invalid(KindRecord, "%s", why)
	}
	return false
}
