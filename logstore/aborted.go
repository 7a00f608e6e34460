package logstore

import (
	"cmp"
	"errors"
	"slices"

	"github.com/kbroker/kbroker/logstore/producer"
	"github.com/kbroker/kbroker/logstore/segment"
	"github.com/kbroker/kbroker/protocol/record"
)

// AbortedTxns returns the aborted transactions that overlap [from, to), ordered by first offset.
func (l *Log) AbortedTxns(from, to int64) ([]AbortedTxn, error) {
	l.mu.Lock()
	out, err := l.abortedTxns(from, to)
	l.mu.Unlock()
	return out, l.ioFailed(err)
}

func (l *Log) abortedTxns(from, to int64) ([]AbortedTxn, error) {
	if err := l.readErr(); err != nil {
		return nil, err
	}
	list, err := l.abortedIn(from, to)
	if len(list) == 0 || err != nil {
		return nil, err
	}
	out := make([]AbortedTxn, len(list))
	for i, t := range list {
		out[i] = AbortedTxn{t.ProducerID, t.FirstOffset}
	}
	slices.SortStableFunc(out, func(a, b AbortedTxn) int { return cmp.Compare(a.FirstOffset, b.FirstOffset) })
	return out, nil
}

// abortedIn returns the index entries of aborted transactions that overlap [from, to), in order of their markers. mu is held.
func (l *Log) abortedIn(from, to int64) (out []segment.AbortedTxn, err error) {
	for i := l.segmentAt(from); i < len(l.mu.segs); i++ {
		list, err := l.segmentTxns(i)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			if t.LastOffset >= from && t.FirstOffset < to {
				out = append(out, t)
			}
			if t.LastStableOffset >= to {
				return out, nil
			}
		}
	}
	return out, nil
}

// segmentTxns returns the transaction index of a segment, rebuilt when its file makes no sense (trap T65). mu is held.
func (l *Log) segmentTxns(i int) ([]segment.AbortedTxn, error) {
	list, err := l.mu.segs[i].AbortedTxns()
	var c *segment.CorruptError
	if err == nil || !errors.As(err, &c) {
		return list, err
	}
	return l.rebuildTxns(i)
}

// rebuildTxns replays the log up to the end of segment i and writes the segment's transaction index anew. mu is held.
func (l *Log) rebuildTxns(i int) ([]segment.AbortedTxn, error) {
	s := l.mu.segs[i]
	state, from, err := l.loadSnapshot(s.Base())
	if err != nil {
		return nil, err
	}
	var list []segment.AbortedTxn
	err = l.replay(state, from, s.Next(), func(t producer.Completed) {
		if t.Aborted && t.LastOffset >= s.Base() {
			list = append(list, segment.AbortedTxn{ProducerID: t.ProducerID, FirstOffset: t.FirstOffset, LastOffset: t.LastOffset, LastStableOffset: t.LastStableOffset})
		}
	})
	if err != nil {
		return nil, err
	}
	return list, s.SetAbortedTxnsIfRoom(list)
}

// replay feeds the batches of [from, to) to state. done may be nil. mu is held.
func (l *Log) replay(state *producer.State, from, to int64, done func(producer.Completed)) error {
	for i := l.segmentAt(from); i < len(l.mu.segs) && l.mu.segs[i].Base() < to; i++ {
		v := l.mu.segs[i].View()
		a, ok, err := v.Find(from)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		err = v.Scan(a.Pos, func(_ int64, b record.Batch) error {
			if b.BaseOffset() >= to {
				return nil
			}
			return replayBatch(state, b, done)
		})
		if err != nil {
			return err
		}
	}
	state.SetEndOffset(to)
	return nil
}

func replayBatch(state *producer.State, b record.Batch, done func(producer.Completed)) error {
	if !b.HasProducerID() {
		return nil
	}
	list, err := state.Replay(b)
	if err != nil {
		return nil // a control record of a kind nobody knows says nothing about transactions
	}
	if done != nil {
		for _, t := range list {
			done(t)
		}
	}
	return nil
}
