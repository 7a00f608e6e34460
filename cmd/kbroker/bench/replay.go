package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// maxLatency bounds what a histogram holds; more counts as this.
const maxLatency = 60 * time.Second

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, maxLatency.Microseconds(), 3)
}

// A Replay sends frames encoded beforehand over connections that each keep a number of requests in flight.
type Replay struct {
	Addr     string
	AddrOf   func(conn int) string // when not nil, goes over Addr: where each connection goes
	Load     func(conn int) Load   // what each connection sends
	Conns    int
	InFlight int
	Requests int                // in all
	Duration time.Duration      // 0 for no bound; no request is sent after it
	Distinct int                // frames per connection that are sent in turn
	Progress func(requests int) // called from every connection's goroutine
}

// Sent is what a Replay did.
type Sent struct {
	Requests int
	Bytes    int64 // of batches
	Elapsed  time.Duration
	Latency  *hdrhistogram.Histogram // µs from send to answer
}

// Run sends everything and waits for every answer. An answer with an error ends it.
func (r Replay) Run(ctx context.Context) (Sent, error) {
	workers := make([]*replayer, r.Conns)
	for i := range workers {
		w, err := r.worker(i)
		if err != nil {
			return Sent{}, err
		}
		defer w.c.close()
		workers[i] = w
	}
	stop := context.AfterFunc(ctx, func() {
		for _, w := range workers {
			w.c.close()
		}
	})
	defer stop()
	var wg sync.WaitGroup
	start := time.Now()
	for _, w := range workers {
		if r.Duration > 0 {
			w.until = start.Add(r.Duration)
		}
		wg.Go(func() { w.err = w.run() })
	}
	wg.Wait()
	s := Sent{Elapsed: time.Since(start), Latency: newHistogram()}
	for _, w := range workers {
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		if w.err != nil {
			return s, w.err
		}
		s.Requests += w.done
		s.Bytes += int64(w.done) * int64(w.batchBytes)
		s.Latency.Merge(w.latency)
	}
	return s, nil
}

func (r Replay) worker(i int) (*replayer, error) {
	addr := r.Addr
	if r.AddrOf != nil {
		addr = r.AddrOf(i)
	}
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	load := r.Load(i)
	w := &replayer{c: c, inFlight: r.InFlight, total: r.Requests / r.Conns, acks: load.Acks, errorAt: load.errorAt(), latency: newHistogram(), progress: r.Progress}
	if i < r.Requests%r.Conns {
		w.total++
	}
	w.frames, w.batchBytes = load.frames(max(1, r.Distinct), uint64(i))
	w.sentAt = make([]time.Time, r.InFlight)
	return w, nil
}

// A replayer is one connection of a Replay. It sends as many frames as answers came in, in one write.
type replayer struct {
	c          *client
	frames     [][]byte
	batchBytes int
	inFlight   int
	total      int
	acks       int16
	errorAt    int
	sent, done int
	until      time.Time
	sentAt     []time.Time // by request number modulo inFlight
	latency    *hdrhistogram.Histogram
	progress   func(int)
	out        []byte
	err        error
}

func (w *replayer) run() error {
	for w.done < w.total {
		if err := w.sendSome(); err != nil {
			return err
		}
		if w.done == w.total {
			return nil
		}
		if err := w.receiveSome(); err != nil {
			return err
		}
	}
	return nil
}

func (w *replayer) sendSome() error {
	now := time.Now()
	if !w.until.IsZero() && now.After(w.until) {
		w.total = w.sent
	}
	n := min(w.inFlight-(w.sent-w.done), w.total-w.sent)
	if n <= 0 {
		return nil
	}
	w.out = w.out[:0]
	for range n {
		f := w.frames[w.sent%len(w.frames)]
		stamp(f, int32(w.sent))
		w.sentAt[w.sent%w.inFlight] = now
		w.sent++
		if n == 1 {
			return w.c.send(f)
		}
		w.out = append(w.out, f...)
	}
	return w.c.send(w.out)
}

// receiveSome takes the next answer and all that have come with it.
func (w *replayer) receiveSome() error {
	f, err := w.c.frame()
	if err != nil {
		return err
	}
	before := w.done
	now := time.Now()
	for f != nil {
		if err := w.answer(f, now); err != nil {
			return err
		}
		if f, err = w.c.buffered(); err != nil {
			return err
		}
	}
	if w.progress != nil {
		w.progress(w.done - before)
	}
	return nil
}

func (w *replayer) answer(f []byte, now time.Time) error {
	if got := int32(binary.BigEndian.Uint32(f)); got != int32(w.done) {
		return fmt.Errorf("answer to request %d, want %d", got, w.done)
	}
	if w.done == 0 {
		if err := checkProduce(f, 0); err != nil {
			return err
		}
	}
	if len(f) < w.errorAt+2 || f[w.errorAt] != 0 || f[w.errorAt+1] != 0 {
		return checkProduce(f, int32(w.done))
	}
	us := now.Sub(w.sentAt[w.done%w.inFlight]).Microseconds()
	_ = w.latency.RecordValue(min(max(us, 1), maxLatency.Microseconds()))
	w.done++
	return nil
}
