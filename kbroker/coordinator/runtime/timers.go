package runtime

import (
	"container/heap"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

type timer struct {
	key  coordinator.TimerKey
	at   time.Time
	seq  uint64 // timers due at the same time fire in the order they were set
	fire coordinator.Handler
	pos  int // in the heap
}

// timers holds at most one timer per key. Setting one that exists moves it, without allocation.
type timers struct {
	byKey map[coordinator.TimerKey]*timer
	heap  timerHeap
	seq   uint64
}

func (t *timers) init() { t.byKey = make(map[coordinator.TimerKey]*timer) }

func (t *timers) apply(now time.Time, c coordinator.Timer) {
	old := t.byKey[c.Key]
	switch {
	case c.Fire == nil && old != nil:
		heap.Remove(&t.heap, old.pos)
		delete(t.byKey, c.Key)
	case c.Fire == nil:
	case old != nil:
		t.seq++
		old.at, old.seq, old.fire = now.Add(c.After), t.seq, c.Fire
		heap.Fix(&t.heap, old.pos)
	default:
		t.seq++
		n := &timer{key: c.Key, at: now.Add(c.After), seq: t.seq, fire: c.Fire}
		t.byKey[c.Key] = n
		heap.Push(&t.heap, n)
	}
}

// due takes out the first timer that is due, or nil.
func (t *timers) due(now time.Time) *timer {
	if len(t.heap) == 0 || t.heap[0].at.After(now) {
		return nil
	}
	n := heap.Pop(&t.heap).(*timer)
	delete(t.byKey, n.key)
	return n
}

// retry sets a fired timer again, unless the machine has set that key meanwhile.
func (t *timers) retry(now time.Time, n *timer, after time.Duration) {
	if t.byKey[n.key] == nil {
		t.apply(now, coordinator.Timer{Key: n.key, After: after, Fire: n.fire})
	}
}

func (t *timers) next() (at time.Time, ok bool) {
	if len(t.heap) == 0 {
		return time.Time{}, false
	}
	return t.heap[0].at, true
}

type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].pos, h[j].pos = i, j
}
func (h *timerHeap) Push(x any) {
	n := x.(*timer)
	n.pos = len(*h)
	*h = append(*h, n)
}
func (h *timerHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return n
}
