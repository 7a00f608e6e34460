package marker

import (
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

func (s *Sender) run() {
	defer close(s.done)
	clock := time.NewTimer(time.Hour)
	defer clock.Stop()
	for {
		steps, wait, closed := s.take()
		if closed {
			return
		}
		s.perform(steps)
		if len(steps) > 0 {
			continue
		}
		clock.Reset(wait)
		select {
		case <-s.wake:
		case <-clock.C:
		}
	}
}

// take returns what is to be done now, or how long nothing is.
func (s *Sender) take() (steps []step, wait time.Duration, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	steps, s.mu.ready = s.mu.ready, nil
	now := time.Now()
	n := 0
	for n < len(s.mu.later) && !s.mu.later[n].due.After(now) {
		n++
	}
	steps = append(steps, s.mu.later[:n]...)
	s.mu.later = append(s.mu.later[:0:0], s.mu.later[n:]...)
	wait = time.Hour
	if len(s.mu.later) > 0 {
		wait = s.mu.later[0].due.Sub(now)
	}
	return steps, wait, s.mu.closed
}

// perform does steps; what goes to another broker is sent in one request to each.
func (s *Sender) perform(steps []step) {
	var brokers []int32
	remote := make(map[int32][]step)
	for _, st := range steps {
		m, ok := s.marker(st)
		if !ok {
			continue
		}
		switch {
		case st.call != nil:
			st.call()
			continue
		case st.final:
			s.cfg.Complete(st.lease.partition, st.t.decision, func(err error) { s.completed(st, err) })
			continue
		}
		place := s.cfg.Place(st.p)
		switch {
		case !place.Exists:
			s.written(st, nil)
		case place.Leader == s.cfg.Self:
			s.cfg.Write(st.p, m, func(err error) { s.written(st, err) })
		case place.Leader < 0 || s.cfg.Remote == nil:
			s.written(st, kerr.NotLeaderForPartition)
		default:
			if remote[place.Leader] == nil {
				brokers = append(brokers, place.Leader)
			}
			remote[place.Leader] = append(remote[place.Leader], st)
		}
	}
	for _, id := range brokers {
		s.sendRemote(id, remote[id])
	}
}

// marker makes the marker of a step; not ok when the step does not matter any more.
func (s *Sender) marker(st step) (coordinator.Marker, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.valid() {
		return coordinator.Marker{}, false
	}
	if st.t == nil {
		return coordinator.Marker{}, true
	}
	d := &st.t.decision
	return coordinator.Marker{ProducerID: d.ProducerID, ProducerEpoch: d.Epoch, CoordinatorEpoch: st.lease.epoch, Commit: d.Commit, Version: d.Version}, true
}

func (s *Sender) sendRemote(broker int32, steps []step) {
	var batch []Entry
	var sent []step
	for _, st := range steps {
		if m, ok := s.marker(st); ok {
			batch, sent = append(batch, Entry{st.p, m}), append(sent, st)
		}
	}
	if len(batch) == 0 {
		return
	}
	s.cfg.Remote(broker, batch, func(errs []error) {
		for i, st := range sent {
			err := error(kerr.NetworkException)
			if i < len(errs) {
				err = errs[i]
			}
			s.written(st, err)
		}
	})
}

// written judges what became of a marker.
func (s *Sender) written(st step, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.valid() {
		return
	}
	switch {
	case err == nil, errors.Is(err, kerr.UnsupportedForMessageFormat), errors.Is(err, kerr.UnsupportedVersion):
		if st.t.left--; st.t.left == 0 {
			s.mu.ready = append(s.mu.ready, step{lease: st.lease, t: st.t, final: true})
			s.signal()
		}
	case errors.Is(err, kerr.InvalidProducerEpoch), errors.Is(err, kerr.TransactionCoordinatorFenced):
		// Somebody newer decides: another coordinator, which completes the transaction from its own log.
		s.cfg.Logger.Warn("a partition refused a transaction marker; its coordinator gives up", "transactionalId", st.t.decision.TransactionalID,
			"topic", st.p.Topic, "partition", st.p.Index, "err", err)
		s.drop(st.t)
	default:
		s.postpone(st)
	}
}

// completed judges what became of the completion.
func (s *Sender) completed(st step, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !st.valid():
	case err == nil, errors.Is(err, kerr.NotCoordinator):
		s.drop(st.t)
	default:
		s.postpone(st)
	}
}

// drop forgets a transit. mu is held.
func (s *Sender) drop(t *transit) {
	t.over = true
	if t.lease.transits[t.decision.TransactionalID] == t {
		delete(t.lease.transits, t.decision.TransactionalID)
	}
}
