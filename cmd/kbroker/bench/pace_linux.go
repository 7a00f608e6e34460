package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/kbroker/kbroker/protocol/record"
	"golang.org/x/sys/unix"
)

// A Pace sends one record per request at a fixed rate, whatever the answers do, and measures each from the time it was due
// (so a stall counts for all that waited). With Consume, a second connection long-polls for the records. One thread does
// both and sleeps in the kernel between, so that the Go scheduler is no part of the figures.
type Pace struct {
	Addr       string
	Topic      string // new and empty, with one partition
	Rate       int    // records per second
	Duration   time.Duration
	RecordSize int
	Acks       int16
	Consume    bool
	Progress   func(records int)
}

// Paced is what a Pace measured, in µs.
type Paced struct {
	Acks *hdrhistogram.Histogram // due to answered
	Read *hdrhistogram.Histogram // due to in the consumer's hands
}

type pacer struct {
	p         Pace
	due       []time.Time
	out, in   *socket
	frame     []byte
	fetch     *fetchTemplate
	fetches   int32
	sent      int
	acked     int
	read      int
	next      time.Time
	errorAt   int
	got       Paced
	lastEvent time.Time
}

// Run sends until Duration is over and all answers are in.
func (p Pace) Run(ctx context.Context) (Paced, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	load := Load{Topic: p.Topic, Partitions: []int32{0}, Records: 1, RecordSize: p.RecordSize, Acks: p.Acks}
	frames, _ := load.frames(1, 1)
	x := &pacer{p: p, frame: frames[0], errorAt: load.errorAt(), got: Paced{newHistogram(), newHistogram()}}
	x.due = make([]time.Time, int(float64(p.Rate)*p.Duration.Seconds()))
	var err error
	if x.out, err = openSocket(p.Addr); err != nil {
		return x.got, err
	}
	defer x.out.close()
	if p.Consume {
		if x.in, err = openSocket(p.Addr); err != nil {
			return x.got, err
		}
		defer x.in.close()
		x.fetch = fetchFrame(p.Topic, 0, 500*time.Millisecond, 1<<20)
		if err := x.poll(); err != nil {
			return x.got, err
		}
	}
	return x.got, x.loop(ctx)
}

func (x *pacer) finished() bool {
	return x.acked == len(x.due) && (x.in == nil || x.read == len(x.due))
}

func (x *pacer) loop(ctx context.Context) error {
	interval := time.Second / time.Duration(x.p.Rate)
	x.next = time.Now().Add(10 * time.Millisecond)
	x.lastEvent = x.next
	for !x.finished() {
		now := time.Now()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if now.Sub(x.lastEvent) > answerTimeout {
			return fmt.Errorf("no answer for %v; %d sent, %d answered, %d read", answerTimeout, x.sent, x.acked, x.read)
		}
		if x.sent < len(x.due) && !now.Before(x.next) {
			x.due[x.sent] = x.next
			stamp(x.frame, int32(x.sent))
			if err := x.out.write(x.frame); err != nil {
				return err
			}
			x.sent++
			x.next = x.next.Add(interval)
			continue
		}
		wait := time.Second
		if x.sent < len(x.due) {
			wait = x.next.Sub(now)
		}
		if err := x.sleep(wait); err != nil {
			return err
		}
	}
	return nil
}

// sleep waits for bytes or until wait is over, and takes what came.
func (x *pacer) sleep(wait time.Duration) error {
	fds := [2]unix.PollFd{{Fd: int32(x.out.fd), Events: unix.POLLIN}, {Fd: -1}}
	if x.in != nil {
		fds[1] = unix.PollFd{Fd: int32(x.in.fd), Events: unix.POLLIN}
	}
	ts := unix.NsecToTimespec(int64(wait))
	if _, err := unix.Ppoll(fds[:], &ts, nil); err != nil && !errors.Is(err, unix.EINTR) {
		return err
	}
	if fds[0].Revents != 0 {
		if err := x.out.each(x.ack); err != nil {
			return err
		}
	}
	if fds[1].Revents != 0 {
		return x.in.each(x.records)
	}
	return nil
}

func (x *pacer) ack(f []byte, now time.Time) error {
	if got := int32(binary.BigEndian.Uint32(f)); got != int32(x.acked) {
		return fmt.Errorf("answer to request %d, want %d", got, x.acked)
	}
	if len(f) < x.errorAt+2 || f[x.errorAt] != 0 || f[x.errorAt+1] != 0 {
		return checkProduce(f, int32(x.acked))
	}
	record1(x.got.Acks, now.Sub(x.due[x.acked]))
	x.acked++
	x.lastEvent = now
	if x.p.Progress != nil && x.in == nil {
		x.p.Progress(1)
	}
	return nil
}

func (x *pacer) poll() error {
	x.fetches++
	return x.in.write(x.fetch.at(int64(x.read), x.fetches))
}

func (x *pacer) records(f []byte, now time.Time) error {
	got, err := parseFetch(f, x.p.Topic, x.fetches)
	if err != nil {
		return err
	}
	for b := got.batches; ; {
		batch, rest, err := record.Next(b)
		if err != nil {
			break
		}
		for o := max(batch.BaseOffset(), int64(x.read)); o < batch.NextOffset() && o < int64(len(x.due)); o++ {
			record1(x.got.Read, now.Sub(x.due[o]))
			x.read++
			x.lastEvent = now
			if x.p.Progress != nil {
				x.p.Progress(1)
			}
		}
		b = rest
	}
	if x.read == len(x.due) {
		return nil
	}
	return x.poll()
}

func record1(h *hdrhistogram.Histogram, d time.Duration) {
	_ = h.RecordValue(min(max(d.Microseconds(), 1), maxLatency.Microseconds()))
}

// A socket is a connection that is read without the Go scheduler.
type socket struct {
	fd int
	client
}

func openSocket(addr string) (*socket, error) {
	a, err := netip.ParseAddrPort(addr)
	if err != nil {
		r, rerr := net.ResolveTCPAddr("tcp4", addr)
		if rerr != nil {
			return nil, rerr
		}
		a = r.AddrPort()
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	s := &socket{fd: fd, client: client{buf: make([]byte, 64<<10)}}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().Unmap().As4()}); err != nil {
		s.close()
		return nil, fmt.Errorf("connect %s: %w", addr, err)
	}
	err = errors.Join(unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1), unix.SetNonblock(fd, true))
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *socket) close() { _ = unix.Close(s.fd) }

// write writes all of b; the socket's buffer is larger than what is ever in flight, so it does not have to wait for long.
func (s *socket) write(b []byte) error {
	for len(b) > 0 {
		n, err := unix.Write(s.fd, b)
		if errors.Is(err, unix.EAGAIN) {
			fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLOUT}}
			if _, err := unix.Poll(fds, 1000); err != nil && !errors.Is(err, unix.EINTR) {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// each reads what there is and calls fn for every whole answer.
func (s *socket) each(fn func(f []byte, now time.Time) error) error {
	n, err := unix.Read(s.fd, s.buf[s.end:])
	switch {
	case errors.Is(err, unix.EAGAIN):
		return nil
	case err != nil:
		return err
	case n == 0:
		return errClosed
	}
	s.end += n
	now := time.Now()
	for {
		f, err := s.buffered()
		if f == nil || err != nil {
			return err
		}
		if err := fn(f, now); err != nil {
			return err
		}
	}
}
