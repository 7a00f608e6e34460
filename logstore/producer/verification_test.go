package producer

import (
	"errors"
	"math"
	"testing"
)

// offer appends one transactional batch under a guard, as a log does.
func (d *desk) offer(spec batchSpec, g Guard) error {
	b := spec.build()
	m, _, err := MetaOf(b)
	if err != nil {
		return err
	}
	d.s.Begin(spec.origin, spec.version)
	d.s.Require(g)
	if _, _, err := d.s.Stage(&m, d.end); err != nil {
		d.s.Drop()
		return err
	}
	b.SetBaseOffset(d.end)
	d.log, d.end = append(d.log, b), b.NextOffset()
	d.s.Commit(d.end)
	return nil
}

func ask(t *testing.T, d *desk, id int64, epoch int16, seq int32, bumps bool) Guard {
	t.Helper()
	g, err := d.s.Ask(id, epoch, seq, bumps, 0)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTrap098WhatWasAskedForOneTransactionCannotBeginTheNext(t *testing.T) {
	d := newDesk()
	g := ask(t, d, 1, 0, 0, false)
	if g == NoGuard {
		t.Fatal("nothing is open, so there is something to ask")
	}
	late := batchSpec{pid: 1, n: 1, txn: true}
	// The transaction ends here before the batch arrives.
	if got := d.append(batchSpec{pid: 1, marker: "abort", origin: Coordinator}); got != "offset 0" {
		t.Fatal(got)
	}
	if err := d.offer(late, g); !errors.Is(err, ErrUnverified) {
		t.Fatalf("the late batch: %v", err)
	}
	if err := d.offer(late, NoGuard); !errors.Is(err, ErrUnverified) {
		t.Fatalf("without asking: %v", err)
	}
	fresh := ask(t, d, 1, 0, 0, false)
	if err := d.offer(late, g); !errors.Is(err, ErrUnverified) {
		t.Fatalf("with the old guard: %v", err)
	}
	if err := d.offer(late, fresh); err != nil {
		t.Fatal(err)
	}
	// Open now: nothing to ask, nothing to show.
	if g := ask(t, d, 1, 0, 1, false); g != NoGuard {
		t.Fatal("asked again for an open transaction")
	}
	if err := d.offer(batchSpec{pid: 1, seq: 1, n: 1, txn: true}, NoGuard); err != nil {
		t.Fatal(err)
	}
}

func TestInvT07AFailedAppendLeavesTheQuestionOpen(t *testing.T) {
	d := newDesk()
	g := ask(t, d, 1, 0, 0, false)
	d.s.Begin(Client, 0)
	d.s.Require(g)
	b := batchSpec{pid: 1, n: 1, txn: true}.build()
	m, _, _ := MetaOf(b)
	if _, _, err := d.s.Stage(&m, 0); err != nil {
		t.Fatal(err)
	}
	d.s.Drop() // the disk failed
	if err := d.offer(batchSpec{pid: 1, n: 1, txn: true}, g); err != nil {
		t.Fatal(err)
	}
}

func TestInvT06TheMarkerBeforeATransactionOfVersion2LeavesItsQuestionOpen(t *testing.T) {
	d := newDesk()
	if err := d.offer(batchSpec{pid: 1, n: 1, txn: true}, ask(t, d, 1, 0, 0, true)); err != nil {
		t.Fatal(err)
	}
	g := ask(t, d, 1, 1, 0, true) // epoch 1 asks while the marker of epoch 0's transaction, which carries 1, is on its way
	if got := d.append(batchSpec{pid: 1, epoch: 1, marker: "commit", origin: Coordinator, version: 2}); got[:8] != "offset 1" {
		t.Fatal(got)
	}
	if err := d.offer(batchSpec{pid: 1, epoch: 1, n: 1, txn: true}, g); err != nil {
		t.Fatal(err)
	}
	if _, err := d.s.Ask(1, 0, 0, true, 0); !errors.Is(err, ErrInvalidEpoch) {
		t.Fatalf("an older epoch asks: %v", err)
	}
}

func TestInvI2NothingOvertakesABatchThatIsAskedFor(t *testing.T) {
	d := newDesk()
	g := ask(t, d, 1, 0, 0, false)
	ask(t, d, 1, 0, 5, false)
	if err := d.offer(batchSpec{pid: 1, seq: 5, n: 1, txn: true}, g); !errors.Is(err, ErrOutOfOrder) {
		t.Fatalf("the second batch first: %v", err)
	}
	for seq := range int32(2) {
		if err := d.offer(batchSpec{pid: 1, seq: seq * 5, n: 5, txn: true}, g); err != nil {
			t.Fatal(err)
		}
	}
	// Version 2 begins at sequence 0 where nothing is known.
	g = ask(t, d, 2, 0, 3, true)
	if err := d.offer(batchSpec{pid: 2, seq: 3, n: 1, txn: true}, g); !errors.Is(err, ErrOutOfOrder) {
		t.Fatalf("version 2 began in the middle: %v", err)
	}
}

func TestInvT09TheLastEpochTakesItsMarkerTwice(t *testing.T) {
	d := newDesk()
	d.append(batchSpec{pid: 1, epoch: math.MaxInt16, n: 1, txn: true})
	if got := d.append(batchSpec{pid: 1, epoch: math.MaxInt16, marker: "abort", origin: Coordinator, version: 2}); got[:8] != "offset 1" {
		t.Fatal(got)
	}
}

func TestInvI6QuestionsAreForgottenWithTime(t *testing.T) {
	d := newDesk()
	ask(t, d, 1, 0, 0, false)
	d.s.Expire(100, 100)
	if len(d.s.verifications) != 0 {
		t.Fatal("a question of long ago is remembered")
	}
}
