package server

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/guard"
)

// A Guard checks the body of a request before anything decodes it (package guard).
type Guard func(key, version int16, body []byte) error

// Config is what a Server is made from. Zero fields take the defaults named beside them, which are Kafka's where Kafka
// has the setting. Handler is required.
type Config struct {
	Handler protocol.Handler
	// Guard checks bodies before they reach the handler, LoginGuard those that a Gate takes. nil: guard.Check with the
	// limits for after and before a login.
	Guard, LoginGuard Guard
	Logger            *slog.Logger // nil: slog.Default()
	// LongPoll tells which requests may wait for something to happen rather than for work to be done. Drain does not wait
	// for their answers. nil: none do.
	LongPoll func(key int16) bool

	// MaxRequestBytes bounds a frame (socket.request.max.bytes, 104857600). A larger one closes its connection.
	MaxRequestBytes int
	// MaxLoginBytes bounds a frame while a Gate is shut (sasl.server.max.receive.size, 524288).
	MaxLoginBytes int
	// MaxInFlight bounds the requests of a connection that have been read and not yet answered (64). Kafka takes one at a
	// time; a pipelining client gains by each further one.
	MaxInFlight int
	// MaxUnwrittenBytes bounds the answers of a connection that are complete but not yet written (1 MiB); it may be passed
	// by one answer.
	MaxUnwrittenBytes int
	// The limits of memory for frames: per connection (64 MiB), per address (64 MiB), and in all (256 MiB;
	// queued.max.request.bytes when that is set). See the type memory for what they promise. Negative is unlimited.
	MaxConnBytes, MaxPeerBytes, MaxBytes int64
	// MaxHeavy bounds how many requests with large bodies, Produce apart, have their handlers running at the same time (half
	// the processors, at least one). Others wait, and their connections read no further.
	MaxHeavy int

	// MaxIdle ends a connection without requests in flight after that long without a byte (connections.max.idle.ms, 10
	// minutes), and one that takes no byte of an answer for that long. Negative is never.
	MaxIdle time.Duration
	// FrameTimeout and MinFrameRate bound how long a frame may take to arrive: it is late when it is FrameTimeout (30 s)
	// behind MinFrameRate bytes per second (65536). Time spent waiting for memory does not count.
	FrameTimeout time.Duration
	MinFrameRate int
	// HandshakeTimeout bounds ListenerConfig.Upgrade (10 s).
	HandshakeTimeout time.Duration
	// SendBuffer and ReceiveBuffer set SO_SNDBUF and SO_RCVBUF of TCP connections; 0 leaves them to the kernel, which
	// grows them with the traffic and so reads a large request in fewer calls than Kafka's 102400 allow.
	SendBuffer, ReceiveBuffer int

	Limits Limits // may be changed later by SetLimits

	freeMemory func() // debug.FreeOSMemory
}

// Limits bound connections. Zero fields are unlimited, as are Kafka's defaults.
type Limits struct {
	MaxConnections  int                                       // max.connections: at the bound, accepting waits
	MaxPerIP        int                                       // max.connections.per.ip: beyond it, closed at once
	PerIPOverrides  map[string]int                            // max.connections.per.ip.overrides, by the address as text; 0 shuts an address out
	CreationRate    float64                                   // max.connection.creation.rate, per second: beyond it, accepting waits
	PerIPRate       float64                                   // the default connection_creation_rate of the ip entity (KIP-612)
	PerIPRateOfHost func(host string) (rate float64, ok bool) // rates of single addresses; nil: none
}

// ListenerConfig is one listener of a Server.
type ListenerConfig struct {
	Name     string       // "PLAINTEXT"
	Listener net.Listener // the Server closes it
	// ApiVersions holds the table of what this listener serves, and answers for it.
	ApiVersions   *protocol.ApiVersions
	Privileged    bool // for brokers or the controller; exempt from Limits.MaxConnections
	ControllerEnd bool
	// MaxConnections bounds the connections of this listener (listener.name.x.max.connections); 0 is unlimited.
	MaxConnections int
	// Upgrade turns an accepted connection into the one that is served: TLS. It runs on the connection's own goroutine
	// under HandshakeTimeout.
	Upgrade func(net.Conn) (net.Conn, error)
	// NewGate makes the step machine that a connection must pass before its requests reach the handler. nil: none, and
	// every peer is protocol.Anonymous.
	NewGate func(*protocol.Conn) Gate
}

func (c Config) withDefaults() Config {
	orInt := func(p *int, d int) {
		if *p == 0 {
			*p = d
		}
	}
	or64 := func(p *int64, d int64) {
		if *p == 0 {
			*p = d
		}
	}
	orDuration := func(p *time.Duration, d time.Duration) {
		if *p == 0 {
			*p = d
		}
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.LongPoll == nil {
		c.LongPoll = func(int16) bool { return false }
	}
	if c.Guard == nil {
		c.Guard = func(key, version int16, body []byte) error {
			return guard.Check(key, version, body, guard.For(key, len(body)))
		}
	}
	if c.LoginGuard == nil {
		c.LoginGuard = func(key, version int16, body []byte) error {
			return guard.Check(key, version, body, guard.BeforeLogin())
		}
	}
	if c.freeMemory == nil {
		c.freeMemory = debug.FreeOSMemory
	}
	orInt(&c.MaxRequestBytes, 100<<20)
	orInt(&c.MaxLoginBytes, 512<<10)
	orInt(&c.MaxInFlight, 64)
	orInt(&c.MaxUnwrittenBytes, 1<<20)
	orInt(&c.MaxHeavy, max(1, runtime.GOMAXPROCS(0)/2))
	or64(&c.MaxConnBytes, 64<<20)
	or64(&c.MaxPeerBytes, 64<<20)
	or64(&c.MaxBytes, 256<<20)
	orDuration(&c.MaxIdle, 10*time.Minute)
	orDuration(&c.FrameTimeout, 30*time.Second)
	orInt(&c.MinFrameRate, 64<<10)
	orDuration(&c.HandshakeTimeout, 10*time.Second)
	return c
}

func (c Config) validate() error {
	switch {
	case c.Handler == nil:
		return errors.New("server: no handler")
	case c.MaxRequestBytes < 1 || c.MaxRequestBytes > math.MaxInt32:
		return fmt.Errorf("server: request bound %d is not between 1 and 2^31-1", c.MaxRequestBytes)
	case c.MaxLoginBytes < 1 || c.MaxInFlight < 1 || c.MaxUnwrittenBytes < 1 || c.MaxHeavy < 1 || c.MinFrameRate < 1:
		return errors.New("server: a bound is negative")
	case c.FrameTimeout < 0 || c.HandshakeTimeout < 0:
		return errors.New("server: a timeout is negative")
	}
	return nil
}

func (c ListenerConfig) validate() error {
	if c.Listener == nil || c.ApiVersions == nil || c.ApiVersions.Table == nil {
		return fmt.Errorf("server: listener %q without a net.Listener or a table of APIs", c.Name)
	}
	return nil
}
