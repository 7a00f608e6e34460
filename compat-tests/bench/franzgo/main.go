// Command franzgo is the load program of franz-go. Its arguments are key=value; see run. It ends with one line,
// records=N bytes=N seconds=S ended=UNIXNANOS, and writes latencies in µs, a line each, into the file that latencies names.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "franzgo:", err)
		os.Exit(1)
	}
}

// settings are the key=value arguments.
type settings map[string]string

func (s settings) number(key string) int {
	n, err := strconv.Atoi(s[key])
	if err != nil {
		panic(fmt.Sprintf("%s=%q is not a number", key, s[key]))
	}
	return n
}

// result is what a run did.
type result struct {
	records, bytes int
	elapsed        time.Duration
	ended          time.Time // of the load; closing the clients comes after it
	latencies      []time.Duration
}

// stop ends the time that counts.
func (r *result) stop(start time.Time) {
	r.ended = time.Now()
	r.elapsed = r.ended.Sub(start)
}

func run(args []string) error {
	s := settings{}
	for _, a := range args {
		k, v, ok := strings.Cut(a, "=")
		if !ok {
			return fmt.Errorf("%q is not key=value", a)
		}
		s[k] = v
	}
	do := map[string]func(context.Context, settings) (result, error){
		"produce": produce, "consume": consume, "latency": latency, "durable": durable}[s["do"]]
	if do == nil {
		return fmt.Errorf("do=%q: produce, consume, latency or durable", s["do"])
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.number("limit"))*time.Second)
	defer cancel()
	got, err := do(ctx, s)
	if err != nil {
		return err
	}
	fmt.Printf("records=%d bytes=%d seconds=%.6f ended=%d\n", got.records, got.bytes, got.elapsed.Seconds(), got.ended.UnixNano())
	return got.writeLatencies(s["latencies"])
}

func (r result) writeLatencies(file string) error {
	if len(r.latencies) == 0 {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, l := range r.latencies {
		fmt.Fprintln(w, l.Microseconds())
	}
	return errors.Join(w.Flush(), f.Close())
}

func client(s settings, more ...kgo.Opt) (*kgo.Client, error) {
	opts := []kgo.Opt{kgo.SeedBrokers(s["bootstrap"]), kgo.DefaultProduceTopic(s["topic"])}
	if b := s["batch"]; b != "" {
		opts = append(opts, kgo.ProducerBatchMaxBytes(int32(s.number("batch"))), kgo.ProducerLinger(time.Duration(s.number("linger"))*time.Millisecond))
	}
	codec := kgo.NoCompression()
	if s["codec"] == "lz4" {
		codec = kgo.Lz4Compression()
	}
	opts = append(opts, kgo.ProducerBatchCompression(codec), kgo.MaxBufferedRecords(50_000))
	if s["acks"] == "1" { // an idempotent producer needs all
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite(), kgo.MaxProduceRequestsInflightPerBroker(5))
	}
	return kgo.NewClient(append(opts, more...)...)
}

// produce sends records as fast as the client can and waits for every acknowledgement.
func produce(ctx context.Context, s settings) (result, error) {
	text, err := os.ReadFile(s["payloads"])
	if err != nil {
		return result{}, err
	}
	values := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	cl, err := client(s)
	if err != nil {
		return result{}, err
	}
	defer cl.Close()
	// the first record finds the leader and takes a producer id, before the clock starts
	first := []byte(values[0])
	if err := cl.ProduceSync(ctx, &kgo.Record{Value: first}).FirstErr(); err != nil {
		return result{}, err
	}
	var failed atomic.Pointer[error]
	done := func(_ *kgo.Record, err error) {
		if err != nil {
			failed.CompareAndSwap(nil, &err)
		}
	}
	got := result{records: s.number("records"), bytes: len(first)}
	start := time.Now()
	for i := 1; i < got.records; i++ {
		v := []byte(values[i%len(values)])
		got.bytes += len(v)
		cl.Produce(ctx, &kgo.Record{Value: v}, done)
	}
	if err := cl.Flush(ctx); err != nil {
		return got, err
	}
	got.stop(start)
	if err := failed.Load(); err != nil {
		return got, *err
	}
	return got, nil
}

// offsets starts every partition at its beginning, without a group.
func offsets(s settings) kgo.Opt {
	parts := map[int32]kgo.Offset{}
	for p := range s.number("partitions") {
		parts[int32(p)] = kgo.NewOffset().At(0)
	}
	return kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s["topic"]: parts})
}

// consume reads a topic from the start until it has as many records as were asked for.
func consume(ctx context.Context, s settings) (result, error) {
	want := s.number("records")
	start := time.Now()
	cl, err := client(s, offsets(s))
	if err != nil {
		return result{}, err
	}
	defer cl.Close()
	var got result
	for got.records < want {
		f := cl.PollFetches(ctx)
		if err := f.Err0(); err != nil {
			return got, fmt.Errorf("after %d of %d records: %w", got.records, want, err)
		}
		var bad error
		f.EachError(func(_ string, p int32, err error) { bad = fmt.Errorf("partition %d: %w", p, err) })
		if bad != nil {
			return got, bad
		}
		f.EachRecord(func(r *kgo.Record) { got.records++; got.bytes += len(r.Value) })
	}
	got.stop(start)
	return got, nil
}

// latency sends a record when it is due and takes the time from then to when the consumer has it; a stall counts for all
// that waited. Records of the first half second warm the connections up and do not count.
func latency(ctx context.Context, s settings) (result, error) {
	rate, size := s.number("rate"), s.number("size")
	all := rate*s.number("seconds") + rate/2
	cl, err := client(s, offsets(s), kgo.FetchMaxWait(500*time.Millisecond), kgo.FetchMinBytes(1))
	if err != nil {
		return result{}, err
	}
	defer cl.Close()
	// one record through both ways before the clock starts
	if err := cl.ProduceSync(ctx, &kgo.Record{Value: make([]byte, size)}).FirstErr(); err != nil {
		return result{}, err
	}
	for first := 0; first == 0; {
		f := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			return result{}, fmt.Errorf("the first record: %w", ctx.Err())
		}
		first = f.NumRecords()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	base := time.Now()
	go func() {
		due := base.Add(200 * time.Millisecond)
		for range all {
			time.Sleep(time.Until(due))
			v := make([]byte, size)
			binary.BigEndian.PutUint64(v, uint64(due.Sub(base)))
			cl.Produce(ctx, &kgo.Record{Value: v}, func(_ *kgo.Record, err error) {
				if err != nil {
					cancel(err)
				}
			})
			due = due.Add(time.Second / time.Duration(rate))
		}
	}()
	got := result{}
	for seen := 0; seen < all; {
		f := cl.PollFetches(ctx)
		now := time.Since(base)
		if ctx.Err() != nil {
			return got, fmt.Errorf("after %d of %d records: %w", seen, all, context.Cause(ctx))
		}
		if errs := f.Errors(); len(errs) > 0 {
			return got, errs[0].Err
		}
		f.EachRecord(func(r *kgo.Record) {
			if seen++; seen > rate/2 {
				got.latencies = append(got.latencies, now-time.Duration(binary.BigEndian.Uint64(r.Value)))
			}
		})
	}
	got.stop(base)
	got.records, got.bytes = all+1, (all+1)*size
	return got, nil
}

// durable lets producers, each a client of its own, send one record after another, for a time.
func durable(ctx context.Context, s settings) (result, error) {
	length := time.Duration(s.number("seconds")) * time.Second
	size, parts := s.number("size"), s.number("partitions")
	var mu sync.Mutex
	var wg sync.WaitGroup
	var got result
	var errs []error
	var clients []*kgo.Client
	for range s.number("producers") {
		cl, err := client(s, kgo.RecordPartitioner(kgo.ManualPartitioner()))
		if err != nil {
			return got, err
		}
		defer cl.Close()
		clients = append(clients, cl)
		// the first record finds the leader and takes a producer id; it is counted, not timed
		if err := cl.ProduceSync(ctx, &kgo.Record{Value: make([]byte, size)}).FirstErr(); err != nil {
			return got, err
		}
	}
	start := time.Now()
	for i, cl := range clients {
		wg.Go(func() {
			var mine []time.Duration
			var err error
			for err == nil && time.Since(start) < length {
				sent := time.Now()
				err = cl.ProduceSync(ctx, &kgo.Record{Value: make([]byte, size), Partition: int32(i % parts)}).FirstErr()
				mine = append(mine, time.Since(sent))
			}
			mu.Lock()
			defer mu.Unlock()
			got.latencies, errs = append(got.latencies, mine...), append(errs, err)
		})
	}
	wg.Wait()
	got.stop(start)
	got.records = len(got.latencies) + len(clients)
	got.bytes = got.records * size
	return got, errors.Join(errs...)
}
