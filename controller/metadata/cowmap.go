package metadata

import "maps"

// shardCount is how many pieces a cowMap is cut into: a change copies one of them. With ten thousand entries a piece
// holds about forty.
const shardCount = 256

// cowMap is an immutable map that shares all but the changed pieces with the map it was edited from. The zero value is
// empty and ready for use.
type cowMap[K comparable, V any] struct {
	shards *[shardCount]map[K]V // nil while empty
	n      int
	hash   func(K) uint8
}

func newCowMap[K comparable, V any](hash func(K) uint8) cowMap[K, V] {
	return cowMap[K, V]{hash: hash}
}

func (m *cowMap[K, V]) get(k K) (V, bool) {
	if m.shards == nil {
		var zero V
		return zero, false
	}
	v, ok := m.shards[m.hash(k)][k]
	return v, ok
}

func (m *cowMap[K, V]) len() int { return m.n }

// all calls fn for every entry, in no particular order: whoever lets the order escape sorts.
func (m *cowMap[K, V]) all(fn func(K, V) bool) {
	if m.shards == nil {
		return
	}
	for _, s := range m.shards {
		for k, v := range s {
			if !fn(k, v) {
				return
			}
		}
	}
}

// cowEdit is a cowMap in the making. It is owned by one goroutine; done hands the result over.
type cowEdit[K comparable, V any] struct {
	m     cowMap[K, V]
	owned *[shardCount]bool // shards that this edit has copied; nil until the first change
}

func (m *cowMap[K, V]) edit() cowEdit[K, V] { return cowEdit[K, V]{m: *m} }

func (e *cowEdit[K, V]) own(i uint8) map[K]V {
	if e.owned == nil {
		e.owned = new([shardCount]bool)
		shards := new([shardCount]map[K]V)
		if e.m.shards != nil {
			*shards = *e.m.shards
		}
		e.m.shards = shards
	}
	if !e.owned[i] {
		e.owned[i] = true
		if s := e.m.shards[i]; s == nil {
			e.m.shards[i] = make(map[K]V)
		} else {
			e.m.shards[i] = maps.Clone(s)
		}
	}
	return e.m.shards[i]
}

func (e *cowEdit[K, V]) set(k K, v V) {
	s := e.own(e.m.hash(k))
	before := len(s)
	s[k] = v
	e.m.n += len(s) - before
}

func (e *cowEdit[K, V]) delete(k K) {
	if _, ok := e.m.get(k); !ok {
		return
	}
	delete(e.own(e.m.hash(k)), k)
	e.m.n--
}

func (e *cowEdit[K, V]) done() cowMap[K, V] {
	e.owned = nil
	return e.m
}

// hashString is the first byte of FNV-1a folded: the same in every process, so that traces can be compared.
func hashString(s string) uint8 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return uint8(h ^ h>>8 ^ h>>16 ^ h>>24)
}

func hashUUID(id UUID) uint8 {
	var h uint8
	for _, b := range id {
		h = h*31 + b
	}
	return h
}
