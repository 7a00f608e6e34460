package txn

// InitProducerId, key 22, of a transactional id.
//
// Gives a producer its id and a fresh epoch, which fences every older one. A transaction that an earlier producer left open
// is aborted first: the answer is then CONCURRENT_TRANSACTIONS, and the client asks again (T5). KIP-360: a producer that
// names the id and epoch it has gets the next epoch, also when it asks twice; with any other epoch it is fenced.

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// ErrNeedProducerID is answered by operations that would give a producer a new id and were not given one to give: get one
// and ask again. Nothing has been written.
var ErrNeedProducerID = errors.New("a new producer id is needed")

// An Init asks for a producer id and epoch.
type Init struct {
	TransactionalID string
	TimeoutMs       int32
	ProducerID      int64 // what the producer has, -1 nothing
	Epoch           int16
	NewID           int64 // to be used if a new producer id is needed, -1 none
}

func (q *Init) expects() bool { return q.ProducerID != NoProducerID }

// InitProducerID decides an Init. The response is an Outcome.
func InitProducerID(q Init) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) { return m.initProducerID(q, nowMs) })
}

func (m *Machine) initProducerID(q Init, nowMs int64) (coordinator.Result, error) {
	s := m.cfg.Settings()
	switch {
	case q.TransactionalID == "":
		return coordinator.Result{}, kerr.InvalidRequest
	case q.TimeoutMs <= 0 || q.TimeoutMs > s.MaxTimeoutMs:
		return coordinator.Result{}, kerr.InvalidTransactionTimeout
	}
	t := m.txns[q.TransactionalID]
	if t == nil {
		return m.firstProducer(q, nowMs)
	}
	switch {
	case t.State.ending(): // before who asks: what the state will know of the producer is settled only when it is complete
		return coordinator.Result{}, kerr.ConcurrentTransactions
	case q.expects() && !t.knows(q.ProducerID, q.Epoch):
		return coordinator.Result{}, kerr.ProducerFenced
	case t.State == Ongoing:
		return m.fence(t, q.NewID, nowMs)
	}
	return m.nextProducer(t, q, nowMs)
}

// knows reports whether a producer with that id and epoch can be the one that has the transactional id, or had it until
// its epochs were used up.
func (t *Transaction) knows(id int64, epoch int16) bool {
	return id == t.ProducerID || id == t.PrevProducerID && exhausted(epoch)
}

func (m *Machine) firstProducer(q Init, nowMs int64) (coordinator.Result, error) {
	if q.NewID < 0 {
		return coordinator.Result{}, ErrNeedProducerID
	}
	t := Transaction{ID: q.TransactionalID, ProducerID: q.NewID, NextProducerID: NoProducerID}
	return m.given(t.begin(q.NewID, 0, NoEpoch, q.TimeoutMs, nowMs)), nil
}

// nextProducer gives the next epoch, or the next id when the epochs are used up.
func (m *Machine) nextProducer(t *Transaction, q Init, nowMs int64) (coordinator.Result, error) {
	switch {
	case exhausted(t.Epoch) && (!q.expects() || q.Epoch == t.Epoch):
		if q.NewID < 0 {
			return coordinator.Result{}, ErrNeedProducerID
		}
		last := NoEpoch
		if q.expects() {
			last = t.Epoch
		}
		return m.given(t.begin(q.NewID, 0, last, q.TimeoutMs, nowMs)), nil
	case !q.expects():
		return m.given(t.begin(t.ProducerID, t.Epoch+1, NoEpoch, q.TimeoutMs, nowMs)), nil
	case q.Epoch == t.Epoch:
		return m.given(t.begin(t.ProducerID, t.Epoch+1, t.Epoch, q.TimeoutMs, nowMs)), nil
	case q.Epoch == t.LastEpoch:
		return m.given(t.begin(t.ProducerID, t.Epoch, t.LastEpoch, q.TimeoutMs, nowMs)), nil
	}
	return coordinator.Result{}, kerr.ProducerFenced
}

func (m *Machine) given(next Transaction) coordinator.Result {
	return m.become(next, Outcome{ProducerID: next.ProducerID, Epoch: next.Epoch})
}

// fence aborts an open transaction with a raised epoch. newID is for the case that version 2 has no epoch left.
func (m *Machine) fence(t *Transaction, newID int64, nowMs int64) (coordinator.Result, error) {
	again := refused(kerr.ConcurrentTransactions)
	if m.cfg.Settings().Version < Version2 {
		return m.become(t.fenceV1(nowMs), again), nil
	}
	return m.decideV2(t, false, newID, again, nowMs)
}
