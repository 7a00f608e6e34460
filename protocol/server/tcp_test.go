package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kbroker/kbroker/protocol"
)

// startTCP serves h on a loopback socket.
func startTCP(t testing.TB, h protocol.Handler, edit func(*Config)) (*Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Handler: h, Guard: noGuard, Logger: slog.New(slog.DiscardHandler)}
	if edit != nil {
		edit(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ListenerConfig{Name: "PLAINTEXT", Listener: l, ApiVersions: testVersions(t)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, l.Addr().String()
}

func dialTCP(t testing.TB, addr string) *peerConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &peerConn{c, t}
}

func TestFramesOfEverySizeArriveWhole(t *testing.T) {
	_, addr := startTCP(t, handlerFunc(func(req *protocol.Request, reply protocol.Reply) {
		sum := sha256.Sum256(req.Body)
		if req.CorrelationID%2 == 0 {
			reply.Send(raw(sum[:]))
			return
		}
		go func() { // keep the bytes for a while
			again := sha256.Sum256(req.Body)
			reply.Send(raw(again[:]))
		}()
	}), nil)
	rnd := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 500, 512, 4 << 10, 16 << 10, 64<<10 - 20, 64 << 10, 65 << 10, 300 << 10, 1 << 20, 1<<20 + 70<<10, 3 << 20, 17 << 20, 100, 0}
	for range 40 {
		sizes = append(sizes, 1<<rnd.IntN(21)+rnd.IntN(1000))
	}
	for _, key := range []int16{0, 12} {
		version := map[int16]int16{0: 3, 12: 0}[key]
		c := dialTCP(t, addr)
		bodies := make([][]byte, len(sizes))
		for i, n := range sizes {
			bodies[i] = make([]byte, n)
			for j := range bodies[i] {
				bodies[i][j] = byte(rnd.Uint32())
			}
		}
		go func() {
			for i, b := range bodies {
				if _, err := c.Write(frameOf(key, version, int32(i), b)); err != nil {
					t.Error(err)
					return
				}
			}
		}()
		for i, b := range bodies {
			corr, got := c.receive()
			if want := sha256.Sum256(b); corr != int32(i) || !bytes.Equal(got, want[:]) {
				t.Fatalf("key %d frame %d of %d bytes: answer %d differs", key, i, len(b), corr)
			}
		}
	}
}

// Fifty connections announce 90 MiB each and send ten bytes: others are served, and next to nothing is allocated.
func TestInvX2AnnouncedFramesTakeNoMemoryOnSockets(t *testing.T) {
	s, addr := startTCP(t, handlerFunc(echo), nil)
	other := dialTCP(t, addr)
	other.send(frameOf(12, 0, 0, nil))
	other.receive()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	head := append(binary.BigEndian.AppendUint32(nil, 90<<20), "0123456789"...)
	for i := range int32(50) {
		dialTCP(t, addr).send(head)
		other.send(frameOf(12, 0, i, nil))
		if corr, _ := other.receive(); corr != i {
			t.Fatal(corr)
		}
	}
	for s.stats.bytesIn.Load() < 50*uint64(len(head)) { // until all of it has been read
		runtime.Gosched()
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
	if held := s.Stats().HeldBytes; held != 0 {
		t.Errorf("%d bytes are charged", held)
	}
}

// fileRegion is a Region of a real file.
type fileRegion struct {
	f        *os.File
	pos, n   int64
	sys      bool
	released *atomic.Int32
}

func (r *fileRegion) Len() int64 { return r.n }
func (r *fileRegion) ReadAt(p []byte, off int64) (int, error) {
	return r.f.ReadAt(p[:min(int64(len(p)), r.n-off)], r.pos+off)
}
func (r *fileRegion) Sysfile() (uintptr, int64, bool) { return r.f.Fd(), r.pos, r.sys }
func (r *fileRegion) Release()                        { r.released.Add(1) }

func TestPartsAreSentInOrderByEveryWay(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content := make([]byte, 4<<20)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	var released atomic.Int32
	regions := 0
	// The body asks for parts: pairs of position and length, negative positions for bytes.
	h := handlerFunc(func(req *protocol.Request, reply protocol.Reply) {
		var parts []protocol.Part
		sys := req.CorrelationID%2 == 0
		for b := req.Body; len(b) > 0; b = b[8:] {
			pos, n := int32(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))
			if pos < 0 {
				parts = append(parts, protocol.Part{Bytes: bytes.Repeat([]byte{'x'}, int(n))})
			} else {
				parts = append(parts, protocol.Part{Region: &fileRegion{f, int64(pos), n, sys, &released}})
			}
		}
		reply.SendParts(parts)
	})
	_, addr := startTCP(t, h, nil)
	c := dialTCP(t, addr)
	for i, ask := range [][][2]int{
		{{-1, 10}, {100, 1000}, {-1, 5}, {5000, 3}},
		{{-1, 10}, {0, 4 << 20}, {-1, 7}},
		{{0, 64 << 10}}, {{0, 65 << 10}}, {{1, 1 << 20}, {7, 100 << 10}}, {{-1, 200 << 10}}, {},
		{{-1, 3}, {0, 0}, {0, 70 << 10}, {0, 0}},
	} {
		var body, want []byte
		for _, a := range ask {
			body = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(body, uint32(a[0])), uint32(a[1]))
			if a[0] < 0 {
				want = append(want, bytes.Repeat([]byte{'x'}, a[1])...)
			} else {
				want = append(want, content[a[0]:a[0]+a[1]]...)
				regions += 2
			}
		}
		for odd := range 2 {
			corr := int32(2*i + odd)
			c.send(frameOf(1, 4, corr, body))
			if got, b := c.receive(); got != corr || !bytes.Equal(b, want) {
				t.Fatalf("case %d: answer %d of %d bytes, want %d of %d", i, got, len(b), corr, len(want))
			}
		}
	}
	c.send(frameOf(12, 0, 1000, nil)) // the last answer's regions are released before the next is written
	c.receive()
	if int(released.Load()) != regions {
		t.Errorf("%d regions released of %d", released.Load(), regions)
	}
}

func TestRegionsAreReleasedWhenTheConnectionDies(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(64 << 20); err != nil {
		t.Fatal(err)
	}
	var released atomic.Int32
	s, addr := startTCP(t, handlerFunc(func(_ *protocol.Request, reply protocol.Reply) {
		reply.SendParts([]protocol.Part{{Region: &fileRegion{f, 0, 64 << 20, true, &released}}})
	}), nil)
	c := dialTCP(t, addr)
	for i := range int32(4) {
		c.send(frameOf(1, 4, i, nil))
	}
	if _, err := io.ReadFull(c, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	c.Close()
	s.Close()
	if n := released.Load(); n == 0 || int(n) != int(requestsOf(s)) {
		t.Errorf("%d regions released of %d", n, requestsOf(s))
	}
}

func requestsOf(s *Server) (n uint64) {
	for _, r := range s.Stats().Requests {
		n += r.Count
	}
	return n
}

// Answers completed by others while the reader serves and writes: run under the race detector.
func TestCompletersAndReaderShareAConnection(t *testing.T) {
	work := make(chan protocol.Reply, 1000)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for r := range work {
				r.Send(raw("late"))
			}
		})
	}
	defer wg.Wait()
	defer close(work)
	s, addr := startTCP(t, handlerFunc(func(req *protocol.Request, reply protocol.Reply) {
		if req.CorrelationID%4 == 0 {
			echo(req, reply)
			return
		}
		work <- reply
	}), nil)
	defer s.Close()
	var clients sync.WaitGroup
	for range 4 {
		c := dialTCP(t, addr)
		const n = 5000
		clients.Go(func() {
			for i := range int32(n) {
				if _, err := c.Write(frameOf(0, 3, i, nil)); err != nil {
					t.Error(err)
					return
				}
			}
		})
		clients.Go(func() {
			for i := range int32(n) {
				if corr, _, err := c.tryReceive(); err != nil || corr != i {
					t.Errorf("answer %d is %d, %v", i, corr, err)
					return
				}
			}
		})
	}
	clients.Wait()
}
