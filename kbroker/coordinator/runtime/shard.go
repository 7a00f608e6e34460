package runtime

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// An operation waits in a shard's queue. Exactly one of handle and marker is set.
type operation struct {
	key    string
	handle coordinator.Handler
	marker *coordinator.Marker
	timer  *timer               // the operation is a due timer
	to     *coordinator.Pending // nil for a timer
}

type state int32

const (
	stateLoading state = iota
	stateActive
	stateFailed // the log could not be read or holds what the machine does not understand
	stateStopped
)

func (s state) String() string { return [...]string{"loading", "active", "failed", "stopped"}[s] }

// A shard is one led partition: its queue, which anybody fills, and its loop, which owns the machine, the timers and all
// answers that wait.
//
//	loading --> active --> stopped
//	   |                      ^
//	   +-----> failed --------+
type shard struct {
	cfg       Config
	log       *slog.Logger
	partition int32
	epoch     atomic.Int32
	prev      *shard // the loop before this one; it must have ended before this one starts
	done      chan struct{}
	wake      chan struct{} // holds at most one token

	mu struct {
		sync.Mutex
		state state
		queue []operation // bounded by cfg.QueueLimit
	}
	highWatermark atomic.Int64

	// Owned by the loop.
	machine coordinator.Machine
	timers  timers
	parked  parked // answers that wait for the high watermark
	held    held   // answers that the machine holds
	run     []decided
	touched map[string]struct{} // keys of run
	records int                 // of run
	bytes   int                 // of run, as a batch
	written int64               // end of what has been appended or loaded: the offset behind the last record
	spare   []operation

	loaded   atomic.Int64
	appended atomic.Int64
	appends  atomic.Int64
	failed   atomic.Int64
}

func newShard(r *Runtime, partition, epoch int32, prev *shard) *shard {
	s := &shard{
		cfg: r.cfg, log: r.logger(partition), partition: partition, prev: prev,
		done: make(chan struct{}), wake: make(chan struct{}, 1),
		touched: make(map[string]struct{}),
	}
	s.epoch.Store(epoch)
	return s
}

func (s *shard) state() state {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.state
}

// setState moves on unless the shard has been stopped.
func (s *shard) setState(to state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.state != stateStopped {
		s.mu.state = to
	}
}

func (s *shard) raiseEpoch(to int32) {
	if to > s.epoch.Load() {
		s.epoch.Store(to)
	}
}

func (s *shard) stop() {
	s.setState(stateStopped)
	s.signal()
}

func (s *shard) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// enqueue takes the operation or says why not.
func (s *shard) enqueue(op operation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.mu.state == stateLoading:
		return kerr.CoordinatorLoadInProgress
	case s.mu.state != stateActive:
		return kerr.NotCoordinator
	case len(s.mu.queue) >= s.cfg.QueueLimit:
		return kerr.CoordinatorNotAvailable
	}
	s.mu.queue = append(s.mu.queue, op)
	s.signal()
	return nil
}

// take swaps the queue for an empty one.
func (s *shard) take() (ops []operation, st state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ops = s.mu.queue
	s.mu.queue = s.spare[:0]
	s.spare = nil
	return ops, s.mu.state
}

func (s *shard) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Partition: s.partition, State: s.mu.state.String(), Queued: len(s.mu.queue),
		Loaded: time.Duration(s.loaded.Load()), Records: s.appended.Load(), Appends: s.appends.Load(), Failed: s.failed.Load(),
	}
}

// onHighWatermark may run inside Append, so it only leaves a note.
func (s *shard) onHighWatermark(hw int64) {
	for {
		old := s.highWatermark.Load()
		if hw <= old {
			return
		}
		if s.highWatermark.CompareAndSwap(old, hw) {
			s.signal()
			return
		}
	}
}
