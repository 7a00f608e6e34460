// Package kbrokertest runs a whole broker inside a test: the real server, the real metadata quorum, the real log, over a
// disk and a network in memory. It works inside a testing/synctest bubble, where a ten-minute session timeout costs
// nothing, and in plain tests of other people's Go programs.
//
//	b := kbrokertest.Start(t)
//	cl := b.Client(t, kgo.ConsumeTopics("orders"))
package kbrokertest

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol/memnet"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Broker is a running node. The test ends it.
type Broker struct {
	*kbroker.Node
	Net  *memnet.Network
	Disk *vfs.Mem

	fs       vfs.FS // Disk, or what stands before it
	settings []string
	closed   bool
}

// address is where the broker listens in its network.
const address = "broker:9092"

// Start runs a node of its own cluster with the settings given as name=value over those of `kbroker start`. The test
// fails when the node does not start, when it meets a fault, or when it does not stop.
func Start(t testing.TB, settings ...string) *Broker {
	t.Helper()
	return StartOn(t, vfs.NewMem(), settings...)
}

// StartOn is Start on a disk that may hold data already.
func StartOn(t testing.TB, disk *vfs.Mem, settings ...string) *Broker {
	t.Helper()
	return StartThrough(t, disk, disk, settings...)
}

// StartThrough is StartOn for a node that sees the disk through fsys, such as a vfs.Fault over it.
func StartThrough(t testing.TB, disk *vfs.Mem, fsys vfs.FS, settings ...string) *Broker {
	t.Helper()
	b := &Broker{Net: memnet.New(1), Disk: disk, fs: fsys, settings: append([]string{
		"listeners=PLAINTEXT://broker:9092,CONTROLLER://broker:9093",
		"advertised.listeners=PLAINTEXT://" + address,
		"log.dirs=data",
	}, settings...)}
	b.start(t)
	t.Cleanup(func() { b.Stop(t) })
	return b
}

func (b *Broker) start(t testing.TB) {
	t.Helper()
	static, _, err := config.Load(config.Sources{Set: b.settings})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	b.Node, err = kbroker.Start(ctx, kbroker.Options{Config: static, FS: b.fs, Log: t.Output(), Level: slog.LevelWarn,
		Listen: func(_, address string) (net.Listener, error) { return b.Net.Listen(address) },
		Fault:  func(err error) { t.Errorf("the node met a fault: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.closed = false
}

// Stop ends the node cleanly; the disk stays as it was.
func (b *Broker) Stop(t testing.TB) {
	t.Helper()
	if b.closed {
		return
	}
	b.closed = true
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.Node.Close(ctx); err != nil {
		t.Errorf("the node did not stop cleanly: %v", err)
	}
}

// Restart stops the node cleanly and starts it again on the same disk.
func (b *Broker) Restart(t testing.TB) {
	t.Helper()
	b.Stop(t)
	b.start(t)
}

// RestartUnseen is Restart while nothing passes between clients and broker: they see a pause and closed connections, and no
// refused dial.
func (b *Broker) RestartUnseen(t testing.TB) {
	t.Helper()
	b.Net.Partition("client", "broker")
	b.Restart(t)
	b.Net.Heal("client", "broker")
}

// Dial connects to the broker from a host of its network.
func (b *Broker) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return b.Net.Host("client").Dial(ctx, network, address)
}

// Client returns a franz-go client of the broker. The test closes it.
func (b *Broker) Client(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(address), kgo.Dialer(b.Dial)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}
