package kbrokertest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Trap T95: the same refusal has the code that clients of each version know.
func TestTrap095FencedByVersion(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("t", 1, 1))
		cl := b.Client(t, kgo.TransactionalID("x"))
		id, epoch, err := cl.ProducerID(ctx)
		if err != nil {
			t.Fatal(err)
		}
		stale := epoch + 5 // an epoch that the coordinator did not give
		for version, want := range map[int16]*kerr.Error{1: kerr.InvalidProducerEpoch, 2: kerr.ProducerFenced} {
			end := kmsg.NewPtrEndTxnRequest()
			end.Version, end.TransactionalID, end.ProducerID, end.ProducerEpoch = version, "x", id, stale
			if got := b.Ask(t, end).(*kmsg.EndTxnResponse).ErrorCode; got != want.Code {
				t.Errorf("EndTxn v%d: %v", version, kerr.ErrorForCode(got))
			}
			offsets := kmsg.NewPtrAddOffsetsToTxnRequest()
			offsets.Version, offsets.TransactionalID, offsets.Group, offsets.ProducerID, offsets.ProducerEpoch = version, "x", "g", id, stale
			if got := b.Ask(t, offsets).(*kmsg.AddOffsetsToTxnResponse).ErrorCode; got != want.Code {
				t.Errorf("AddOffsetsToTxn v%d: %v", version, kerr.ErrorForCode(got))
			}
			add := kmsg.NewPtrAddPartitionsToTxnRequest()
			add.Version, add.TransactionalID, add.ProducerID, add.ProducerEpoch = version, "x", id, stale
			add.Topics = []kmsg.AddPartitionsToTxnRequestTopic{{Topic: "t", Partitions: []int32{0}}}
			if got := b.Ask(t, add).(*kmsg.AddPartitionsToTxnResponse).Topics[0].Partitions[0].ErrorCode; got != want.Code {
				t.Errorf("AddPartitionsToTxn v%d: %v", version, kerr.ErrorForCode(got))
			}
		}
		for version, want := range map[int16]*kerr.Error{3: kerr.InvalidProducerEpoch, 4: kerr.ProducerFenced} {
			init := kmsg.NewPtrInitProducerIDRequest()
			init.Version, init.TransactionalID, init.TransactionTimeoutMillis = version, kmsg.StringPtr("x"), 60_000
			init.ProducerID, init.ProducerEpoch = id, stale
			if got := b.Ask(t, init).(*kmsg.InitProducerIDResponse); got.ErrorCode != want.Code || got.ProducerID != -1 {
				t.Errorf("InitProducerId v%d: %v, producer %d", version, kerr.ErrorForCode(got.ErrorCode), got.ProducerID)
			}
		}
	})
}

// fetchAll reads partition 0 of a topic from its beginning.
func fetchAll(t *testing.T, b *kbrokertest.Broker, topic string, isolation int8) kmsg.FetchResponseTopicPartition {
	t.Helper()
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.MaxBytes, req.IsolationLevel = 12, 1<<20, isolation
	ft := kmsg.NewFetchRequestTopic()
	ft.Topic = topic
	fp := kmsg.NewFetchRequestTopicPartition()
	fp.PartitionMaxBytes = 1 << 20
	ft.Partitions = append(ft.Partitions, fp)
	req.Topics = append(req.Topics, ft)
	return b.Ask(t, req).(*kmsg.FetchResponse).Topics[0].Partitions[0]
}

// Traps T64 and T73: a committed reader gets data below the last stable offset and the aborted transactions that overlap
// it, the other one everything and no list; each marker takes one offset.
func TestTrap064WhatEachReaderIsGiven(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("t", 1, 1))
		cl := b.Client(t, kgo.TransactionalID("x"))
		inTxn(t, ctx, cl, kgo.TryAbort, "t", "a0", "a1")
		inTxn(t, ctx, cl, kgo.TryCommit, "t", "c0")
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, ctx, cl, "t", "open")
		// a0 a1 abort c0 commit open
		if p := fetchAll(t, b, "t", 1); p.HighWatermark != 6 || p.LastStableOffset != 5 || len(p.AbortedTransactions) != 1 || p.AbortedTransactions[0].FirstOffset != 0 {
			t.Errorf("committed: high watermark %d, stable %d, aborted %v", p.HighWatermark, p.LastStableOffset, p.AbortedTransactions)
		}
		p := fetchAll(t, b, "t", 0)
		if p.AbortedTransactions != nil || p.LastStableOffset != 5 {
			t.Errorf("uncommitted: stable %d, aborted %v", p.LastStableOffset, p.AbortedTransactions)
		}
		all := b.Client(t, kgo.ConsumeTopics("t"))
		if got := consume(t, ctx, all, 4); !slices.Equal(got, []string{"a0", "a1", "c0", "open"}) {
			t.Errorf("uncommitted reader: %v", got)
		}
	})
}

// Trap T99: transactions, idempotence and compaction together, with nothing configured.
func TestTrap099TransactionsIntoACompactedTopic(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("state", 1, 1, "cleanup.policy=compact"))
		cl := b.Client(t, kgo.TransactionalID("x"))
		for _, v := range []string{"1", "2"} {
			if err := cl.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
			if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "state", Key: []byte("k"), Value: []byte(v)}).FirstErr(); err != nil {
				t.Fatal(err)
			}
			if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
				t.Fatal(err)
			}
		}
		if p := fetchAll(t, b, "state", 1); p.LastStableOffset != 4 {
			t.Fatalf("stable %d", p.LastStableOffset)
		}
	})
}

// Trap T98 at the door: a produce that comes after the end of its transaction is refused, in both protocols.
func TestTrap098ALateProduceIsRefused(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t)
				create(t, b, createRequest("t", 1, 1))
				cl := b.Client(t, versions, kgo.TransactionalID("x"))
				if err := cl.BeginTransaction(); err != nil {
					t.Fatal(err)
				}
				produce(t, ctx, cl, "t", "in time")
				id, epoch, err := cl.ProducerID(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
					t.Fatal(err)
				}
				waitComplete(t, b, "x")
				for version, want := range map[int16][]*kerr.Error{
					9:  {kerr.InvalidTxnState, kerr.InvalidProducerEpoch},
					11: {kerr.TransactionAbortable, kerr.InvalidProducerEpoch},
				} {
					if got := lateProduce(t, b, version, id, epoch); !slices.ContainsFunc(want, func(e *kerr.Error) bool { return e.Code == got }) {
						t.Errorf("v%d: %v", version, kerr.ErrorForCode(got))
					}
				}
				if p := fetchAll(t, b, "t", 1); p.HighWatermark != 2 {
					t.Errorf("high watermark %d", p.HighWatermark)
				}
			})
		})
	}
}

func waitComplete(t *testing.T, b *kbrokertest.Broker, id string) {
	t.Helper()
	for range 100 {
		if s := describeTxn(t, b, id).State; s == "CompleteCommit" || s == "CompleteAbort" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the transaction does not come to its end")
}

// lateProduce sends a transactional batch with the next sequence and returns its code.
func lateProduce(t *testing.T, b *kbrokertest.Broker, version int16, id int64, epoch int16) int16 {
	t.Helper()
	o := record.NewBuilderOptions()
	o.ProducerID, o.ProducerEpoch, o.BaseSequence, o.Transactional = id, epoch, 1, true
	batch := record.NewBuilder(o)
	batch.Append(time.Now().UnixMilli(), nil, []byte("late"))
	req := kmsg.NewPtrProduceRequest()
	req.Version, req.TransactionID, req.Acks, req.TimeoutMillis = version, kmsg.StringPtr("x"), -1, 1000
	rt := kmsg.NewProduceRequestTopic()
	rt.Topic = "t"
	rp := kmsg.NewProduceRequestTopicPartition()
	rp.Records = batch.Build()
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	return b.Ask(t, req).(*kmsg.ProduceResponse).Topics[0].Partitions[0].ErrorCode
}

// slowSync makes every flush of a topic's logs take its time, so that markers are being written for as long.
func slowSync(b *kbrokertest.Broker, topic string, wait func()) {
	b.Disk.SetHook(func(op vfs.Op) {
		if op.Kind == vfs.OpSync && strings.Contains(op.Name, "/"+topic+"-") && strings.HasSuffix(op.Name, ".log") {
			wait()
		}
	})
}

// T8: a client of version 2 has its next epoch before the markers of the transaction that it ended are written. Whatever it
// ends then, it is told to ask again, and is heard once they are written.
func TestInvT08TheNextTransactionMayEndBeforeTheMarkersOfTheLast(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("t", 8, 1, "flush.messages=1"))
		cl := b.Client(t, kgo.TransactionalID("x"), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, ctx, cl, "t", numbered("v", 8)...)
		id, epoch, err := cl.ProducerID(ctx)
		if err != nil {
			t.Fatal(err)
		}
		end := func(version int16, epoch int16, commit bool) *kmsg.EndTxnResponse {
			req := kmsg.NewPtrEndTxnRequest()
			req.Version, req.TransactionalID, req.ProducerID, req.ProducerEpoch, req.Commit = version, "x", id, epoch, commit
			return b.Ask(t, req).(*kmsg.EndTxnResponse)
		}
		written := make(chan struct{})
		slowSync(b, "t", func() { <-written })
		first := end(5, epoch, true)
		if first.ErrorCode != 0 || first.ProducerEpoch != epoch+1 {
			t.Fatalf("commit: %v, epoch %d", kerr.ErrorForCode(first.ErrorCode), first.ProducerEpoch)
		}
		for _, e := range []int16{epoch, epoch + 1} {
			for _, commit := range []bool{true, false} {
				if r := end(5, e, commit); r.ErrorCode != kerr.ConcurrentTransactions.Code {
					t.Errorf("epoch %d, commit %v: %v", e, commit, kerr.ErrorForCode(r.ErrorCode))
				}
			}
		}
		b.Disk.SetHook(nil)
		close(written)
		waitComplete(t, b, "x")
		if again := end(5, epoch, true); again.ErrorCode != 0 || again.ProducerEpoch != epoch+1 {
			t.Errorf("the retry of the commit: %v, epoch %d", kerr.ErrorForCode(again.ErrorCode), again.ProducerEpoch)
		}
		if next := end(5, epoch+1, false); next.ErrorCode != 0 || next.ProducerEpoch != epoch+2 {
			t.Errorf("the abort of the next: %v, epoch %d", kerr.ErrorForCode(next.ErrorCode), next.ProducerEpoch)
		}
		waitComplete(t, b, "x")
	})
}

// T8: nobody fences this producer, so none of its calls fails, however close its transactions follow upon each other.
func TestInvT08AHealthyProducerIsNeverFenced(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context() // no bubble: the keeper of the logs waits for a slow flush where virtual time does not see it
			b := kbrokertest.Start(t)
			create(t, b, createRequest("t", 8, 1, "flush.messages=1"))
			slowSync(b, "t", func() { time.Sleep(2 * time.Millisecond) })
			cl := b.Client(t, versions, kgo.TransactionalID("x"), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0))
			var want []string
			for round := range 20 {
				inEach := make([]*kgo.Record, 8)
				for p := range inEach {
					v := fmt.Sprintf("v-%03d-%d", round, p)
					want = append(want, v)
					inEach[p] = &kgo.Record{Topic: "t", Partition: int32(p), Value: []byte(v)}
				}
				if err := cl.BeginTransaction(); err != nil {
					t.Fatal(round, err)
				}
				if err := cl.ProduceSync(ctx, inEach...).FirstErr(); err != nil {
					t.Fatal(round, err)
				}
				if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
					t.Fatal(round, err)
				}
				if err := cl.BeginTransaction(); err != nil {
					t.Fatal(round, err)
				}
				cl.Produce(ctx, &kgo.Record{Topic: "t", Partition: 0, Value: []byte("aborted")}, nil)
				time.Sleep(time.Duration(round%10) * time.Millisecond) // every stage of the last one's markers
				if err := cl.AbortBufferedRecords(ctx); err != nil {
					t.Fatal(round, err)
				}
				if err := cl.EndTransaction(ctx, kgo.TryAbort); err != nil {
					t.Fatalf("round %d: abort: %v", round, err)
				}
			}
			read := b.Client(t, kgo.ConsumeTopics("t"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
			if got := consume(t, ctx, read, len(want)); !slices.Equal(got, want) {
				t.Fatalf("%d values, want %d", len(got), len(want))
			}
		})
	}
}
