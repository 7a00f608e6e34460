package target_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kbroker/kbroker/compat-tests/target"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	copiers       = 3
	inPartitions  = 9
	outPartitions = 3
	kills         = 4
)

// TestCopyingInTransactionsIsExactlyOnce is Kafka's group_mode_transactions_test: a group of copiers moves records from nine
// partitions to three in transactions, copiers are given up in the middle of one, the broker is killed hard again and again,
// and every record comes out once, for a reader who was there all the time and for one who comes afterwards.
//
// COPY_RECORDS=100000 is the size of the original.
func TestCopyingInTransactionsIsExactlyOnce(t *testing.T) {
	records := 3000
	if n, err := strconv.Atoi(os.Getenv("COPY_RECORDS")); err == nil {
		records = n
	}
	b, err := target.Open(target.Kbroker, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	fill(ctx, t, b.Bootstrap, records)

	var copied atomic.Int64 // seen by the concurrent reader
	reading := make(chan map[string]int, 1)
	go func() { reading <- readCommitted(ctx, t, b.Bootstrap, records, &copied) }()
	stop, done := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for i := range copiers {
		wg.Go(func() {
			for life := 0; stop.Err() == nil; life++ {
				copyFor(stop, b.Bootstrap, i, 5+(7*i+3*life)%20)
			}
		})
	}
	for k := int64(1); k <= kills; k++ { // at even parts of the way, wherever the copiers are then
		for copied.Load() < k*int64(records)/(kills+1) && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		if err := b.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	concurrent := <-reading
	done()
	wg.Wait()
	exactlyOnce(t, "the concurrent reader", concurrent, records)
	exactlyOnce(t, "a later reader", readCommitted(ctx, t, b.Bootstrap, records, new(atomic.Int64)), records)
}

func fill(ctx context.Context, t *testing.T, addr string, records int) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for topic, n := range map[string]int32{"in": inPartitions, "out": outPartitions} {
		if _, err := kadm.NewClient(cl).CreateTopic(ctx, n, 1, nil, topic); err != nil {
			t.Fatal(err)
		}
	}
	for i := range records {
		cl.Produce(ctx, &kgo.Record{Topic: "in", Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)}, func(_ *kgo.Record, err error) {
			if err != nil {
				t.Error(err)
			}
		})
	}
	if err := cl.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

// copyFor is one life of a copier: it ends in the middle of a transaction, after that many, or at the first error.
func copyFor(ctx context.Context, addr string, id, transactions int) {
	s, err := kgo.NewGroupTransactSession(kgo.SeedBrokers(addr), kgo.TransactionalID(fmt.Sprintf("copier-%d", id)),
		kgo.ConsumerGroup("copiers"), kgo.ConsumeTopics("in"), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.SessionTimeout(6*time.Second), kgo.TransactionTimeout(20*time.Second),
		kgo.FetchMaxPartitionBytes(4<<10), kgo.DefaultProduceTopic("out"))
	if err != nil {
		return
	}
	defer s.Close()
	for i := 0; ; i++ {
		poll, cancel := context.WithTimeout(ctx, 3*time.Second)
		fs := s.PollRecords(poll, 750)
		cancel()
		if ctx.Err() != nil || fs.IsClientClosed() {
			return
		}
		if fs.NumRecords() == 0 {
			continue
		}
		if s.Begin() != nil {
			return
		}
		fs.EachRecord(func(r *kgo.Record) {
			s.Produce(ctx, &kgo.Record{Key: r.Key, Value: r.Value}, nil)
		})
		if i == transactions {
			return // given up: whoever takes the name over aborts it
		}
		if _, err := s.End(ctx, kgo.TryCommit); err != nil {
			return
		}
	}
}

// readCommitted counts what is committed until as many records have been read as there should be, and a little longer for
// those that there should not.
func readCommitted(ctx context.Context, t *testing.T, addr string, records int, seen *atomic.Int64) map[string]int {
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("out"), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Error(err)
		return nil
	}
	defer cl.Close()
	count := map[string]int{}
	for ctx.Err() == nil {
		poll, cancel := context.WithTimeout(ctx, 2*time.Second)
		fs := cl.PollFetches(poll)
		cancel()
		fs.EachRecord(func(r *kgo.Record) { count[string(r.Value)]++; seen.Add(1) })
		if fs.NumRecords() == 0 && seen.Load() >= int64(records) {
			break
		}
	}
	return count
}

func exactlyOnce(t *testing.T, who string, count map[string]int, records int) {
	t.Helper()
	lost, twice := 0, 0
	for i := range records {
		switch n := count[strconv.Itoa(i)]; {
		case n == 0:
			lost++
		case n > 1:
			twice++
		}
	}
	if lost+twice > 0 || len(count) != records {
		t.Errorf("%s: %d records lost, %d more than once, of %d", who, lost, twice, records)
	}
}
