package producer

// A Guard stands for one question to the transaction coordinator whether a producer's transaction includes this partition
// (KIP-890). The append that the question was for hands it in; it is worth nothing once the transaction that was open at
// the time has ended here, so that what was asked for one transaction cannot begin the next (T6, trap T98).
type Guard uint64

// NoGuard is worth nothing.
const NoGuard Guard = 0

// A verification is under way for a producer until a batch or marker of its transaction is appended.
type verification struct {
	guard  Guard
	bumps  bool  // transaction version 2: the epoch is raised by every end
	epoch  int16 // the highest that was asked for
	lowest int32 // the lowest sequence asked for in that epoch: a later one must not be appended first
	since  int64 // ms
}

// Ask begins, or joins, the question of a producer's transactional batch with that epoch and first sequence. NoGuard says
// that there is nothing to ask: the transaction is open here. err is *Error: the epoch has been superseded.
func (s *State) Ask(id int64, epoch int16, firstSeq int32, bumps bool, now int64) (Guard, error) {
	if e := s.entries[id]; e != nil {
		switch {
		case epoch < e.Epoch:
			return NoGuard, &Error{Kind: ErrInvalidEpoch, ProducerID: id, Epoch: epoch, Offset: s.end, Known: e.Epoch}
		case e.ongoing(epoch):
			return NoGuard, nil
		}
	}
	v := s.verifications[id]
	if v == nil {
		if s.verifications == nil {
			s.verifications = make(map[int64]*verification)
		}
		s.lastGuard++
		v = &verification{guard: s.lastGuard, bumps: bumps, epoch: epoch, lowest: firstSeq, since: now}
		s.verifications[id] = v
	}
	switch {
	case epoch > v.epoch:
		v.epoch, v.lowest = epoch, firstSeq
	case epoch == v.epoch:
		v.lowest = min(v.lowest, firstSeq)
	}
	return v.guard, nil
}

// Require holds transactional batches of the append that has begun to an open transaction of their epoch, or to g.
func (s *State) Require(g Guard) { s.verify, s.guard = true, g }

func (s *State) verified(id int64) bool {
	v := s.verifications[id]
	return v != nil && s.guard != NoGuard && v.guard == s.guard
}

// settle ends a producer's verification with the append, unless m is the marker before the transaction that is asked about.
func (s *State) settle(m *Meta) {
	v := s.verifications[m.ProducerID]
	if v == nil || v.bumps && m.Control && m.Epoch == v.epoch {
		return
	}
	s.settled = append(s.settled, m.ProducerID)
}

// ongoing reports whether a transaction of that epoch is open.
func (e *Entry) ongoing(epoch int16) bool { return e.TxnFirstOffset != NoOffset && e.Epoch == epoch }

// allows reports whether a batch with that first sequence may be appended while v is under way: version 2 begins at 0 where
// nothing is known, and nothing overtakes a batch that was asked for too.
func (v *verification) allows(known *Entry, firstSeq int32) bool {
	if v.bumps && firstSeq != 0 && (known == nil || known.n == 0) {
		return false
	}
	return firstSeq <= v.lowest
}

func (v *verification) want(known *Entry) int32 {
	if v.bumps && (known == nil || known.n == 0) {
		return 0
	}
	return v.lowest
}
