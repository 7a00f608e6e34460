package classic

import (
	"maps"
	"math/rand/v2"
	"testing"
)

// A branch holds what it was told, and the table it came from notices nothing.
func TestBranchesOfTablesAreMapsOfTheirOwn(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var tab table[int, int]
	model := map[int]int{}
	for range 2000 {
		branch, want := tab.branch(), maps.Clone(model)
		for range rng.IntN(12) {
			switch k := rng.IntN(20); rng.IntN(9) {
			case 0:
				if rng.IntN(4) == 0 {
					branch.clear()
					clear(want)
				}
			case 1, 2, 3, 4:
				branch.delete(k)
				delete(want, k)
			default:
				v := rng.IntN(100)
				branch.set(k, v)
				want[k] = v
			}
		}
		holds(t, &branch, want)
		holds(t, &tab, model)
		if rng.IntN(3) > 0 {
			branch.commit()
			holds(t, &branch, want)
			tab, model = branch, want
		}
	}
}

func holds(t *testing.T, tab *table[int, int], want map[int]int) {
	t.Helper()
	if got := maps.Collect(tab.all()); !maps.Equal(got, want) || tab.len() != len(want) {
		t.Fatalf("%v of %d, want %v", got, tab.len(), want)
	}
	for k := range 20 {
		got, ok := tab.get(k)
		if w, wok := want[k]; got != w || ok != wok || tab.has(k) != wok {
			t.Fatalf("%d: %d %v, want %d %v", k, got, ok, w, wok)
		}
	}
}

// Ids come out in the order in which they came, however many have left in between.
func TestLinesKeepTheOrder(t *testing.T) {
	var l line
	a, b := l.push("a"), l.push("b")
	l.push("c")
	for _, step := range []struct {
		leaves uint64
		first  string
	}{{0, "a"}, {b, "a"}, {a, "c"}} {
		l.ids.delete(step.leaves)
		if got := l.first(); got != step.first {
			t.Errorf("%q is first, want %q", got, step.first)
		}
	}
	l.ids.clear()
	if l.first() != "" {
		t.Error("somebody is first of nobody")
	}
	l.push("d")
	if l.first() != "d" {
		t.Error("who came after the line was empty is not first")
	}
}
