package kbrokertest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// transactions are the two protocols: what franz-go speaks today, and what a client of before KIP-890 part 2 does.
var transactions = map[string]kgo.Opt{
	"version 1": kgo.MaxVersions(kversion.V3_6_0()),
	"version 2": kgo.MaxVersions(kversion.Stable()),
}

func inTxn(t *testing.T, ctx context.Context, cl *kgo.Client, commit kgo.TransactionEndTry, topic string, values ...string) {
	t.Helper()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, ctx, cl, topic, values...)
	if err := cl.EndTransaction(ctx, commit); err != nil {
		t.Fatal(err)
	}
}

func describeTxn(t *testing.T, b *kbrokertest.Broker, id string) kmsg.DescribeTransactionsResponseTransactionState {
	t.Helper()
	req := kmsg.NewPtrDescribeTransactionsRequest()
	req.TransactionalIDs = []string{id}
	s := b.Ask(t, req).(*kmsg.DescribeTransactionsResponse).TransactionStates[0]
	if s.ErrorCode != 0 {
		t.Fatal(kerr.ErrorForCode(s.ErrorCode))
	}
	return s
}

// T1: both versions, many transactions, several partitions; an aborted one is never seen by a committed reader.
func TestInvT01CommittedReadersSeeWholeTransactionsOnly(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t)
				create(t, b, createRequest("orders", 3, 1))
				cl := b.Client(t, versions, kgo.TransactionalID("x"), kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
				var want []string
				for i, v := range []string{"a", "b", "c", "d", "e", "f"} {
					values := numbered(v, 7)
					commit := kgo.TransactionEndTry(i%2 == 0)
					if commit {
						want = append(want, values...)
					}
					inTxn(t, ctx, cl, commit, "orders", values...)
				}
				// Version 2 raises the epoch with every end, version 1 never does.
				if epoch, raised := describeTxn(t, b, "x").ProducerEpoch, map[string]int16{"version 1": 0, "version 2": 6}[name]; epoch != raised {
					t.Fatalf("epoch %d, want %d", epoch, raised)
				}
				read := b.Client(t, kgo.ConsumeTopics("orders"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
				if got := consume(t, ctx, read, len(want)); !slices.Equal(got, want) {
					t.Fatalf("got %v", got)
				}
				short, cancel := context.WithTimeout(ctx, 5*time.Second)
				defer cancel()
				if more := read.PollFetches(short); more.NumRecords() != 0 {
					t.Fatalf("%d records of aborted transactions", more.NumRecords())
				}
			})
		})
	}
}

// T4, T13: what was committed stays so over a restart, and what was open is aborted by the next producer of the id (T5).
func TestInvT04TransactionsSurviveARestart(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t)
				create(t, b, createRequest("orders", 1, 1))
				cl := b.Client(t, versions, kgo.TransactionalID("x"))
				inTxn(t, ctx, cl, kgo.TryCommit, "orders", "kept")
				if err := cl.BeginTransaction(); err != nil {
					t.Fatal(err)
				}
				produce(t, ctx, cl, "orders", "lost")
				b.Restart(t)
				second := b.Client(t, versions, kgo.TransactionalID("x"))
				inTxn(t, ctx, second, kgo.TryCommit, "orders", "next")
				read := b.Client(t, kgo.ConsumeTopics("orders"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
				if got := consume(t, ctx, read, 2); !slices.Equal(got, []string{"kept", "next"}) {
					t.Fatalf("got %v", got)
				}
				if err := cl.EndTransaction(ctx, kgo.TryCommit); err == nil {
					t.Fatal("the first producer is fenced and could commit")
				}
			})
		})
	}
}

// T10: offsets that a transaction commits count when, and only when, it commits.
func TestInvT10OffsetsBelongToTheTransaction(t *testing.T) {
	for name, versions := range transactions {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := kbrokertest.Start(t)
				create(t, b, createRequest("in", 1, 1))
				create(t, b, createRequest("out", 1, 1))
				produce(t, ctx, b.Client(t), "in", numbered("v", 20)...)
				for round, commit := range []kgo.TransactionEndTry{kgo.TryAbort, kgo.TryCommit} {
					s, err := kgo.NewGroupTransactSession(kgo.SeedBrokers("broker:9092"), kgo.Dialer(b.Dial), versions,
						kgo.TransactionalID("copier"), kgo.ConsumerGroup("g"), kgo.ConsumeTopics("in"),
						kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
					if err != nil {
						t.Fatal(err)
					}
					if err := s.Begin(); err != nil {
						t.Fatal(err)
					}
					for n := 0; n < 20; {
						fs := s.PollFetches(ctx)
						if err := fs.Err(); err != nil {
							t.Fatalf("round %d: %v", round, err)
						}
						fs.EachRecord(func(r *kgo.Record) {
							n++
							s.Produce(ctx, &kgo.Record{Topic: "out", Value: r.Value}, nil)
						})
					}
					if done, err := s.End(ctx, commit); err != nil || done != bool(commit) {
						t.Fatalf("round %d: ended %v, %v", round, done, err)
					}
					s.Close()
				}
				read := b.Client(t, kgo.ConsumeTopics("out"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
				if got := consume(t, ctx, read, 20); !slices.Equal(got, numbered("v", 20)) {
					t.Fatalf("got %v", got)
				}
				fetch := kmsg.NewPtrOffsetFetchRequest()
				fetch.Version, fetch.Group = 7, "g"
				topic := kmsg.NewOffsetFetchRequestTopic()
				topic.Topic, topic.Partitions = "in", []int32{0}
				fetch.Topics, fetch.RequireStable = []kmsg.OffsetFetchRequestTopic{topic}, true
				if p := b.Ask(t, fetch).(*kmsg.OffsetFetchResponse).Topics[0].Partitions[0]; p.Offset != 20 || p.ErrorCode != 0 {
					t.Fatalf("committed %d, code %d", p.Offset, p.ErrorCode)
				}
			})
		})
	}
}

// T11, trap T94: a transaction that its producer abandons is aborted by its timeout and holds nobody back.
func TestTrap094AnAbandonedTransactionIsAborted(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("orders", 1, 1))
		cl := b.Client(t, kgo.TransactionalID("x"), kgo.TransactionTimeout(30*time.Second))
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, ctx, cl, "orders", "abandoned")
		produce(t, ctx, b.Client(t), "orders", "behind")
		start := time.Now()
		read := b.Client(t, kgo.ConsumeTopics("orders"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
		if got := consume(t, ctx, read, 1); !slices.Equal(got, []string{"behind"}) {
			t.Fatalf("got %v", got)
		}
		if took := time.Since(start); took < 20*time.Second || took > 45*time.Second {
			t.Fatalf("the reader waited %v for a timeout of 30 s", took)
		}
		if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "orders", Value: []byte("late")}).FirstErr(); err == nil {
			t.Fatal("the fenced producer could write")
		}
	})
}

// Trap T97: a transaction into a topic that is deleted ends.
func TestTrap097MarkersToADeletedTopicEnd(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("gone", 1, 1))
		create(t, b, createRequest("stays", 1, 1))
		cl := b.Client(t, kgo.TransactionalID("x"))
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, ctx, cl, "gone", "a")
		produce(t, ctx, cl, "stays", "b")
		del := kmsg.NewPtrDeleteTopicsRequest()
		del.Version, del.TimeoutMillis, del.TopicNames = 5, 10_000, []string{"gone"}
		if r := b.Ask(t, del).(*kmsg.DeleteTopicsResponse); r.Topics[0].ErrorCode != 0 {
			t.Fatal(kerr.ErrorForCode(r.Topics[0].ErrorCode))
		}
		if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
			t.Fatal(err)
		}
		inTxn(t, ctx, cl, kgo.TryCommit, "stays", "c")
		read := b.Client(t, kgo.ConsumeTopics("stays"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
		if got := consume(t, ctx, read, 2); !slices.Equal(got, []string{"b", "c"}) {
			t.Fatalf("got %v", got)
		}
	})
}

// Trap T90 and the codes of wrong requests stand in compat-tests (22-*, 24-*, 26-*), trap T91 here: a producer taken up
// from a checkpoint ends its transaction without InitProducerId, twice.
func TestTrap091AResumedProducerEndsItsTransactionTwice(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("orders", 1, 1))
		cl := b.Client(t, kgo.MaxVersions(kversion.V3_6_0()), kgo.TransactionalID("x"))
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, ctx, cl, "orders", "v")
		id, epoch, err := cl.ProducerID(ctx)
		if err != nil {
			t.Fatal(err)
		}
		end := kmsg.NewPtrEndTxnRequest()
		end.Version, end.TransactionalID, end.ProducerID, end.ProducerEpoch, end.Commit = 3, "x", id, epoch, true
		for try := range 2 {
			if r := b.Ask(t, end).(*kmsg.EndTxnResponse); r.ErrorCode != 0 && r.ErrorCode != kerr.ConcurrentTransactions.Code {
				t.Fatalf("try %d: %v", try, kerr.ErrorForCode(r.ErrorCode))
			}
		}
		read := b.Client(t, kgo.ConsumeTopics("orders"), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
		if got := consume(t, ctx, read, 1); !slices.Equal(got, []string{"v"}) {
			t.Fatalf("got %v", got)
		}
	})
}

// A transaction of one record: begin, produce, commit, until the next may begin.
func BenchmarkTransaction(b *testing.B) {
	node := kbrokertest.Start(b)
	admin := node.Client(b, kgo.AllowAutoTopicCreation())
	ctx := b.Context()
	if err := admin.ProduceSync(ctx, &kgo.Record{Topic: "t", Value: []byte("v")}).FirstErr(); err != nil {
		b.Fatal(err)
	}
	for name, versions := range transactions {
		cl := node.Client(b, versions, kgo.TransactionalID(name), kgo.ProducerLinger(0))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := cl.BeginTransaction(); err != nil {
					b.Fatal(err)
				}
				if err := cl.ProduceSync(ctx, &kgo.Record{Topic: "t", Value: []byte("v")}).FirstErr(); err != nil {
					b.Fatal(err)
				}
				if err := cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
