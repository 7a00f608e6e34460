package partition

import (
	"errors"
	"testing"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
)

// leader returns replica 1 of a partition of the replicas 1, 2 and 3, all in sync, which it leads in epoch 5.
func leader(t *testing.T) *Partition {
	t.Helper()
	cfg := logstore.DefaultConfig()
	store, err := logstore.Open(logstore.StoreConfig{FS: vfs.NewMem(), Dirs: []string{"data"}, ClusterID: "c", NodeID: 1, Default: cfg})
	if err != nil {
		t.Fatal(err)
	}
	store.Start()
	t.Cleanup(func() { store.Close() })
	log, err := store.Create(logstore.TopicPartition{Topic: "t"}, [16]byte{1}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := New(log, [16]byte{1}, 1)
	lead(t, p, 5, 1, 2, 3)
	return p
}

func lead(t *testing.T, p *Partition, epoch int32, isr ...int32) {
	t.Helper()
	if _, err := p.Lead(&metadata.Partition{Replicas: []int32{1, 2, 3}, ISR: isr, Leader: 1, LeaderEpoch: epoch}); err != nil {
		t.Fatal(err)
	}
}

func follow(t *testing.T, p *Partition, from int32, offset int64) {
	t.Helper()
	_, epoch := p.Leadership()
	r, err := p.Read(Read{Offset: offset, MaxBytes: 1 << 20, MinOne: true, ReplicaID: from, LeaderEpoch: epoch, LastFetchedEpoch: -1})
	if err != nil {
		t.Fatal(err)
	}
	r.Slice.Release()
}

func batch(o record.BuilderOptions, list ...string) []byte {
	b := record.NewBuilder(o)
	for _, v := range list {
		b.Append(1700000000000, nil, []byte(v))
	}
	return b.Build()
}

func values(v ...string) []byte { return batch(record.NewBuilderOptions(), v...) }

func write(t *testing.T, p *Partition, acks int16, b []byte) *Append {
	t.Helper()
	a, err := p.AppendAsLeader(b, logstore.Client, acks, -1)
	if err != nil {
		t.Fatal(err)
	}
	return &a
}

// offsets returns the first and the next offset of what a consumer is given, (-1, -1) for nothing.
func offsets(t *testing.T, p *Partition, isolation Isolation, from int64) (first, next int64) {
	t.Helper()
	r, err := p.Read(Read{Offset: from, MaxBytes: 1 << 20, MinOne: true, ReplicaID: -1, LeaderEpoch: -1, LastFetchedEpoch: -1, Isolation: isolation})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Slice.Release()
	if r.Slice.Len() == 0 {
		return -1, -1
	}
	return r.Slice.FirstOffset, r.Slice.NextOffset
}

// With acks=all an append is acknowledged when every in-sync replica has it, and refused if these have become too few by
// then: it may still be lost.
func TestAppendsAreRefusedWhenTooFewStayedInSync(t *testing.T) {
	p := leader(t)
	p.Reconfigured(2)
	first, second := write(t, p, -1, values("a")), write(t, p, -1, values("b"))
	follow(t, p, 2, 1)
	if done, err := p.Reached(first, -1); done || err != nil {
		t.Fatalf("before replica 3 has it: %v, %v", done, err)
	}
	follow(t, p, 3, 1)
	if done, err := p.Reached(first, -1); !done || err != nil {
		t.Fatalf("when every replica has it: %v, %v", done, err)
	}
	if done, err := p.Reached(second, -1); done || err != nil {
		t.Fatalf("the second: %v, %v", done, err)
	}
	lead(t, p, 5, 1) // 2 and 3 fell behind
	if done, err := p.Reached(second, -1); !done || !errors.Is(err, ErrNotEnoughReplicasAfterAppend) {
		t.Fatalf("when only the leader is in sync: %v, %v", done, err)
	}
	if _, err := p.AppendAsLeader(values("c"), logstore.Client, -1, -1); !errors.Is(err, ErrNotEnoughReplicas) {
		t.Fatalf("another append: %v", err)
	}
	if done, err := p.Reached(write(t, p, 1, values("d")), 1); !done || err != nil {
		t.Fatalf("acks=1 does not ask: %v, %v", done, err)
	}
}

func TestInvR02ConsumersSeeNothingAboveTheHighWatermark(t *testing.T) {
	p := leader(t)
	write(t, p, -1, values("a"))
	write(t, p, -1, values("b"))
	if first, next := offsets(t, p, ReadUncommitted, 0); next != -1 {
		t.Fatalf("[%d, %d) before any follower has it", first, next)
	}
	follow(t, p, 2, 2)
	follow(t, p, 3, 1)
	if first, next := offsets(t, p, ReadUncommitted, 0); first != 0 || next != 1 {
		t.Fatalf("[%d, %d), want what every replica has", first, next)
	}
}

func TestTrap064ReadCommittedEndsAtTheLastStableOffset(t *testing.T) {
	p := leader(t)
	lead(t, p, 6, 1)
	o := record.NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = 9, 0, 0, true
	write(t, p, -1, values("a"))
	write(t, p, -1, batch(o, "b"))
	write(t, p, -1, values("c"))
	if _, next := offsets(t, p, ReadUncommitted, 0); next != 3 {
		t.Fatalf("read uncommitted reaches %d", next)
	}
	if _, next := offsets(t, p, ReadCommitted, 0); next != 1 {
		t.Fatalf("read committed reaches %d while the transaction is open", next)
	}
	if _, err := p.AppendMarker(record.EndTxnMarker(9, 0, true, 0, 1700000000000), -1, 1); err != nil {
		t.Fatal(err)
	}
	if _, next := offsets(t, p, ReadCommitted, 0); next != 4 {
		t.Fatalf("read committed reaches %d when it is committed", next)
	}
}

// KIP-320: a reader whose last record is of an epoch that ended earlier here, or that never was here, is told where the
// logs part, and given nothing.
func TestReadersOfAnotherHistoryAreToldWhereItEnds(t *testing.T) {
	p := leader(t)
	lead(t, p, 5, 1)
	write(t, p, -1, values("a"))
	write(t, p, -1, values("b"))
	lead(t, p, 7, 1)
	write(t, p, -1, values("c"))
	for _, row := range []struct {
		offset      int64
		lastFetched int32
		diverging   bool
	}{
		{1, 5, false}, {2, 5, false}, {3, 5, true}, {2, 6, true}, {3, 7, false},
	} {
		r, err := p.Read(Read{Offset: row.offset, MaxBytes: 1 << 20, MinOne: true, ReplicaID: -1, LeaderEpoch: -1, LastFetchedEpoch: row.lastFetched})
		if err != nil {
			t.Fatal(err)
		}
		if r.Diverging != row.diverging || row.diverging && (r.DivergingEpoch != 5 || r.DivergingEnd != 2 || r.Slice.Len() != 0) {
			t.Errorf("at %d after epoch %d: %+v", row.offset, row.lastFetched, r)
		}
		r.Slice.Release()
	}
}
