// Package wire is a plain connection to a broker: frames out, frames in, at a version that the caller chooses.
// It keeps no pool, negotiates nothing and retries nothing, so that what it shows is what the broker did.
package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/kbroker/kbroker/compat-tests/schema"
)

// Patience is how long an answer may take; maxFrame bounds it.
const (
	Patience = 40 * time.Second
	maxFrame = 128 << 20
)

// ErrClosed says that the broker closed the connection instead of answering.
var ErrClosed = errors.New("connection closed")

// Conn is one connection. It is not safe for concurrent use.
type Conn struct {
	nc       net.Conn
	r        *bufio.Reader
	clientID any
	next     int32
	pending  []Pending
}

// Pending is a request whose answer has not been read.
type Pending struct {
	Message     *schema.Message
	Version     int16
	Correlation int32
}

// Dial connects to a broker. The client id goes into every request's header.
func Dial(addr, clientID string) (*Conn, error) {
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &Conn{nc: nc, r: bufio.NewReaderSize(nc, 64<<10), clientID: clientID}, nil
}

// Close closes the connection.
func (c *Conn) Close() error { return c.nc.Close() }

// Write sends bytes as they are.
func (c *Conn) Write(b []byte) error {
	_, err := c.nc.Write(b)
	return err
}

// Send encodes and sends a request. expect is false for a request that has no answer (acks=0).
// A version outside the schema is sent with the nearest version's layout and the asked version in its header.
func (c *Conn) Send(name string, version int16, values map[string]any, expect bool) error {
	m, ok := schema.RequestNamed(name)
	if !ok {
		return fmt.Errorf("no request is called %q", name)
	}
	layout := min(max(version, m.Versions.Min), m.Versions.Max)
	body, err := schema.Encode(m, layout, values)
	if err != nil {
		return err
	}
	c.next++
	head := schema.RequestHeader(m, layout, c.next, c.clientID)
	binary.BigEndian.PutUint16(head[2:], uint16(version))
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(head)+len(body)))
	frame = append(append(frame, head...), body...)
	if err := c.Write(frame); err != nil {
		return closed(err)
	}
	if expect {
		c.pending = append(c.pending, Pending{m, version, c.next})
	}
	return nil
}

// Recv reads the answer to the oldest request that has not been answered.
func (c *Conn) Recv() (schema.Struct, error) {
	if len(c.pending) == 0 {
		return nil, errors.New("no request awaits an answer")
	}
	p := c.pending[0]
	c.pending = c.pending[1:]
	frame, err := c.ReadFrame(Patience)
	if err != nil {
		return nil, err
	}
	return DecodeResponse(p, frame)
}

// DecodeResponse reads an answer's header and body. An ApiVersions answer with error 35 has the layout of version 0.
func DecodeResponse(p Pending, frame []byte) (schema.Struct, error) {
	version := p.Version
	if p.Message.Key == 18 && len(frame) >= 6 && binary.BigEndian.Uint16(frame[4:]) == 35 {
		version = 0
	}
	cid, body, err := schema.ResponseBody(p.Message, version, frame)
	if err != nil {
		return nil, err
	}
	if cid != p.Correlation {
		return nil, fmt.Errorf("answer has correlation id %d, want %d", cid, p.Correlation)
	}
	resp, _ := schema.Response(p.Message.Key)
	return schema.Decode(resp, version, body)
}

// ReadFrame reads one answer frame without its length.
func (c *Conn) ReadFrame(patience time.Duration) ([]byte, error) {
	if err := c.nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	var size [4]byte
	if _, err := io.ReadFull(c.r, size[:]); err != nil {
		return nil, closed(err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxFrame {
		return nil, fmt.Errorf("a frame of %d bytes", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return nil, closed(err)
	}
	return b, nil
}

// Do sends a request and reads its answer.
func (c *Conn) Do(name string, version int16, values map[string]any) (schema.Struct, error) {
	if err := c.Send(name, version, values, true); err != nil {
		return nil, err
	}
	return c.Recv()
}

func closed(err error) error {
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return errors.New("no answer")
	}
	return ErrClosed
}
