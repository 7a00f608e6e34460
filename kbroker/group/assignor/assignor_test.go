package assignor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// random makes a group of members with random subscriptions and a random assignment so far, part of it stale.
func random(rng *rand.Rand, same bool) (Spec, map[TopicID]int32) {
	counts := map[TopicID]int32{}
	var topics []TopicID
	for i := range 1 + rng.IntN(4) {
		t := TopicID{byte(i + 1)}
		topics = append(topics, t)
		counts[t] = 1 + rng.Int32N(12)
	}
	s := Spec{Count: func(t TopicID) int32 { return counts[t] }}
	for i := range 1 + rng.IntN(6) {
		m := Member{ID: fmt.Sprintf("m%02d", i), Current: Partitions{}}
		for _, t := range topics {
			if same || rng.IntN(3) > 0 {
				m.Topics = append(m.Topics, t)
			}
		}
		s.Members = append(s.Members, m)
	}
	for _, t := range topics {
		for n := range counts[t] + 2 { // two that do not exist
			if i := rng.IntN(len(s.Members) + 2); i < len(s.Members) {
				s.Members[i].Current.Add(t, n)
			}
		}
	}
	return s, counts
}

// check finds what is wrong with any assignment: each partition of a subscribed topic has one owner, who subscribes.
func check(t *testing.T, s Spec, counts map[TopicID]int32, a Assignment) {
	t.Helper()
	owner := map[partition]string{}
	subscribed := map[TopicID]bool{}
	for _, m := range s.Members {
		for _, topic := range m.Topics {
			subscribed[topic] = true
		}
		for topic, list := range a[m.ID] {
			if !slices.Contains(m.Topics, topic) {
				t.Errorf("%s gets a topic it does not subscribe to", m.ID)
			}
			if !slices.IsSorted(list) || len(list) == 0 {
				t.Errorf("%s: list %v", m.ID, list)
			}
			for _, n := range list {
				if other, dup := owner[partition{topic, n}]; dup {
					t.Errorf("%v-%d has two owners, %s and %s", topic[0], n, other, m.ID)
				}
				owner[partition{topic, n}] = m.ID
			}
		}
	}
	for topic, count := range counts {
		for n := range count {
			if _, owned := owner[partition{topic, n}]; subscribed[topic] && !owned {
				t.Errorf("%v-%d has no owner", topic[0], n)
			}
		}
	}
	if len(a) != len(s.Members) {
		t.Errorf("%d entries for %d members", len(a), len(s.Members))
	}
}

// mostKept is the naive twin of stickiness: the most partitions that any balanced assignment can leave where they are.
// With quotas q and q+1, it tries every choice of who gets the odd ones.
func mostKept(s Spec, counts map[TopicID]int32) int {
	total := 0
	for _, c := range counts {
		total += int(c)
	}
	valid := make([]int, len(s.Members))
	taken := map[partition]int{}
	for i := range s.Members {
		valid[i] = len(s.keep(i, taken))
	}
	quota, extra := total/len(valid), total%len(valid)
	best := 0
	for mask := range 1 << len(valid) {
		odd, kept := 0, 0
		for i, v := range valid {
			q := quota
			if mask>>i&1 == 1 {
				q++
				odd++
			}
			kept += min(v, q)
		}
		if odd == extra {
			best = max(best, kept)
		}
	}
	return best
}

func kept(s Spec, a Assignment) int {
	n := 0
	for _, m := range s.Members {
		for topic, list := range m.Current {
			for _, p := range list {
				if a[m.ID].Has(topic, p) {
					n++
				}
			}
		}
	}
	return n
}

func TestUniformIsBalancedAndMovesAsLittleAsItsTwin(t *testing.T) {
	for seed := range uint64(500) {
		s, counts := random(rand.New(rand.NewPCG(seed, 1)), true)
		a := Uniform(s)
		check(t, s, counts, a)
		low, high := 1<<30, 0
		for _, m := range s.Members {
			low, high = min(low, a[m.ID].Len()), max(high, a[m.ID].Len())
		}
		if high-low > 1 {
			t.Errorf("seed %d: between %d and %d partitions", seed, low, high)
		}
		if got, want := kept(s, a), mostKept(s, counts); got != want {
			t.Errorf("seed %d: %d partitions stay, %d could", seed, got, want)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// With different subscriptions, no single move makes an assignment more even.
func TestUniformOfDifferentSubscriptionsCannotBeMadeMoreEvenByAMove(t *testing.T) {
	for seed := range uint64(500) {
		s, counts := random(rand.New(rand.NewPCG(seed, 2)), false)
		a := Uniform(s)
		check(t, s, counts, a)
		for _, from := range s.Members {
			for topic := range a[from.ID] {
				for _, to := range s.Members {
					if slices.Contains(to.Topics, topic) && a[from.ID].Len()-a[to.ID].Len() > 1 {
						t.Errorf("seed %d: %s has %d, %s has %d and subscribes too", seed, from.ID, a[from.ID].Len(), to.ID, a[to.ID].Len())
					}
				}
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

func TestRangeIsEvenPerTopicAndInRuns(t *testing.T) {
	for seed := range uint64(500) {
		s, counts := random(rand.New(rand.NewPCG(seed, 3)), seed%2 == 0)
		a := Range(s)
		check(t, s, counts, a)
		for topic := range counts {
			low, high := 1<<30, 0
			for _, m := range s.Members {
				list := a[m.ID][topic]
				if slices.Contains(m.Topics, topic) {
					low, high = min(low, len(list)), max(high, len(list))
				}
				if n := len(list); n > 0 && list[n-1]-list[0] != int32(n-1) {
					t.Errorf("seed %d: %s has %v", seed, m.ID, list)
				}
			}
			if high > 0 && high-low > 1 {
				t.Errorf("seed %d: between %d and %d partitions of a topic", seed, low, high)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// Static members come first, as instance ids go; and what was assigned before, to c most, makes no difference.
func TestRangeCutsTopicsAlikeWhateverMembersHave(t *testing.T) {
	s := Spec{Count: func(TopicID) int32 { return 7 }}
	for _, m := range []Member{{ID: "a"}, {ID: "b"}, {ID: "c", Instance: "z"}, {ID: "d", Instance: "y"}} {
		m.Topics = []TopicID{{1}, {2}}
		s.Members = append(s.Members, m)
	}
	s.Members[2].Current = Partitions{{1}: {0, 2, 4, 6}}
	s.Members[0].Current = Partitions{{1}: {1}, {2}: {0, 1}}
	a := Range(s)
	for _, want := range []struct {
		id   string
		list []int32
	}{{"d", []int32{0, 1}}, {"c", []int32{2, 3}}, {"a", []int32{4, 5}}, {"b", []int32{6}}} {
		if got := a[want.id]; !slices.Equal(got[TopicID{1}], want.list) || !slices.Equal(got[TopicID{2}], want.list) {
			t.Errorf("%s: %v", want.id, got)
		}
	}
}

func TestAssigningTwiceChangesNothing(t *testing.T) {
	for seed := range uint64(200) {
		for name, fn := range map[string]Func{"uniform": Uniform, "range": Range} {
			s, _ := random(rand.New(rand.NewPCG(seed, 4)), seed%2 == 0)
			first := fn(s)
			for i := range s.Members {
				s.Members[i].Current = first[s.Members[i].ID]
			}
			for id, ps := range fn(s) {
				if !ps.Equal(first[id]) {
					t.Fatalf("%s, seed %d: %s had %v, has %v", name, seed, id, first[id], ps)
				}
			}
		}
	}
}

func TestUniformPrefersTheRackOfAReplica(t *testing.T) {
	racks := [][]string{{"a"}, {"b"}, {"a"}, {"b"}, {"c"}, {"a", "b"}}
	s := Spec{
		Count: func(TopicID) int32 { return int32(len(racks)) },
		Racks: func(_ TopicID, p int32) []string { return racks[p] },
	}
	for i, r := range []string{"b", "a", ""} {
		s.Members = append(s.Members, Member{ID: fmt.Sprint("m", i), Rack: r, Topics: []TopicID{{1}}})
	}
	a := Uniform(s)
	if got := a["m0"][TopicID{1}]; !slices.Equal(got, []int32{1, 3}) {
		t.Errorf("rack b: %v", got)
	}
	if got := a["m1"][TopicID{1}]; !slices.Equal(got, []int32{0, 2}) {
		t.Errorf("rack a: %v", got)
	}
	if got := a["m2"][TopicID{1}]; !slices.Equal(got, []int32{4, 5}) {
		t.Errorf("no rack: %v", got)
	}
}

func BenchmarkUniform1000Members10000Partitions(b *testing.B) {
	s := Spec{Count: func(TopicID) int32 { return 100 }}
	var topics []TopicID
	for i := range 100 {
		topics = append(topics, TopicID{byte(i)})
	}
	for i := range 1000 {
		s.Members = append(s.Members, Member{ID: fmt.Sprintf("m%04d", i), Topics: topics})
	}
	for b.Loop() {
		Uniform(s)
	}
}
