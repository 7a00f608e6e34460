package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// Config is what a Client is made from. Zero fields take the default named beside them. Address and Dial are required.
type Config struct {
	Address  string // "host:port"
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	ClientID string
	// Software and SoftwareVersion are told in ApiVersions (KIP-511): "kbroker", "dev".
	Software, SoftwareVersion string
	// ClusterID and NodeID say whom the peer has to be (KIP-1242). "" is anybody.
	ClusterID string
	NodeID    int32
	// Login runs on a new connection after ApiVersions and before any other request. ask sends one request and waits.
	Login func(ctx context.Context, ask Ask) error

	ConnectTimeout   time.Duration // dial, ApiVersions and Login together (10 s, socket.connection.setup.timeout.ms)
	RequestTimeout   time.Duration // from Do to the answer (30 s)
	BackoffMin       time.Duration // after a first failure to connect (50 ms, reconnect.backoff.ms), doubled by each further one
	BackoffMax       time.Duration // (1 s, reconnect.backoff.max.ms)
	MaxInFlight      int           // requests sent and not answered (64); further ones wait
	MaxResponseBytes int           // (100 MiB) a larger answer ends the connection

	// Jitter returns a number in [0,1) by which a backoff is spread over 80 to 120 percent. nil: the shared generator.
	Jitter func() float64
}

// Ask sends one request on a connection that is being set up.
type Ask func(ctx context.Context, req kmsg.Request) (kmsg.Response, error)

func (c Config) withDefaults() Config {
	orDuration := func(p *time.Duration, d time.Duration) {
		if *p <= 0 {
			*p = d
		}
	}
	orDuration(&c.ConnectTimeout, 10*time.Second)
	orDuration(&c.RequestTimeout, 30*time.Second)
	orDuration(&c.BackoffMin, 50*time.Millisecond)
	orDuration(&c.BackoffMax, time.Second)
	if c.MaxInFlight <= 0 {
		c.MaxInFlight = 64
	}
	if c.MaxResponseBytes <= 0 {
		c.MaxResponseBytes = 100 << 20
	}
	if c.Software == "" {
		c.Software = "kbroker"
	}
	if c.SoftwareVersion == "" {
		c.SoftwareVersion = "dev"
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	return c
}

func (c Config) validate() error {
	if c.Address == "" || c.Dial == nil {
		return errors.New("client: an address and a dial function are required")
	}
	return nil
}

// backoff is how long to wait after failures in a row.
func (c Config) backoff(failures int) time.Duration {
	d := c.BackoffMin
	for ; failures > 1 && d < c.BackoffMax; failures-- {
		d *= 2
	}
	d = min(d, c.BackoffMax)
	return time.Duration(float64(d) * (0.8 + 0.4*c.Jitter()))
}
