package consumer

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kbroker/kbroker/kbroker/group/assignor"
)

// TopicID is the id of a topic.
type TopicID = assignor.TopicID

// A Part is a partition that a member owns, and the member epoch at which it got it (KIP-1251).
type Part struct {
	Partition int32
	Epoch     int32
}

// Owned is a set of owned partitions, ascending by number in each topic, never an empty list. It is not changed once it is
// in a member.
type Owned map[TopicID][]Part

func find(list []Part, partition int32) (Part, bool) {
	i, ok := slices.BinarySearchFunc(list, partition, func(p Part, n int32) int { return cmp.Compare(p.Partition, n) })
	if !ok {
		return Part{}, false
	}
	return list[i], true
}

// at returns the epoch at which a partition was got.
func (o Owned) at(topic TopicID, partition int32) (epoch int32, ok bool) {
	p, ok := find(o[topic], partition)
	return p.Epoch, ok
}

func (o Owned) has(topic TopicID, partition int32) bool {
	_, ok := o.at(topic, partition)
	return ok
}

func (o Owned) equal(p Owned) bool {
	return maps.EqualFunc(o, p, func(a, b []Part) bool { return slices.Equal(a, b) })
}

// samePartitions compares without epochs.
func (o Owned) samePartitions(p Owned) bool {
	return maps.EqualFunc(o, p, func(a, b []Part) bool {
		return slices.EqualFunc(a, b, func(x, y Part) bool { return x.Partition == y.Partition })
	})
}

func (o Owned) topics() []TopicID { return slices.SortedFunc(maps.Keys(o), assignor.CompareIDs) }

// add puts a partition into a set that is still being made.
func (o Owned) add(topic TopicID, p Part) {
	list := o[topic]
	i, found := slices.BinarySearchFunc(list, p.Partition, func(q Part, n int32) int { return cmp.Compare(q.Partition, n) })
	if !found {
		o[topic] = slices.Insert(list, i, p)
	}
}

// addAll puts all of p into a set that is still being made.
func (o Owned) addAll(p Owned) {
	for topic, list := range p {
		for _, part := range list {
			o.add(topic, part)
		}
	}
}

// withEpoch is the set with all epochs set to one.
func (o Owned) withEpoch(epoch int32) Owned {
	out := make(Owned, len(o))
	for topic, list := range o {
		for _, p := range list {
			out[topic] = append(out[topic], Part{p.Partition, epoch})
		}
	}
	return out
}

func numbers(list []Part) []int32 {
	out := make([]int32, len(list))
	for i, p := range list {
		out[i] = p.Partition
	}
	return out
}
