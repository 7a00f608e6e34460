package producer

import (
	"cmp"
	"slices"
)

// A Txn is a transaction that has records in the log and is not decided, or whose decision may not be replicated.
type Txn struct {
	ProducerID  int64
	FirstOffset int64
	LastOffset  int64 // of the marker; NoOffset while the transaction is open
}

// A Completed is a transaction whose marker has just been appended. Aborted ones go into the transaction index.
type Completed struct {
	ProducerID       int64
	FirstOffset      int64
	LastOffset       int64 // of the marker
	LastStableOffset int64 // what the last stable offset is once the marker is replicated
	Aborted          bool
}

// txns is a list of transactions ordered by first offset. New ones begin at the end of the log, so they go to its end.
type txns []Txn

func (t txns) search(firstOffset int64) (int, bool) {
	return slices.BinarySearchFunc(t, firstOffset, func(x Txn, o int64) int { return cmp.Compare(x.FirstOffset, o) })
}

func (t *txns) put(x Txn) {
	i, found := t.search(x.FirstOffset)
	if found {
		(*t)[i] = x
		return
	}
	*t = slices.Insert(*t, i, x)
}

func (t *txns) take(firstOffset int64) (Txn, bool) {
	i, found := t.search(firstOffset)
	if !found {
		return Txn{}, false
	}
	x := (*t)[i]
	*t = slices.Delete(*t, i, i+1)
	return x, true
}

func (t txns) first() int64 {
	if len(t) == 0 {
		return NoOffset
	}
	return t[0].FirstOffset
}

// firstOfOther is the first offset of the oldest transaction of a producer other than id.
func (t txns) firstOfOther(id int64) int64 {
	for _, x := range t {
		if x.ProducerID != id {
			return x.FirstOffset
		}
	}
	return NoOffset
}
