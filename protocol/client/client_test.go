package client

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/memnet"
	"github.com/kbroker/kbroker/protocol/server"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const address = "peer:9092"

type handlerFunc func(*protocol.Request, protocol.Reply)

func (f handlerFunc) Serve(req *protocol.Request, reply protocol.Reply) { f(req, reply) }

// heartbeats answers Heartbeat with the generation of the request as throttle time, after that many milliseconds.
func heartbeats(t *testing.T) handlerFunc {
	return func(req *protocol.Request, reply protocol.Reply) {
		hb := kmsg.NewPtrHeartbeatRequest()
		hb.Version = req.Version
		if err := hb.ReadFrom(req.Body); err != nil {
			t.Error(err)
		}
		resp := kmsg.NewPtrHeartbeatResponse()
		resp.Version, resp.ThrottleMillis = req.Version, hb.Generation
		time.AfterFunc(time.Duration(hb.Generation)*time.Millisecond, func() { reply.Send(resp) })
	}
}

func startPeer(t *testing.T, n *memnet.Network, h handlerFunc) *server.Server {
	t.Helper()
	table, err := protocol.NewTable(protocol.BrokerEnd, 12, 3)
	if err != nil {
		t.Fatal(err)
	}
	l, err := n.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Config{Handler: h, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	versions := &protocol.ApiVersions{Table: table, ClusterID: "cluster", NodeID: 3}
	if err := s.Serve(server.ListenerConfig{Name: "CONTROLLER", Listener: l, ApiVersions: versions}); err != nil {
		t.Fatal(err)
	}
	return s
}

func newClient(t *testing.T, n *memnet.Network, edit func(*Config)) *Client {
	t.Helper()
	cfg := Config{Address: address, Dial: n.Host("me").Dial, ClientID: "me", Jitter: func() float64 { return 0.5 }}
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func heartbeat(generation int32) *kmsg.HeartbeatRequest {
	req := kmsg.NewPtrHeartbeatRequest()
	req.Generation = generation
	return req
}

func TestRequestsArePipelinedAtTheHighestCommonVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		s := startPeer(t, n, heartbeats(t))
		defer s.Close()
		c := newClient(t, n, nil)
		defer c.Close()
		begin := time.Now()
		var wg sync.WaitGroup
		for i := range int32(50) {
			wg.Go(func() {
				req := heartbeat(1000 + i)
				resp, err := c.Do(t.Context(), req)
				if err != nil {
					t.Error(err)
					return
				}
				if hb := resp.(*kmsg.HeartbeatResponse); hb.ThrottleMillis != 1000+i || hb.Version != 4 || req.Version != 4 {
					t.Errorf("%d: %+v", i, hb)
				}
			})
		}
		wg.Wait()
		if d := time.Since(begin); d > 2*time.Second {
			t.Errorf("fifty requests of about a second took %v", d)
		}
		if st := s.Stats(); st.Accepted != 1 {
			t.Errorf("%d connections", st.Accepted)
		}
	})
}

func TestVersionsThatThePeerDoesNotServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		s := startPeer(t, n, heartbeats(t))
		defer s.Close()
		c := newClient(t, n, nil)
		defer c.Close()
		var unsupported *UnsupportedError
		if _, err := c.Do(t.Context(), kmsg.NewPtrFetchRequest()); !errors.As(err, &unsupported) || unsupported.Max != -1 {
			t.Errorf("Fetch: %v", err)
		}
		if _, err := c.DoAt(t.Context(), heartbeat(0), 5); !errors.As(err, &unsupported) || unsupported.Max != 4 {
			t.Errorf("Heartbeat v5: %v", err)
		}
		if resp, err := c.DoAt(t.Context(), heartbeat(1), 1); err != nil || resp.GetVersion() != 1 {
			t.Errorf("Heartbeat v1: %v", err)
		}
		if lo, hi, ok, err := c.Serves(t.Context(), 12); lo != 0 || hi != 4 || !ok || err != nil {
			t.Errorf("Serves: %d-%d %v %v", lo, hi, ok, err)
		}
	})
}

func TestTrap007TheWrongPeerIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		s := startPeer(t, n, heartbeats(t))
		defer s.Close()
		for _, node := range []int32{3, 4} {
			c := newClient(t, n, func(c *Config) { c.ClusterID, c.NodeID = "cluster", node })
			_, err := c.Do(t.Context(), heartbeat(1))
			if wrong := errors.Is(err, kerr.RebootstrapRequired); wrong != (node == 4) {
				t.Errorf("node %d: %v", node, err)
			}
			c.Close()
		}
	})
}

func TestReconnectsAfterALossAndBacksOffWhileNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		var dials atomic.Int32
		s := startPeer(t, n, heartbeats(t))
		c := newClient(t, n, func(cfg *Config) {
			dial := cfg.Dial
			cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				dials.Add(1)
				return dial(ctx, network, address)
			}
		})
		defer c.Close()
		if _, err := c.Do(t.Context(), heartbeat(1)); err != nil {
			t.Fatal(err)
		}
		lost := make(chan error, 1)
		go func() {
			_, err := c.Do(t.Context(), heartbeat(10_000))
			lost <- err
		}()
		synctest.Wait()
		n.Sever("me", "peer")
		var ce *ConnError
		if err := <-lost; !errors.As(err, &ce) || !ce.Sent {
			t.Errorf("the request that was on its way: %v", err)
		}
		if _, err := c.Do(t.Context(), heartbeat(1)); err != nil {
			t.Errorf("after the loss: %v", err)
		}
		s.Close()
		synctest.Wait()
		dials.Store(0)
		begin := time.Now()
		for time.Since(begin) < 10*time.Second {
			if _, err := c.Do(t.Context(), heartbeat(1)); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Fatal(err)
			}
		}
		// 50, 100, 200, 400, 800 ms, then each second.
		if k := dials.Load(); k < 12 || k > 16 {
			t.Errorf("%d dials in ten seconds", k)
		}
		s = startPeer(t, n, heartbeats(t))
		defer s.Close()
		if _, err := c.Do(t.Context(), heartbeat(1)); err != nil {
			t.Errorf("after the peer came back: %v", err)
		}
		time.Sleep(20 * time.Second) // the first request's answer goes nowhere
	})
}

func TestPeerThatMissesADeadlineIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		s := startPeer(t, n, heartbeats(t))
		defer s.Close()
		c := newClient(t, n, nil)
		defer c.Close()
		begin := time.Now()
		if _, err := c.Do(t.Context(), heartbeat(60_000)); !errors.Is(err, ErrTimeout) {
			t.Errorf("%v", err)
		}
		if d := time.Since(begin); d != 30*time.Second {
			t.Errorf("after %v", d)
		}
		if _, err := c.Do(t.Context(), heartbeat(1)); err != nil {
			t.Errorf("on a new connection: %v", err)
		}
		// A caller that loses interest leaves the connection to others.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Do(ctx, heartbeat(3000)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if _, err := c.Do(t.Context(), heartbeat(1)); err != nil {
			t.Errorf("%v", err)
		}
		if st := s.Stats(); st.Accepted != 2 {
			t.Errorf("%d connections", st.Accepted)
		}
		time.Sleep(time.Minute)
	})
}

func TestCloseFreesWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		s := startPeer(t, n, heartbeats(t))
		defer s.Close()
		c := newClient(t, n, nil)
		errs := make(chan error, 2)
		go func() {
			_, err := c.Do(t.Context(), heartbeat(10_000))
			errs <- err
		}()
		synctest.Wait()
		cut := newClient(t, n, nil)
		n.Partition("me", "peer")
		go func() {
			_, err := cut.Do(t.Context(), heartbeat(1))
			errs <- err
		}()
		synctest.Wait()
		c.Close()
		cut.Close()
		for range 2 {
			if err := <-errs; !errors.Is(err, ErrClosed) {
				t.Errorf("%v", err)
			}
		}
		if _, err := c.Do(t.Context(), heartbeat(1)); !errors.Is(err, ErrClosed) {
			t.Errorf("%v", err)
		}
		n.Heal("me", "peer")
		time.Sleep(time.Minute)
	})
}

// script is a peer that reads a frame and answers with the next of its bytes, %CORR replaced by the correlation id.
func script(t *testing.T, n *memnet.Network, answers ...[]byte) net.Listener {
	t.Helper()
	l, err := n.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for _, a := range answers {
			var size [4]byte
			if _, err := io.ReadFull(c, size[:]); err != nil {
				return
			}
			frame := make([]byte, binary.BigEndian.Uint32(size[:]))
			if _, err := io.ReadFull(c, frame); err != nil {
				return
			}
			if _, err := c.Write(bytes.ReplaceAll(a, []byte("%CORR"), frame[4:8])); err != nil {
				return
			}
		}
		_, _ = io.Copy(io.Discard, c)
	}()
	return l
}

func TestTrap002AnOlderPeerIsAskedAgainAtItsVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(1)
		refusal := []byte("\x00\x00\x00\x10%CORR\x00\x23\x00\x00\x00\x01\x00\x12\x00\x00\x00\x01")
		v1 := []byte("\x00\x00\x00\x14%CORR\x00\x00\x00\x00\x00\x01\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00")
		hb := []byte("\x00\x00\x00\x06%CORR\x00\x00")
		l := script(t, n, refusal, v1, hb)
		defer l.Close()
		c := newClient(t, n, nil)
		defer c.Close()
		resp, err := c.Do(t.Context(), heartbeat(1))
		if err != nil || resp.GetVersion() != 0 {
			t.Errorf("%+v %v", resp, err)
		}
	})
}

func TestGarbledAnswersEndTheConnection(t *testing.T) {
	refusal := []byte("\x00\x00\x00\x0a%CORR\x00\x23\x00\x00\x00\x00")
	v0 := []byte("\x00\x00\x00\x10%CORR\x00\x00\x00\x00\x00\x01\x00\x0c\x00\x00\x00\x00")
	for name, answer := range map[string]string{
		"wrong correlation id": "\x00\x00\x00\x06\x7f\x7f\x7f\x7f\x00\x00",
		"too large":            "\x7f\xff\xff\xff",
		"negative":             "\xff\xff\xff\xff",
		"too short":            "\x00\x00\x00\x05%CORR\x00",
		"unasked":              "\x00\x00\x00\x06%CORR\x00\x00\x00\x00\x00\x06%CORR\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := memnet.New(1)
				l := script(t, n, refusal, v0, []byte(answer))
				defer l.Close()
				c := newClient(t, n, nil)
				defer c.Close()
				if _, _, ok, err := c.Serves(t.Context(), 12); !ok || err != nil {
					t.Fatal(err)
				}
				_, err := c.Do(t.Context(), heartbeat(1))
				var ce *ConnError
				if name == "unasked" {
					synctest.Wait()
					if !c.conn.failed() {
						t.Error("the connection lives on")
					}
				} else if !errors.As(err, &ce) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}
