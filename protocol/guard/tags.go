package guard

// The decoder keeps the tagged fields of a struct that it does not know in a table of their own. These are upper bounds of what
// the first and each further one add to memory; a test measures them.
const (
	firstUnknownTag = 384
	nextUnknownTag  = 192
)

// tags walks a section of tagged fields.
func (w *walker) tags(o *op) bool {
	n, ok := w.uvarint(o)
	if !ok {
		return false
	}
	if int(n) > (len(w.b)-w.off)/2 {
		return w.fail(o.field, badTagCount)
	}
	known := tagTable[o.body : o.body+o.size]
	last, cost := int64(-1), firstUnknownTag
	for ; n > 0; n-- {
		tag, ok := w.uvarint(o)
		if !ok {
			return false
		}
		if int64(tag) <= last {
			return w.fail(o.field, badTagOrder)
		}
		last = int64(tag)
		size, ok := w.uvarint(o)
		if !ok {
			return false
		}
		if int(size) > len(w.b)-w.off {
			return w.fail(o.field, badLength)
		}
		e := find(known, tag)
		if e == nil {
			if !w.charge(o.field, 1, cost) {
				return false
			}
			cost = nextUnknownTag
			w.off += int(size)
			continue
		}
		if !w.tagged(e, int(size)) {
			return false
		}
	}
	return true
}

func find(known []tagEntry, tag uint32) *tagEntry {
	for i := range known {
		if uint32(known[i].tag) == tag {
			return &known[i]
		}
	}
	return nil
}

// tagged walks the content of a known tagged field, which must be exactly size bytes.
func (w *walker) tagged(e *tagEntry, size int) bool {
	if e.body == notHere {
		return w.fail(e.field, badTag)
	}
	whole, end := w.b, w.off+size
	w.b = whole[:end]
	if !w.run(e.body) {
		return false
	}
	if w.off != end {
		return w.fail(e.field, badTagSize)
	}
	w.b = whole
	return true
}
