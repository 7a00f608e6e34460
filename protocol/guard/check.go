package guard

// Check walks a request's body, what follows the request header. It answers nil or an *Error. See the package's comment for what
// is refused.
func Check(key, version int16, body []byte, limits Limits) error {
	if key < 0 || int(key) >= len(apis) {
		return &Error{Key: key, Version: version, Reason: "no such request"}
	}
	a := &apis[key]
	if version < a.min || version > a.max {
		return &Error{Key: key, Version: version, Reason: "no such version"}
	}
	w := walker{b: body, elements: limits.MaxElements, bytes: limits.MaxDecodedBytes}
	if w.run(programs[a.first+uint16(version-a.min)]) {
		return nil
	}
	return &Error{Key: key, Version: version, Offset: w.off, Field: fieldNames[w.field], Reason: w.reason}
}

// A walker is one walk. Invariant: 0 <= off <= len(b).
type walker struct {
	b        []byte
	off      int
	elements int // left of the budget
	bytes    int // left of the budget
	field    uint16
	reason   string
}

const (
	tooShort    = "ends in the middle"
	isNull      = "null, which it cannot be"
	negative    = "negative length"
	badLength   = "length is more than what is left"
	badCount    = "count is more than what is left can hold"
	badVarint   = "varint is longer than 32 bits"
	badPresence = "neither null nor a struct"
	badTagCount = "more tagged fields than what is left can hold"
	badTagOrder = "tags do not ascend"
	badTagSize  = "tagged field is not as long as it says"
	badTag      = "tag is not of this version"
	tooMany     = "more elements than allowed"
	tooBig      = "decodes to more memory than allowed"
)

func (w *walker) fail(field uint16, reason string) bool {
	w.field, w.reason = field, reason
	return false
}

// run walks the program that begins at pc and reports whether it came to its end.
func (w *walker) run(pc uint16) bool {
	for {
		o := &ops[pc]
		pc++
		switch o.code {
		case opEnd:
			return true
		case opFixed:
			if int(o.size) > len(w.b)-w.off {
				return w.fail(o.field, tooShort)
			}
			w.off += int(o.size)
		case opCompact, opNullCompact:
			// the commonest op, so the one-byte length is read here
			if w.off < len(w.b) {
				if c := w.b[w.off]; c < 0x80 && c > 0 && int(c) <= len(w.b)-w.off {
					w.off += int(c)
					continue
				}
			}
			if !w.compact(o) {
				return false
			}
		case opString, opNullString:
			if !w.string(o) {
				return false
			}
		case opBytes, opNullBytes:
			n, ok := w.int32(o)
			if !ok || !w.skip(o, n, o.code == opNullBytes) {
				return false
			}
		case opNullStruct:
			if !w.nullStruct(o) {
				return false
			}
		case opTags:
			if w.off < len(w.b) && w.b[w.off] == 0 {
				w.off++
				continue
			}
			if !w.tags(o) {
				return false
			}
		default:
			if !w.array(o) {
				return false
			}
		}
	}
}

// skip passes over a length of n bytes, -1 for null.
func (w *walker) skip(o *op, n int, nullable bool) bool {
	switch {
	case n == -1 && nullable:
		return true
	case n == -1:
		return w.fail(o.field, isNull)
	case n < 0:
		return w.fail(o.field, negative)
	case n > len(w.b)-w.off:
		return w.fail(o.field, badLength)
	}
	w.off += n
	return true
}

func (w *walker) compact(o *op) bool {
	n, ok := w.uvarint(o)
	return ok && w.skip(o, int(n)-1, o.code == opNullCompact)
}

func (w *walker) string(o *op) bool {
	if len(w.b)-w.off < 2 {
		return w.fail(o.field, tooShort)
	}
	n := int16(w.b[w.off])<<8 | int16(w.b[w.off+1])
	w.off += 2
	return w.skip(o, int(n), o.code == opNullString)
}

func (w *walker) int32(o *op) (int, bool) {
	if len(w.b)-w.off < 4 {
		return 0, w.fail(o.field, tooShort)
	}
	b := w.b[w.off : w.off+4]
	w.off += 4
	return int(int32(b[0])<<24 | int32(b[1])<<16 | int32(b[2])<<8 | int32(b[3])), true
}

func (w *walker) uvarint(o *op) (uint32, bool) {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		if w.off == len(w.b) {
			return 0, w.fail(o.field, tooShort)
		}
		c := w.b[w.off]
		w.off++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if v >= 1<<32 {
				break
			}
			return uint32(v), true
		}
	}
	return 0, w.fail(o.field, badVarint)
}

// charge takes n elements of a weight off the budget.
func (w *walker) charge(field uint16, n, weight int) bool {
	if n > w.elements {
		return w.fail(field, tooMany)
	}
	if n*weight > w.bytes {
		return w.fail(field, tooBig)
	}
	w.elements -= n
	w.bytes -= n * weight
	return true
}

func (w *walker) nullStruct(o *op) bool {
	if w.off == len(w.b) {
		return w.fail(o.field, tooShort)
	}
	present := int8(w.b[w.off])
	if present < -1 {
		return w.fail(o.field, badPresence)
	}
	w.off++
	return present == -1 || w.charge(o.field, 1, int(o.weight)) && w.run(o.body)
}

// array walks an array of either form and of either kind of element.
func (w *walker) array(o *op) bool {
	kind := o.code - opArray // three bits: fixed, compact, nullable
	n, ok := w.count(o, kind&2 != 0)
	if !ok {
		return false
	}
	if n < 0 {
		if n < -1 {
			return w.fail(o.field, negative)
		}
		return kind&1 != 0 || w.fail(o.field, isNull)
	}
	if n > (len(w.b)-w.off)/int(o.size) {
		return w.fail(o.field, badCount)
	}
	if !w.charge(o.field, n, int(o.weight)) {
		return false
	}
	if kind&4 != 0 {
		w.off += n * int(o.size)
		return true
	}
	for ; n > 0; n-- {
		if !w.run(o.body) {
			return false
		}
	}
	return true
}

func (w *walker) count(o *op, compact bool) (int, bool) {
	if !compact {
		return w.int32(o)
	}
	n, ok := w.uvarint(o)
	return int(n) - 1, ok
}
