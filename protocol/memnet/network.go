package memnet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"time"
)

// Backlog bounds the connections that a listener holds before they are accepted; further dials wait.
const Backlog = 128

// firstEphemeral is the port that the first dial from a network, or the first Listen on port 0, is given.
const firstEphemeral = 32768

// Network is a set of hosts that can reach each other. All methods may be called from any goroutine.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	pipes     map[*pipe]struct{}
	cut       map[route]bool
	latency   time.Duration
	loss      float64
	resend    time.Duration
	rnd       *rand.Rand
	port      int
	changed   chan struct{} // closed and replaced when cut or listeners change
}

type route struct{ from, to string }

// New returns a network without latency or loss. seed decides which writes are lost.
func New(seed uint64) *Network {
	return &Network{
		listeners: map[string]*listener{},
		pipes:     map[*pipe]struct{}{},
		cut:       map[route]bool{},
		rnd:       rand.New(rand.NewPCG(seed, 0)),
		port:      firstEphemeral,
		changed:   make(chan struct{}),
	}
}

// SetLatency makes every later write arrive d after it was made, and every later dial take 2d.
func (n *Network) SetLatency(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.latency = d
}

// SetLoss loses each later write with probability p; a lost write arrives resend later than it would have, and what was
// written behind it waits for it, as TCP's retransmission does.
func (n *Network) SetLoss(p float64, resend time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.loss, n.resend = p, resend
}

// Cut stops everything from host from to host to, in that direction only: bytes wait, dials hang.
func (n *Network) Cut(from, to string) { n.setCut(true, route{from, to}) }

// Partition cuts a and b off from each other.
func (n *Network) Partition(a, b string) { n.setCut(true, route{a, b}, route{b, a}) }

// Heal joins a and b again, in both directions.
func (n *Network) Heal(a, b string) { n.setCut(false, route{a, b}, route{b, a}) }

func (n *Network) setCut(cut bool, routes ...route) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range routes {
		if cut {
			n.cut[r] = true
		} else {
			delete(n.cut, r)
		}
		for p := range n.pipes {
			if p.route == r {
				p.setCut(cut)
			}
		}
	}
	n.announce()
}

// Sever resets every connection between a and b. New ones can be made at once.
func (n *Network) Sever(a, b string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := range n.pipes {
		if p.route == (route{a, b}) || p.route == (route{b, a}) {
			p.fail(syscall.ECONNRESET)
		}
	}
}

// announce wakes whoever waits for n to change. The caller holds n.mu.
func (n *Network) announce() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// Listen opens a listener at "host:port". Port 0 picks a free one.
func (n *Network) Listen(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if port == "0" {
		address = net.JoinHostPort(host, fmt.Sprint(n.nextPort()))
	}
	if n.listeners[address] != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Addr: Addr(address), Err: syscall.EADDRINUSE}
	}
	l := &listener{network: n, addr: Addr(address), queue: make(chan *Conn, Backlog), closed: make(chan struct{})}
	n.listeners[address] = l
	n.announce()
	return l, nil
}

func (n *Network) nextPort() int {
	n.port++
	return n.port
}

// Host is a place to dial from.
type Host struct {
	network *Network
	name    string
}

// Host returns the host called name.
func (n *Network) Host(name string) *Host { return &Host{n, name} }

// Dial connects to "host:port". It fails at once when nobody listens there, and waits for ctx while the way is cut.
func (h *Host) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	c, err := h.dial(ctx, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: Addr(address), Err: err}
	}
	return c, nil
}

func (h *Host) dial(ctx context.Context, address string) (*Conn, error) {
	to, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	l, latency, err := h.network.reach(ctx, route{h.name, to}, address)
	if err != nil {
		return nil, err
	}
	if latency > 0 {
		select {
		case <-time.After(2 * latency):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	near, far := h.network.connect(h.name, to, l.addr)
	select {
	case l.queue <- far:
		select {
		case <-l.closed: // perhaps nobody will take it out of the queue
			err = syscall.ECONNREFUSED
		default:
			return near, nil
		}
	case <-l.closed:
		err = syscall.ECONNREFUSED
	case <-ctx.Done():
		err = ctx.Err()
	}
	near.Close()
	far.Close()
	return nil, err
}

// reach waits until the way there and back is open, and returns the listener at address.
func (n *Network) reach(ctx context.Context, r route, address string) (*listener, time.Duration, error) {
	for {
		n.mu.Lock()
		l, latency, changed := n.listeners[address], n.latency, n.changed
		open := !n.cut[r] && !n.cut[route{r.to, r.from}]
		n.mu.Unlock()
		switch {
		case open && l == nil:
			return nil, 0, syscall.ECONNREFUSED
		case open:
			return l, latency, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

func (n *Network) connect(from, to string, addr Addr) (near, far *Conn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	local := Addr(net.JoinHostPort(from, fmt.Sprint(n.nextPort())))
	out, in := newPipe(n, route{from, to}), newPipe(n, route{to, from})
	for _, p := range []*pipe{out, in} {
		p.cut = n.cut[p.route]
		n.pipes[p] = struct{}{}
	}
	return &Conn{rx: in, tx: out, local: local, remote: addr}, &Conn{rx: out, tx: in, local: addr, remote: local}
}

// delay decides when a write made now arrives.
func (n *Network) delay() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	d := n.latency
	if n.loss > 0 && n.rnd.Float64() < n.loss {
		d += n.resend
	}
	return d
}

func (n *Network) forget(p *pipe) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.pipes, p)
}

// Addr is an address of the network, "host:port".
type Addr string

// Network returns "tcp": servers treat the connections as they treat TCP's.
func (Addr) Network() string { return "tcp" }

// String returns the address.
func (a Addr) String() string { return string(a) }

type listener struct {
	network *Network
	addr    Addr
	queue   chan *Conn
	once    sync.Once
	closed  chan struct{}
}

func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, l.err()
	default:
	}
	select {
	case c := <-l.queue:
		return c, nil
	case <-l.closed:
		return nil, l.err()
	}
}

func (l *listener) err() error {
	return &net.OpError{Op: "accept", Net: "tcp", Addr: l.addr, Err: net.ErrClosed}
}

// Close stops the listener and resets what was not accepted.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		delete(l.network.listeners, string(l.addr))
		l.network.announce()
		l.network.mu.Unlock()
		close(l.closed)
		for {
			select {
			case c := <-l.queue:
				c.Close()
				continue
			default:
			}
			return
		}
	})
	return nil
}
