package classic

import "iter"

// A table is a map with its changes beside it. Copying one is cheap, and the copy can be changed without the original
// noticing, at the cost of what changes. commit puts the changes in place; from then on only the copy may be used.
type table[K comparable, V any] struct {
	base    map[K]V        // shared between copies; changed by commit only
	changed map[K]maybe[V] // over base; nil when there are none; never shared, see branch
	n       int            // INV: how many keys there are, changes included
}

// maybe is a value, or that there is none.
type maybe[V any] struct {
	v  V
	ok bool
}

// branch is a copy that can be changed. The table has been committed.
func (t *table[K, V]) branch() table[K, V] { return table[K, V]{base: t.base, n: t.n} }

func (t *table[K, V]) len() int { return t.n }

func (t *table[K, V]) get(k K) (V, bool) {
	if c, ok := t.changed[k]; ok {
		return c.v, c.ok
	}
	v, ok := t.base[k]
	return v, ok
}

func (t *table[K, V]) has(k K) bool {
	_, ok := t.get(k)
	return ok
}

func (t *table[K, V]) set(k K, v V) {
	if !t.has(k) {
		t.n++
	}
	t.change(k, maybe[V]{v, true})
}

func (t *table[K, V]) delete(k K) {
	if t.has(k) {
		t.n--
		t.change(k, maybe[V]{})
	}
}

func (t *table[K, V]) change(k K, c maybe[V]) {
	if t.changed == nil {
		t.changed = map[K]maybe[V]{}
	}
	t.changed[k] = c
}

// clear takes everything out, at no cost.
func (t *table[K, V]) clear() { *t = table[K, V]{} }

// all passes every entry, in no order. The table must not be changed meanwhile.
func (t *table[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, c := range t.changed {
			if c.ok && !yield(k, c.v) {
				return
			}
		}
		for k, v := range t.base {
			if _, ok := t.changed[k]; !ok && !yield(k, v) {
				return
			}
		}
	}
}

// commit puts the changes in place. A table that has become empty gives its memory back.
func (t *table[K, V]) commit() {
	if t.n == 0 {
		t.clear()
		return
	}
	if t.base == nil {
		t.base = make(map[K]V, len(t.changed))
	}
	for k, c := range t.changed {
		if c.ok {
			t.base[k] = c.v
		} else {
			delete(t.base, k)
		}
	}
	t.changed = nil
}

// A line remembers in which order ids have come.
type line struct {
	ids  table[uint64, string] // by place
	head uint64                // INV: no id has a place before it
	next uint64                // the place of the next id
}

// push puts an id at the end and returns its place.
func (l *line) push(id string) uint64 {
	l.next++
	l.ids.set(l.next, id)
	return l.next
}

// first returns the id that came first of those that are there, "" when none is. Places are passed once each.
func (l *line) first() string {
	if l.ids.len() == 0 {
		l.head = l.next
		return ""
	}
	for ; ; l.head++ {
		if id, ok := l.ids.get(l.head); ok {
			return id
		}
	}
}

func (l *line) branch() line { return line{ids: l.ids.branch(), head: l.head, next: l.next} }
