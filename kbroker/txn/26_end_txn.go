package txn

// EndTxn, key 26.
//
// Decides the open transaction; markers follow once the decision is committed. Version 1 (requests up to v4) keeps the
// epoch, version 2 (from v5) raises it, answers with what the next transaction is to use, and knows a retry by the epoch
// before (T14). Version 2 also aborts a transaction that has nothing in it.
//
// While markers are being written every end is told to ask again (T8). Version 2 says so before it looks at id and epoch:
// its producers have those of the next transaction as soon as this one is decided, and the state gets them when it is
// complete.

import (
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// An End asks to commit or abort.
type End struct {
	Producer
	Commit        bool
	ClientVersion int16 // transaction version
	NewID         int64 // to be used if a new producer id is needed, -1 none
}

// EndTxn decides an End. The response is an Outcome.
func EndTxn(q End) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
		if q.TransactionalID == "" {
			return coordinator.Result{}, kerr.InvalidRequest
		}
		t := m.txns[q.TransactionalID]
		if t == nil {
			return coordinator.Result{}, kerr.InvalidProducerIDMapping
		}
		if q.ClientVersion < Version2 {
			return m.endV1(t, q, nowMs)
		}
		return m.endV2(t, q, nowMs)
	})
}

func (m *Machine) endV1(t *Transaction, q End, nowMs int64) (coordinator.Result, error) {
	switch {
	case t.ProducerID != q.ID:
		return coordinator.Result{}, kerr.InvalidProducerIDMapping
	case t.Epoch != q.Epoch:
		return coordinator.Result{}, kerr.ProducerFenced
	case t.State == Ongoing:
		next := t.endV1(q.Commit, nowMs)
		return m.become(next, told(next.complete(nowMs))), nil
	case t.State.ending():
		return coordinator.Result{}, kerr.ConcurrentTransactions
	case t.State == completed(q.Commit):
		return coordinator.Result{Response: refused(nil)}, nil
	}
	return coordinator.Result{}, kerr.InvalidTxnState
}

func completed(commit bool) State {
	if commit {
		return CompleteCommit
	}
	return CompleteAbort
}

// told is the outcome that names who runs the next transaction.
func told(t Transaction) Outcome { return Outcome{ProducerID: t.ProducerID, Epoch: t.Epoch} }

func (m *Machine) endV2(t *Transaction, q End, nowMs int64) (coordinator.Result, error) {
	wrapped := t.PrevProducerID == q.ID && q.Epoch == maxEpoch-1 && t.Epoch == 0 // the id was changed by the end that is retried
	retry := wrapped || int(t.Epoch) == int(q.Epoch)+1
	complete := t.State == CompleteCommit || t.State == CompleteAbort
	switch {
	case t.State.ending():
		return coordinator.Result{}, kerr.ConcurrentTransactions
	case t.ProducerID != q.ID && !wrapped:
		return coordinator.Result{}, kerr.InvalidProducerIDMapping
	case t.Epoch != q.Epoch && !(retry && complete):
		return coordinator.Result{}, kerr.ProducerFenced
	case t.State == Ongoing:
		return m.decideV2(t, q.Commit, q.NewID, nil, nowMs)
	case retry && t.State == completed(q.Commit):
		return coordinator.Result{Response: told(*t)}, nil
	case !q.Commit && (!retry || t.State == Empty):
		return m.decideV2(t, false, q.NewID, nil, nowMs)
	}
	return coordinator.Result{}, kerr.InvalidTxnState
}

// decideV2 decides by the rules of version 2. The response is resp, or who runs the next transaction when it is nil.
func (m *Machine) decideV2(t *Transaction, commit bool, newID int64, resp any, nowMs int64) (coordinator.Result, error) {
	nextID := NoProducerID
	if exhausted(t.Epoch) {
		if newID < 0 {
			return coordinator.Result{}, ErrNeedProducerID
		}
		nextID = newID
	}
	next := t.endV2(commit, nextID, nowMs)
	if resp == nil {
		resp = told(next.complete(nowMs))
	}
	return m.become(next, resp), nil
}
