package admin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds of what one listener spends.
const (
	maxConnections = 32
	maxHeaderBytes = 8 << 10
	headTimeout    = 5 * time.Second  // until a request's head is read, and then until a body that nobody wanted is
	answerTimeout  = 10 * time.Second // until an answer is written; a profile has longer
)

// Config is what a Server is made of.
type Config struct {
	Listener net.Listener   // belongs to the Server once Start has been called
	Live     func() error   // why the process must be restarted, nil when it need not; never waits
	Ready    func() []Check // at least one; never waits long
	Profiles bool           // serve /debug/pprof
	Logger   *slog.Logger
}

// A Server answers from Start to Close.
type Server struct {
	cfg    Config
	http   *http.Server
	cancel context.CancelFunc // ends the requests in progress
	active sync.WaitGroup     // connections with their requests, and the accept loop, which alone adds to them
}

// Start begins to answer.
func Start(cfg Config) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{cfg: cfg, cancel: cancel}
	s.http = &http.Server{
		Handler: s.handler(), BaseContext: func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headTimeout, MaxHeaderBytes: maxHeaderBytes,
		DisableGeneralOptionsHandler: true, ConnState: s.count,
		ErrorLog: slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug),
	}
	s.http.SetKeepAlivesEnabled(false)
	l := limit(cfg.Listener, maxConnections)
	s.active.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			cfg.Logger.Error("the admin listener ended", "err", err)
		}
	})
	return s
}

// Close stops listening, ends the requests in progress and waits for them; ctx bounds the wait.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Close()
	s.cancel()
	ended := make(chan struct{})
	go func() {
		s.active.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return err
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}

// count keeps track of connections. A request runs on its connection's goroutine, so it has ended when that is closed.
func (s *Server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew: // told by the accept loop
		s.active.Add(1)
	case http.StateClosed:
		s.active.Done()
	}
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/livez", bounded(s.livez))
	mux.Handle("/readyz", bounded(s.readyz))
	mux.Handle("/metrics", bounded(serveMetrics))
	if s.cfg.Profiles {
		mux.Handle("/debug/pprof/", profiles())
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD are served here")
			return
		}
		if r.ContentLength != 0 {
			refuse(w, http.StatusBadRequest, "a request has no body here")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// refuse answers a request that may have a body. net/http reads such a body before it closes the connection, so that the
// client sees the answer; there must be an end to that, too. The deadline is not set for other requests, because it would
// cut a profile short.
func refuse(w http.ResponseWriter, status int, why string) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(headTimeout)) // as in writeWithin
	writeWithin(w, answerTimeout)
	http.Error(w, why, status)
}

// bounded gives an answer a time in which it must be written.
func bounded(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeWithin(w, answerTimeout)
		h(w, r)
	})
}

func writeWithin(w http.ResponseWriter, d time.Duration) {
	// It cannot fail: the writer is net/http's own, over a connection with deadlines.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(d))
}
