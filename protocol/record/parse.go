package record

// A raw is one record as it lies in uncompressed bytes, with everything relative to its batch. Slices alias the bytes.
type raw struct {
	size           int // with its own length field
	timestampDelta int64
	offsetDelta    int32
	key, value     []byte // nil is null
	headers        []byte // checked, still encoded, without the count
	numHeaders     int

	// What skim did not hold of the key and the value, which are then empty, in bytes.
	keySkipped, valueSkipped int
}

// minBody is the smallest body of a record: attributes, timestamp and offset deltas, key and value lengths, header count.
const minBody = 6

// Why a record cannot be read. Constants, so that saying so costs nothing until somebody asks.
const (
	badSize      = "size of a record is negative, cut off or beyond the batch"
	badDelta     = "timestamp or offset delta is cut off or out of range"
	badKey       = "key runs beyond the record"
	badValue     = "value runs beyond the record"
	badHeaders   = "header count is negative or more than could fit"
	badHeaderKey = "header key is null or runs beyond the record"
	badHeaderVal = "header value runs beyond the record"
	badTail      = "record is longer than its parts"
)

// parse reads the record at b[pos]. why is empty when it is well formed, next then stands behind it.
func parse(b []byte, pos int, r *raw) (next int, why string) {
	body, p := readVarint(b, pos)
	if p < 0 || body < minBody || int(body) > len(b)-p {
		return 0, badSize
	}
	end := p + int(body)
	b = b[:end]
	p++ // record attributes: unused in v2
	if r.timestampDelta, p = readVarlong(b, p); p < 0 {
		return 0, badDelta
	}
	if r.offsetDelta, p = readVarint(b, p); p < 0 {
		return 0, badDelta
	}
	var n int32
	if n, p = readVarint(b, p); p < 0 || int(n) > end-p {
		return 0, badKey
	}
	r.key = nil
	if n >= 0 { // any negative length is null, as in Apache Kafka
		r.key = b[p : p+int(n) : p+int(n)]
		p += int(n)
	}
	if n, p = readVarint(b, p); p < 0 || int(n) > end-p {
		return 0, badValue
	}
	r.value = nil
	if n >= 0 {
		r.value = b[p : p+int(n) : p+int(n)]
		p += int(n)
	}
	if p == end-1 && b[p] == 0 { // no headers, as nearly always
		r.numHeaders, r.headers, r.size = 0, b[end:end], end-pos
		return end, ""
	}
	if n, p = readVarint(b, p); p < 0 || n < 0 || int(n) > end-p {
		return 0, badHeaders
	}
	r.numHeaders = int(n)
	r.headers = b[p:end]
	if n > 0 {
		if p, why = skipHeaders(b, p, int(n)); why != "" {
			return 0, why
		}
	}
	if p != end {
		return 0, badTail
	}
	r.size = end - pos
	return end, ""
}

func skipHeaders(b []byte, p, count int) (next int, why string) {
	for range count {
		n, q := readVarint(b, p)
		if q < 0 || n < 0 || int(n) > len(b)-q {
			return 0, badHeaderKey
		}
		n, q = readVarint(b, q+int(n))
		if q < 0 || int(n) > len(b)-q {
			return 0, badHeaderVal
		}
		p = q + max(0, int(n))
	}
	return p, ""
}

// appendHeaders decodes headers that parse has checked.
func (r *raw) appendHeaders(dst []Header) []Header {
	b, p := r.headers, 0
	for range r.numHeaders {
		n, q := readVarint(b, p)
		h := Header{Key: b[q : q+int(n) : q+int(n)]}
		n, q = readVarint(b, q+int(n))
		if n >= 0 {
			h.Value = b[q : q+int(n) : q+int(n)]
		}
		p = q + max(0, int(n))
		dst = append(dst, h)
	}
	return dst
}
