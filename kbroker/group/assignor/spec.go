package assignor

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// TopicID is the id of a topic.
type TopicID = [16]byte

// Partitions is a set of partitions: sorted numbers by topic, never an empty list.
type Partitions map[TopicID][]int32

// A Member is what an assignor knows of a member.
type Member struct {
	ID       string
	Instance string     // "" for a dynamic member
	Rack     string     // "" when not known
	Topics   []TopicID  // subscribed, existing, sorted, each once
	Current  Partitions // of the target assignment so far; may hold what is not subscribed or does not exist any more
}

// A Spec is a question to an assignor.
type Spec struct {
	Members []Member // sorted by ID
	// Count is how many partitions a topic has.
	Count func(topic TopicID) int32
	// Racks is where the replicas of a partition are; nil when nobody knows.
	Racks func(topic TopicID, partition int32) []string
}

// An Assignment has an entry, possibly without partitions, for every member.
type Assignment map[string]Partitions

// A Func is an assignor.
type Func func(Spec) Assignment

// ByName finds an assignor by the name it has in group.consumer.assignors; nil when there is none.
func ByName(name string) Func {
	switch name {
	case UniformName:
		return Uniform
	case RangeName:
		return Range
	}
	return nil
}

// CompareIDs orders topic ids.
func CompareIDs(a, b TopicID) int { return bytes.Compare(a[:], b[:]) }

// Topics lists the topics of a set in order.
func (p Partitions) Topics() []TopicID { return slices.SortedFunc(maps.Keys(p), CompareIDs) }

// Add puts one partition into the set, which must not be shared.
func (p Partitions) Add(topic TopicID, partition int32) {
	list := p[topic]
	if i, found := slices.BinarySearch(list, partition); !found {
		p[topic] = slices.Insert(list, i, partition)
	}
}

// Has reports whether a partition is in the set.
func (p Partitions) Has(topic TopicID, partition int32) bool {
	_, found := slices.BinarySearch(p[topic], partition)
	return found
}

// Len counts the partitions.
func (p Partitions) Len() int {
	n := 0
	for _, list := range p {
		n += len(list)
	}
	return n
}

// Equal compares two sets.
func (p Partitions) Equal(q Partitions) bool {
	return maps.EqualFunc(p, q, func(a, b []int32) bool { return slices.Equal(a, b) })
}

// homogeneous reports whether all members subscribe to the same topics.
func (s Spec) homogeneous() bool {
	for _, m := range s.Members[min(1, len(s.Members)):] {
		if !slices.Equal(m.Topics, s.Members[0].Topics) {
			return false
		}
	}
	return true
}

// partition names one partition.
type partition struct {
	topic TopicID
	n     int32
}

func comparePartitions(a, b partition) int {
	return cmp.Or(CompareIDs(a.topic, b.topic), cmp.Compare(a.n, b.n))
}

// keep lists what member i may keep of its current partitions, in order: subscribed, existing, and not taken by another.
func (s Spec) keep(i int, taken map[partition]int) []partition {
	var out []partition
	m := s.Members[i]
	for _, topic := range m.Topics {
		count := s.Count(topic)
		for _, n := range m.Current[topic] {
			p := partition{topic, n}
			if _, other := taken[p]; n >= 0 && n < count && !other {
				out = append(out, p)
				taken[p] = i
			}
		}
	}
	return out
}
