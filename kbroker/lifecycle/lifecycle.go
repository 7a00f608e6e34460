// Package lifecycle is the broker's life as the controller sees it: it registers, sends heartbeats, waits to be unfenced
// (M21: only once this broker has applied the metadata up to its own registration), and asks for a controlled shutdown
// before it goes.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Config is what a Life is made of.
type Config struct {
	// Registration is what the broker says of itself. Life fills in nothing.
	Registration kmsg.BrokerRegistrationRequest
	// Forward sends a request to the active controller; the answer is in this broker's image when it returns.
	Forward func(ctx context.Context, req kmsg.Request) (kmsg.Response, error)
	// Applied returns the last metadata offset that this broker has applied.
	Applied func() int64
	Dirs    func() (offline [][16]byte) // log directories that failed
	Image   func() *metadata.Image
	Beat    func() // called before every heartbeat, on its goroutine; nil: nothing

	Heartbeat    time.Duration // broker.heartbeat.interval.ms
	Registered   time.Duration // initial.broker.registration.timeout.ms
	RetryBackoff time.Duration // between attempts while the controller does not answer; 0: 50 ms
	Logger       *slog.Logger
}

// A Life runs from Start to Stop.
type Life struct {
	cfg   Config
	epoch atomic.Int64 // broker epoch, -1 before the registration

	shutdown chan struct{} // closed when a controlled shutdown is asked for
	released chan struct{} // closed when the controller lets the broker go
	stop     context.CancelFunc
	done     sync.WaitGroup
	once     sync.Once
}

// New returns a life that has not begun.
func New(cfg Config) *Life {
	if cfg.RetryBackoff == 0 {
		cfg.RetryBackoff = 50 * time.Millisecond
	}
	l := &Life{cfg: cfg, shutdown: make(chan struct{}), released: make(chan struct{}), stop: func() {}}
	l.epoch.Store(-1)
	return l
}

// Epoch returns the broker epoch, -1 before the registration.
func (l *Life) Epoch() int64 { return l.epoch.Load() }

// Start registers the broker and waits until it is unfenced. Heartbeats go on until Stop. An error means that the broker
// must not serve; there is nothing to Stop then.
func (l *Life) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Registered)
	defer cancel()
	if err := l.register(ctx); err != nil {
		return err
	}
	if err := l.unfence(ctx); err != nil {
		return err
	}
	beat, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.done.Add(1)
	go l.beats(beat)
	return nil
}

func (l *Life) register(ctx context.Context) error {
	for {
		req := l.cfg.Registration
		kresp, err := l.cfg.Forward(ctx, &req)
		if err == nil {
			resp := kresp.(*kmsg.BrokerRegistrationResponse)
			switch kerr.ErrorForCode(resp.ErrorCode) {
			case nil:
				l.epoch.Store(resp.BrokerEpoch)
				return nil
			case kerr.InconsistentClusterID, kerr.InvalidRegistration, kerr.UnsupportedVersion:
				return fmt.Errorf("the controller refuses to register broker %d: %w", req.BrokerID, kerr.ErrorForCode(resp.ErrorCode))
			}
			err = kerr.ErrorForCode(resp.ErrorCode) // DUPLICATE_BROKER_REGISTRATION ends with the old session
		}
		if !l.pause(ctx) {
			return fmt.Errorf("broker %d could not register within %v: %w", req.BrokerID, l.cfg.Registered, err)
		}
	}
}

// unfence sends heartbeats until the controller says, and the image shows, that the broker is not fenced.
func (l *Life) unfence(ctx context.Context) error {
	for {
		resp, err := l.beat(ctx, false)
		if err == nil && !resp.IsFenced {
			if b := l.cfg.Image().Broker(l.cfg.Registration.BrokerID); b != nil && !b.Fenced {
				return nil
			}
		}
		if !l.pause(ctx) {
			return errors.Join(fmt.Errorf("broker %d was not unfenced within %v", l.cfg.Registration.BrokerID, l.cfg.Registered), err)
		}
	}
}

func (l *Life) pause(ctx context.Context) bool {
	t := time.NewTimer(l.cfg.RetryBackoff)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (l *Life) beat(ctx context.Context, leaving bool) (*kmsg.BrokerHeartbeatResponse, error) {
	req := kmsg.NewPtrBrokerHeartbeatRequest()
	req.Version = 2
	req.BrokerID, req.BrokerEpoch = l.cfg.Registration.BrokerID, l.epoch.Load()
	req.CurrentMetadataOffset, req.WantShutdown = l.cfg.Applied(), leaving
	if l.cfg.Dirs != nil {
		req.OfflineLogDirs = l.cfg.Dirs()
	}
	kresp, err := l.cfg.Forward(ctx, req)
	if err != nil {
		return nil, err
	}
	resp := kresp.(*kmsg.BrokerHeartbeatResponse)
	return resp, kerr.ErrorForCode(resp.ErrorCode)
}

func (l *Life) beats(ctx context.Context) {
	defer l.done.Done()
	shutdown := l.shutdown
	leaving := false
	wait := l.cfg.Heartbeat
	for {
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-shutdown:
			shutdown, leaving = nil, true
		case <-t.C:
		}
		t.Stop()
		if wait = l.cfg.Heartbeat; leaving {
			wait = l.cfg.RetryBackoff
		}
		if l.cfg.Beat != nil {
			l.cfg.Beat()
		}
		resp, err := l.beat(ctx, leaving)
		switch {
		case errors.Is(err, kerr.StaleBrokerEpoch), errors.Is(err, kerr.BrokerIDNotRegistered):
			// The controller has forgotten this incarnation: become a new one.
			if err := l.register(ctx); err != nil && ctx.Err() == nil {
				l.cfg.Logger.Error("the broker could not register again", "err", err)
			}
		case err != nil && ctx.Err() == nil:
			l.cfg.Logger.Warn("a heartbeat was not answered", "err", err)
			wait = l.cfg.RetryBackoff
		case err == nil && leaving && resp.ShouldShutdown:
			close(l.released)
			return
		}
	}
}

// Leave asks for a controlled shutdown and waits until the controller lets the broker go, or for ctx.
func (l *Life) Leave(ctx context.Context) error {
	l.once.Do(func() { close(l.shutdown) })
	select {
	case <-l.released:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop ends the heartbeats and waits for them.
func (l *Life) Stop() {
	l.stop()
	l.done.Wait()
}
