package kbroker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kbroker/kbroker/controller"
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/kbroker/fetch"
	"github.com/kbroker/kbroker/kbroker/group/service"
	"github.com/kbroker/kbroker/kbroker/lifecycle"
	"github.com/kbroker/kbroker/kbroker/loggers"
	"github.com/kbroker/kbroker/kbroker/producerid"
	"github.com/kbroker/kbroker/kbroker/replica"
	txnservice "github.com/kbroker/kbroker/kbroker/txn/service"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/logstore/vfs"
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/configdef/kafka"
	"github.com/kbroker/kbroker/protocol/guard"
	"github.com/kbroker/kbroker/protocol/server"
)

// Options is what a node is made of. Config is required.
type Options struct {
	Config *config.Static
	FS     vfs.FS                                              // nil: the real disk
	Listen func(network, address string) (net.Listener, error) // nil: net.Listen
	Log    io.Writer                                           // where log lines go; nil: standard error
	Level  slog.Level                                          // the zero value is Info; nodes are quiet at Warn
	// Fault is told of a fault that the node cannot live with: the metadata log cannot be written or understood. It is
	// called once, from any goroutine, and not before the node has started: until then a fault is what Start returns. nil ends the process with exit code 1, because a node that goes on would lie.
	Fault func(error)
}

// Node is a running node. Close it.
type Node struct {
	static    *config.Static
	name      string // node id as config resources write it
	fs        vfs.FS
	clusterID string
	loggers   *loggers.Set
	log       *slog.Logger
	faults    *faults
	operation operation

	bound           []bound
	brokerTable     *protocol.Table
	controllerTable *protocol.Table

	config      *config.Holder
	world       *world
	store       *logstore.Store
	replicas    *replica.Manager
	groups      *service.Service
	txns        *txnservice.Service
	broker      *api.Broker
	caughtUp    atomic.Bool // the image holds every topic that was there when the node was stopped
	controller  *controller.Controller
	ids         *producerid.Source
	life        *lifecycle.Life
	incarnation metadata.UUID // of this process

	previousEpoch int64 // broker epoch that the clean-shutdown markers name, -1 without that proof

	server *server.Server

	closers []func(context.Context) error // in order of construction
	once    sync.Once
	closed  error
}

// Start builds a node and returns when it is ready to serve. When it fails, what had been started has been stopped.
func Start(ctx context.Context, o Options) (n *Node, err error) {
	o = o.withDefaults()
	starting, faults := startFaults(ctx, o.Fault)
	defer faults.cancel()
	n = &Node{static: o.Config, name: strconv.Itoa(int(o.Config.NodeID)), fs: o.FS, world: newWorld(), faults: faults}
	n.loggers = loggers.New(o.Log, o.Level)
	n.log = n.loggers.For("root")
	defer func() {
		if err != nil {
			err = errors.Join(err, n.shutdown(ctx))
			n = nil
		}
	}()
	for _, step := range []func(context.Context, Options) error{
		func(context.Context, Options) error { return Check(n.static) }, n.openSockets, n.openAdmin, n.openConfig, n.openStorage, n.openRooms, n.openController, n.register, n.openServer,
	} {
		err = step(starting, o)
		if fault := faults.err(); fault != nil { // what ended a wait, and so the step
			err = fault
		}
		if err != nil {
			return n, err
		}
	}
	n.operation.phase.Store(serving)
	return n, faults.started()
}

func (o Options) withDefaults() Options {
	if o.FS == nil {
		o.FS = vfs.OS{}
	}
	if o.Listen == nil {
		o.Listen = net.Listen
	}
	if o.Log == nil {
		o.Log = os.Stderr
	}
	if o.Fault == nil {
		o.Fault = func(err error) {
			fmt.Fprintln(o.Log, "fatal:", err)
			os.Exit(1)
		}
	}
	return o
}

// ClusterID returns the id of the cluster that the node belongs to.
func (n *Node) ClusterID() string { return n.clusterID }

// Image returns the metadata that the node's requests see.
func (n *Node) Image() *metadata.Image { return n.world.Image() }

// Close stops the node cleanly: it leaves the cluster, answers what is in flight, and writes every file that makes the
// next start quick. It waits until everything that the node started has ended. ctx bounds only what waits for others.
func (n *Node) Close(ctx context.Context) error {
	n.once.Do(func() { n.closed = n.shutdown(ctx) })
	return n.closed
}

func (n *Node) shutdown(ctx context.Context) error {
	n.operation.phase.Store(stopping)
	var errs []error
	for i := len(n.closers) - 1; i >= 0; i-- {
		errs = append(errs, n.closers[i](ctx))
	}
	n.closers = nil
	return errors.Join(errs...)
}

func (n *Node) onClose(fn func(context.Context) error) { n.closers = append(n.closers, fn) }

func (n *Node) openSockets(_ context.Context, o Options) (err error) {
	if n.bound, err = bind(o, n.static); err != nil {
		return err
	}
	n.onClose(func(context.Context) error {
		closeAll(n.bound) // those that the server took over are closed already, which does no harm
		return nil
	})
	if n.brokerTable, err = protocol.NewTable(protocol.BrokerEnd, api.Keys()...); err != nil {
		return err
	}
	n.controllerTable, err = protocol.NewTable(protocol.ControllerEnd, controllerKeys()...)
	return err
}

func (n *Node) openConfig(context.Context, Options) error {
	snapshot, warnings := config.NewSnapshot(n.static, nil, nil)
	for _, w := range warnings {
		n.log.Warn(w.String())
	}
	n.config = config.NewHolder(snapshot)
	return nil
}

func (n *Node) openRooms(context.Context, Options) error {
	n.replicas = replica.New(replica.Config{
		BrokerID: n.static.NodeID, Store: n.store, Logger: n.loggers.For("replica"),
		Topic: func(topic string) replica.TopicConfig {
			return topicConfig(n.config.Load(), n.world.upcoming.Load(), topic)
		},
		Unverified: func() bool { return !n.config.Load().Broker().TransactionPartitionVerification },
		OnLead:     n.elected,
		OnResign:   n.resigned,
	})
	groups := groupConfig(n.config.Load().Broker())
	groups.Consumer.Overrides = n.consumerOverrides
	n.groups = service.New(service.Config{
		Group: groups, Log: n.replicas.CoordinatorLog(api.OffsetsTopic), Logger: n.loggers.For("group"),
		Partitions: func() int32 {
			return n.partitionsOf(api.OffsetsTopic, func(b *config.Broker) int32 { return b.OffsetsTopicPartitions })
		},
		Topics:           n.world.topics,
		ConsumerProtocol: n.consumerProtocol,
		VerifyTxn:        n.verifyTxnCommit,
		CommitTimeout:    n.config.Load().Broker().OffsetsCommitTimeout,
		LoadBytes:        int(n.config.Load().Broker().OffsetsLoadBufferSize),
	})
	n.onClose(func(context.Context) error { n.groups.Close(); return nil })
	n.ids = producerid.New(n.static.NodeID, n.brokerEpoch, n.forwardAsBroker)
	n.txns = n.newTransactions()
	n.onClose(func(context.Context) error { n.txns.Close(); return nil })
	return nil
}

// elected and resigned tell the coordinators which partitions of their topics this broker leads.
func (n *Node) elected(topic string, partition, leaderEpoch int32) {
	switch topic {
	case api.OffsetsTopic:
		n.groups.Elect(partition, leaderEpoch)
	case api.TxnTopic:
		n.txns.Elect(partition, leaderEpoch)
	}
}

func (n *Node) resigned(topic string, partition, leaderEpoch int32) {
	switch topic {
	case api.OffsetsTopic:
		n.groups.Resign(partition, leaderEpoch)
	case api.TxnTopic:
		n.txns.Resign(partition, leaderEpoch)
	}
}

func (n *Node) brokerEpoch() int64 {
	if n.life == nil {
		return -1
	}
	return n.life.Epoch()
}

func (n *Node) openServer(context.Context, Options) (err error) {
	b := n.config.Load().Broker()
	n.broker = &api.Broker{
		ID: n.static.NodeID, ClusterID: n.clusterID, Image: n.world.Image, Replicas: n.replicas, Controller: forwarder{n},
		Groups: groupDoor{n}, Transactions: n.txns, Markers: markerDoor{n}, Auth: api.AllowAll{}, Config: n.config.Load, Loggers: n.loggers,
		Sessions:    fetch.NewCache(int(b.MaxFetchSessions), func() int32 { return rand.Int32() }),
		ProducerIDs: n.ids, LogDirs: n.store, Logger: n.loggers.For("server"),
	}
	n.server, err = server.New(serverConfig(b, router{n.broker, controllerDoor{n}}, n.loggers.For("server")))
	if err != nil {
		return err
	}
	n.onClose(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		n.server.Drain(ctx)
		return n.server.Close()
	})
	n.config.OnChange(func(_, next *config.Snapshot) { n.server.SetLimits(limits(next.Broker())) })
	n.config.OnChange(func(_, next *config.Snapshot) { n.store.Tune(storeTuning(next.Broker())) })
	n.store.Start()
	n.caughtUp.Store(true)
	return n.serve()
}

func serverConfig(b *config.Broker, h protocol.Handler, log *slog.Logger) server.Config {
	c := server.Config{
		Handler: h, Logger: log, Limits: limits(b),
		Guard: func(key, version int16, body []byte) error {
			return guard.Check(key, version, body, guard.For(key, len(body)))
		},
		LongPoll: longPoll, MaxRequestBytes: int(b.SocketRequestMaxBytes), MaxLoginBytes: int(b.SASLServerMaxReceiveSize), MaxIdle: b.ConnectionsMaxIdle,
	}
	if b.QueuedMaxRequestBytes > 0 {
		c.MaxBytes = b.QueuedMaxRequestBytes
	}
	return c
}

// longPoll tells the requests that wait for records, or for other members: Fetch, JoinGroup and SyncGroup.
func longPoll(key int16) bool { return key == protocol.KeyFetch || key == 11 || key == 14 }

func limits(b *config.Broker) server.Limits {
	// Kafka's "unlimited" is the largest int32, which the server may take at its word.
	l := server.Limits{MaxConnections: int(b.MaxConnections), MaxPerIP: int(b.MaxConnectionsPerIP), CreationRate: float64(b.MaxConnectionCreationRate)}
	if overrides, err := kafka.ParseConnectionOverrides(b.MaxConnectionsPerIPOverrides); err == nil {
		l.PerIPOverrides = make(map[string]int, len(overrides))
		for host, n := range overrides {
			l.PerIPOverrides[host] = int(n)
		}
	}
	return l
}
