package txn

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/coordinator/coordtest"
	"github.com/twmb/franz-go/pkg/kerr"
	"pgregory.net/rapid"
)

var tp0 = Partition{"t", 0}

// both runs a test under both protocols.
func both(t *testing.T, fn func(t *testing.T, d *desk, version int16)) {
	for _, version := range []int16{0, Version2} {
		t.Run(fmt.Sprintf("version %d", max(version, 1)), func(t *testing.T) { fn(t, newDesk(Version2), version) })
	}
}

func (d *desk) open(t *testing.T, id string, version int16, list ...Partition) Producer {
	t.Helper()
	o := d.init(id, 60_000, NoProducerID, NoEpoch)
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	p := Producer{id, o.ProducerID, o.Epoch}
	if err := d.add(p, version, list...); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInvT02EveryDecisionNamesEveryPartition(t *testing.T) {
	both(t, func(t *testing.T, d *desk, version int16) {
		p := d.open(t, "x", version, Partition{"b", 1}, tp0)
		if err := d.add(p, version, Partition{"a", 3}); err != nil {
			t.Fatal(err)
		}
		d.end(p, true, version)
		want := Partitions{{"a", 3}, {"b", 1}, tp0}
		if len(d.decided) != 1 || !slices.Equal(d.decided[0].Partitions, want) {
			t.Fatalf("decided %v", d.decided)
		}
	})
}

// T4, T13: whatever of the log a new coordinator finds, compacted wherever, a decision stays what it was.
func TestInvT04NoReloadTurnsADecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(Version2)
		version := rapid.SampledFrom([]int16{0, Version2}).Draw(t, "version")
		o := d.init("x", 60_000, NoProducerID, NoEpoch)
		p := Producer{"x", o.ProducerID, o.Epoch}
		for range rapid.IntRange(1, 6).Draw(t, "transactions") {
			if err := d.add(p, version, tp0); err != nil {
				t.Fatal(err)
			}
			commit := rapid.Bool().Draw(t, "commit")
			first := d.end(p, commit, version)
			if first.Err != nil {
				t.Fatal(first.Err)
			}
			for range rapid.IntRange(0, 2).Draw(t, "moves") {
				n := rapid.IntRange(0, len(d.Log)).Draw(t, "compacted")
				d.Log = coordtest.Compact(d.Log, n, rapid.Bool().Draw(t, "tombstones"))
				d.reload()
			}
			if len(d.decided) != 1 || d.decided[0].Commit != commit {
				t.Fatalf("decided %v, want commit %v", d.decided, commit)
			}
			d.markers()
			if again := d.end(p, commit, version); again.Err != nil || version == Version2 && again != first { // T14
				t.Fatalf("retry: %v, first %v", again, first)
			}
			if other := d.end(p, !commit, version); other.Err != kerr.InvalidTxnState {
				t.Fatalf("the opposite: %v", other)
			}
			if version == Version2 {
				p.Epoch = first.Epoch
			}
		}
	})
}

func TestInvT05InitProducerIDFencesAndAbortsFirst(t *testing.T) {
	both(t, func(t *testing.T, d *desk, version int16) {
		old := d.open(t, "x", version, tp0)
		if o := d.init("x", 60_000, NoProducerID, NoEpoch); o.Err != kerr.ConcurrentTransactions {
			t.Fatalf("a new epoch before the abort: %v", o)
		}
		if err := d.add(old, version, Partition{"t", 1}); err != kerr.ConcurrentTransactions {
			t.Fatalf("the fenced producer adds during the abort: %v", err)
		}
		done := d.markers()
		if err := d.add(old, version, Partition{"t", 1}); err != kerr.ProducerFenced {
			t.Fatalf("the fenced producer adds: %v", err)
		}
		if len(done) != 1 || done[0].Commit || done[0].Epoch <= old.Epoch {
			t.Fatalf("markers %v", done)
		}
		o := d.init("x", 60_000, NoProducerID, NoEpoch)
		if o.Err != nil || o.Epoch <= done[0].Epoch {
			t.Fatalf("the new producer: %v, the markers carried %d", o, done[0].Epoch)
		}
		if _, err := d.do(func(int64) coordinator.Handler { return Verify(old, []Partition{tp0}) }); err != kerr.ProducerFenced {
			t.Fatalf("verify of the old: %v", err)
		}
	})
}

func TestInvT06LateRequestsOfVersion2DoNotTouchTheNextTransaction(t *testing.T) {
	d := newDesk(Version2)
	first := d.open(t, "x", Version2, tp0)
	o := d.end(first, true, Version2)
	d.markers()
	next := Producer{"x", o.ProducerID, o.Epoch}
	if err := d.add(next, Version2, Partition{"t", 1}); err != nil {
		t.Fatal(err)
	}
	before := d.show("x")
	if err := d.add(first, Version2, tp0); err != kerr.ProducerFenced {
		t.Fatal(err)
	}
	for _, commit := range []bool{true, false} {
		if o := d.end(first, commit, Version2); o.Err != kerr.ProducerFenced {
			t.Fatalf("late end: %v", o)
		}
	}
	if d.show("x") != before {
		t.Fatal(d.show("x"))
	}
}

func TestInvT07APartitionThatWasNotAddedIsNotVerified(t *testing.T) {
	d := newDesk(Version2)
	p := d.open(t, "x", 0, tp0)
	resp, err := d.do(func(int64) coordinator.Handler { return Verify(p, []Partition{tp0, {"t", 1}}) })
	if each := resp.([]*kerr.Error); err != nil || each[0] != nil || each[1] != kerr.TransactionAbortable {
		t.Fatal(resp, err)
	}
}

// T8: YDB's lost batch was an empty success here. Nor is anything refused for good: a client of version 2 has its next epoch
// before the markers are written, and ends its next transaction as soon as it likes.
func TestInvT08EverythingIsToldToAskAgainWhileMarkersAreWritten(t *testing.T) {
	both(t, func(t *testing.T, d *desk, version int16) {
		p := d.open(t, "x", version, tp0)
		o := d.end(p, true, version)
		next := p
		if version == Version2 {
			next.Epoch = o.Epoch
		}
		before := d.show("x")
		again := func(what string, err error) {
			t.Helper()
			if err != kerr.ConcurrentTransactions {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, who := range []Producer{p, next} {
			for _, commit := range []bool{true, false} {
				again(fmt.Sprintf("end of epoch %d, commit %v", who.Epoch, commit), d.end(who, commit, version).Err)
			}
		}
		again("add", d.add(next, version, tp0))
		_, err := d.do(func(int64) coordinator.Handler { return Verify(next, []Partition{tp0}) })
		again("verify", err)
		again("init", d.init("x", 60_000, NoProducerID, NoEpoch).Err)
		again("init of the producer", d.init("x", 60_000, next.ID, next.Epoch).Err)
		again("init of another", d.init("x", 60_000, next.ID+100, 0).Err)
		if now := d.show("x"); now != before {
			t.Errorf("%s\nwas\n%s", now, before)
		}
		d.markers()
		if version == Version2 {
			if o := d.end(next, false, version); o.Err != nil || o.Epoch != next.Epoch+1 {
				t.Errorf("the abort of the next transaction: %v", o)
			}
		}
	})
}

// T8 and T9: the producer has its new id before the state has it.
func TestInvT09ANewProducerIDIsToldToAskAgainUntilTheStateHasIt(t *testing.T) {
	for _, commit := range []bool{true, false} {
		d := newDesk(Version2)
		d.set(Transaction{ID: "x", ProducerID: 5, PrevProducerID: 5, NextProducerID: NoProducerID, Epoch: maxEpoch - 1, LastEpoch: NoEpoch,
			TimeoutMs: 60_000, State: Empty, StartMs: noTime, UpdatedMs: d.Now.UnixMilli()})
		old := Producer{"x", 5, maxEpoch - 1}
		if err := d.add(old, Version2, tp0); err != nil {
			t.Fatal(err)
		}
		o := d.end(old, commit, Version2)
		if o.Err != nil || o.ProducerID == old.ID || o.Epoch != 0 {
			t.Fatal(o)
		}
		next := Producer{"x", o.ProducerID, o.Epoch}
		for range 2 { // a new coordinator finds the id in the log
			for _, ended := range []bool{true, false} {
				if o := d.end(next, ended, Version2); o.Err != kerr.ConcurrentTransactions {
					t.Fatalf("end by the new id, commit %v: %v", ended, o)
				}
				if o := d.end(old, ended, Version2); o.Err != kerr.ConcurrentTransactions {
					t.Fatalf("end by the old id, commit %v: %v", ended, o)
				}
			}
			if err := d.add(next, Version2, tp0); err != kerr.ConcurrentTransactions {
				t.Fatalf("add by the new id: %v", err)
			}
			if o := d.init("x", 60_000, next.ID, next.Epoch); o.Err != kerr.ConcurrentTransactions {
				t.Fatalf("init by the new id: %v", o)
			}
			d.reload()
		}
		d.markers()
		if again := d.end(old, commit, Version2); again != o {
			t.Fatalf("the retry of the end: %v, first %v", again, o)
		}
		if err := d.add(next, Version2, tp0); err != nil {
			t.Fatal(err)
		}
		if o := d.end(next, true, Version2); o.Err != nil || o.ProducerID != next.ID || o.Epoch != 1 {
			t.Fatal(o)
		}
	}
}

// T9, trap T93: over the end of the epochs, with every way to raise one, none is negative and none is used twice.
func TestInvT09EpochsEndInANewProducerID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(Version2)
		d.set(Transaction{ID: "x", ProducerID: 5, PrevProducerID: 5, NextProducerID: NoProducerID, Epoch: 32_760, LastEpoch: NoEpoch,
			TimeoutMs: 60_000, State: Empty, StartMs: noTime, UpdatedMs: d.Now.UnixMilli()})
		used := map[Producer]bool{}
		p := Producer{"x", 5, 32_760}
		take := func(o Outcome) {
			next := Producer{"x", o.ProducerID, o.Epoch}
			if o.Err != nil || o.Epoch < 0 || o.Epoch == maxEpoch || next == p || used[next] {
				t.Fatalf("after %v: %v", p, o)
			}
			used[p] = true
			p = next
		}
		for range rapid.IntRange(8, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				take(d.init("x", 60_000, NoProducerID, NoEpoch))
			case 1:
				take(d.init("x", 60_000, p.ID, p.Epoch))
			case 2:
				if err := d.add(p, Version2, tp0); err != nil {
					t.Fatal(err)
				}
				first := d.end(p, rapid.Bool().Draw(t, "commit"), Version2)
				d.markers()
				take(first)
			default:
				if err := d.add(p, Version2, tp0); err != nil {
					t.Fatal(err)
				}
				d.init("x", 60_000, NoProducerID, NoEpoch) // fences
				d.markers()
				take(d.init("x", 60_000, NoProducerID, NoEpoch))
			}
			if rapid.Bool().Draw(t, "reload") {
				d.reload()
			}
		}
	})
}

func TestInvT11OnlyTransactionsOlderThanTheirTimeoutAreAborted(t *testing.T) {
	both(t, func(t *testing.T, d *desk, version int16) {
		p := d.open(t, "x", version, tp0)
		d.Advance(30 * time.Second)
		q := d.open(t, "y", version, tp0)
		d.Advance(30 * time.Second)
		if len(d.overdue) != 0 {
			t.Fatalf("at its timeout: %v", d.overdue)
		}
		d.Advance(10 * time.Second)
		d.abortOverdue()
		if done := d.markers(); len(done) != 1 || done[0].TransactionalID != p.TransactionalID || done[0].Commit {
			t.Fatalf("aborted %v", done)
		}
		if o := d.end(q, true, version); o.Err != nil {
			t.Fatalf("the younger one: %v", o)
		}
	})
}

// An id is forgotten once it was not used for as long as its expiration, not a millisecond before. The timer looks every
// hour, here at whole multiples of the expiration.
func TestIDsAreForgottenAtTheirExpiration(t *testing.T) {
	for _, row := range []struct {
		after time.Duration
		gone  bool
	}{{-time.Millisecond, false}, {0, true}} {
		d := newDesk(Version2)
		d.settings.Expiration = time.Hour - row.after
		if o := d.init("x", 60_000, NoProducerID, NoEpoch); o.Err != nil {
			t.Fatal(o.Err)
		}
		d.Advance(time.Hour)
		if gone := d.machine().txns["x"] == nil; gone != row.gone {
			t.Errorf("%v after its expiration: forgotten is %v", row.after, gone)
		}
	}
}

// Only the epoch that is now may add partitions, ask about them or end: one that is older is fenced, and so is one that is
// still to come.
func TestInvT05OtherEpochsAreFenced(t *testing.T) {
	both(t, func(t *testing.T, d *desk, version int16) {
		d.open(t, "x", version, tp0)
		o := d.init("x", 60_000, NoProducerID, NoEpoch) // aborts
		d.markers()
		if o = d.init("x", 60_000, NoProducerID, NoEpoch); o.Err != nil || o.Epoch < 1 {
			t.Fatal(o)
		}
		now := Producer{"x", o.ProducerID, o.Epoch}
		if err := d.add(now, version, tp0); err != nil {
			t.Fatal(err)
		}
		for _, by := range []int16{-1, 1} {
			other := now
			other.Epoch += by
			before := d.show("x")
			if err := d.add(other, version, Partition{"t", 1}); !errors.Is(err, kerr.ProducerFenced) {
				t.Errorf("add by epoch %+d: %v", by, err)
			}
			if _, err := d.do(func(int64) coordinator.Handler { return Verify(other, []Partition{tp0}) }); !errors.Is(err, kerr.ProducerFenced) {
				t.Errorf("verify by epoch %+d: %v", by, err)
			}
			if o := d.end(other, true, version); !errors.Is(o.Err, kerr.ProducerFenced) {
				t.Errorf("end by epoch %+d: %v", by, o)
			}
			if after := d.show("x"); after != before {
				t.Errorf("epoch %+d made %s of %s", by, after, before)
			}
		}
	})
}

// T13 and the runtime: a machine that is loaded hands out what was decided, and nothing that is complete.
func TestInvT13ALoadedMachineKnowsEverything(t *testing.T) {
	d := newDesk(Version2)
	a := d.open(t, "a", 0, tp0)
	d.end(a, true, 0)
	d.markers()
	b := d.open(t, "b", Version2, tp0)
	d.end(b, false, Version2)
	c := d.open(t, "c", 0, tp0)
	before := []string{d.show("a"), d.show("b"), d.show("c")}
	d.reload()
	if len(d.decided) != 1 || d.decided[0].TransactionalID != "b" {
		t.Fatalf("handed out %v", d.decided)
	}
	for i, id := range []string{"a", "b", "c"} {
		x, _ := d.machine().Get(id)
		x.LastEpoch = map[string]int16{"b": 0}[id] + map[bool]int16{true: NoEpoch}[id != "b"] // not in the log
		if got := describe(x); got != before[i] {
			t.Errorf("%s\nwas\n%s", got, before[i])
		}
	}
	if err := d.add(c, 0, Partition{"t", 1}); err != nil {
		t.Fatal(err)
	}
}

// Trap T92: retries of an end of version 2.
func TestInvT14RetryingAnEndReturnsTheFirstOutcome(t *testing.T) {
	for _, version := range []int16{0, Version2} {
		for _, commit := range []bool{true, false} {
			for _, reload := range []bool{false, true} {
				d := newDesk(Version2)
				p := d.open(t, "x", version, tp0)
				first := d.end(p, commit, version)
				if first.Err != nil {
					t.Fatal(first)
				}
				d.markers()
				if reload {
					d.reload()
				}
				for range 3 {
					if again := d.end(p, commit, version); again.Err != nil || version == Version2 && again != first {
						t.Errorf("version %d, commit %v, reload %v: first %v, then %v", version, commit, reload, first, again)
					}
				}
				if other := d.end(p, !commit, version); other.Err == nil {
					t.Errorf("version %d: what was decided as commit=%v was answered as the opposite", version, commit)
				}
			}
		}
	}
}

func TestTrap092RetriesOfAnEnd(t *testing.T) {
	d := newDesk(Version2)
	p := d.open(t, "x", Version2, tp0)
	first := d.end(p, true, Version2)
	d.markers()
	d.reload()
	if again := d.end(p, true, Version2); again != first {
		t.Fatalf("%v, then %v", first, again)
	}
	// After the coordinator aborted for its timeout, a commit is no success.
	q := Producer{"x", first.ProducerID, first.Epoch}
	if err := d.add(q, Version2, tp0); err != nil {
		t.Fatal(err)
	}
	d.Advance(2 * time.Minute)
	d.abortOverdue()
	d.markers()
	if o := d.end(q, true, Version2); o.Err != kerr.InvalidTxnState { // as Apache Kafka 4.4 answers, see compat-tests 26-transactions-timeout
		t.Fatalf("%v", o)
	}
	if o := d.end(q, true, 0); o.Err != kerr.ProducerFenced {
		t.Fatalf("%v", o)
	}
}

func TestTrap096BothProtocolsForOneID(t *testing.T) {
	d := newDesk(Version2)
	p := d.open(t, "x", 0, tp0)
	if o := d.end(p, true, 0); o.Err != nil {
		t.Fatal(o)
	}
	d.markers()
	if err := d.add(p, Version2, tp0); err != nil { // the client was upgraded and kept its epoch
		t.Fatal(err)
	}
	o := d.end(p, true, Version2)
	if o.Err != nil || o.Epoch != p.Epoch+1 {
		t.Fatal(o)
	}
	d.markers()
	back := Producer{"x", o.ProducerID, o.Epoch}
	if err := d.add(back, 0, tp0); err != nil {
		t.Fatal(err)
	}
	if o := d.end(back, false, 0); o.Err != nil || o.Epoch != back.Epoch {
		t.Fatal(o)
	}
}

func TestTrap090TimeoutsAreBounded(t *testing.T) {
	d := newDesk(Version2)
	for timeout, want := range map[int32]*kerr.Error{-1: kerr.InvalidTransactionTimeout, 0: kerr.InvalidTransactionTimeout, 1: nil, 900_000: nil, 900_001: kerr.InvalidTransactionTimeout} {
		if o := d.init(fmt.Sprint("x", timeout), timeout, NoProducerID, NoEpoch); o.Err != want {
			t.Errorf("%d: %v", timeout, o)
		}
	}
}

// Records that something newer wrote are passed over, damaged ones keep the partition from being served.
func TestReplayOfForeignRecords(t *testing.T) {
	d := newDesk(Version2)
	good := encode(&Transaction{ID: "x", NextProducerID: NoProducerID}, 1)
	for name, c := range map[string]struct {
		rec coordinator.Record
		bad bool
	}{
		"a newer key":        {coordinator.Record{Key: []byte{0, 9, 1}, Value: good.Value}, false},
		"a newer value":      {coordinator.Record{Key: good.Key, Value: []byte{0, 7, 1}}, false},
		"a tombstone":        {coordinator.Record{Key: encodeKey("nobody")}, false},
		"a cut key":          {coordinator.Record{Key: good.Key[:4], Value: good.Value}, true},
		"a cut value":        {coordinator.Record{Key: good.Key, Value: good.Value[:9]}, true},
		"an unknown state":   {encode(&Transaction{ID: "x", State: 99}, 1), true},
		"a state of no logs": {encode(&Transaction{ID: "x", State: PrepareEpochFence}, 1), true},
	} {
		if err := d.machine().Replay(coordinator.Position{}, c.rec); (err != nil) != c.bad {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.machine().txns) != 0 {
		t.Error("something was taken")
	}
}

func FuzzReplay(f *testing.F) {
	r := encode(&Transaction{ID: "x", State: Ongoing, Partitions: NewPartitions(tp0)}, 1)
	f.Add(r.Key, r.Value)
	f.Fuzz(func(t *testing.T, key, value []byte) {
		d := newDesk(Version2)
		if d.machine().Replay(coordinator.Position{}, coordinator.Record{Key: key, Value: value}) == nil {
			d.machine().Loaded(time.UnixMilli(0))
		}
	})
}

// The same walk over the end of the epochs, under the trap's id.
func TestTrap093EpochExhaustionRollsOverToANewProducerID(t *testing.T) {
	TestInvT09EpochsEndInANewProducerID(t)
}
