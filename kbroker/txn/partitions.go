package txn

import (
	"cmp"
	"slices"
)

// A Partition is one that a transaction writes to.
type Partition struct {
	Topic string
	Index int32
}

func comparePartitions(a, b Partition) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Index, b.Index))
}

// Partitions is a set of partitions, ordered and without repetition. It is never changed in place.
type Partitions []Partition

// NewPartitions makes the set of what is listed, in any order.
func NewPartitions(list ...Partition) Partitions {
	set := slices.Clone(list)
	slices.SortFunc(set, comparePartitions)
	return slices.Compact(set)
}

// Has reports whether p is in the set.
func (s Partitions) Has(p Partition) bool {
	_, ok := slices.BinarySearchFunc(s, p, comparePartitions)
	return ok
}

// HasAll reports whether all of list are in the set.
func (s Partitions) HasAll(list []Partition) bool {
	for _, p := range list {
		if !s.Has(p) {
			return false
		}
	}
	return true
}

// With returns the set with list added.
func (s Partitions) With(list []Partition) Partitions {
	return NewPartitions(append(slices.Clone(s), list...)...)
}
