package assignor

import (
	"cmp"
	"slices"
)

// RangeName is the name of Range.
const RangeName = "range"

// Range gives each subscriber of a topic a run of its partitions; the runs differ by one at most. Members keep what they
// have as far as that allows. Members are taken in the order of their instance ids (dynamic ones by member id), the same for
// every topic: topics with equal partition counts are cut alike, so that equal numbers meet.
func Range(s Spec) Assignment {
	out := make(Assignment, len(s.Members))
	subscribers := map[TopicID][]Member{}
	for _, m := range s.Members {
		out[m.ID] = Partitions{}
		for _, t := range m.Topics {
			subscribers[t] = append(subscribers[t], m)
		}
	}
	for t, members := range subscribers {
		slices.SortFunc(members, func(a, b Member) int {
			return cmp.Or(cmp.Compare(cmp.Or(a.Instance, a.ID), cmp.Or(b.Instance, b.ID)), cmp.Compare(a.ID, b.ID))
		})
		rangeTopic(out, t, s.Count(t), members)
	}
	return out
}

func rangeTopic(out Assignment, topic TopicID, count int32, members []Member) {
	quota, extra := int(count)/len(members), int(count)%len(members)
	taken := make([]bool, count)
	lacks := make([]int, len(members))
	for i, m := range members {
		// Keep up to the quota, and one more while there are odd partitions to give.
		kept := 0
		for _, n := range m.Current[topic] {
			if n < 0 || n >= count || taken[n] || kept == quota && extra == 0 || kept > quota {
				continue
			}
			if kept == quota {
				extra--
			}
			taken[n] = true
			out[m.ID].Add(topic, n)
			kept++
		}
		lacks[i] = quota - kept
	}
	next := int32(0)
	for i, m := range members {
		want := lacks[i]
		if want >= 0 && extra > 0 {
			want++
			extra--
		}
		for ; want > 0; want-- {
			for taken[next] {
				next++
			}
			taken[next] = true
			out[m.ID].Add(topic, next)
		}
	}
}
