package purgatory

import (
	"sync"
	"sync/atomic"
	"testing"
)

type op struct {
	at       *atomic.Int64 // the position that is watched
	want     int64
	complete atomic.Int32
	expired  atomic.Int32
}

func (o *op) Ready() bool { return o.at.Load() >= o.want }
func (o *op) Complete(expired bool) {
	o.complete.Add(1)
	if expired {
		o.expired.Add(1)
	}
}

func TestWakeCompletesOnlyWhatIsReady(t *testing.T) {
	var at atomic.Int64
	var l List
	low, high := &op{at: &at, want: 1}, &op{at: &at, want: 2}
	New(low).Watch(&l)
	New(high).Watch(&l)
	at.Store(1)
	l.Wake()
	if low.complete.Load() != 1 || high.complete.Load() != 0 || l.Len() != 1 {
		t.Fatalf("low %d high %d left %d", low.complete.Load(), high.complete.Load(), l.Len())
	}
}

func TestWatchLooksOnceMoreAfterRegistering(t *testing.T) {
	var at atomic.Int64
	var l List
	at.Store(5)
	o := &op{at: &at, want: 5}
	New(o).Watch(&l)
	if o.complete.Load() != 1 || l.Len() != 0 {
		t.Fatalf("completed %d times, %d left", o.complete.Load(), l.Len())
	}
}

func TestExpireAfterCompletionDoesNothing(t *testing.T) {
	var at atomic.Int64
	var a, b List
	o := &op{at: &at, want: 1}
	w := New(o)
	w.Watch(&a, &b)
	at.Store(1)
	b.Wake()
	w.Expire()
	a.Wake()
	if o.complete.Load() != 1 || o.expired.Load() != 0 || a.Len()+b.Len() != 0 {
		t.Fatalf("completed %d, expired %d, left %d", o.complete.Load(), o.expired.Load(), a.Len()+b.Len())
	}
}

func TestExpiryLeavesEveryList(t *testing.T) {
	var at atomic.Int64
	var a, b List
	o := &op{at: &at, want: 1}
	w := New(o)
	w.Watch(&a, &b)
	w.Expire()
	if o.expired.Load() != 1 || a.Len()+b.Len() != 0 {
		t.Fatalf("expired %d, left %d", o.expired.Load(), a.Len()+b.Len())
	}
}

func TestCancelCompletesNothing(t *testing.T) {
	var at atomic.Int64
	var l List
	o := &op{at: &at, want: 1}
	w := New(o)
	w.Watch(&l)
	if !w.Cancel() || w.Cancel() {
		t.Fatal("Cancel must succeed once")
	}
	at.Store(1)
	l.Wake()
	if o.complete.Load() != 0 {
		t.Fatal("a cancelled waiter was completed")
	}
}

// Every waiter is completed exactly once, however registration and movement race.
func TestNoMovementIsMissed(t *testing.T) {
	const waiters, movers = 200, 4
	var at atomic.Int64
	var lists [3]List
	ops := make([]*op, waiters)
	var wg sync.WaitGroup
	for m := range movers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range waiters / movers {
				at.Add(1)
				lists[m%3].Wake()
				lists[(m+1)%3].Wake()
				lists[(m+2)%3].Wake()
			}
		}()
	}
	for i := range ops {
		ops[i] = &op{at: &at, want: int64(i + 1)}
		wg.Add(1)
		go func() {
			defer wg.Done()
			New(ops[i]).Watch(&lists[0], &lists[1], &lists[2])
		}()
	}
	wg.Wait()
	for i, o := range ops {
		if o.complete.Load() != 1 {
			t.Fatalf("waiter %d was completed %d times", i, o.complete.Load())
		}
	}
	for i := range lists {
		if lists[i].Len() != 0 {
			t.Fatalf("list %d still holds %d", i, lists[i].Len())
		}
	}
}
