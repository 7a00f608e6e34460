package cleaner

import (
	"cmp"
	"slices"

	"github.com/kbroker/kbroker/protocol/record"
)

// An AbortedTxn is an entry of the transaction index.
type AbortedTxn struct {
	ProducerID       int64
	FirstOffset      int64
	LastOffset       int64 // of the marker
	LastStableOffset int64
}

// txns follows transactions while batches pass in order, and says of each whether it may go: records of aborted
// transactions at once, a marker when nothing of its transaction is left.
type txns struct {
	ahead     []AbortedTxn // aborted ones not yet reached, by first offset
	aborted   map[int64]*openAbort
	committed map[int64]bool // producers of whose transaction something is left
	kept      []AbortedTxn   // aborted ones whose marker stays: the new transaction index
}

type openAbort struct {
	txn  AbortedTxn
	seen bool // a batch of it passed
}

func newTxns() *txns {
	return &txns{aborted: make(map[int64]*openAbort), committed: make(map[int64]bool)}
}

func (t *txns) add(list []AbortedTxn) {
	for _, a := range list {
		i, found := slices.BinarySearchFunc(t.ahead, a, func(x, y AbortedTxn) int {
			return cmp.Or(cmp.Compare(x.FirstOffset, y.FirstOffset), cmp.Compare(x.ProducerID, y.ProducerID))
		})
		if !found {
			t.ahead = slices.Insert(t.ahead, i, a)
		}
	}
}

func (t *txns) reach(offset int64) {
	n := 0
	for n < len(t.ahead) && t.ahead[n].FirstOffset <= offset {
		if a := t.ahead[n]; t.aborted[a.ProducerID] == nil {
			t.aborted[a.ProducerID] = &openAbort{txn: a}
		}
		n++
	}
	t.ahead = slices.Delete(t.ahead, 0, n)
}

// pass takes the next batch and reports whether the transactions' state lets it go.
func (t *txns) pass(b record.Batch) (discard bool, err error) {
	t.reach(b.LastOffset())
	if b.IsControl() {
		return t.marker(b)
	}
	if !b.IsTransactional() {
		return false, nil
	}
	if a := t.aborted[b.ProducerID()]; a != nil {
		a.seen = true
		return true, nil
	}
	t.committed[b.ProducerID()] = true
	return false, nil
}

func (t *txns) marker(b record.Batch) (discard bool, err error) {
	if b.NumRecords() == 0 { // cleaned before
		return true, nil
	}
	m, ok, err := b.Marker()
	if err != nil || !ok {
		return false, err
	}
	id := b.ProducerID()
	if m.Commit {
		left := t.committed[id]
		delete(t.committed, id)
		return !left, nil
	}
	a := t.aborted[id]
	delete(t.aborted, id)
	if a != nil && a.seen {
		t.kept = append(t.kept, a.txn)
		return false, nil
	}
	return true, nil
}
