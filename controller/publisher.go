package controller

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
)

// published is a step on its way to the publishers.
type published struct {
	step metadata.Step
	size int   // bytes of the log behind it
	ts   int64 // ms, about when it was written
}

// publisher is the metadata loader's goroutine: it tells the publishers of each step, and has snapshots written.
type publisher struct {
	c     *Controller
	steps chan published
	img   atomic.Pointer[metadata.Image]

	// Owned by run.
	bytes    int64 // of the log since the last snapshot began
	snapped  time.Time
	changes  bool
	snapping chan struct{} // closed when the snapshot being written is done; nil when none is
	snaps    sync.WaitGroup

	mu struct {
		sync.Mutex
		waiters []waiter
	}
}

type waiter struct {
	offset int64
	done   chan struct{}
}

func newPublisher(c *Controller) *publisher {
	p := &publisher{c: c, steps: make(chan published, maxSteps), snapped: time.Now()}
	p.img.Store(metadata.Empty)
	return p
}

func (p *publisher) image() *metadata.Image { return p.img.Load() }

func (p *publisher) run() {
	defer p.snaps.Wait()
	for {
		select {
		case <-p.c.stop:
			return
		case s := <-p.steps:
			p.publish(s)
		}
	}
}

func (p *publisher) publish(s published) {
	for _, pub := range p.c.cfg.Publishers {
		pub.OnMetadata(s.step.Delta, s.step.Image)
	}
	p.mu.Lock()
	p.img.Store(s.step.Image)
	kept := p.mu.waiters[:0]
	for _, w := range p.mu.waiters {
		if w.offset <= s.step.Image.Offset() {
			close(w.done)
		} else {
			kept = append(kept, w)
		}
	}
	clear(p.mu.waiters[len(kept):])
	p.mu.waiters = kept
	p.mu.Unlock()
	p.maybeSnapshot(s)
}

// wait waits until the publishers have been told of the record at offset.
func (p *publisher) wait(ctx context.Context, offset int64) error {
	p.mu.Lock()
	if p.img.Load().Offset() >= offset {
		p.mu.Unlock()
		return nil
	}
	w := waiter{offset, make(chan struct{})}
	p.mu.waiters = append(p.mu.waiters, w)
	p.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		p.forget(w)
		return kerr.RequestTimedOut
	case <-p.c.stop:
		return kerr.NotController
	}
}

func (p *publisher) forget(w waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.mu.waiters {
		if p.mu.waiters[i].done == w.done {
			p.mu.waiters = append(p.mu.waiters[:i], p.mu.waiters[i+1:]...)
			return
		}
	}
}

// maybeSnapshot has a snapshot written, beside the publishers, when enough has been written or enough time has passed.
func (p *publisher) maybeSnapshot(s published) {
	p.bytes += int64(s.size)
	p.changes = p.changes || s.step.Delta.Records() > 0
	due := p.bytes >= p.c.cfg.SnapshotBytes || p.changes && time.Since(p.snapped) >= p.c.cfg.SnapshotInterval
	if !due || p.busy() {
		return
	}
	p.bytes, p.changes, p.snapped = 0, false, time.Now()
	done := make(chan struct{})
	p.snapping = done
	p.snaps.Go(func() {
		defer close(done)
		if err := p.c.snapshot(s.step.Image, s.ts); err != nil {
			p.c.cfg.Logger.Warn("a metadata snapshot was not written; the next one will be", "offset", s.step.Image.Offset()+1, "error", err)
		}
	})
}

func (p *publisher) busy() bool {
	if p.snapping == nil {
		return false
	}
	select {
	case <-p.snapping:
		p.snapping = nil
		return false
	default:
		return true
	}
}

// snapshot writes an image as the state below the offset behind it.
func (c *Controller) snapshot(img *metadata.Image, ts int64) error {
	level := img.MetadataVersion()
	values := func(yield func([]byte) bool) {
		var buf []byte
		for rec := range img.Records() {
			buf = metarec.Marshal(buf[:0], rec, metarec.VersionAt(rec, level))
			if !yield(buf) {
				return
			}
		}
	}
	return c.driver.Snapshot(img.Offset()+1, quorum.SnapshotContent{LastTimestamp: ts, Values: values})
}
