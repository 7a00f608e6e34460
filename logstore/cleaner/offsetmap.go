package cleaner

import (
	"crypto/sha256"
	"encoding/binary"
)

// An OffsetMap remembers the newest offset of each key, in bounded memory: of a key it keeps 128 bits of a
// cryptographic hash, so that nobody can make two keys one, and its offset. It grows as it fills, up to its bound.
//
//	invariant: used <= limit < len(slots) or len(slots) == 0; len(slots) is a power of two
type OffsetMap struct {
	slots  []slot
	used   int
	limit  int // keys it may hold
	latest int64
}

// slot is 24 bytes; next is the offset plus one, 0 in an empty slot.
type slot struct {
	h1, h2 uint64
	next   int64
}

const (
	slotBytes  = 24
	firstSlots = 1 << 10
	// loadPercent bounds how full the table gets before it grows: log.cleaner.io.buffer.load.factor's default.
	loadPercent = 90
)

// NewOffsetMap returns a map that takes at most maxBytes (log.cleaner.dedupe.buffer.size), but room for one key at least.
func NewOffsetMap(maxBytes int64) *OffsetMap {
	slots := int64(firstSlots)
	for slots*2*slotBytes <= maxBytes {
		slots *= 2
	}
	return &OffsetMap{limit: max(1, int(min(slots, max(maxBytes/slotBytes, 1))*loadPercent/100)), latest: -1}
}

// Clear empties the map and keeps its memory.
func (m *OffsetMap) Clear() {
	clear(m.slots)
	m.used, m.latest = 0, -1
}

// Len is the number of keys.
func (m *OffsetMap) Len() int { return m.used }

// Full reports whether a key that is not in the map would no longer fit.
func (m *OffsetMap) Full() bool { return m.used >= m.limit }

// Latest is the offset up to which the map speaks for the log; above it nothing may be removed. -1 when empty.
func (m *OffsetMap) Latest() int64 { return m.latest }

// Advance says that the map speaks for everything up to offset.
func (m *OffsetMap) Advance(offset int64) { m.latest = max(m.latest, offset) }

// Put notes that key was written at offset. False when the map is full; nothing has changed then.
func (m *OffsetMap) Put(key []byte, offset int64) bool {
	h1, h2 := hash(key)
	if len(m.slots) == 0 || m.used*100 >= len(m.slots)*loadPercent {
		if s := m.find(h1, h2); s == nil || s.next == 0 {
			if m.Full() {
				return false
			}
			m.grow()
		}
	}
	s := m.find(h1, h2)
	if s.next == 0 {
		if m.Full() {
			return false
		}
		*s = slot{h1: h1, h2: h2}
		m.used++
	}
	s.next = max(s.next, offset+1)
	m.Advance(offset)
	return true
}

// Get returns the newest offset of key, -1 when it is not in the map.
func (m *OffsetMap) Get(key []byte) int64 {
	if s := m.find(hash(key)); s != nil {
		return s.next - 1
	}
	return -1
}

// find returns the slot of a hash, or the empty one where it belongs; nil when there are no slots.
func (m *OffsetMap) find(h1, h2 uint64) *slot {
	if len(m.slots) == 0 {
		return nil
	}
	mask := uint64(len(m.slots) - 1)
	for i := h1 & mask; ; i = (i + 1) & mask {
		if s := &m.slots[i]; s.next == 0 || s.h1 == h1 && s.h2 == h2 {
			return s
		}
	}
}

func (m *OffsetMap) grow() {
	old := m.slots
	m.slots = make([]slot, max(firstSlots, 2*len(old)))
	for _, s := range old {
		if s.next != 0 {
			*m.find(s.h1, s.h2) = s
		}
	}
}

func hash(key []byte) (h1, h2 uint64) {
	sum := sha256.Sum256(key)
	return binary.LittleEndian.Uint64(sum[:]), binary.LittleEndian.Uint64(sum[8:])
}
