package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"
)

const (
	flatOutLimit    = time.Minute // a client library tries again without end; this ends it
	flatOutBuffered = 50_000      // records that the client holds at most
	flatOutValues   = 64          // distinct values, sent in turn
)

// A FlatOut is franz-go producing to one partition as fast as it can: its batches, its pace, five requests in flight.
// Every system gets the same version of Produce, without producer id, so that the bytes are the same.
type FlatOut struct {
	client *kgo.Client
	values [][]byte
	failed atomic.Pointer[error]
}

// NewFlatOut connects, and produces one record of size bytes, which finds the leader. Close it.
func NewFlatOut(ctx context.Context, addr, topic string, size int) (*FlatOut, error) {
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(0, produceVersion)
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.DefaultProduceTopic(topic), kgo.MaxVersions(versions), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(5),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(flatOutBuffered))
	if err != nil {
		return nil, err
	}
	f := &FlatOut{client: client, values: make([][]byte, flatOutValues)}
	for i := range f.values {
		f.values[i] = make([]byte, size)
		_, _ = rand.Read(f.values[i]) // never fails
	}
	if _, err := f.Run(ctx, 1); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Run produces n records and waits for every acknowledgement. It returns how long that took.
func (f *FlatOut) Run(ctx context.Context, n int) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, flatOutLimit)
	defer cancel()
	var acknowledged atomic.Int64
	done := func(_ *kgo.Record, err error) {
		if err != nil {
			f.failed.CompareAndSwap(nil, &err)
			return
		}
		acknowledged.Add(1)
	}
	start := time.Now()
	var some []kgo.Record // made many at a time: the client is to be slowed down by its library alone
	for i := range n {
		if len(some) == 0 {
			some = make([]kgo.Record, min(512, n-i))
		}
		some[0].Value = f.values[i%len(f.values)]
		f.client.Produce(ctx, &some[0], done)
		some = some[1:]
	}
	err := f.client.Flush(ctx)
	took := time.Since(start)
	if first := f.failed.Load(); first != nil {
		err = errors.Join(*first, err)
	}
	if got := acknowledged.Load(); err == nil && got != int64(n) {
		err = fmt.Errorf("%d of %d records were acknowledged", got, n)
	}
	return took, err
}

// Close closes the client.
func (f *FlatOut) Close() { f.client.Close() }
