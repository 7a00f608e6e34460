package marker

import (
	"sync"
	"time"

	"github.com/kbroker/kbroker/kbroker/txn"
)

// A Sender brings decisions to partitions. All methods may be called from any goroutine; none but Close waits.
type Sender struct {
	cfg  Config
	wake chan struct{} // holds at most one token
	done chan struct{}

	mu struct {
		sync.Mutex
		closed bool
		leases map[int32]*lease
		ready  []step
		later  []step // in order of due: every wait is cfg.Retry long
	}
}

// A lease is the time in which this broker coordinates one partition of __transaction_state. Under mu.
type lease struct {
	partition int32
	epoch     int32
	over      bool
	transits  map[string]*transit // by transactional id
}

// A transit is a decision under way. Under mu.
type transit struct {
	lease    *lease
	decision txn.Decision
	left     int // partitions without their marker
	over     bool
}

// A step is one thing to do: a marker, the completion, or somebody's call.
type step struct {
	lease *lease
	t     *transit // nil for a call
	p     txn.Partition
	final bool // complete t
	call  func()
	due   time.Time
}

// New starts a sender.
func New(cfg Config) *Sender {
	s := &Sender{cfg: cfg.withDefaults(), wake: make(chan struct{}, 1), done: make(chan struct{})}
	s.mu.leases = make(map[int32]*lease)
	go s.run()
	return s
}

// Elect tells that this broker coordinates a partition in that leader epoch. It comes before the first Send of the
// election. A newer epoch of a partition that is coordinated already keeps what is under way.
func (s *Sender) Elect(partition, epoch int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.mu.leases[partition]; l != nil {
		l.epoch = max(l.epoch, epoch)
		return
	}
	s.mu.leases[partition] = &lease{partition: partition, epoch: epoch, transits: make(map[string]*transit)}
}

// Resign drops what is under way for a partition, unless a newer epoch has been elected.
func (s *Sender) Resign(partition, epoch int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.mu.leases[partition]; l != nil && epoch >= l.epoch {
		l.over = true
		delete(s.mu.leases, partition)
	}
}

// Send brings a committed decision to its partitions. The same decision again is ignored while it is under way.
func (s *Sender) Send(partition int32, d txn.Decision) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.mu.leases[partition]
	if l == nil || s.mu.closed {
		return
	}
	if old := l.transits[d.TransactionalID]; old != nil {
		if old.decision.ProducerID == d.ProducerID && old.decision.Epoch == d.Epoch && old.decision.Commit == d.Commit {
			return
		}
		old.over = true
	}
	t := &transit{lease: l, decision: d, left: len(d.Partitions)}
	l.transits[d.TransactionalID] = t
	for _, p := range d.Partitions {
		s.mu.ready = append(s.mu.ready, step{lease: l, t: t, p: p})
	}
	if t.left == 0 {
		s.mu.ready = append(s.mu.ready, step{lease: l, t: t, final: true})
	}
	s.signal()
}

// Later calls fn once after the time that a failed step waits, unless the partition's election has ended by then.
func (s *Sender) Later(partition int32, fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.mu.leases[partition]; l != nil && !s.mu.closed {
		s.postpone(step{lease: l, call: fn})
	}
}

// Underway counts the decisions whose markers are not all written.
func (s *Sender) Underway() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, l := range s.mu.leases {
		n += len(l.transits)
	}
	return n
}

// Close drops everything and waits for the goroutine.
func (s *Sender) Close() {
	s.mu.Lock()
	s.mu.closed = true
	s.signal()
	s.mu.Unlock()
	<-s.done
}

func (s *Sender) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// postpone puts a step off. mu is held.
func (s *Sender) postpone(st step) {
	st.due = time.Now().Add(s.cfg.Retry)
	s.mu.later = append(s.mu.later, st)
	s.signal()
}

// valid reports whether a step still matters. mu is held.
func (st *step) valid() bool { return !st.lease.over && (st.t == nil || !st.t.over) }
