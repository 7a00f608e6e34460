package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

// Server serves connections. All methods may be called from any goroutine.
type Server struct {
	cfg    Config
	log    *slog.Logger
	memory *memory
	stats  counters
	notes  noteLimiter
	epoch  time.Time // where nanos counts from
	limits atomic.Pointer[Limits]
	nextID atomic.Uint64
	turns  chan struct{} // holds one for each heavy request whose handler runs

	wg   sync.WaitGroup // every goroutine but writers, which their connection's reader waits for
	quit chan struct{}  // closed by Close
	stop chan struct{}  // closed by Drain and Close: no more accepting

	mu        sync.Mutex
	listeners []net.Listener
	conns     map[*conn]struct{}
	open      int              // places taken: conns and those that are about to be
	peers     map[string]*peer // INV: a peer is here while conns of it exist, or while its rate is remembered (bounded, see admit)
	tokens    bucket           // of Limits.CreationRate
	left      chan struct{}    // closed and replaced when a connection ends
	janitor   bool             // its goroutine runs
	stopped   bool
}

// New returns a server that serves nothing yet.
func New(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg:    cfg,
		log:    cfg.Logger,
		memory: newMemory(cfg.MaxConnBytes, cfg.MaxPeerBytes, cfg.MaxBytes),
		epoch:  time.Now(),
		quit:   make(chan struct{}),
		stop:   make(chan struct{}),
		conns:  map[*conn]struct{}{},
		peers:  map[string]*peer{},
		turns:  make(chan struct{}, cfg.MaxHeavy),
		left:   make(chan struct{}),
	}
	s.SetLimits(cfg.Limits)
	return s, nil
}

// SetLimits replaces the limits. Connections that exist stay.
func (s *Server) SetLimits(l Limits) { s.limits.Store(&l) }

// nanos is the monotonic time since the server was made.
func (s *Server) nanos() int64 { return int64(time.Since(s.epoch)) }

// ErrStopped is returned by Serve after Drain or Close.
var ErrStopped = errors.New("server: stopped")

// Serve starts to accept connections from cfg.Listener, which the server closes from now on, and returns.
func (s *Server) Serve(cfg ListenerConfig) error {
	if err := cfg.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return ErrStopped
	}
	s.listeners = append(s.listeners, cfg.Listener)
	if !s.janitor {
		s.janitor = true
		s.wg.Go(s.keepDeadlines)
	}
	l := &listener{ListenerConfig: cfg, srv: s}
	s.wg.Go(l.acceptLoop)
	return nil
}

// Drain stops accepting and reading, waits until every request in flight has been answered and its connection ended, or
// until ctx is done. It waits neither for long polls nor for peers that do not take their answers. Close must follow.
func (s *Server) Drain(ctx context.Context) error {
	s.stopAccepting()
	s.mu.Lock()
	for c := range s.conns {
		c.drain()
	}
	s.mu.Unlock()
	for {
		s.mu.Lock()
		n, left := len(s.conns), s.left
		s.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-left:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close stops accepting, ends every connection whatever is in flight, and waits for all goroutines. It may be called more
// than once.
func (s *Server) Close() error {
	if s.stopAccepting() {
		close(s.quit)
	}
	s.mu.Lock()
	for c := range s.conns {
		c.abort(endShutdown, nil)
	}
	s.mu.Unlock()
	s.wg.Wait()
	return nil
}

// stopAccepting closes the listeners. It reports whether quit is still to be closed by the caller, when that is Close.
func (s *Server) stopAccepting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		close(s.stop)
		for _, l := range s.listeners {
			l.Close()
		}
	}
	select {
	case <-s.quit:
		return false
	default:
		return true
	}
}

type listener struct {
	ListenerConfig
	srv  *Server
	open int // connections of this listener, guarded by srv.mu
}

// The pause after a failed accept, doubled from the first to the last while it keeps failing: out of descriptors, mostly.
const (
	acceptPauseMin = 5 * time.Millisecond
	acceptPauseMax = time.Second
)

func (l *listener) acceptLoop() {
	pause := acceptPauseMin
	for {
		nc, err := l.Listener.Accept()
		switch {
		case err == nil:
			pause = acceptPauseMin
			l.srv.admit(l, nc)
			continue
		case errors.Is(err, net.ErrClosed):
			return
		}
		l.srv.note("accept", "cannot accept", "listener", l.Name, "error", err)
		if !l.srv.sleep(pause) {
			return
		}
		pause = min(2*pause, acceptPauseMax)
	}
}

// sleep waits for d and reports whether the server still accepts.
func (s *Server) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.stop:
		return false
	}
}

// start makes nc a connection and serves it on a goroutine of its own. The place for it has been taken by admit.
func (s *Server) start(l *listener, nc net.Conn, p *peer) {
	c := newConn(s, l, nc, p)
	s.mu.Lock()
	if s.stopped {
		s.release(l, p)
		s.mu.Unlock()
		nc.Close()
		return
	}
	s.conns[c] = struct{}{}
	s.wg.Add(1)
	s.mu.Unlock()
	s.stats.accepted.Add(1)
	go c.run()
}

// ended takes c off the books.
func (s *Server) ended(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.release(c.listener, c.peer)
	s.mu.Unlock()
	s.wg.Done()
}

// release gives a place back and wakes who waits for one. The caller holds s.mu.
func (s *Server) release(l *listener, p *peer) {
	l.open--
	p.open--
	s.open--
	s.forgetPeer(p)
	close(s.left)
	s.left = make(chan struct{})
}

func (s *Server) listenerConn(l *listener, nc net.Conn) protocol.Conn {
	return protocol.Conn{
		ID: s.nextID.Add(1), Listener: l.Name, Remote: nc.RemoteAddr(), Local: nc.LocalAddr(),
		Principal: protocol.Anonymous, Privileged: l.Privileged, ControllerEnd: l.ControllerEnd,
	}
}
