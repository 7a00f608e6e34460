package logstore

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// A reader of any range is told of exactly the aborted transactions that have offsets in it: fewer would show him what was
// aborted, more would hide what was committed. The naive twin remembers every transaction. Asked again after a restart.
func TestInvT03TheAbortedListIsWhatTheRangeNeeds(t *testing.T) {
	type txn struct{ id, first, marker int64 }
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		fsys := vfs.NewMem()
		cfg := DefaultConfig()
		cfg.SegmentBytes = 700
		s := openStore(t, StoreConfig{FS: fsys, Dirs: []string{"data"}, NodeID: 1, Default: cfg})
		l := createLog(t, s, cfg)
		open, seq := map[int64]int64{}, map[int64]int32{} // producer: first offset of its transaction, next sequence
		var aborted []txn
		for range 150 {
			id := rng.Int64N(4)
			first, isOpen := open[id]
			if isOpen && rng.IntN(2) == 0 {
				commit := rng.IntN(2) == 0
				info, err := l.AppendAsLeader(record.EndTxnMarker(id, 0, commit, 0, 1), 0, Coordinator)
				if err != nil {
					t.Fatal(err)
				}
				if delete(open, id); !commit {
					aborted = append(aborted, txn{id, first, info.LastOffset})
				}
				continue
			}
			o := record.NewBuilderOptions()
			o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = id, 0, seq[id], true
			b := record.NewBuilder(o)
			n := 1 + rng.IntN(3)
			for range n {
				b.Append(1, []byte("k"), []byte("v"))
			}
			info, err := l.AppendAsLeader(b.Build(), 0, Coordinator)
			if err != nil {
				t.Fatal(err)
			}
			if seq[id] += int32(n); !isOpen {
				open[id] = info.FirstOffset
			}
		}
		ask := func(l *Log) {
			end := l.EndOffset()
			for range 200 {
				from := rng.Int64N(end)
				to := from + 1 + rng.Int64N(end-from)
				var want []AbortedTxn
				for _, x := range aborted {
					if x.first < to && x.marker >= from {
						want = append(want, AbortedTxn{x.id, x.first})
					}
				}
				got, err := l.AbortedTxns(from, to)
				if err != nil {
					t.Fatal(err)
				}
				for _, list := range [][]AbortedTxn{got, want} {
					slices.SortFunc(list, func(a, b AbortedTxn) int {
						return cmp.Or(cmp.Compare(a.FirstOffset, b.FirstOffset), cmp.Compare(a.ProducerID, b.ProducerID))
					})
				}
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d, [%d, %d): told %v, needed %v", seed, from, to, got, want)
				}
			}
		}
		ask(l)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openStore(t, StoreConfig{FS: fsys, Dirs: []string{"data"}, NodeID: 1, Default: cfg})
		ask(s.Get(tp0))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
