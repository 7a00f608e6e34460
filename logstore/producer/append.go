package producer

import (
	"math"

	"github.com/kbroker/kbroker/protocol/record"
)

// Origin says who appends; the numbers are those of logstore.Origin.
type Origin int8

const (
	// Client batches are judged by epoch and sequence.
	Client Origin = iota
	// Coordinator batches are judged by epoch alone: offset commits and markers carry no sequence.
	Coordinator
	// Replication batches were judged by their leader: nothing is refused. Recovery replays as this too.
	Replication
)

// staged is a producer's entry as it will be once the append has been written.
type staged struct {
	known *Entry // what is in the map, nil when the producer is new
	next  Entry
}

// indexFrom is how many staged entries are searched one by one; an append of a client or coordinator has one or two.
const indexFrom = 8

// Begin starts an append; whatever was staged before is dropped. version is the transaction version that a coordinator's
// markers were sent with (KIP-890): 2 demands an epoch above the current one, 0 and 1 one not below.
func (s *State) Begin(origin Origin, version int16) {
	s.Drop()
	s.origin, s.version, s.verify = origin, version, false
}

// Drop forgets what was staged: the append did not happen (I5).
func (s *State) Drop() {
	s.staged, s.completed, s.settled = s.staged[:0], s.completed[:0], s.settled[:0]
	clear(s.index)
}

// Stage judges one batch that will be written at baseOffset. When isDup, the batch is in the log already as dup says,
// and nothing of the append may be written. err is *Error; what was staged before stays, until Begin or Drop.
func (s *State) Stage(m *Meta, baseOffset int64) (dup Batch, isDup bool, err error) {
	known := s.entries[m.ProducerID]
	if s.origin == Client && known != nil {
		if dup, isDup = known.find(m); isDup {
			return dup, true, nil
		}
	}
	if m.Control && !m.HasMarker { // an empty control batch: the whole transaction was cleaned away
		return Batch{}, false, nil
	}
	at := s.stage(m.ProducerID, known)
	if m.Control {
		err = s.stageMarker(at, m, baseOffset)
	} else {
		err = s.stageData(at, m, baseOffset)
	}
	if err == nil && m.Transactional && len(s.verifications) > 0 {
		s.settle(m)
	}
	return Batch{}, false, err
}

// stage returns the position of the producer's staged entry.
func (s *State) stage(id int64, known *Entry) int {
	if len(s.staged) < indexFrom {
		for i := range s.staged {
			if s.staged[i].next.ProducerID == id {
				return i
			}
		}
	} else if at, ok := s.lookup(id); ok {
		return at
	}
	next := newEntry(id)
	if known != nil {
		next = *known
	}
	s.staged = append(s.staged, staged{known: known, next: next})
	at := len(s.staged) - 1
	if at >= indexFrom {
		s.index[id] = at
	}
	return at
}

func (s *State) lookup(id int64) (int, bool) {
	if s.index == nil {
		s.index = make(map[int64]int)
	}
	if len(s.index) == 0 {
		for i := range s.staged {
			s.index[s.staged[i].next.ProducerID] = i
		}
	}
	at, ok := s.index[id]
	return at, ok
}

func (s *State) stageData(at int, m *Meta, baseOffset int64) error {
	e := &s.staged[at].next
	if err := s.checkEpoch(e, m, baseOffset, 0); err != nil {
		return err
	}
	if s.verify && m.Transactional && !e.ongoing(m.Epoch) && !s.verified(m.ProducerID) {
		return &Error{Kind: ErrUnverified, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: baseOffset, Known: e.Epoch}
	}
	if s.origin == Client {
		if err := s.checkSequence(at, m, baseOffset); err != nil {
			return err
		}
	}
	if e.TxnFirstOffset != NoOffset && !m.Transactional && s.origin != Replication {
		return &Error{Kind: ErrInvalidTxnState, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: baseOffset, Known: e.Epoch}
	}
	e.setEpoch(m.Epoch)
	e.push(Batch{LastSeq: m.LastSeq, OffsetDelta: m.OffsetDelta, LastOffset: baseOffset + int64(m.OffsetDelta), Timestamp: m.Timestamp})
	e.LastTimestamp = m.Timestamp
	if e.TxnFirstOffset == NoOffset && m.Transactional {
		e.TxnFirstOffset = baseOffset
	}
	return nil
}

// checkEpoch refuses superseded epochs. A marker of transaction version 2 carries the epoch above that of its
// transaction, so the same epoch again is late, unless no transaction is open: then it is a marker sent once more; or
// unless there is no epoch above.
func (s *State) checkEpoch(e *Entry, m *Meta, offset int64, version int16) error {
	bad := m.Epoch < e.Epoch
	if version >= 2 {
		bad = m.Epoch < e.Epoch || m.Epoch == e.Epoch && e.TxnFirstOffset != NoOffset && m.Epoch != math.MaxInt16
	}
	if !bad || s.origin == Replication {
		return nil
	}
	return &Error{Kind: ErrInvalidEpoch, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: offset, Known: e.Epoch}
}

func (s *State) checkSequence(at int, m *Meta, offset int64) error {
	x := &s.staged[at]
	if v := s.verifications[m.ProducerID]; v != nil && !v.allows(x.known, m.FirstSeq) {
		return &Error{Kind: ErrOutOfOrder, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: offset, Got: m.FirstSeq, Want: v.want(x.known), Known: x.next.Epoch}
	}
	switch {
	case x.known == nil || x.known.Epoch == record.NoProducerEpoch: // nothing known: any sequence (T70)
		return nil
	case m.Epoch != x.next.Epoch && m.FirstSeq == 0:
		return nil
	case m.Epoch == x.next.Epoch && follows(x.next.LastSeq(), m.FirstSeq):
		return nil
	}
	want := int32(0)
	if m.Epoch == x.next.Epoch {
		want = record.AddSequence(x.next.LastSeq(), 1)
	}
	return &Error{Kind: ErrOutOfOrder, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: offset, Got: m.FirstSeq, Want: want, Known: x.next.Epoch}
}

func follows(last, next int32) bool {
	return int64(next) == int64(last)+1 || next == 0 && last == math.MaxInt32
}

func (s *State) stageMarker(at int, m *Meta, offset int64) error {
	e := &s.staged[at].next
	if err := s.checkEpoch(e, m, offset, s.version); err != nil {
		return err
	}
	if m.Marker.CoordinatorEpoch < e.CoordinatorEpoch && s.origin != Replication {
		return &Error{Kind: ErrCoordinatorFenced, ProducerID: m.ProducerID, Epoch: m.Epoch, Offset: offset, Known: e.Epoch,
			Got: m.Marker.CoordinatorEpoch, Want: e.CoordinatorEpoch}
	}
	if e.TxnFirstOffset != NoOffset { // a marker without records changes no stable offset
		s.completed = append(s.completed, Completed{ProducerID: m.ProducerID, FirstOffset: e.TxnFirstOffset, LastOffset: offset, Aborted: !m.Marker.Commit})
	}
	e.setEpoch(m.Epoch)
	e.CoordinatorEpoch, e.LastTimestamp, e.TxnFirstOffset = m.Marker.CoordinatorEpoch, m.Timestamp, NoOffset
	return nil
}

// Commit makes the staged append part of the state: it has been written, and the log ends at end. It returns the
// transactions that it completed, in order; the slice is valid until the next Begin.
func (s *State) Commit(end int64) []Completed {
	for i := range s.staged {
		s.put(&s.staged[i])
	}
	// A transaction that began and ended within the append has been no entry's state in between.
	for i := range s.completed {
		c := &s.completed[i]
		s.open.put(Txn{ProducerID: c.ProducerID, FirstOffset: c.FirstOffset, LastOffset: NoOffset})
	}
	for i := range s.completed {
		c := &s.completed[i]
		if c.LastStableOffset = s.open.firstOfOther(c.ProducerID); c.LastStableOffset == NoOffset {
			c.LastStableOffset = c.LastOffset + 1
		}
		t, _ := s.open.take(c.FirstOffset)
		t.LastOffset = c.LastOffset
		s.decided.put(t)
	}
	for _, id := range s.settled {
		delete(s.verifications, id)
	}
	s.staged, s.settled = s.staged[:0], s.settled[:0]
	clear(s.index)
	s.SetEndOffset(end)
	return s.completed
}

func (s *State) put(x *staged) {
	if x.known == nil {
		x.known = new(Entry)
		s.entries[x.next.ProducerID] = x.known
	}
	*x.known = x.next
	if x.next.TxnFirstOffset != NoOffset {
		s.open.put(Txn{ProducerID: x.next.ProducerID, FirstOffset: x.next.TxnFirstOffset, LastOffset: NoOffset})
	}
	x.known = nil
}

// Replay takes one batch as it stands in the log, whatever it is: recovery and followers. It returns what Commit does.
func (s *State) Replay(b record.Batch) ([]Completed, error) {
	s.Begin(Replication, 0)
	m, ok, err := MetaOf(b)
	if err != nil {
		return nil, err
	}
	if ok {
		if _, _, err := s.Stage(&m, b.BaseOffset()); err != nil {
			return nil, err
		}
	}
	return s.Commit(b.NextOffset()), nil
}
