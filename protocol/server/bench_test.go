//go:build unix

package server

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/kbroker/kbroker/protocol"
)

func cpuTime() time.Duration {
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		panic(err)
	}
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
}

// BenchmarkFrames sends produce frames of a size, depth in flight, and reads their answers of 60 bytes. It is the way of a
// frame without any work: allocs/op must be 0. The CPU time is that of client and server together.
func BenchmarkFrames(b *testing.B) {
	for _, c := range []struct {
		size, depth, conns int
		pending            bool
	}{
		{100, 1, 1, false}, {100, 5, 1, false}, {100, 1, 64, false}, {100, 5, 64, false}, {16 << 10, 5, 4, false}, {1 << 20, 5, 1, false},
		{100, 5, 1, true}, {16 << 10, 5, 4, true}, {1 << 20, 5, 1, true},
	} {
		name := fmt.Sprintf("%dB×%d×%d", c.size, c.depth, c.conns)
		if c.pending {
			name += "/pending"
		}
		b.Run(name, func(b *testing.B) { benchFrames(b, c.size, c.depth, c.conns, c.pending) })
	}
}

func benchFrames(b *testing.B, size, depth, conns int, pending bool) {
	answer := &constant{make([]byte, 52)}
	h := handlerFunc(func(_ *protocol.Request, reply protocol.Reply) { reply.Send(answer) })
	if pending {
		later := make(chan protocol.Reply, 1000)
		defer close(later)
		go func() {
			for r := range later {
				r.Send(answer)
			}
		}()
		h = func(_ *protocol.Request, reply protocol.Reply) { later <- reply }
	}
	s, addr := startTCP(b, h, nil)
	var frames []byte
	for range depth {
		frames = append(frames, frameOf(0, 9, 1, make([]byte, size-19))...)
	}
	rounds := b.N/(depth*conns) + 1
	run := func(c *peerConn, rounds int) {
		answers := make([]byte, depth*61)
		for range rounds {
			if _, err := c.Write(frames); err != nil {
				b.Error(err)
				return
			}
			if _, err := io.ReadFull(c, answers); err != nil {
				b.Error(err)
				return
			}
		}
	}
	var clients []*peerConn
	for range conns {
		c := dialTCP(b, addr)
		run(c, 20)
		clients = append(clients, c)
	}
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	done := make(chan struct{})
	for _, c := range clients {
		go func() {
			run(c, rounds)
			done <- struct{}{}
		}()
	}
	for range clients {
		<-done
	}
	b.StopTimer()
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/float64(rounds*depth*conns), "cpu-µs/op")
	s.Close()
}

// BenchmarkIdleConnections measures what an idle connection costs once it has spoken: heap and stacks of the server. The
// clients are bare sockets.
func BenchmarkIdleConnections(b *testing.B) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		b.Fatal(err)
	}
	n := int(min(10_000, limit.Cur/2-100)) // both ends are in this process
	for b.Loop() {
		answer := &constant{make([]byte, 52)}
		s, addr := startTCP(b, handlerFunc(func(_ *protocol.Request, reply protocol.Reply) { reply.Send(answer) }), nil)
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		before := footprint()
		frame := frameOf(12, 0, 1, make([]byte, 100))
		fds := make([]int, 0, n)
		got := make([]byte, 100)
		for range n {
			fd := bareDial(b, tcp.Port)
			fds = append(fds, fd)
			if _, err := syscall.Write(fd, frame); err != nil {
				b.Fatal(err)
			}
			if m, err := syscall.Read(fd, got); err != nil || m == 0 {
				b.Fatal(m, err)
			}
		}
		after := footprint()
		b.ReportMetric(float64(after-before)/float64(n), "B/conn")
		b.ReportMetric(float64(n), "conns")
		for _, fd := range fds {
			syscall.Close(fd)
		}
		s.Close()
	}
}

func bareDial(b *testing.B, port int) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		b.Fatal(err)
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		b.Fatal(err)
	}
	return fd
}

// footprint is the memory that the runtime has in use for heap and stacks after a collection.
func footprint() int64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
