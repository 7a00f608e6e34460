package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/kbroker/kbroker/kbroker/txn"
	"github.com/kbroker/kbroker/kbroker/txn/marker"
)

type fixture struct {
	*Service
	log *coordtest.Log

	mu      sync.Mutex
	markers []string
	nextID  int64
	noIDs   bool
}

func bubble(t *testing.T, partitions int32, fn func(t *testing.T, f *fixture)) {
	synctest.Test(t, func(t *testing.T) {
		f := &fixture{log: coordtest.NewLog()}
		f.Service = New(Config{
			Settings: func() txn.Settings {
				return txn.Settings{Version: 2, MaxTimeoutMs: 900_000, Expiration: 7 * 24 * time.Hour, AbortInterval: 10 * time.Second, ExpiryInterval: time.Hour}
			},
			Log: f.log, Partitions: func() int32 { return partitions },
			ProducerID: func(ctx context.Context) (int64, error) {
				f.mu.Lock()
				defer f.mu.Unlock()
				if f.noIDs {
					return -1, errors.New("no controller")
				}
				f.nextID++
				return f.nextID, nil
			},
			Self:  1,
			Place: func(txn.Partition) marker.Place { return marker.Place{Exists: true, Leader: 1} },
			Write: func(p txn.Partition, m coordinator.Marker, done func(error)) {
				f.mu.Lock()
				f.markers = append(f.markers, fmt.Sprintf("%d/%d commit %v by %d", m.ProducerID, m.ProducerEpoch, m.Commit, m.CoordinatorEpoch))
				f.mu.Unlock()
				done(nil)
			},
		})
		defer f.Close()
		for p := range partitions {
			f.log.SetEpoch(p, 3)
			f.Elect(p, 3)
		}
		synctest.Wait()
		fn(t, f)
	})
}

func (f *fixture) init(id string) (o txn.Outcome) {
	o.Err = kerr.RequestTimedOut
	f.InitProducerID(txn.Init{TransactionalID: id, TimeoutMs: 60_000, ProducerID: -1, Epoch: -1}, func(got txn.Outcome) { o = got })
	synctest.Wait()
	return o
}

func (f *fixture) begin(t *testing.T, id string) txn.Producer {
	t.Helper()
	o := f.init(id)
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	p := txn.Producer{TransactionalID: id, ID: o.ProducerID, Epoch: o.Epoch}
	f.AddPartitions(p, []txn.Partition{{Topic: "t"}}, 2, func(err *kerr.Error) {
		if err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	return p
}

func (f *fixture) state(id string) (s txn.State, err *kerr.Error) {
	f.Describe(id, func(t txn.Transaction, e *kerr.Error) { s, err = t.State, e })
	synctest.Wait()
	return s, err
}

func TestATransactionFromBeginningToEnd(t *testing.T) {
	bubble(t, 4, func(t *testing.T, f *fixture) {
		p := f.begin(t, "x")
		var o txn.Outcome
		f.EndTxn(txn.End{Producer: p, Commit: true, ClientVersion: 2}, func(got txn.Outcome) { o = got })
		synctest.Wait()
		if o.Err != nil || o.Epoch != 1 || len(f.markers) != 1 || f.markers[0] != "1/1 commit true by 3" {
			t.Fatal(o, f.markers)
		}
		if s, err := f.state("x"); s != txn.CompleteCommit || err != nil {
			t.Fatal(s, err)
		}
		f.begin(t, "y")
		var list []txn.Listing
		f.List(txn.Filter{DurationMs: -1}, func(l []txn.Listing, _ *kerr.Error) { list = l })
		synctest.Wait()
		if len(list) != 2 {
			t.Fatal(list)
		}
	})
}

// T4: no marker is written for a decision that is not committed, however long that takes; then it is, once.
func TestInvT04MarkersWaitForTheDecisionToBeCommitted(t *testing.T) {
	bubble(t, 1, func(t *testing.T, f *fixture) {
		p := f.begin(t, "x")
		f.log.HoldHighWatermark(true)
		var o txn.Outcome
		f.EndTxn(txn.End{Producer: p, Commit: true, ClientVersion: 2}, func(got txn.Outcome) { o = got })
		time.Sleep(time.Minute)
		synctest.Wait()
		if o.Err != kerr.CoordinatorNotAvailable || len(f.markers) != 0 {
			t.Fatal(o, f.markers)
		}
		f.log.HoldHighWatermark(false)
		f.log.Commit(0)
		time.Sleep(time.Second)
		synctest.Wait()
		if s, err := f.state("x"); s != txn.CompleteCommit || err != nil || len(f.markers) != 1 {
			t.Fatal(s, err, f.markers)
		}
	})
}

// T13: a coordinator answers only once it has read its log, and ends what its predecessor had decided.
func TestInvT13TheNextCoordinatorEndsWhatWasDecided(t *testing.T) {
	bubble(t, 1, func(t *testing.T, f *fixture) {
		p := f.begin(t, "x")
		f.log.HoldHighWatermark(true)
		f.EndTxn(txn.End{Producer: p, Commit: false, ClientVersion: 2}, func(txn.Outcome) {})
		synctest.Wait()
		f.log.SetEpoch(0, 4)
		f.Resign(0, 3)
		if _, err := f.state("x"); err != kerr.NotCoordinator {
			t.Fatalf("resigned: %v", err)
		}
		f.Elect(0, 4)
		if o := f.init("x"); o.Err != kerr.CoordinatorLoadInProgress && o.Err != kerr.RequestTimedOut && o.Err != kerr.ConcurrentTransactions {
			t.Fatalf("while it loads: %v", o)
		}
		if len(f.markers) != 0 {
			t.Fatal("a marker before the decision is committed")
		}
		f.log.HoldHighWatermark(false)
		f.log.Commit(0)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(f.markers) != 1 || f.markers[0] != "1/1 commit false by 4" {
			t.Fatal(f.markers)
		}
		if s, err := f.state("x"); s != txn.CompleteAbort || err != nil {
			t.Fatal(s, err)
		}
	})
}

func TestTrap094OverdueTransactionsAreAborted(t *testing.T) {
	bubble(t, 2, func(t *testing.T, f *fixture) {
		f.begin(t, "x")
		f.begin(t, "y")
		time.Sleep(71 * time.Second)
		synctest.Wait()
		for _, id := range []string{"x", "y"} {
			if s, err := f.state(id); s != txn.CompleteAbort || err != nil {
				t.Errorf("%s: %v %v", id, s, err)
			}
		}
	})
}

func TestWithoutProducerIDsClientsAskAgain(t *testing.T) {
	bubble(t, 1, func(t *testing.T, f *fixture) {
		f.noIDs = true
		if o := f.init("x"); o.Err != kerr.CoordinatorLoadInProgress {
			t.Fatal(o)
		}
		f.noIDs = false
		if o := f.init("x"); o.Err != nil {
			t.Fatal(o)
		}
	})
}

func TestFailedAppendsAreToldInCodesThatClientsRetry(t *testing.T) {
	for _, c := range []struct{ log, told *kerr.Error }{
		{kerr.NotEnoughReplicas, kerr.CoordinatorNotAvailable},
		{kerr.KafkaStorageError, kerr.NotCoordinator},
		{kerr.NotLeaderForPartition, kerr.NotCoordinator},
		{kerr.MessageTooLarge, kerr.UnknownServerError},
	} {
		bubble(t, 1, func(t *testing.T, f *fixture) {
			f.log.FailAppends(c.log)
			if o := f.init("x"); o.Err != c.told {
				t.Errorf("%v: %v", c.log, o)
			}
			f.log.FailAppends(nil)
			if o := f.init("x"); o.Err != nil {
				t.Errorf("%v, then: %v", c.log, o)
			}
		})
	}
}
