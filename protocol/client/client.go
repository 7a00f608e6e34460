package client

import (
	"context"
	"sync"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Client is a connection to one peer, made and made again as needed. All methods may be called from any goroutine.
type Client struct {
	cfg    Config
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu       sync.Mutex
	conn     *conn    // the last one that came about; it may be dead
	attempt  *attempt // to connect, while one is being made
	failures int      // attempts in a row that failed
	retryAt  time.Time
	closed   bool
}

// attempt is one attempt to connect, and whoever waits for it.
type attempt struct {
	done chan struct{} // closed when conn or err is set
	conn *conn
	err  error
}

// New returns a client that is not yet connected.
func New(cfg Config) (*Client, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg.withDefaults()}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c, nil
}

// Do sends req at the highest version that both sides know, which it sets in req, and waits for the answer. It connects
// first when it has to. req must not be used elsewhere until Do returns. The response owns its bytes.
func (c *Client) Do(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	return c.do(ctx, req, newest)
}

// DoAt is Do at one version; when the peer does not serve it the error is an *UnsupportedError.
func (c *Client) DoAt(ctx context.Context, req kmsg.Request, version int16) (kmsg.Response, error) {
	return c.do(ctx, req, version)
}

// newest stands for the highest version that both sides know.
const newest = int16(-1)

func (c *Client) do(ctx context.Context, req kmsg.Request, version int16) (kmsg.Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.RequestTimeout, ErrTimeout)
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	if version, err = conn.versions.pick(c.cfg.Address, req, version); err != nil {
		return nil, err
	}
	req.SetVersion(version)
	return conn.do(ctx, req)
}

// Serves returns the range of versions of key that the peer serves, connecting first when it has to.
func (c *Client) Serves(ctx context.Context, key int16) (min, max int16, ok bool, err error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return 0, 0, false, err
	}
	r, ok := conn.versions[key]
	return r.min, r.max, ok, nil
}

// Close gives up the connection and everything that waits for it, and waits for all goroutines.
func (c *Client) Close() {
	c.cancel()
	c.mu.Lock()
	c.closed = true
	if c.conn != nil {
		c.conn.fail(ErrClosed)
	}
	c.mu.Unlock()
	c.wg.Wait()
}

// connect returns the living connection, or the outcome of the attempt to make one.
func (c *Client) connect(ctx context.Context) (*conn, error) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, ErrClosed
	}
	if c.conn != nil && !c.conn.failed() {
		defer c.mu.Unlock()
		return c.conn, nil
	}
	a := c.attempt
	if a == nil {
		a = &attempt{done: make(chan struct{})}
		c.attempt = a
		notBefore := c.retryAt
		c.wg.Go(func() { c.try(a, notBefore) })
	}
	c.mu.Unlock()
	select {
	case <-a.done:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, &ConnError{Address: c.cfg.Address, Err: context.Cause(ctx)}
	}
}

// try carries out an attempt, not before notBefore.
func (c *Client) try(a *attempt, notBefore time.Time) {
	conn, err := c.dialAfter(notBefore)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attempt = nil
	switch {
	case err == nil && c.closed:
		conn.fail(ErrClosed)
		err = ErrClosed
	case err != nil && c.ctx.Err() != nil:
		err = ErrClosed
	case err != nil:
		c.failures++
		c.retryAt = time.Now().Add(c.cfg.backoff(c.failures))
		err = &ConnError{Address: c.cfg.Address, Err: err}
	default:
		c.failures = 0
		c.retryAt = time.Now().Add(c.cfg.backoff(1)) // of the next one, should this be lost at once
		c.conn, a.conn = conn, conn
	}
	a.err = err
	close(a.done)
}

func (c *Client) dialAfter(t time.Time) (*conn, error) {
	if wait := time.Until(t); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.ctx.Done():
			return nil, c.ctx.Err()
		}
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.cfg.ConnectTimeout)
	defer cancel()
	nc, err := c.cfg.Dial(ctx, "tcp", c.cfg.Address)
	if err != nil {
		return nil, err
	}
	conn := newConn(&c.cfg, nc)
	c.wg.Go(conn.writeLoop)
	c.wg.Go(conn.readLoop)
	if err := conn.open(ctx); err != nil {
		conn.fail(err)
		return nil, err
	}
	return conn, nil
}

// versions is what a peer serves, by key.
type versions map[int16]versionRange

type versionRange struct{ min, max int16 }

// pick returns the version to send req at.
func (v versions) pick(address string, req kmsg.Request, want int16) (int16, error) {
	peer, ok := v[req.Key()]
	api := protocol.Lookup(req.Key())
	if !ok || api == nil {
		return 0, &UnsupportedError{Address: address, Key: req.Key(), Max: -1}
	}
	if want == newest {
		want = min(peer.max, api.Max, req.MaxVersion())
	}
	if want < peer.min || want > peer.max || !api.Served(want) {
		return 0, &UnsupportedError{address, req.Key(), peer.min, peer.max}
	}
	return want, nil
}
