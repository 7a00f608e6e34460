package producer

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kbroker/kbroker/protocol/record"
)

// A State is what one partition knows of its producers.
//
// Ask: Get, Producers, Len, LastRecords, EndOffset, FirstUnstableOffset, FirstUndecidedOffset, OldestTxnTimestamp, Snapshot.
// Change: Begin, Stage, Commit, Drop, Replay, HighWatermark, StartOffset, Expire, Reset, Load.
//
//	invariants: open is exactly the entries with TxnFirstOffset != NoOffset, by that offset
//	            every offset known here is below end
type State struct {
	entries map[int64]*Entry
	open    txns // undecided
	decided txns // decided, marker at or above the high watermark
	end     int64

	verifications map[int64]*verification // by producer id
	lastGuard     Guard

	// One append in progress.
	origin    Origin
	version   int16
	verify    bool // transactional batches need a transaction that is open, or guard
	guard     Guard
	settled   []int64 // producers whose verification ends with the append
	staged    []staged
	index     map[int64]int // producer id to position in staged, used from indexFrom on
	completed []Completed
}

// New returns the state of an empty log that starts at start.
func New(start int64) *State {
	return &State{entries: make(map[int64]*Entry), end: start}
}

// Get returns a copy of a producer's entry.
func (s *State) Get(id int64) (Entry, bool) {
	e := s.entries[id]
	if e == nil {
		return Entry{}, false
	}
	return *e, true
}

// Len is the number of producers known.
func (s *State) Len() int { return len(s.entries) }

// Producers returns copies of all entries, ordered by id.
func (s *State) Producers() []Entry {
	out := make([]Entry, 0, len(s.entries))
	for _, e := range s.entries {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.ProducerID, b.ProducerID) })
	return out
}

// A LastRecord is what the cleaner must keep of a producer (T62, T71): the batch that ends at LastDataOffset, or, when
// that is NoOffset, the marker of Epoch.
type LastRecord struct {
	LastDataOffset int64
	Epoch          int16
}

// LastRecords returns the last record of every producer.
func (s *State) LastRecords() map[int64]LastRecord {
	out := make(map[int64]LastRecord, len(s.entries))
	for id, e := range s.entries {
		out[id] = LastRecord{LastDataOffset: e.LastDataOffset(), Epoch: e.Epoch}
	}
	return out
}

// EndOffset is the log end offset that the state stands for.
func (s *State) EndOffset() int64 { return s.end }

// SetEndOffset moves EndOffset forward: batches without a producer id have been appended.
func (s *State) SetEndOffset(end int64) { s.end = max(s.end, end) }

// FirstUnstableOffset is the first offset that is not known to be stable: of a transaction that is undecided, or whose
// marker may not be replicated. NoOffset when there is none. The last stable offset is the smaller one of this and the
// high watermark, and never below the log start offset.
func (s *State) FirstUnstableOffset() int64 {
	a, b := s.open.first(), s.decided.first()
	if a == NoOffset || b == NoOffset {
		return max(a, b)
	}
	return min(a, b)
}

// FirstUndecidedOffset is the first offset of the oldest open transaction, NoOffset when none is open.
func (s *State) FirstUndecidedOffset() int64 { return s.open.first() }

// OldestTxnTimestamp is the last timestamp of the producer whose open transaction is the oldest, -1 when none is open.
// A transaction that hangs shows here.
func (s *State) OldestTxnTimestamp() int64 {
	if len(s.open) == 0 {
		return record.NoTimestamp
	}
	e := s.entries[s.open[0].ProducerID]
	if e == nil {
		return record.NoTimestamp
	}
	return e.LastTimestamp
}

// HighWatermark says that everything below hw is replicated: decisions below it are stable.
func (s *State) HighWatermark(hw int64) {
	s.decided = slices.DeleteFunc(s.decided, func(t Txn) bool { return t.LastOffset < hw })
}

// StartOffset says that the log starts at start now. Producers stay, as in Apache Kafka: their sequences still count.
func (s *State) StartOffset(start int64) {
	s.HighWatermark(start)
	s.end = max(s.end, start)
}

// Expire forgets producers whose last batch or marker is maxAge ms or more before now, unless their transaction is open
// (I6), and returns how many.
func (s *State) Expire(now, maxAge int64) int {
	maps.DeleteFunc(s.verifications, func(_ int64, v *verification) bool { return now-v.since >= maxAge })
	before := len(s.entries)
	maps.DeleteFunc(s.entries, func(_ int64, e *Entry) bool { return e.expired(now, maxAge) })
	return before - len(s.entries)
}

func (e *Entry) expired(now, maxAge int64) bool {
	return e.TxnFirstOffset == NoOffset && now-e.LastTimestamp >= maxAge
}

// Reset forgets everything; the log is empty and starts at start. Truncation resets, loads the newest snapshot at or
// below the new end, and replays from there (I4).
func (s *State) Reset(start int64) {
	clear(s.entries)
	clear(s.verifications)
	s.open, s.decided, s.end = s.open[:0], s.decided[:0], start
	s.Drop()
}

// Load resets to the entries of a snapshot taken at offset end. Producers that have expired at now are left out;
// maxAge < 0 keeps all.
func (s *State) Load(entries []Entry, end, now, maxAge int64) {
	s.Reset(end)
	for _, e := range entries {
		if maxAge >= 0 && e.expired(now, maxAge) {
			continue
		}
		s.entries[e.ProducerID] = &e
		if e.TxnFirstOffset != NoOffset {
			s.open.put(Txn{ProducerID: e.ProducerID, FirstOffset: e.TxnFirstOffset, LastOffset: NoOffset})
		}
	}
}
