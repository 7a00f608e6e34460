package bench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Versions that every system serves and that address topics by name.
const (
	produceVersion      = 11
	fetchVersion        = 12
	metadataVersion     = 12
	createTopicsVersion = 7
	deleteTopicsVersion = 5
)

// answerTimeout bounds every wait for an answer.
const answerTimeout = 60 * time.Second

// maxAnswer bounds an answer's size.
const maxAnswer = 256 << 20

// A client is one connection. One goroutine uses it.
type client struct {
	conn net.Conn
	buf  []byte // bytes at hand are buf[pos:end]
	pos  int
	end  int
	corr int32
}

var formatter = kmsg.NewRequestFormatter(kmsg.FormatterClientID("bench"))

func dial(addr string) (*client, error) {
	c, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	return &client{conn: c, buf: make([]byte, 64<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// encode returns the frame of a request, its correlation id to be set with stamp.
func encode(req kmsg.Request) []byte { return formatter.AppendRequest(nil, req, 0) }

// stamp sets a frame's correlation id.
func stamp(frame []byte, corr int32) { binary.BigEndian.PutUint32(frame[8:], uint32(corr)) }

func (c *client) send(b []byte) error {
	_, err := c.conn.Write(b)
	return err
}

// frame returns the next answer behind its length; it is valid until the next call. It blocks only when no whole answer
// is at hand.
func (c *client) frame() ([]byte, error) {
	for {
		if f, err := c.buffered(); f != nil || err != nil {
			return f, err
		}
		if err := c.conn.SetReadDeadline(time.Now().Add(answerTimeout)); err != nil {
			return nil, err
		}
		n, err := c.conn.Read(c.buf[c.end:])
		c.end += n
		if err != nil && n == 0 {
			return nil, err
		}
	}
}

// buffered returns the next answer if all of it has been read, nil otherwise; there is room for more of it then.
func (c *client) buffered() ([]byte, error) {
	need := 4
	if c.end-c.pos >= 4 {
		size := int(int32(binary.BigEndian.Uint32(c.buf[c.pos:])))
		if size < 4 || size > maxAnswer {
			return nil, fmt.Errorf("answer of %d bytes", size)
		}
		need = 4 + size
		if c.end-c.pos >= need {
			f := c.buf[c.pos+4 : c.pos+need]
			c.pos += need
			return f, nil
		}
	}
	if c.pos > 0 {
		c.end = copy(c.buf, c.buf[c.pos:c.end])
		c.pos = 0
	}
	if need > len(c.buf) {
		c.buf = append(make([]byte, 0, need), c.buf[:c.end]...)[:need]
	}
	return nil, nil
}

// call sends one request and decodes its answer: for everything that is not measured.
func (c *client) call(req kmsg.Request) (kmsg.Response, error) {
	c.corr++
	f := encode(req)
	stamp(f, c.corr)
	if err := c.send(f); err != nil {
		return nil, err
	}
	b, err := c.frame()
	if err != nil {
		return nil, err
	}
	resp := req.ResponseKind()
	resp.SetVersion(req.GetVersion())
	return resp, decode(resp, b, c.corr)
}

func decode(resp kmsg.Response, b []byte, corr int32) error {
	if got := int32(binary.BigEndian.Uint32(b)); got != corr {
		return fmt.Errorf("answer to request %d, want %d", got, corr)
	}
	b = b[4:]
	if resp.IsFlexible() && resp.Key() != 18 {
		if len(b) == 0 || b[0] != 0 {
			return errors.New("answer's header carries tags")
		}
		b = b[1:]
	}
	return resp.ReadFrom(b)
}

// createTopic makes a topic and waits until all its partitions have a leader.
func (c *client) createTopic(name string, partitions int, configs map[string]string) error {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.SetVersion(createTopicsVersion)
	req.TimeoutMillis = 60000
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = name, int32(partitions), 1
	for k, v := range configs {
		x := kmsg.NewCreateTopicsRequestTopicConfig()
		x.Name, x.Value = k, kmsg.StringPtr(v)
		t.Configs = append(t.Configs, x)
	}
	req.Topics = append(req.Topics, t)
	resp, err := c.call(req)
	if err != nil {
		return err
	}
	for _, t := range resp.(*kmsg.CreateTopicsResponse).Topics {
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("create topic %s: %w", name, err)
		}
	}
	return c.awaitLeaders(name, partitions)
}

// awaitLeaders waits until every partition can be fetched from: a leader may be named before it knows that it is one.
func (c *client) awaitLeaders(name string, partitions int) error {
	for deadline := time.Now().Add(answerTimeout); ; time.Sleep(2 * time.Millisecond) {
		n, err := c.serving(name, partitions)
		if err != nil || n == partitions {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d partitions of %s serve", n, partitions, name)
		}
	}
}

func (c *client) serving(name string, partitions int) (int, error) {
	req := kmsg.NewPtrFetchRequest()
	req.SetVersion(fetchVersion)
	req.ReplicaID, req.MaxBytes, req.SessionEpoch = -1, 1<<20, -1
	t := kmsg.NewFetchRequestTopic()
	t.Topic = name
	for i := range partitions {
		p := kmsg.NewFetchRequestTopicPartition()
		p.Partition, p.PartitionMaxBytes, p.CurrentLeaderEpoch = int32(i), 1, -1
		t.Partitions = append(t.Partitions, p)
	}
	req.Topics = append(req.Topics, t)
	resp, err := c.call(req)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, t := range resp.(*kmsg.FetchResponse).Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode == 0 {
				n++
			}
		}
	}
	return n, nil
}

func (c *client) deleteTopic(name string) error {
	req := kmsg.NewPtrDeleteTopicsRequest()
	req.SetVersion(deleteTopicsVersion)
	req.TimeoutMillis = 60000
	req.TopicNames = []string{name}
	_, err := c.call(req)
	return err
}

var errClosed = fmt.Errorf("broker closed the connection: %w", io.ErrUnexpectedEOF)
