package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/memnet"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// handlerFunc is a Handler made of a function.
type handlerFunc func(*protocol.Request, protocol.Reply)

func (f handlerFunc) Serve(req *protocol.Request, reply protocol.Reply) { f(req, reply) }

// raw is a response body that stands for itself.
type raw []byte

func (r raw) AppendTo(dst []byte) []byte { return append(dst, r...) }

// constant is an answer of fixed bytes.
type constant struct{ b []byte }

func (c *constant) AppendTo(dst []byte) []byte { return append(dst, c.b...) }

// echo answers with the body of the request.
func echo(req *protocol.Request, reply protocol.Reply) { reply.Send(raw(bytes.Clone(req.Body))) }

func testVersions(t testing.TB) *protocol.ApiVersions {
	t.Helper()
	table, err := protocol.NewTable(protocol.BrokerEnd, 0, 1, 3, 12, 17, 36)
	if err != nil {
		t.Fatal(err)
	}
	return &protocol.ApiVersions{Table: table}
}

// noGuard lets tests send bodies that are nothing.
func noGuard(int16, int16, []byte) error { return nil }

// bench is a server on a memory network.
type bench struct {
	*Server
	net *memnet.Network
	log *lockedBuffer
	t   testing.TB
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

const address = "broker:9092"

// start serves h. edit may change the configurations.
func start(t testing.TB, h handlerFunc, edit func(*Config, *ListenerConfig)) *bench {
	t.Helper()
	n := memnet.New(1)
	l, err := n.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	cfg := Config{Handler: h, Guard: noGuard, LoginGuard: noGuard, Logger: slog.New(slog.NewTextHandler(log, nil))}
	lc := ListenerConfig{Name: "PLAINTEXT", Listener: l, ApiVersions: testVersions(t)}
	if edit != nil {
		edit(&cfg, &lc)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(lc); err != nil {
		t.Fatal(err)
	}
	return &bench{s, n, log, t}
}

// peerConn is a client that speaks in frames.
type peerConn struct {
	net.Conn
	t testing.TB
}

func (b *bench) dial(host string) *peerConn {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := b.net.Host(host).Dial(ctx, "tcp", address)
	if err != nil {
		b.t.Fatal(err)
	}
	return &peerConn{c, b.t}
}

func frameOf(key, version int16, correlation int32, body []byte) []byte {
	id := "tester"
	frame := protocol.AppendRequestHeader(make([]byte, 4), key, version, correlation, &id)
	frame = append(frame, body...)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	return frame
}

func (p *peerConn) send(b []byte) {
	p.t.Helper()
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// receive reads one answer and returns its correlation id and what follows.
func (p *peerConn) receive() (int32, []byte) {
	p.t.Helper()
	correlation, body, err := p.tryReceive()
	if err != nil {
		p.t.Fatal(err)
	}
	return correlation, body
}

func (p *peerConn) tryReceive() (int32, []byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(p, size[:]); err != nil {
		return 0, nil, err
	}
	b := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(p, b); err != nil {
		return 0, nil, err
	}
	return int32(binary.BigEndian.Uint32(b)), b[4:], nil
}

// expectEOF asserts a clean end.
func (p *peerConn) expectEOF() {
	p.t.Helper()
	if n, err := p.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		p.t.Fatalf("read %d bytes, %v; want EOF", n, err)
	}
	p.Close()
}

func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestAnswersAreEchoed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		c := b.dial("a")
		for i := range int32(3) {
			c.send(frameOf(12, 0, i, []byte("hello")))
			if corr, body := c.receive(); corr != i || string(body) != "hello" {
				t.Fatalf("%d %q", corr, body)
			}
		}
		c.Close()
	})
}

func TestTrap015AnswersKeepTheOrderOfRequestsHoweverTheyComplete(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		held := map[int32]protocol.Reply{}
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.CorrelationID%3 == 0 {
				reply.Send(raw("inline"))
				return
			}
			mu.Lock()
			held[req.CorrelationID] = reply
			mu.Unlock()
		}, nil)
		defer b.Close()
		c := b.dial("a")
		const n = 60
		var all []byte
		for i := range int32(n) {
			all = append(all, frameOf(12, 0, i, nil)...)
		}
		c.send(all)
		synctest.Wait()
		if len(held) != n*2/3 {
			t.Fatalf("%d requests held", len(held))
		}
		for i := int32(n - 1); i >= 0; i-- {
			if reply := held[i]; reply != nil {
				go reply.Send(raw("late"))
				synctest.Wait()
			}
		}
		for i := range int32(n) {
			want := "late"
			if i%3 == 0 {
				want = "inline"
			}
			if corr, body := c.receive(); corr != i || string(body) != want {
				t.Fatalf("answer %d: %d %q", i, corr, body)
			}
		}
		c.Close()
	})
}

func TestTrap009ApiVersionsIsAnsweredByTheServerAgainAndAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.Conn.Software != "kgo" || req.Conn.SoftwareVer != "v1" || req.ClientID != "tester" {
				t.Errorf("%+v", req.Conn)
			}
			echo(req, reply)
		}, nil)
		defer b.Close()
		c := b.dial("a")
		for v := int16(0); v <= 7; v++ {
			req := kmsg.NewPtrApiVersionsRequest()
			req.Version = min(v, 5)
			req.ClientSoftwareName, req.ClientSoftwareVersion = "kgo", "v1"
			c.send(frameOf(18, v, int32(v), req.AppendTo(nil)))
			corr, body := c.receive()
			resp := kmsg.NewPtrApiVersionsResponse()
			if v <= 5 {
				resp.Version = v
			}
			if err := resp.ReadFrom(body); err != nil || corr != int32(v) {
				t.Fatal(v, corr, err)
			}
			if want := int16(0); v > 5 {
				want = kerr.UnsupportedVersion.Code
				if resp.ErrorCode != want || len(resp.ApiKeys) != 1 {
					t.Errorf("v%d: %+v", v, resp)
				}
			} else if resp.ErrorCode != want || len(resp.ApiKeys) != 7 {
				t.Errorf("v%d: %+v", v, resp)
			}
		}
		c.send(frameOf(12, 0, 9, nil))
		c.receive()
		c.Close()
	})
}

func TestTrap017NothingAndCloseKeepTheQueueMoving(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			switch req.CorrelationID {
			case 0, 2:
				reply.Nothing()
			case 4:
				reply.Close("enough")
			default:
				echo(req, reply)
			}
		}, nil)
		defer b.Close()
		c := b.dial("a")
		var all []byte
		for i := range int32(6) {
			all = append(all, frameOf(12, 0, i, nil)...)
		}
		c.send(all)
		for _, want := range []int32{1, 3} {
			if corr, _ := c.receive(); corr != want {
				t.Fatalf("%d, want %d", corr, want)
			}
		}
		c.expectEOF()
	})
}

func TestUnsupportedRequestsCloseAndOldProduceIsAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		for _, kv := range [][2]int16{{2, 1}, {1, 3}, {1, 19}, {94, 0}, {500, 0}, {-1, 0}} {
			c := b.dial("a")
			c.send(frameOf(kv[0], kv[1], 1, []byte("body")))
			c.expectEOF()
		}
		if n := strings.Count(b.log.String(), "request refused"); n != 6 {
			t.Errorf("%d lines:\n%s", n, b.log)
		}
		c := b.dial("a")
		req := kmsg.NewPtrProduceRequest()
		req.Version, req.Acks = 2, 1
		c.send(frameOf(0, 2, 5, req.AppendTo(nil)))
		if corr, body := c.receive(); corr != 5 || !bytes.Equal(body, make([]byte, 8)) {
			t.Errorf("%d %x", corr, body)
		}
		if !strings.Contains(b.log.String(), "no longer served") || !strings.Contains(b.log.String(), "tester") {
			t.Errorf("the log does not say who sends old Produce:\n%s", b.log)
		}
		c.Close()
	})
}

// TestAFrameWithoutAHeaderIsLoggedAsWhatItWas: nothing in it names an API, so neither does the line.
func TestAFrameWithoutAHeaderIsLoggedAsWhatItWas(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		for frame, says := range map[string]string{"\x00\x00\x00\x00": "a frame of 0 bytes", "\x00\x00\x00\x03\x00\x00\x00": "a frame of 3 bytes"} {
			before := len(b.log.String())
			c := b.dial("a")
			c.send([]byte(frame))
			c.expectEOF()
			line := b.log.String()[before:]
			if !strings.Contains(line, says) || strings.Contains(line, "api=") || strings.Contains(line, "key=") {
				t.Errorf("%q is logged as %q", frame, line)
			}
		}
	})
}

func TestTrap021StrangersAreClosedCheaplyWithOneLine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		for _, c := range []struct{ bytes, says string }{
			{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"}, {"\x16\x03\x01\x02\x00\x01\x00", "TLS"}, {"SSH-2.0-x\r\n", "SSH"},
			{"\xff\xff\xff\xff", "negative"}, {"\x7f\xff\xff\xff", "above the bound"}, {"\x06\x40\x00\x01", "above the bound"},
		} {
			before := len(b.log.String())
			p := b.dial("a")
			p.send([]byte(c.bytes))
			p.expectEOF()
			line := b.log.String()[before:]
			if strings.Count(line, "\n") != 1 || !strings.Contains(line, c.says) || !strings.Contains(line, "peer=a:") {
				t.Errorf("%q is logged as %q", c.bytes, line)
			}
		}
		for range 100 {
			p := b.dial("a")
			p.send([]byte("GET "))
			p.expectEOF()
		}
		if n := strings.Count(b.log.String(), "not a Kafka request"); n != notesPerKind {
			t.Errorf("%d lines, want %d", n, notesPerKind)
		}
		if st := b.Stats(); st.Strangers != 106 {
			t.Errorf("%+v", st)
		}
	})
}

func TestPanicOfAHandlerEndsOnlyItsConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.CorrelationID == 13 {
				panic("unlucky")
			}
			echo(req, reply)
		}, nil)
		defer b.Close()
		other, c := b.dial("a"), b.dial("b")
		c.send(frameOf(12, 0, 13, nil))
		c.expectEOF()
		other.send(frameOf(12, 0, 1, nil))
		other.receive()
		other.Close()
		if log := b.log.String(); !strings.Contains(log, "unlucky") || !strings.Contains(log, "server_test.go") {
			t.Errorf("no stack in %s", log)
		}
	})
}
