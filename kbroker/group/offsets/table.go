package offsets

// A table holds one value per partition of some topics. Topics without partitions are not kept.
type table[V any] map[string]map[int32]V

func (t table[V]) get(p Partition) (V, bool) {
	v, ok := t[p.Topic][p.Partition]
	return v, ok
}

func (t table[V]) put(p Partition, v V) {
	if t[p.Topic] == nil {
		t[p.Topic] = make(map[int32]V, 1)
	}
	t[p.Topic][p.Partition] = v
}

func (t table[V]) remove(p Partition) {
	delete(t[p.Topic], p.Partition)
	if len(t[p.Topic]) == 0 {
		delete(t, p.Topic)
	}
}

// tables holds a table per group. Groups without topics are not kept.
type tables[V any] map[string]table[V]

func (ts tables[V]) of(group string) table[V] {
	if ts[group] == nil {
		ts[group] = table[V]{}
	}
	return ts[group]
}

func (ts tables[V]) remove(group string, p Partition) {
	if t, ok := ts[group]; ok {
		t.remove(p)
		if len(t) == 0 {
			delete(ts, group)
		}
	}
}
