package fetch

import (
	"sync"

	"github.com/kbroker/kbroker/controller/metadata"
)

// A Key names a partition the way the session's requests do: by id from Fetch v13, by name before.
type Key struct {
	ID        metadata.UUID // zero with names
	Topic     string        // "" with ids
	Partition int32
}

// A Want is one partition that a reader asked for. Topic is a copy that outlives the request.
type Want struct {
	Key
	Name             string // of the topic, once it was known by its id: a session remembers it when the topic is gone
	Offset           int64
	LeaderEpoch      int32
	LastFetchedEpoch int32
	LogStartOffset   int64 // the follower's
	MaxBytes         int32
	HighWatermark    int64 // the follower's, math.MaxInt64 when not told
}

// Told is what a reader was told about a partition last.
type Told struct {
	HighWatermark  int64
	LogStartOffset int64
}

// unknownTold differs from everything that can be told, so the next answer mentions the partition.
var unknownTold = Told{HighWatermark: -1, LogStartOffset: -1}

// entry is one partition of a session, in the order in which it will be read.
type entry struct {
	Want
	told       Told
	prev, next *entry
}

// A Session is one reader's standing request. It is locked while one request of the reader works with it, and not while
// that request is parked.
//
//	len(byKey) == length of the list from head
type Session struct {
	ID      int32
	UsesIDs bool // requests name topics by id
	replica bool // a follower's: evicted last

	lastUsed int64 // ms; under Cache.mu, as is size
	created  int64 // ms
	size     int

	mu struct {
		sync.Mutex
		epoch      int32 // that the next request must carry
		byKey      map[Key]*entry
		head, tail *entry
	}
}

// nextEpoch is what follows epoch: 0 begins a session, so after the largest comes 1.
func nextEpoch(epoch int32) int32 {
	if epoch < 0 {
		return -1
	}
	if epoch == 1<<31-1 {
		return 1
	}
	return epoch + 1
}

func (s *Session) put(w Want) {
	if e := s.mu.byKey[w.Key]; e != nil {
		w.Name = e.Name
		e.Want = w
		return
	}
	e := &entry{Want: w, told: unknownTold}
	s.mu.byKey[w.Key] = e
	s.append(e)
}

func (s *Session) append(e *entry) {
	e.prev, e.next = s.mu.tail, nil
	if s.mu.tail != nil {
		s.mu.tail.next = e
	} else {
		s.mu.head = e
	}
	s.mu.tail = e
}

func (s *Session) unlink(e *entry) {
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		s.mu.head = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		s.mu.tail = e.prev
	}
}

func (s *Session) drop(k Key) {
	if e := s.mu.byKey[k]; e != nil {
		delete(s.mu.byKey, k)
		s.unlink(e)
	}
}
