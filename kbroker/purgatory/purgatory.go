// Package purgatory keeps operations that wait for a partition to move: a produce for its high watermark, a fetch for
// bytes, DeleteRecords for the low watermark of every replica.
//
// A waiter hangs in the List of each partition that can make it ready. Whoever moves a partition calls Wake on its
// list, outside every lock of the partition. The package starts no goroutine and sets no timer: a time limit is a call
// of Expire by whoever owns the clock.
//
//	w := purgatory.New(op)
//	w.Watch(&p.Moved, &q.Moved)          // looks once more after registering, so no movement is missed
//	time.AfterFunc(maxWait, w.Expire)
package purgatory

import (
	"sync"
	"sync/atomic"
)

// An Op is what waits.
type Op interface {
	// Ready tells whether the operation can be completed. It is called with a List locked, so it may only look at
	// atomics and take short locks that are never held while Wake is called.
	Ready() bool
	// Complete is called exactly once, with no lock held, on the goroutine that made the operation ready or expired it.
	// Ready is not called any more.
	Complete(expired bool)
}

// A List holds the waiters of one partition. The zero List is empty and ready for use.
type List struct {
	n  atomic.Int32 // = number of nodes; read without mu to make an idle Wake free
	mu struct {
		sync.Mutex
		head *node
	}
}

type node struct {
	waiter     *Waiter
	list       *List
	prev, next *node
	linked     bool // under list.mu
}

// A Waiter is one operation and its places in lists.
type Waiter struct {
	op    Op
	done  atomic.Bool
	hang  sync.Mutex // held while Watch still asks Ready: Complete waits for it, so it may recycle the operation
	nodes []node
}

// New returns a waiter for op that hangs nowhere yet.
func New(op Op) *Waiter { return &Waiter{op: op} }

// Watch hangs the waiter into lists and then asks Ready once more, so that a movement between the caller's last look
// and the registration is not missed. It must be called once. It may call Complete before it returns.
func (w *Waiter) Watch(lists ...*List) {
	w.hang.Lock()
	w.nodes = make([]node, len(lists))
	for i, l := range lists {
		w.nodes[i].waiter, w.nodes[i].list = w, l // all of them before the first is visible to a Wake
	}
	for i, l := range lists {
		l.add(&w.nodes[i])
	}
	ready := !w.done.Load() && w.op.Ready()
	w.hang.Unlock()
	if w.done.Load() {
		w.unlink() // finished by a Wake while it was still being hung up
	} else if ready {
		w.finish(false)
	}
}

// Expire completes the operation as expired unless it has been completed already.
func (w *Waiter) Expire() { w.finish(true) }

// Cancel takes the waiter away without completing it. It returns false when it has been completed already.
func (w *Waiter) Cancel() bool {
	if w.done.Swap(true) {
		return false
	}
	w.unlink()
	return true
}

// Done tells whether the operation has been completed or cancelled.
func (w *Waiter) Done() bool { return w.done.Load() }

func (w *Waiter) finish(expired bool) {
	if w.done.Swap(true) {
		return
	}
	w.hang.Lock() // nodes are complete and Watch has looked for the last time
	w.hang.Unlock()
	w.unlink()
	w.op.Complete(expired)
}

func (w *Waiter) unlink() {
	for i := range w.nodes {
		w.nodes[i].list.remove(&w.nodes[i])
	}
}

// Wake completes every waiter of the list that has become ready. It costs one atomic load when nobody waits.
func (l *List) Wake() {
	if l.n.Load() == 0 {
		return
	}
	var few [8]*Waiter
	ready := few[:0]
	l.mu.Lock()
	for n := l.mu.head; n != nil; n = n.next {
		if !n.waiter.done.Load() && n.waiter.op.Ready() {
			ready = append(ready, n.waiter)
		}
	}
	l.mu.Unlock()
	for _, w := range ready {
		w.finish(false)
	}
}

// Len returns how many waiters hang in the list.
func (l *List) Len() int { return int(l.n.Load()) }

func (l *List) add(n *node) {
	l.mu.Lock()
	n.next = l.mu.head
	if n.next != nil {
		n.next.prev = n
	}
	l.mu.head = n
	n.linked = true
	l.n.Add(1)
	l.mu.Unlock()
}

func (l *List) remove(n *node) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !n.linked {
		return
	}
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		l.mu.head = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	}
	n.prev, n.next, n.linked = nil, nil, false
	l.n.Add(-1)
}
