package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/kbroker/kbroker/protocol/guard"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// What one hostile case may cost: memory beside its own bytes, and CPU.
const (
	hostileMB  = 48
	hostileCPU = 250 * time.Millisecond
)

// An Abuse is one case of hostile input against a server of its own.
type Abuse struct {
	Case   string        `json:"case"`
	Parts  int           `json:"parts"`  // of each request
	Sent   int64         `json:"sent"`   // bytes
	Got    int64         `json:"got"`    // bytes answered; 0 when the connection was closed
	Growth float64       `json:"growth"` // bytes of resident memory at the peak, more than before
	CPU    time.Duration `json:"cpu"`
	Worst  time.Duration `json:"worst"` // answer to another client meanwhile
}

// OverBound tells whether the case cost more than 48 MiB beside what was sent, or 0.25 CPU seconds.
func (a Abuse) OverBound() bool {
	return a.Growth > float64(a.Sent)+hostileMB<<20 || a.CPU > hostileCPU
}

// HostileConfig says what is measured. Cases are names, none for all.
type HostileConfig struct {
	Spec        Spec
	Dir         string
	ServerCores []int
	Cases       []string
	Most        bool // the most parts that fit a frame and the guard, instead of 100 000
	Report      func(Abuse)
}

// someParts is how many parts a request has when it is not the most.
const someParts = 100_000

// Hostile runs the cases, each against a server that was just started.
func Hostile(ctx context.Context, cfg HostileConfig) error {
	for i, c := range abuses() {
		if !cfg.wants(c.name) {
			continue
		}
		dir := filepath.Join(cfg.Dir, fmt.Sprintf("hostile-%d-%d", os.Getpid(), i))
		got, err := cfg.measure(ctx, c, dir)
		if rerr := os.RemoveAll(dir); err == nil {
			err = rerr
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		cfg.Report(got)
	}
	return nil
}

func (cfg *HostileConfig) wants(name string) bool {
	for _, c := range cfg.Cases {
		if c == name {
			return true
		}
	}
	return len(cfg.Cases) == 0
}

// HostileCases returns the names of all cases.
func HostileCases() []string {
	var out []string
	for _, c := range abuses() {
		out = append(out, c.name)
	}
	return out
}

func (cfg *HostileConfig) measure(ctx context.Context, c abuse, dir string) (Abuse, error) {
	s, err := Start(ctx, cfg.Spec, dir, cfg.ServerCores)
	if err != nil {
		return Abuse{}, err
	}
	defer s.Kill()
	if err := s.Ready(ctx); err != nil {
		return Abuse{}, err
	}
	got := Abuse{Case: c.name}
	if c.topic != "" {
		cl, err := dial(s.Addr)
		if err == nil {
			err = cl.createTopic(c.topic, 1, nil)
			cl.close()
		}
		if err != nil {
			return got, err
		}
	}
	var frame []byte
	switch {
	case c.frame != nil:
		frame = c.frame()
	case c.request != nil:
		got.Parts = someParts
		if cfg.Most {
			got.Parts = mostParts(c.request)
		}
		frame = encode(c.request(got.Parts))
	}
	runtime.GC() // the building of the frame shall not disturb the bystander
	return got, cfg.against(s, c, frame, &got)
}

func (cfg *HostileConfig) against(s *Server, c abuse, frame []byte, got *Abuse) error {
	other := &bystander{addr: s.Addr, stop: make(chan struct{}), done: make(chan error, 1), latency: newHistogram()}
	go other.run()
	time.Sleep(500 * time.Millisecond)
	before, err := s.RSS()
	if err != nil {
		return err
	}
	got.CPU, err = cpu(s, func() error {
		err := c.run(s.Addr, frame, got)
		time.Sleep(200 * time.Millisecond)
		return err
	})
	if err != nil {
		return err
	}
	close(other.stop)
	if err := <-other.done; err != nil {
		return err
	}
	peak, err := s.PeakRSS()
	got.Growth = max(0, peak-before)
	got.Worst = worst(other.latency)
	return err
}

func worst(h *hdrhistogram.Histogram) time.Duration {
	return time.Duration(h.Max()) * time.Microsecond
}

// mostParts is how many parts a request may have, within an eighth, before its frame is too large or the guard refuses it.
func mostParts(request func(n int) kmsg.Request) int {
	low, high := 1000, 0
	for high == 0 || high-low > low/8 {
		n := low * 2
		if high != 0 {
			n = (low + high) / 2
		}
		if passes(request(n)) {
			low = n
		} else {
			high = n
		}
	}
	return low
}

func passes(req kmsg.Request) bool {
	body := req.AppendTo(nil)
	return len(body) < 100<<20-1024 && guard.Check(req.Key(), req.GetVersion(), body, guard.For(req.Key(), len(body))) == nil
}

// sendAll sends the frame on so many connections at once, and waits for what becomes of each.
func sendAll(addr string, conns int, frame []byte, got *Abuse) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	for range conns {
		c, err := dial(addr)
		if err != nil {
			return err
		}
		defer c.close()
		wg.Go(func() {
			n, err := exchange(c, frame)
			mu.Lock()
			defer mu.Unlock()
			got.Sent += int64(len(frame))
			got.Got += n
			if first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	return first
}

// exchange sends a frame and throws the answer away. A closed connection is an answer of no bytes.
func exchange(c *client, frame []byte) (int64, error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return 0, err
	}
	_ = c.send(frame)
	var size [4]byte
	if _, err := io.ReadFull(c.conn, size[:]); err != nil {
		return 0, unlessClosed(err)
	}
	return io.CopyBuffer(io.Discard, io.LimitReader(c.conn, int64(binary.BigEndian.Uint32(size[:]))), c.buf)
}

func unlessClosed(err error) error {
	if os.IsTimeout(err) {
		return err
	}
	return nil
}
