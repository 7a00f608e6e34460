package runtime

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A waiting is the outcome of one operation, to be told once everything before end is committed.
type waiting struct {
	end      int64 // offset behind the last record
	deadline time.Time
	to       *coordinator.Pending // nil: nobody asked, or parked by the machine
	response any
	err      error
	answers  []coordinator.Answer
	settled  func(error)
}

// parked is a queue of waitings; ends and deadlines both grow from head to tail.
type parked struct {
	items []*waiting
	first int
}

func (p *parked) push(w *waiting) { p.items = append(p.items, w) }

func (p *parked) head() *waiting {
	if p.first == len(p.items) {
		return nil
	}
	return p.items[p.first]
}

func (p *parked) pop() {
	p.items[p.first] = nil
	p.first++
	if p.first == len(p.items) {
		p.items, p.first = p.items[:0], 0
	} else if p.first > 1024 && p.first > len(p.items)/2 {
		p.items = slices.Delete(p.items, 0, p.first)
		p.first = 0
	}
}

// held is the set of answers that the machine holds, each a request of a connection that waits for it.
type held struct {
	order map[*coordinator.Pending]uint64
	seq   uint64
}

func (h *held) init() { h.order = make(map[*coordinator.Pending]uint64) }

func (h *held) add(p *coordinator.Pending) {
	h.seq++
	h.order[p] = h.seq
}

func (h *held) remove(p *coordinator.Pending) { delete(h.order, p) }

// each visits the answers in the order in which they were parked, and forgets them.
func (h *held) each(fn func(*coordinator.Pending)) {
	byAge := func(a, b *coordinator.Pending) int { return cmp.Compare(h.order[a], h.order[b]) }
	for _, p := range slices.SortedFunc(maps.Keys(h.order), byAge) {
		fn(p)
	}
	clear(h.order)
}
