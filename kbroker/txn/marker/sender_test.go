package marker

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
)

// world is where a sender's markers go.
type world struct {
	mu       sync.Mutex
	places   map[txn.Partition]Place
	refuse   map[txn.Partition]error
	written  []string
	complete []string
	hold     bool // completions fail
	remote   [][]Entry
}

func (w *world) config() Config {
	return Config{
		Self: 1,
		Place: func(p txn.Partition) Place {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.places[p]
		},
		Write: func(p txn.Partition, m coordinator.Marker, done func(error)) {
			w.mu.Lock()
			err := w.refuse[p]
			if err == nil {
				w.written = append(w.written, fmt.Sprintf("%s-%d %d/%d commit %v coordinator %d", p.Topic, p.Index, m.ProducerID, m.ProducerEpoch, m.Commit, m.CoordinatorEpoch))
			}
			w.mu.Unlock()
			go done(err)
		},
		Remote: func(broker int32, batch []Entry, done func([]error)) {
			w.mu.Lock()
			w.remote = append(w.remote, batch)
			w.mu.Unlock()
			go done(make([]error, len(batch)))
		},
		Complete: func(partition int32, d txn.Decision, done func(error)) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.hold {
				go done(kerr.CoordinatorNotAvailable)
				return
			}
			w.complete = append(w.complete, d.TransactionalID)
			go done(nil)
		},
	}
}

var (
	a0, a1, b0 = txn.Partition{Topic: "a"}, txn.Partition{Topic: "a", Index: 1}, txn.Partition{Topic: "b"}
	decision   = txn.Decision{TransactionalID: "x", ProducerID: 7, Epoch: 3, Commit: true, Partitions: txn.NewPartitions(a0, a1)}
)

func bubble(t *testing.T, fn func(t *testing.T, w *world, s *Sender)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{places: map[txn.Partition]Place{a0: {true, 1}, a1: {true, 1}, b0: {true, 2}}, refuse: map[txn.Partition]error{}}
		s := New(w.config())
		defer s.Close()
		s.Elect(0, 5)
		fn(t, w, s)
	})
}

func (w *world) expect(t *testing.T, written, complete int) {
	t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.written) != written || len(w.complete) != complete {
		t.Fatalf("written %v, completed %v", w.written, w.complete)
	}
}

func TestEveryPartitionGetsItsMarkerThenTheTransactionIsComplete(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		s.Send(0, decision)
		s.Send(0, decision) // handed out again while it is under way
		w.expect(t, 2, 1)
		slices.Sort(w.written)
		if w.written[0] != "a-0 7/3 commit true coordinator 5" || s.Underway() != 0 {
			t.Fatal(w.written, s.Underway())
		}
		s.Send(0, txn.Decision{TransactionalID: "empty", ProducerID: 8})
		w.expect(t, 2, 2)
	})
}

func TestMarkersAreTriedAgainAtABoundedRate(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		w.refuse[a1] = kerr.NotEnoughReplicas
		s.Send(0, decision)
		time.Sleep(10*time.Second + time.Millisecond)
		w.expect(t, 1, 0)
		w.mu.Lock()
		delete(w.refuse, a1)
		w.hold = true
		w.mu.Unlock()
		time.Sleep(200 * time.Millisecond)
		w.expect(t, 2, 0) // written, and the completion cannot be appended yet
		w.mu.Lock()
		w.hold = false
		w.mu.Unlock()
		time.Sleep(200 * time.Millisecond)
		w.expect(t, 2, 1)
	})
}

func TestTrap097ADeletedPartitionNeedsNoMarker(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		delete(w.places, a1)
		s.Send(0, decision)
		w.expect(t, 1, 1)
		// One without a leader does.
		w.mu.Lock()
		w.places[a1] = Place{true, -1}
		w.mu.Unlock()
		d := decision
		d.Epoch++
		s.Send(0, d)
		w.expect(t, 2, 1)
		w.mu.Lock()
		w.places[a1] = Place{true, 1}
		w.mu.Unlock()
		time.Sleep(200 * time.Millisecond)
		w.expect(t, 3, 2)
	})
}

func TestInvT12ARefusedCoordinatorGivesUp(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		w.refuse[a1] = kerr.TransactionCoordinatorFenced
		s.Send(0, decision)
		time.Sleep(time.Minute)
		w.expect(t, 1, 0)
		if s.Underway() != 0 {
			t.Fatal("still under way")
		}
	})
}

func TestAResignedCoordinatorSendsNothingMore(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		w.refuse[a1] = kerr.NotLeaderForPartition
		s.Send(0, decision)
		w.expect(t, 1, 0)
		s.Resign(0, 4) // of an older election
		s.Elect(0, 6)
		w.mu.Lock()
		w.written = nil
		delete(w.refuse, a1)
		w.mu.Unlock()
		time.Sleep(200 * time.Millisecond)
		w.expect(t, 1, 1)
		if w.written[0] != "a-1 7/3 commit true coordinator 6" {
			t.Fatal(w.written)
		}
		w.refuse[a0] = kerr.NotLeaderForPartition
		d := decision
		d.Epoch++
		s.Send(0, d)
		w.expect(t, 2, 1)
		called := false
		s.Later(0, func() { called = true })
		s.Resign(0, 6)
		w.mu.Lock()
		delete(w.refuse, a0)
		w.mu.Unlock()
		time.Sleep(time.Minute)
		w.expect(t, 2, 1)
		s.Send(0, d)
		w.expect(t, 2, 1)
		if called {
			t.Error("a call of an election that is over")
		}
	})
}

func TestOtherBrokersGetOneRequestEach(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, s *Sender) {
		w.places[a1] = Place{true, 2}
		d := decision
		d.Partitions = txn.NewPartitions(a0, a1, b0)
		s.Send(0, d)
		w.expect(t, 1, 1)
		if len(w.remote) != 1 || len(w.remote[0]) != 2 || w.remote[0][0].Partition != a1 || w.remote[0][0].Marker.CoordinatorEpoch != 5 {
			t.Fatalf("%+v", w.remote)
		}
	})
}
