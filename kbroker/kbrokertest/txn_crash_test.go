package kbrokertest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// T4, T10, trap T65: a copier that moves records in transactions is killed together with its broker, again and again, at
// different points; the next broker has only what was written, and every record is copied exactly once.
func TestInvT04CopyingInTransactionsSurvivesKilledBrokers(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				const records, perTransaction = 60, 7
				b := kbrokertest.Start(t)
				create(t, b, createRequest("in", 2, 1))
				create(t, b, createRequest("out", 2, 1))
				produce(t, ctx, b.Client(t), "in", numbered("v", records)...)
				for life := 0; copyUntilKilled(t, ctx, b, versions, life, perTransaction); life++ {
					if life > 40 {
						t.Fatal("the copy does not come to its end")
					}
					// What the process had written is in the page cache, and stays.
					disk := b.Disk.Clone(vfs.ProcessKill, nil)
					b.Stop(t)
					b = kbrokertest.StartOn(t, disk)
				}
				read := b.Client(t, kgo.ConsumeTopics("out"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
				got := consume(t, ctx, read, records)
				if want := numbered("v", records); !slices.Equal(got, want) {
					t.Fatalf("copied %v", got)
				}
			})
		})
	}
}

// patience is how long a poll waits before the copier believes that nothing is left.
const patience = 20 * time.Second

// copyUntilKilled runs one life of the copier. It reports whether there was something left to copy. The point at which a
// life ends depends on its number: within a transaction, after the answer to a commit, later.
func copyUntilKilled(t *testing.T, ctx context.Context, b *kbrokertest.Broker, versions kgo.Opt, life, perTransaction int) bool {
	t.Helper()
	cl := b.Client(t, versions, kgo.TransactionalID("copier"))
	defer cl.Close()
	if _, _, err := cl.ProducerID(ctx); err != nil { // first: it ends what the life before left open
		t.Fatal(err)
	}
	from := map[int32]kgo.Offset{}
	for p, at := range committedOffsets(t, b) {
		from[p] = kgo.NewOffset().At(max(at, 0))
	}
	in := b.Client(t, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{"in": from}), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	defer in.Close()
	for round := 0; ; round++ {
		short, cancel := context.WithTimeout(ctx, patience)
		fs := in.PollRecords(short, perTransaction)
		cancel()
		if fs.NumRecords() == 0 {
			return false
		}
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		next := map[int32]int64{}
		fs.EachRecord(func(r *kgo.Record) {
			produce(t, ctx, cl, "out", string(r.Value))
			next[r.Partition] = r.Offset + 1
		})
		commitOffsets(t, ctx, cl, metadataOf(t, b, 12, false, "in").Topics[0].TopicID, next)
		if life%3 == 0 && round == 1 {
			return true // killed within an open transaction
		}
		if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
			t.Fatalf("life %d round %d: %v", life, round, err)
		}
		if life%3 == 1 || life%3 == 2 && round == 2 {
			return true // killed after the answer, perhaps before the markers
		}
	}
}

// commitOffsets makes offsets part of the open transaction, as a client of its version does.
func commitOffsets(t *testing.T, ctx context.Context, cl *kgo.Client, id [16]byte, next map[int32]int64) {
	t.Helper()
	pid, epoch, err := cl.ProducerID(ctx)
	if err != nil {
		t.Fatal(err)
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.Group, add.ProducerID, add.ProducerEpoch = "copier", "g", pid, epoch
	if resp, err := add.RequestWith(ctx, cl); err != nil || resp.ErrorCode != 0 {
		t.Fatal(err, kerr.ErrorForCode(resp.ErrorCode))
	}
	commit := kmsg.NewPtrTxnOffsetCommitRequest()
	commit.TransactionalID, commit.Group, commit.ProducerID, commit.ProducerEpoch = "copier", "g", pid, epoch
	topic := kmsg.NewTxnOffsetCommitRequestTopic()
	topic.Topic, topic.TopicID = "in", id
	for p, at := range next {
		tp := kmsg.NewTxnOffsetCommitRequestTopicPartition()
		tp.Partition, tp.Offset = p, at
		topic.Partitions = append(topic.Partitions, tp)
	}
	commit.Topics = append(commit.Topics, topic)
	resp, err := commit.RequestWith(ctx, cl)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range resp.Topics[0].Partitions {
		if p.ErrorCode != 0 {
			t.Fatal(kerr.ErrorForCode(p.ErrorCode))
		}
	}
}

// committedOffsets asks until no transaction is pending.
func committedOffsets(t *testing.T, b *kbrokertest.Broker) map[int32]int64 {
	t.Helper()
	find := kmsg.NewPtrFindCoordinatorRequest()
	find.Version, find.CoordinatorKey = 3, "g"
	b.Ask(t, find) // makes __consumer_offsets
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Version, req.Group, req.RequireStable = 7, "g", true
	topic := kmsg.NewOffsetFetchRequestTopic()
	topic.Topic, topic.Partitions = "in", []int32{0, 1}
	req.Topics = []kmsg.OffsetFetchRequestTopic{topic}
	for range 100 {
		resp := b.Ask(t, req).(*kmsg.OffsetFetchResponse)
		out := map[int32]int64{}
		if resp.ErrorCode == 0 {
			for _, p := range resp.Topics[0].Partitions {
				if p.ErrorCode == 0 {
					out[p.Partition] = p.Offset
				}
			}
		}
		if len(out) == 2 {
			return out
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("offsets stay unstable")
	return nil
}
