// Package proxy stands between a client and a broker and spoils answers on purpose: it changes a field, drops a batch,
// swaps two, or answers in the layout of another version. It shows that the suites which judge a broker do judge. Where
// an answer names the broker's address it names the proxy's instead, so that clients come back to the proxy.
package proxy

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"strconv"
	"sync"

	"github.com/kbroker/kbroker/compat-tests/schema"
)

// maxFrame bounds a frame; maxPending bounds the requests whose answers are awaited on one connection.
const (
	maxFrame   = 128 << 20
	maxPending = 10000
)

// Exchange is one request's key and version with the body of its answer.
type Exchange struct {
	Key, Version int16
	Body         []byte
}

// Fault spoils an answer's body. It returns the body to send and whether it spoiled it.
type Fault func(Exchange) ([]byte, bool)

// Proxy is a listening proxy.
type Proxy struct {
	Addr    string // where clients connect
	broker  string
	port    int64 // of Addr
	behind  int64 // the broker's port, which answers name
	fault   Fault
	ln      net.Listener
	mu      sync.Mutex
	spoiled int
	conns   map[net.Conn]bool
	wg      sync.WaitGroup
}

// Start listens on a free loopback port in front of a broker.
func Start(broker string, fault Fault) (*Proxy, error) {
	_, port, err := net.SplitHostPort(broker)
	if err != nil {
		return nil, err
	}
	behind, err := strconv.ParseInt(port, 10, 32)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{Addr: ln.Addr().String(), broker: broker, port: int64(ln.Addr().(*net.TCPAddr).Port), behind: behind,
		fault: fault, ln: ln, conns: map[net.Conn]bool{}}
	p.wg.Add(1)
	go p.accept()
	return p, nil
}

// Spoiled is how many answers were spoiled so far.
func (p *Proxy) Spoiled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spoiled
}

// Close stops listening, closes all connections and waits for them.
func (p *Proxy) Close() error {
	err := p.ln.Close()
	p.mu.Lock()
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.wg.Wait()
	return err
}

func (p *Proxy) accept() {
	defer p.wg.Done()
	for {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.wg.Add(1)
		go p.serve(c)
	}
}

func (p *Proxy) keep(c net.Conn) {
	p.mu.Lock()
	p.conns[c] = true
	p.mu.Unlock()
}

func (p *Proxy) serve(client net.Conn) {
	defer p.wg.Done()
	defer client.Close()
	broker, err := net.Dial("tcp", p.broker)
	if err != nil {
		return
	}
	defer broker.Close()
	p.keep(client)
	p.keep(broker)
	asked := &register{byID: map[int32]Exchange{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.requests(client, broker, asked)
		broker.Close()
	}()
	p.answers(broker, client, asked)
	client.Close()
	<-done
}

// register remembers what was asked, by correlation id.
type register struct {
	mu   sync.Mutex
	byID map[int32]Exchange
}

func (r *register) put(frame []byte) {
	if len(frame) < 8 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byID) < maxPending {
		r.byID[int32(binary.BigEndian.Uint32(frame[4:]))] = Exchange{
			Key: int16(binary.BigEndian.Uint16(frame)), Version: int16(binary.BigEndian.Uint16(frame[2:]))}
	}
}

func (r *register) take(id int32) (Exchange, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byID[id]
	delete(r.byID, id)
	return e, ok
}

func readFrame(r *bufio.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxFrame {
		return nil, io.ErrShortBuffer
	}
	b := make([]byte, n)
	_, err := io.ReadFull(r, b)
	return b, err
}

func writeFrame(w io.Writer, b []byte) error {
	_, err := w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...))
	return err
}

func (p *Proxy) requests(client, broker net.Conn, asked *register) {
	r := bufio.NewReader(client)
	for {
		b, err := readFrame(r)
		if err != nil {
			return
		}
		asked.put(b)
		if writeFrame(broker, b) != nil {
			return
		}
	}
}

func (p *Proxy) answers(broker, client net.Conn, asked *register) {
	r := bufio.NewReader(broker)
	for {
		b, err := readFrame(r)
		if err != nil || len(b) < 4 {
			return
		}
		if e, ok := asked.take(int32(binary.BigEndian.Uint32(b))); ok {
			b = p.spoil(e, b)
		}
		if writeFrame(client, b) != nil {
			return
		}
	}
}

func (p *Proxy) spoil(e Exchange, frame []byte) []byte {
	m, ok := schema.Response(e.Key)
	if !ok {
		return frame
	}
	_, body, err := schema.ResponseBody(m, e.Version, frame)
	if err != nil {
		return frame
	}
	head := frame[:len(frame)-len(body)]
	e.Body = p.readdress(e, body)
	spoiled, changed := p.fault(e)
	if !changed {
		return append(append([]byte{}, head...), e.Body...)
	}
	p.mu.Lock()
	p.spoiled++
	p.mu.Unlock()
	return append(append([]byte{}, head...), spoiled...)
}
