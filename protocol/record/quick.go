package record

import (
	"encoding/binary"
	"math"
)

// quickWindow is how many bytes of a record quick looks at before its key: a size, two deltas and a length of three bytes
// each, the attributes, and the value's length when there is no key.
const quickWindow = 16

// quickBounds says which timestamps quick may pass; quick passes none when it is of no use for the batch.
func (c *checker) quickBounds() (low, high int64) {
	o := &c.o
	switch {
	case !o.FromClient || c.appended || o.Now < 0:
		return 1, 0
	case !o.CheckTimestamps || o.TimestampType != CreateTime:
		return math.MinInt64, math.MaxInt64
	}
	high = math.MaxInt64
	if o.TimestampAfterMaxMs < high-o.Now {
		high = o.Now + o.TimestampAfterMaxMs
	}
	return o.Now - o.TimestampBeforeMaxMs, high
}

// quick walks records as nearly all of them are: sizes and deltas of at most three bytes, whole, and nothing wrong with
// them. It stops at the first that is different in any way, which parse and record then judge: what quick passes is what
// they would have passed, and it refuses nothing itself. It returns where it stopped.
func (c *checker) quick(b []byte, pos int, i, count int32) (int, int32) {
	low, high, baseTs, maxTs, maxTsAt := c.low, c.high, c.baseTs, c.maxTs, c.maxTsAt
	keyed := c.o.Compacted
	for i < count && len(b)-pos >= 2*quickWindow {
		w := (*[2 * quickWindow]byte)(b[pos:])
		size, p := shortVarint(four(w, 0), 0)
		end := pos + p + int(size>>1)
		if size&1 != 0 || size < 2*minBody || end > len(b) {
			break
		}
		delta, p := shortVarint(four(w, p+1), p+1) // behind the attributes
		ts := baseTs + int64(int32(delta>>1)^-int32(delta&1))
		index, p := shortVarint(four(w, p), p)
		key, p := shortVarint(four(w, p), p)
		if p > quickWindow-3 || index != uint32(i)<<1 || ts < low || ts > high {
			break
		}
		var value uint32
		if key&1 != 0 {
			if keyed {
				break
			}
			value, p = shortVarint(four(w, p), p)
			if p > quickWindow {
				break
			}
			p += pos
		} else {
			n := 0
			if p += pos + int(key>>1); p >= end {
				break
			}
			if value, n = shortVarintAt(b, p, end); n == 0 {
				break
			}
			p += n
		}
		if value&1 == 0 {
			p += int(value >> 1)
		}
		if p >= end || p+1 != end && !soundHeaders(b[:end], p) || p+1 == end && b[p] != 0 {
			break
		}
		if ts > maxTs {
			maxTs, maxTsAt = ts, i
		}
		pos = end
		i++
	}
	c.maxTs, c.maxTsAt, c.index = maxTs, maxTsAt, i
	return pos, i
}

// shortVarint reads an unsigned varint of at most three bytes from the four bytes x. Behind a longer one next lies beyond
// the window, and stays there.
func shortVarint(x uint32, p int) (u uint32, next int) {
	switch {
	case x&0x80 == 0:
		return x & 0x7f, p + 1
	case x&0x8000 == 0:
		return x&0x7f | x>>1&0x3f80, p + 2
	case x&0x800000 == 0:
		return x&0x7f | x>>1&0x3f80 | x>>2&0x1fc000, p + 3
	}
	return 0, p + 2*quickWindow
}

// four are the bytes at p, which counts modulo quickWindow.
func four(w *[2 * quickWindow]byte, p int) uint32 {
	return binary.LittleEndian.Uint32(w[p&(quickWindow-1):])
}

// shortVarintAt reads an unsigned varint of at most three bytes from b[p:end]; n is 0 when there is none.
func shortVarintAt(b []byte, p, end int) (u uint32, n int) {
	x := b[p:end]
	for n < min(len(x), 3) {
		u |= uint32(x[n]&0x7f) << (7 * n)
		if n++; x[n-1] < 0x80 {
			return u, n
		}
	}
	return 0, 0
}

// soundHeaders reports whether b[p:] is a count and as many whole headers.
func soundHeaders(b []byte, p int) bool {
	n, p := readVarint(b, p)
	if p < 0 || n < 0 || int(n) > len(b)-p {
		return false
	}
	p, why := skipHeaders(b, p, int(n))
	return why == "" && p == len(b)
}
