package offsets

import (
	"cmp"
	"slices"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// A Store holds the offsets of many groups. Its owner is the machine of the partition.
//
// open mirrors pending: a producer is in open[group][partition] exactly if pending[producer] has an offset for it.
type Store struct {
	committed tables[Offset]
	pending   map[int64]tables[Offset] // by producer id
	open      tables[map[int64]struct{}]
}

// New makes an empty store.
func New() *Store {
	return &Store{committed: tables[Offset]{}, pending: map[int64]tables[Offset]{}, open: tables[map[int64]struct{}]{}}
}

// Replay applies an offset commit or, for a nil value, a tombstone, which also drops what is pending.
func (s *Store) Replay(at coordinator.Position, k *coordrec.OffsetCommitKey, v *coordrec.OffsetCommitValue) {
	p := Partition{Topic: k.Topic, Partition: k.Partition}
	switch {
	case v == nil:
		s.committed.remove(k.Group, p)
		for producer := range s.open[k.Group][p.Topic][p.Partition] {
			s.dropPending(producer, k.Group, p)
		}
		s.open.remove(k.Group, p)
	case at.Transactional():
		s.addPending(at.ProducerID, k.Group, p, fromValue(v, at.Offset))
	default:
		s.committed.of(k.Group).put(p, fromValue(v, at.Offset))
	}
}

func (s *Store) addPending(producer int64, group string, p Partition, o Offset) {
	if s.pending[producer] == nil {
		s.pending[producer] = tables[Offset]{}
	}
	s.pending[producer].of(group).put(p, o)
	producers, ok := s.open.of(group).get(p)
	if !ok {
		producers = map[int64]struct{}{}
		s.open[group].put(p, producers)
	}
	producers[producer] = struct{}{}
}

func (s *Store) dropPending(producer int64, group string, p Partition) {
	s.pending[producer].remove(group, p)
	if len(s.pending[producer]) == 0 {
		delete(s.pending, producer)
	}
}

// ReplayEndTxn applies the end of a producer's transaction (T10).
func (s *Store) ReplayEndTxn(producer int64, commit bool) {
	for group, topics := range s.pending[producer] {
		for topic, partitions := range topics {
			for partition, o := range partitions {
				p := Partition{Topic: topic, Partition: partition}
				s.close(producer, group, p)
				if commit {
					s.commitPending(group, p, o)
				}
			}
		}
	}
	delete(s.pending, producer)
}

func (s *Store) close(producer int64, group string, p Partition) {
	producers, _ := s.open[group].get(p)
	delete(producers, producer)
	if len(producers) == 0 {
		s.open.remove(group, p)
	}
}

func (s *Store) commitPending(group string, p Partition, o Offset) {
	if now, ok := s.committed[group].get(p); !ok || now.logged < o.logged {
		s.committed.of(group).put(p, o)
	}
}

// Get returns the committed offset.
func (s *Store) Get(group string, p Partition) (Offset, bool) { return s.committed[group].get(p) }

// Unstable reports whether the end of a transaction may change the offset (KIP-447).
func (s *Store) Unstable(group string, p Partition) bool {
	_, ok := s.open[group].get(p)
	return ok
}

// Has reports whether there is anything, committed or pending, for the partition.
func (s *Store) Has(group string, p Partition) bool {
	_, ok := s.Get(group, p)
	return ok || s.Unstable(group, p)
}

// HasPending reports whether a transaction is open that has written offsets of the group.
func (s *Store) HasPending(group string) bool { return len(s.open[group]) > 0 }

// Empty reports whether nothing at all is known of the group.
func (s *Store) Empty(group string) bool { return len(s.committed[group]) == 0 && !s.HasPending(group) }

// Partitions lists the partitions of a group that have a committed offset, by topic and number.
func (s *Store) Partitions(group string) []Partition { return sorted(s.committed[group]) }

// Pending lists the partitions of a group for which a transaction is open.
func (s *Store) Pending(group string) []Partition { return sorted(s.open[group]) }

// Groups lists the groups that have offsets, committed or pending.
func (s *Store) Groups() []string {
	var out []string
	for g := range s.committed {
		out = append(out, g)
	}
	for g := range s.open {
		if len(s.committed[g]) == 0 {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return out
}

// Len counts the committed offsets.
func (s *Store) Len() int {
	n := 0
	for _, topics := range s.committed {
		for _, partitions := range topics {
			n += len(partitions)
		}
	}
	return n
}

func sorted[V any](t table[V]) []Partition {
	var out []Partition
	for topic, partitions := range t {
		for partition := range partitions {
			out = append(out, Partition{Topic: topic, Partition: partition})
		}
	}
	slices.SortFunc(out, func(a, b Partition) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return out
}
