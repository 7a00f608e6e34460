package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func pair(t *testing.T, n *Network) (client, server net.Conn) {
	t.Helper()
	l, err := n.Listen("b:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	client, err = n.Host("a").Dial(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return client, <-accepted
}

func TestBothSidesMayWriteAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, New(1))
		for _, c := range []net.Conn{a, b} {
			if _, err := c.Write([]byte("hello")); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []net.Conn{a, b} {
			got := make([]byte, 5)
			if _, err := io.ReadFull(c, got); err != nil || string(got) != "hello" {
				t.Fatal(string(got), err)
			}
			c.Close()
		}
	})
}

func TestWriterWaitsForTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, New(1))
		sent := bytes.Repeat([]byte("0123456789"), Window/4)
		done := make(chan error, 1)
		go func() {
			_, err := a.Write(sent)
			a.Close()
			done <- err
		}()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("the write did not wait")
		default:
		}
		got, err := io.ReadAll(b)
		if err != nil || !bytes.Equal(got, sent) {
			t.Fatal(len(got), err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		b.Close()
	})
}

func TestLatencyAndLossDelayButKeepOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New(1)
		n.SetLatency(10 * time.Millisecond)
		start := time.Now()
		a, b := pair(t, n)
		if got := time.Since(start); got != 20*time.Millisecond {
			t.Errorf("dial took %v", got)
		}
		n.SetLoss(0.5, time.Second)
		for i := range byte(20) {
			if _, err := a.Write([]byte{i}); err != nil {
				t.Fatal(err)
			}
		}
		start = time.Now()
		got := make([]byte, 20)
		if _, err := io.ReadFull(b, got); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i] != byte(i) {
				t.Fatalf("order %v", got)
			}
		}
		if took := time.Since(start); took != 1010*time.Millisecond {
			t.Errorf("the bytes took %v", took)
		}
		a.Close()
		b.Close()
	})
}

func TestPartitionHoldsBytesAndDialsUntilItHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New(1)
		a, b := pair(t, n)
		n.Partition("a", "b")
		if _, err := a.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := b.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := n.Host("a").Dial(ctx, "tcp", "b:1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		n.Heal("a", "b")
		if err := b.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		n.Sever("a", "b")
		if _, err := b.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Fatal(err)
		}
		a.Close()
		b.Close()
		if len(n.pipes) != 0 {
			t.Errorf("%d pipes left", len(n.pipes))
		}
	})
}

func TestDeadlineInThePastWakesAReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, New(1))
		woken := make(chan error, 1)
		go func() {
			_, err := a.Read(make([]byte, 1))
			woken <- err
		}()
		synctest.Wait()
		if err := a.SetReadDeadline(time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if err := <-woken; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		a.Close()
		b.Close()
	})
}

func TestNobodyListens(t *testing.T) {
	n := New(1)
	if _, err := n.Host("a").Dial(t.Context(), "tcp", "b:1"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatal(err)
	}
	if _, err := n.Listen("b:1"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Listen("b:1"); !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatal(err)
	}
}
