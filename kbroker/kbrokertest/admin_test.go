package kbrokertest_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/memnet"
)

const adminListener = "admin.listener=broker:9644"

// look asks the admin listener of a broker.
func look(t *testing.T, network *memnet.Network, path string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: network.Host("operator").Dial}}
	resp, err := client.Get("http://broker:9644" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAnAdminListenerTellsThatTheNodeServes(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t, adminListener)
		if b.AdminURL() != "http://broker:9644" {
			t.Errorf("it is at %q", b.AdminURL())
		}
		if status, body := look(t, b.Net, "/readyz?verbose"); status != 200 || body != "[+] node: ok\n[+] registration: ok\n[+] disks: ok\n" {
			t.Errorf("%d %s", status, body)
		}
		if status, body := look(t, b.Net, "/metrics"); status != 200 || !strings.Contains(body, "\ngo_memstats_mallocs_total ") {
			t.Errorf("%d %.200s", status, body)
		}
		if status, _ := look(t, b.Net, "/debug/pprof/heap"); status != 404 {
			t.Errorf("profiles that nobody asked for: %d", status)
		}
	})
}

func TestAnAdminListenerThatIsNotAskedForIsNotThere(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		_, err := b.Net.Host("operator").Dial(ctx, "tcp", "broker:9644")
		if b.AdminURL() != "" || !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%q, %v", b.AdminURL(), err)
		}
	})
}

func TestANodeThatStartsOrStopsIsAliveAndNotReady(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		network := memnet.New(1)
		static, _, err := config.Load(config.Sources{Set: []string{"listeners=PLAINTEXT://broker:9092,CONTROLLER://broker:9093",
			"advertised.listeners=PLAINTEXT://broker:9092", "log.dirs=data", adminListener}})
		if err != nil {
			t.Fatal(err)
		}
		disk := &heldDisk{FS: vfs.NewMem()}
		start := disk.hold()
		type started struct {
			node *kbroker.Node
			err  error
		}
		done := make(chan started, 1)
		go func() {
			n, err := kbroker.Start(ctx, kbroker.Options{Config: static, FS: disk, Log: t.Output(), Level: slog.LevelWarn,
				Listen: func(_, address string) (net.Listener, error) { return network.Listen(address) }})
			done <- started{n, err}
		}()
		<-start.reached
		if status, body := look(t, network, "/readyz"); status != 503 || body != "[-] node: the node is starting\n" {
			t.Errorf("while its disk is read: %d %s", status, body)
		}
		if status, _ := look(t, network, "/livez"); status != 200 {
			t.Errorf("a node that starts must not be restarted: %d", status)
		}
		close(start.release)
		s := <-done
		if s.err != nil {
			t.Fatal(s.err)
		}
		if status, body := look(t, network, "/readyz"); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		stop, closed := disk.hold(), make(chan error, 1)
		go func() { closed <- s.node.Close(ctx) }()
		<-stop.reached
		if status, body := look(t, network, "/readyz"); status != 503 || body != "[-] node: the node is stopping\n" {
			t.Errorf("while its disk is written: %d %s", status, body)
		}
		close(stop.release)
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if _, err := network.Host("operator").Dial(ctx, "tcp", "broker:9644"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("the listener outlives its node: %v", err)
		}
	})
}

// heldDisk holds up whoever opens a file next, whenever it is told to.
type heldDisk struct {
	vfs.FS
	next atomic.Pointer[hold]
}

type hold struct{ reached, release chan struct{} }

func (d *heldDisk) hold() *hold {
	h := &hold{make(chan struct{}), make(chan struct{})}
	d.next.Store(h)
	return h
}

// OpenFile implements vfs.FS.
func (d *heldDisk) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if h := d.next.Swap(nil); h != nil {
		close(h.reached)
		<-h.release
	}
	return d.FS.OpenFile(name, flag, perm)
}

func TestAnAdminPortInUseIsToldAndNothingIsLeft(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		network := memnet.New(1)
		if _, err := network.Listen("broker:9644"); err != nil {
			t.Fatal(err)
		}
		static, _, err := config.Load(config.Sources{Set: []string{"listeners=PLAINTEXT://broker:9092,CONTROLLER://broker:9093", "log.dirs=data", adminListener}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = kbroker.Start(ctx, kbroker.Options{Config: static, FS: vfs.NewMem(), Log: t.Output(),
			Listen: func(_, address string) (net.Listener, error) { return network.Listen(address) }})
		if err == nil || !strings.Contains(err.Error(), "admin.listener") || !strings.Contains(err.Error(), "broker:9644") || !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%v", err)
		}
		if l, err := network.Listen("broker:9092"); err != nil {
			t.Errorf("the sockets of a node that did not start are still open: %v", err)
		} else {
			l.Close()
		}
	})
}

func TestClosingTakesNoLongerForAnAdminListenerInUse(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t, adminListener)
		for _, text := range []string{"", "GET /readyz HTTP/1.1\r\n", "GET /metrics HTTP/1.1\r\nHost: broker\r\n\r\n"} {
			c, err := b.Net.Host("operator").Dial(ctx, "tcp", "broker:9644")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, text); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		b.Stop(t)
		if took := time.Since(start); took > 100*time.Millisecond {
			t.Errorf("a clean stop took %v", took)
		}
	})
}
