package client

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// conn is one connection. Requests go from do over calls to the writer, which puts each into inFlight before it writes
// it; the reader takes it from there, so inFlight holds the requests in the order of their answers.
type conn struct {
	cfg      *Config
	nc       net.Conn
	versions versions // set by open before anybody else sees the connection

	calls    chan *call
	inFlight chan *call

	once sync.Once
	dead chan struct{} // closed by fail
	err  error         // why; set before dead is closed
}

// call is one request on its way.
type call struct {
	frame  []byte // with room for size and correlation id, which the writer fills in
	corr   int32
	answer chan []byte // cap 1: the frame of the answer
}

func newConn(cfg *Config, nc net.Conn) *conn {
	return &conn{cfg: cfg, nc: nc, calls: make(chan *call), inFlight: make(chan *call, cfg.MaxInFlight), dead: make(chan struct{})}
}

// fail ends the connection. The first reason stands.
func (c *conn) fail(err error) {
	c.once.Do(func() {
		c.err = err
		close(c.dead)
		c.nc.Close()
	})
}

func (c *conn) failed() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// do sends req, whose version is set, and waits for the answer.
func (c *conn) do(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	if p, ok := req.(*kmsg.ProduceRequest); ok && p.Acks == 0 {
		return nil, errors.New("client: a Produce request with acks=0 has no answer")
	}
	version := req.GetVersion()
	frame, err := c.exchange(ctx, req)
	if err != nil {
		return nil, err
	}
	_, body, err := protocol.ParseResponseHeader(frame, req.Key(), version)
	if err != nil {
		return nil, c.garbled(req, err)
	}
	resp := req.ResponseKind()
	resp.SetVersion(version)
	if err := resp.ReadFrom(body); err != nil {
		return nil, c.garbled(req, err)
	}
	return resp, nil
}

// garbled ends a connection whose peer sends answers that cannot be read.
func (c *conn) garbled(req kmsg.Request, err error) error {
	err = fmt.Errorf("answer to %s v%d: %w", protocol.APIName(req.Key()), req.GetVersion(), err)
	c.fail(err)
	return &ConnError{c.cfg.Address, true, err}
}

// exchange sends a request and returns the frame that answers it.
func (c *conn) exchange(ctx context.Context, req kmsg.Request) ([]byte, error) {
	k := &call{frame: c.encode(req), answer: make(chan []byte, 1)}
	select {
	case c.calls <- k:
	case <-c.dead:
		return nil, &ConnError{c.cfg.Address, false, c.err}
	case <-ctx.Done():
		return nil, c.overdue(ctx, false)
	}
	select {
	case frame := <-k.answer:
		return frame, nil
	case <-c.dead:
		return nil, &ConnError{c.cfg.Address, true, c.err}
	case <-ctx.Done():
		return nil, c.overdue(ctx, true)
	}
}

// overdue decides about a request that is not waited for any longer. If its own time has run out the peer is taken for
// dead; if the caller has lost interest, its answer will be thrown away.
func (c *conn) overdue(ctx context.Context, sent bool) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ErrTimeout) {
		c.fail(ErrTimeout)
	}
	return &ConnError{c.cfg.Address, sent, cause}
}

// The places in a frame of its size and its correlation id.
const (
	sizeAt        = 0
	correlationAt = 8
)

// encode is the frame of req but for its size and correlation id. It is made on the caller's goroutine, so that req is
// the caller's again whenever do returns.
func (c *conn) encode(req kmsg.Request) []byte {
	var clientID *string
	if c.cfg.ClientID != "" {
		clientID = &c.cfg.ClientID
	}
	frame := protocol.AppendRequestHeader(make([]byte, 4, 256), req.Key(), req.GetVersion(), 0, clientID)
	return req.AppendTo(frame)
}

func (c *conn) writeLoop() {
	for corr := int32(0); ; corr = (corr + 1) & (1<<31 - 1) {
		var k *call
		select {
		case k = <-c.calls:
		case <-c.dead:
			return
		}
		k.corr = corr
		binary.BigEndian.PutUint32(k.frame[sizeAt:], uint32(len(k.frame)-4))
		binary.BigEndian.PutUint32(k.frame[correlationAt:], uint32(corr))
		select {
		case c.inFlight <- k:
		case <-c.dead:
			return
		}
		if _, err := c.nc.Write(k.frame); err != nil {
			c.fail(err)
			return
		}
	}
}

func (c *conn) readLoop() {
	for {
		frame, err := c.readFrame()
		if err != nil {
			c.fail(err)
			return
		}
		var k *call
		select {
		case k = <-c.inFlight:
		default:
			c.fail(errors.New("an answer that nobody asked for"))
			return
		}
		if got := int32(binary.BigEndian.Uint32(frame)); got != k.corr {
			c.fail(fmt.Errorf("an answer with correlation id %d where %d is due", got, k.corr))
			return
		}
		k.answer <- frame
	}
}

// firstRead is how much of an answer is given memory before any of it has arrived.
const firstRead = 1 << 20

// readFrame reads one answer. Its memory grows with the bytes that arrive.
func (c *conn) readFrame() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c.nc, head[:]); err != nil {
		return nil, err
	}
	size := int(int32(binary.BigEndian.Uint32(head[:])))
	if size < 4 || size > c.cfg.MaxResponseBytes {
		return nil, fmt.Errorf("an answer of %d bytes, the bound is %d", size, c.cfg.MaxResponseBytes)
	}
	frame := make([]byte, min(size, firstRead))
	for have := 0; ; {
		if _, err := io.ReadFull(c.nc, frame[have:]); err != nil {
			return nil, err
		}
		if have = len(frame); have == size {
			return frame, nil
		}
		bigger := make([]byte, min(size, 4*have))
		copy(bigger, frame)
		frame = bigger
	}
}

// open learns what the peer serves and logs in.
func (c *conn) open(ctx context.Context) error {
	resp, err := c.negotiate(ctx)
	if err != nil {
		return err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return fmt.Errorf("ApiVersions: %w", err)
	}
	c.versions = versions{}
	for _, k := range resp.ApiKeys {
		c.versions[k.ApiKey] = versionRange{k.MinVersion, k.MaxVersion}
	}
	if c.cfg.Login == nil {
		return nil
	}
	return c.cfg.Login(ctx, func(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
		version, err := c.versions.pick(c.cfg.Address, req, newest)
		if err != nil {
			return nil, err
		}
		req.SetVersion(version)
		return c.do(ctx, req)
	})
}

// negotiate asks for ApiVersions at the highest version, and once more lower when the peer does not know it: then the
// answer is in the form of v0 and names the range (KIP-511).
func (c *conn) negotiate(ctx context.Context) (*kmsg.ApiVersionsResponse, error) {
	version := protocol.Lookup(protocol.KeyApiVersions).Max
	for {
		req := c.apiVersionsRequest(version)
		frame, err := c.exchange(ctx, req)
		if err != nil {
			return nil, err
		}
		_, body, err := protocol.ParseResponseHeader(frame, protocol.KeyApiVersions, version)
		if err != nil {
			return nil, c.garbled(req, err)
		}
		resp := kmsg.NewPtrApiVersionsResponse()
		refused := len(body) >= 2 && int16(binary.BigEndian.Uint16(body)) == kerr.UnsupportedVersion.Code
		if resp.Version = version; refused {
			resp.Version = 0
		}
		if err := resp.ReadFrom(body); err != nil {
			return nil, c.garbled(req, err)
		}
		if !refused || version == 0 {
			return resp, nil
		}
		version = lowerVersion(resp, version)
	}
}

// lowerVersion is the version to try after one was refused: the highest that the peer names, else 0.
func lowerVersion(resp *kmsg.ApiVersionsResponse, refused int16) int16 {
	for _, k := range resp.ApiKeys {
		if k.ApiKey == protocol.KeyApiVersions && k.MaxVersion >= 0 && k.MaxVersion < refused {
			return k.MaxVersion
		}
	}
	return 0
}

func (c *conn) apiVersionsRequest(version int16) *kmsg.ApiVersionsRequest {
	req := kmsg.NewPtrApiVersionsRequest()
	req.Version = version
	req.ClientSoftwareName, req.ClientSoftwareVersion = c.cfg.Software, c.cfg.SoftwareVersion
	if version >= 5 && c.cfg.ClusterID != "" {
		req.ClusterID, req.NodeID = &c.cfg.ClusterID, c.cfg.NodeID
	}
	return req
}
