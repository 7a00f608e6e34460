package server

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

func TestTrap109IdleConnectionsEndWithoutReset(t *testing.T) {
	bubble(t, func(t *testing.T) {
		parked := make(chan protocol.Reply, 1)
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.CorrelationID == 1000 {
				parked <- reply
				return
			}
			echo(req, reply)
		}, nil)
		defer b.Close()
		idle, busy, waiting := b.dial("a"), b.dial("a"), b.dial("a")
		waiting.send(frameOf(12, 0, 1000, nil))
		begin := time.Now()
		go func() {
			for i := range int32(100) {
				time.Sleep(time.Minute)
				busy.send(frameOf(12, 0, i, nil))
				busy.receive()
			}
			busy.Close()
		}()
		idle.expectEOF()
		if d := time.Since(begin); d < 10*time.Minute || d > 10*time.Minute+3*lookMax {
			t.Errorf("ended after %v", d)
		}
		time.Sleep(time.Hour)
		(<-parked).Send(raw("late")) // a request in flight is not idleness
		if corr, body := waiting.receive(); corr != 1000 || string(body) != "late" {
			t.Errorf("%d %q", corr, body)
		}
		waiting.expectEOF()
		time.Sleep(time.Hour)
		if st := b.Stats(); st.Connections != 0 || st.Ended["idle"] != 2 || st.Ended["peer closed"] != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestWaitingConnectionsHoldNoBuffer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		var conns []*peerConn
		for i := range 12 {
			c := b.dial("a")
			c.send(frameOf(0, 3, 1, make([]byte, 100<<i)))
			c.receive()
			conns = append(conns, c)
		}
		synctest.Wait()
		b.mu.Lock()
		for c := range b.conns {
			if c.buf != nil {
				t.Errorf("a connection that waits holds %d bytes", len(c.buf.b))
			}
		}
		b.mu.Unlock()
		if held := b.Stats().HeldBytes; held != 0 {
			t.Errorf("%d bytes are charged", held)
		}
		for _, c := range conns {
			c.Close()
		}
	})
}

func TestSlowFramesAreCutOff(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		begin := time.Now()
		c := b.dial("slow")
		frame := frameOf(12, 0, 1, make([]byte, 1000))
		var writers sync.WaitGroup
		defer writers.Wait()
		writers.Go(func() {
			for i := range frame {
				if _, err := c.Write(frame[i : i+1]); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		})
		if _, _, err := c.tryReceive(); err == nil {
			t.Error("answered")
		}
		if d := time.Since(begin); d < 30*time.Second || d > 30*time.Second+2*lookMax {
			t.Errorf("cut off after %v", d)
		}
		c.Close()
		// One that arrives at a tolerable rate is served.
		even := b.dial("steady")
		steady := frameOf(12, 0, 1, make([]byte, 4<<20))
		writers.Go(func() {
			for len(steady) > 0 {
				n := min(len(steady), 64<<10)
				even.send(steady[:n])
				steady = steady[n:]
				time.Sleep(time.Second)
			}
		})
		if _, body := even.receive(); len(body) != 4<<20 {
			t.Errorf("%d bytes", len(body))
		}
		even.Close()
		if st := b.Stats(); st.Ended["frame took too long"] != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestPeerThatTakesNoAnswersIsStoppedAndThenEnded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var served atomic.Int32
		answer := raw(make([]byte, 32<<10))
		b := start(t, func(req *protocol.Request, reply protocol.Reply) { served.Add(1); reply.Send(answer) }, nil)
		defer b.Close()
		c := b.dial("deaf")
		go func() {
			for i := range int32(100_000) {
				if _, err := c.Write(frameOf(12, 0, i, nil)); err != nil {
					return
				}
			}
		}()
		synctest.Wait()
		// What is served fits the network's window, the bound of unwritten answers, and one more.
		if bound := (256<<10)/len(answer) + (1<<20)/len(answer) + 2; int(served.Load()) > bound {
			t.Errorf("served %d requests without an answer taken, bound %d", served.Load(), bound)
		}
		time.Sleep(11 * time.Minute)
		if st := b.Stats(); st.Ended["answers not taken"] != 1 || st.Connections != 0 {
			t.Errorf("%+v", st)
		}
		c.Close()
	})
}

func TestRequestsInFlightAreBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		var held []protocol.Reply
		b := start(t, func(_ *protocol.Request, reply protocol.Reply) {
			mu.Lock()
			held = append(held, reply)
			mu.Unlock()
		}, func(c *Config, _ *ListenerConfig) { c.MaxInFlight = 5 })
		defer b.Close()
		c := b.dial("a")
		for i := range int32(20) {
			c.send(frameOf(12, 0, i, nil))
		}
		for done := 0; done < 20; {
			synctest.Wait()
			mu.Lock()
			if len(held) != 5 && done < 15 || len(held) > 5 {
				t.Fatalf("%d in flight", len(held))
			}
			replies := held
			held = nil
			mu.Unlock()
			for _, r := range replies {
				r.Send(raw("x"))
				if corr, _ := c.receive(); corr != int32(done) {
					t.Fatalf("answer %d: %d", done, corr)
				}
				done++
			}
		}
		c.Close()
	})
}

func TestMemoryForFramesIsBoundedAndNobodyStarves(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const size, peers = 4 << 20, 8
		var peak atomic.Int64
		var b *bench
		b = start(t, func(req *protocol.Request, reply protocol.Reply) {
			if held := b.memory.held(); held > peak.Load() {
				peak.Store(held)
			}
			go func() {
				time.Sleep(time.Second)
				reply.Send(raw("x"))
			}()
		}, func(c *Config, _ *ListenerConfig) {
			c.MaxBytes, c.MaxPeerBytes, c.MaxConnBytes = 10<<20, 8<<20, 6<<20
		})
		defer b.Close()
		var wg sync.WaitGroup
		for i := range peers {
			c := b.dial([]string{"a", "b"}[i%2])
			wg.Go(func() {
				defer c.Close()
				wg.Go(func() {
					for range 3 {
						_, _ = c.Write(frameOf(12, 0, 1, make([]byte, size)))
					}
				})
				for range 3 {
					if _, _, err := c.tryReceive(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if n := peak.Load(); n < 8<<20 || n > 10<<20+2*(size+1<<20) {
			t.Errorf("held %d bytes at once", n)
		}
		if held := b.memory.held(); held != 0 {
			t.Errorf("%d bytes are still charged", held)
		}
	})
}

func TestAnnouncedFramesCostNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		var conns []*peerConn
		for range 50 {
			c := b.dial("attacker")
			c.send(append(binary.BigEndian.AppendUint32(nil, 90<<20), "0123456789"...))
			conns = append(conns, c)
		}
		synctest.Wait()
		b.mu.Lock()
		for c := range b.conns {
			if c.buf == nil || len(c.buf.b) > smallSize {
				t.Errorf("a connection with 14 bytes holds %d", len(c.buf.b))
			}
		}
		b.mu.Unlock()
		if held := b.Stats().HeldBytes; held != 0 {
			t.Errorf("%d bytes charged", held)
		}
		other := b.dial("other")
		other.send(frameOf(12, 0, 1, nil))
		other.receive()
		other.Close()
		for _, c := range conns {
			c.Close()
		}
	})
}

func TestThrottlePausesBeforeTheNextFrame(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.CorrelationID == 0 {
				reply.Throttle(5 * time.Second)
			}
			echo(req, reply)
		}, nil)
		defer b.Close()
		begin := time.Now()
		c := b.dial("a")
		c.send(append(frameOf(12, 0, 0, nil), frameOf(12, 0, 1, nil)...))
		c.receive()
		if d := time.Since(begin); d != 0 {
			t.Errorf("the throttled answer came after %v", d)
		}
		c.receive()
		if d := time.Since(begin); d != 5*time.Second {
			t.Errorf("the next one came after %v", d)
		}
		c.Close()
	})
}

func TestDrainAnswersWhatIsInFlightAndEndsTheRest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			go func() {
				time.Sleep(3 * time.Second)
				reply.Send(raw("done"))
			}()
		}, nil)
		idle, busy := b.dial("a"), b.dial("a")
		busy.send(frameOf(12, 0, 1, nil))
		synctest.Wait()
		drained := make(chan error, 1)
		go func() { drained <- b.Drain(t.Context()) }()
		idle.expectEOF()
		if corr, body := busy.receive(); corr != 1 || string(body) != "done" {
			t.Errorf("%d %q", corr, body)
		}
		busy.expectEOF()
		if err := <-drained; err != nil {
			t.Error(err)
		}
		if _, err := b.net.Host("a").Dial(t.Context(), "tcp", address); err == nil {
			t.Error("a connection was accepted after Drain")
		}
		b.Close()
		if err := b.Serve(ListenerConfig{Listener: dummyListener{}, ApiVersions: testVersions(t)}); !errors.Is(err, ErrStopped) {
			t.Errorf("Serve after Close: %v", err)
		}
	})
}

func TestDrainWaitsNeitherForLongPollsNorForThrottlesNorForPeersThatDoNotRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const poll = 1
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			switch {
			case req.Key == poll:
			case req.CorrelationID == 7:
				reply.Throttle(time.Hour)
				reply.Send(raw("throttled"))
			case req.CorrelationID == 8:
				reply.Send(raw(strings.Repeat("x", 8<<20)))
			default:
				reply.Send(raw("done"))
			}
		}, func(c *Config, _ *ListenerConfig) {
			c.LongPoll = func(key int16) bool { return key == poll }
			c.MaxInFlight = 2
		})
		polling, throttled, full, deaf := b.dial("a"), b.dial("a"), b.dial("a"), b.dial("a")
		polling.send(append(frameOf(12, 0, 1, nil), frameOf(poll, 4, 2, nil)...))
		throttled.send(append(frameOf(12, 0, 7, nil), frameOf(12, 0, 1, nil)...))
		for range 4 {
			full.send(frameOf(poll, 4, 1, nil))
		}
		deaf.send(frameOf(12, 0, 8, nil))
		synctest.Wait()
		begin := time.Now()
		if err := b.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d > lastWriteTime+lastLingerTime {
			t.Errorf("Drain took %v", d)
		}
		if corr, body := polling.receive(); corr != 1 || string(body) != "done" {
			t.Errorf("%d %q", corr, body)
		}
		polling.expectEOF()
		b.Close()
	})
}

type dummyListener struct{ net.Listener }

func TestDrainGivesUpWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var reply protocol.Reply
		b := start(t, func(_ *protocol.Request, r protocol.Reply) { reply = r }, nil)
		c := b.dial("a")
		c.send(frameOf(12, 0, 1, nil))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		b.Close()
		reply.Send(raw("too late")) // goes nowhere
		c.expectEOF()
	})
}

func TestMaxConnectionsHoldsAcceptingBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, func(c *Config, _ *ListenerConfig) { c.Limits = Limits{MaxConnections: 2} })
		defer b.Close()
		first, second, third := b.dial("a"), b.dial("b"), b.dial("c")
		third.send(frameOf(12, 0, 1, nil))
		synctest.Wait()
		if st := b.Stats(); st.Connections != 2 {
			t.Fatalf("%d connections", st.Connections)
		}
		first.Close()
		third.receive()
		second.Close()
		third.Close()
	})
}

func TestMaxPerIPRefusesWithOverrides(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, func(c *Config, _ *ListenerConfig) {
			c.Limits = Limits{MaxPerIP: 1, PerIPOverrides: map[string]int{"vip": 2, "banned": 0}}
		})
		defer b.Close()
		var open []*peerConn
		for _, h := range []string{"a", "b", "vip", "vip"} {
			c := b.dial(h)
			c.send(frameOf(12, 0, 1, nil))
			c.receive()
			open = append(open, c)
		}
		for _, h := range []string{"a", "vip", "banned"} {
			b.dial(h).expectEOF()
		}
		for _, c := range open {
			c.Close()
		}
		synctest.Wait()
		c := b.dial("a")
		c.send(frameOf(12, 0, 1, nil))
		c.receive()
		c.Close()
		if st := b.Stats(); st.Refused != 3 {
			t.Errorf("%+v", st)
		}
	})
}

func TestConnectionCreationRates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, func(c *Config, _ *ListenerConfig) { c.Limits = Limits{CreationRate: 1} })
		defer b.Close()
		begin := time.Now()
		for range 20 {
			c := b.dial("a")
			c.send(frameOf(12, 0, 1, nil))
			c.receive()
			c.Close()
		}
		// Ten may come at once, the rest one a second.
		if d := time.Since(begin).Round(time.Second); d != 10*time.Second {
			t.Errorf("twenty connections in %v", d)
		}
		b.SetLimits(Limits{PerIPRateOfHost: func(h string) (float64, bool) { return 1, h == "fast" }})
		refused := 0
		for range 15 {
			c := b.dial("fast")
			c.send(frameOf(12, 0, 1, nil))
			if _, _, err := c.tryReceive(); errors.Is(err, io.EOF) {
				refused++
			}
			c.Close()
		}
		if refused == 0 || refused > 5 {
			t.Errorf("%d refused", refused)
		}
	})
}

func TestGateLetsNothingPassBeforeLogin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, func(req *protocol.Request, reply protocol.Reply) {
			if req.Conn.Principal.Name != "alice" {
				t.Errorf("%v reached the handler", req.Conn.Principal)
			}
			echo(req, reply)
		}, func(_ *Config, l *ListenerConfig) {
			l.NewGate = func(c *protocol.Conn) Gate { return &testGate{conn: c} }
		})
		defer b.Close()
		early := b.dial("a")
		early.send(frameOf(12, 0, 1, nil))
		early.expectEOF()

		big := b.dial("a")
		big.send(binary.BigEndian.AppendUint32(nil, 512<<10+1))
		big.expectEOF()

		wrong := b.dial("a")
		wrong.send(frameOf(17, 1, 1, nil))
		wrong.receive()
		begin := time.Now()
		wrong.send(frameOf(36, 0, 2, []byte("guess")))
		if corr, body := wrong.receive(); corr != 2 || string(body) != "denied" || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("%d %q after %v", corr, body, time.Since(begin))
		}
		wrong.expectEOF()

		right := b.dial("a")
		right.send(frameOf(18, 0, 0, nil)) // trap T9
		right.receive()
		right.send(frameOf(17, 1, 1, nil))
		right.receive()
		right.send(frameOf(36, 0, 2, []byte("secret")))
		right.receive()
		right.send(frameOf(12, 0, 3, []byte("x")))
		if corr, body := right.receive(); corr != 3 || string(body) != "x" {
			t.Errorf("%d %q", corr, body)
		}
		right.send(frameOf(12, 0, 4, make([]byte, 600<<10))) // the bound of before the login is gone
		if _, body := right.receive(); len(body) != 600<<10 {
			t.Errorf("%d bytes", len(body))
		}
		right.Close()

		old := b.dial("a") // trap T102: handshake v0 is followed by a bare token
		old.send(frameOf(17, 0, 1, nil))
		old.receive()
		old.send(append(binary.BigEndian.AppendUint32(nil, 6), "secret"...))
		var size [4]byte
		if _, err := io.ReadFull(old, size[:]); err != nil || size != [4]byte{0, 0, 0, 2} {
			t.Fatal(size, err)
		}
		if ok := make([]byte, 2); true {
			if _, err := io.ReadFull(old, ok); err != nil || string(ok) != "ok" {
				t.Fatal(string(ok), err)
			}
		}
		old.send(frameOf(12, 0, 3, nil))
		old.receive()
		old.Close()
		if !strings.Contains(b.log.String(), "not authenticated") {
			t.Errorf("%s", b.log)
		}
	})
}

// testGate is opened by the word "secret".
type testGate struct {
	conn *protocol.Conn
	raw  bool
	open bool
}

func (g *testGate) Raw() bool           { return g.raw }
func (g *testGate) Open(time.Time) bool { return g.open }
func (g *testGate) Token(b []byte) GateStep {
	g.raw = false
	step := g.try(b)
	step.Bare = true
	return step
}

func (g *testGate) Request(req *protocol.Request) GateStep {
	if req.Key == protocol.KeySaslHandshake {
		g.raw = req.Version == 0
		return GateStep{Answer: raw("\x00\x00\x00\x00\x00\x00")}
	}
	return g.try(req.Body)
}

func (g *testGate) try(b []byte) GateStep {
	if string(b) != "secret" {
		return GateStep{Answer: raw("denied"), Close: "wrong password", Delay: 100 * time.Millisecond}
	}
	g.open = true
	g.conn.Principal.Name = "alice"
	return GateStep{Answer: raw("ok")}
}

func TestSmallFramesThatWaitAreCharged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		pending := make(chan protocol.Reply, 100)
		b := start(t, func(_ *protocol.Request, reply protocol.Reply) { pending <- reply },
			func(c *Config, _ *ListenerConfig) { c.MaxConnBytes = 160 << 10 })
		defer b.Close()
		c := b.dial("a")
		const n = 20
		var writer sync.WaitGroup
		writer.Go(func() {
			for i := range int32(n) {
				_, _ = c.Write(frameOf(0, 3, i, make([]byte, 40<<10)))
			}
		})
		for i := range int32(n) {
			synctest.Wait()
			// Each keeps a buffer of 64 KiB: two fit, and the third passes the bound.
			if got := len(pending); got > 4 || b.memory.held() > 256<<10 {
				t.Fatalf("%d requests hold %d bytes", got, b.memory.held())
			}
			(<-pending).Send(raw("x"))
			if corr, _ := c.receive(); corr != i {
				t.Fatal(corr)
			}
		}
		writer.Wait()
		c.Close()
	})
}

func TestMemoryGrowsWithTheBytesThatArrive(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := start(t, echo, nil)
		defer b.Close()
		c := b.dial("a")
		c.send(binary.BigEndian.AppendUint32(nil, 90<<20))
		for sent := 0; sent < 3<<20; sent += 100 << 10 {
			c.send(make([]byte, 100<<10))
			synctest.Wait()
			arrived := sent + 100<<10
			if held := b.memory.held(); held > hugeSize && held > int64(4*arrived) {
				t.Fatalf("%d bytes are held after %d have arrived", held, arrived)
			}
		}
		c.Close()
		synctest.Wait()
		if held := b.memory.held(); held != 0 {
			t.Errorf("%d bytes are still charged", held)
		}
	})
}

// memRegion is a Region of memory.
type memRegion struct {
	b        []byte
	released *atomic.Int32
}

func (r memRegion) Len() int64                                { return int64(len(r.b)) }
func (r memRegion) ReadAt(p []byte, off int64) (int, error)   { return copy(p, r.b[off:]), nil }
func (r memRegion) Sysfile() (fd uintptr, pos int64, ok bool) { return 0, 0, false }
func (r memRegion) Release()                                  { r.released.Add(1) }

func TestWhatCompletesAfterTheEndIsReleased(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var released atomic.Int32
		pending := make(chan protocol.Reply, 2)
		b := start(t, func(_ *protocol.Request, reply protocol.Reply) { pending <- reply }, nil)
		defer b.Close()
		c := b.dial("a")
		c.send(append(frameOf(1, 4, 0, nil), frameOf(1, 4, 1, nil)...))
		first, second := <-pending, <-pending
		second.SendParts([]protocol.Part{{Region: memRegion{[]byte("x"), &released}}}) // stands behind the first
		c.Close()
		synctest.Wait()
		if n := released.Load(); n != 1 {
			t.Errorf("%d released with the connection", n)
		}
		first.SendParts([]protocol.Part{{Region: memRegion{[]byte("x"), &released}}})
		if n := released.Load(); n != 2 {
			t.Errorf("%d released after it", n)
		}
	})
}
