package assignor

import (
	"cmp"
	"slices"
)

// RangeName is the name of Range.
const RangeName = "range"

// Range gives each subscriber of a topic a run of its partitions, the first ones one more when they do not divide evenly.
// Static members come first, by instance id, then the others by member id. That order is the same for every topic, and what
// members have counts for nothing: topics with equal partition counts and the same subscribers are cut alike, so that equal
// numbers meet, whatever was assigned before, by whichever assignor.
func Range(s Spec) Assignment {
	out := make(Assignment, len(s.Members))
	subscribers := map[TopicID][]string{}
	for _, m := range slices.SortedFunc(slices.Values(s.Members), byInstance) {
		out[m.ID] = Partitions{}
		for _, t := range m.Topics {
			subscribers[t] = append(subscribers[t], m.ID)
		}
	}
	for t, ids := range subscribers {
		each, extra := s.Count(t)/int32(len(ids)), s.Count(t)%int32(len(ids))
		next := int32(0)
		for i, id := range ids {
			run := each
			if int32(i) < extra {
				run++
			}
			if run > 0 {
				out[id][t] = sequence(next, run)
			}
			next += run
		}
	}
	return out
}

// byInstance orders static members before dynamic ones.
func byInstance(a, b Member) int {
	if (a.Instance == "") != (b.Instance == "") {
		return -cmp.Compare(a.Instance, b.Instance)
	}
	return cmp.Or(cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.ID, b.ID))
}

// sequence is n numbers from first on.
func sequence(first, n int32) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = first + int32(i)
	}
	return out
}
