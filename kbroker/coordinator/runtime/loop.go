package runtime

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// live is the loop of the shard, from load to unload.
func (s *shard) live() {
	defer close(s.done)
	if s.prev != nil {
		<-s.prev.done
		s.prev = nil
	}
	s.machine = s.cfg.New(s.partition)
	s.timers.init()
	s.held.init()
	s.cfg.Log.OnHighWatermark(s.partition, s.onHighWatermark)
	if s.load() {
		s.serve()
	}
	s.cfg.Log.OnHighWatermark(s.partition, nil)
	s.unload()
}

// serve handles operations and timers until the shard is stopped or fails.
func (s *shard) serve() {
	clock := time.NewTimer(time.Hour)
	defer clock.Stop()
	for {
		ops, st := s.take()
		if st == stateStopped {
			s.refuse(ops, kerr.NotCoordinator)
			return
		}
		s.perform(ops)
		clear(ops)
		s.spare = ops
		now := time.Now()
		s.settle(now)
		if st := s.state(); st == stateFailed {
			s.awaitStop()
			return
		}
		if d := s.nextWake(now); d > 0 && len(ops) == 0 {
			clock.Reset(d)
			select {
			case <-s.wake:
			case <-clock.C:
			}
		}
	}
}

// perform runs due timers (so many that the queue gets its turn) and then the operations, appending in runs.
func (s *shard) perform(ops []operation) {
	for range s.cfg.RunLimit {
		t := s.timers.due(time.Now())
		if t == nil {
			break
		}
		s.decide(operation{key: t.key.Owner, handle: t.fire, timer: t})
	}
	for _, op := range ops {
		s.decide(op)
	}
	s.flush()
}

// refuse answers operations that were queued but will not be handled.
func (s *shard) refuse(ops []operation, err error) {
	for _, op := range ops {
		op.to.Complete(nil, err)
	}
}

// settle answers what has been committed or has waited too long.
func (s *shard) settle(now time.Time) {
	hw := s.highWatermark.Load()
	for e := s.parked.head(); e != nil && e.end <= hw; e = s.parked.head() {
		s.parked.pop()
		s.answer(e, nil)
	}
	for e := s.parked.head(); e != nil && !now.Before(e.deadline); e = s.parked.head() {
		s.parked.pop()
		s.answer(e, kerr.RequestTimedOut)
	}
}

// answer gives the answers of one decided operation, or err instead.
func (s *shard) answer(e *waiting, err error) {
	if e.to != nil {
		s.held.remove(e.to)
		if err != nil {
			e.to.Complete(nil, err)
		} else {
			e.to.Complete(e.response, e.err)
		}
	}
	for _, a := range e.answers {
		s.held.remove(a.To)
		if err != nil {
			a.To.Complete(nil, err)
		} else {
			a.To.Complete(a.Response, a.Err)
		}
	}
	if e.settled != nil {
		e.settled(err)
	}
}

// nextWake is how long the loop may sleep.
func (s *shard) nextWake(now time.Time) time.Duration {
	d := time.Hour
	if at, ok := s.timers.next(); ok {
		d = min(d, at.Sub(now))
	}
	if e := s.parked.head(); e != nil {
		d = min(d, e.deadline.Sub(now))
	}
	return d
}

// unload lets everything go with NOT_COORDINATOR.
func (s *shard) unload() {
	ops, _ := s.take()
	s.refuse(ops, kerr.NotCoordinator)
	for e := s.parked.head(); e != nil; e = s.parked.head() {
		s.parked.pop()
		s.answer(e, kerr.NotCoordinator)
	}
	s.held.each(func(p *coordinator.Pending) { p.Complete(nil, kerr.NotCoordinator) })
	s.machine.Unloaded()
	s.machine = nil
}

// awaitStop answers what a failed shard owes and waits for the next election or resignation.
func (s *shard) awaitStop() {
	s.unload()
	s.machine = nopMachine{}
	for s.state() != stateStopped {
		<-s.wake
	}
}
