package kbroker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/controller"
	controllerapi "github.com/kbroker/kbroker/controller/api"
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/kbroker/api"
	"github.com/kbroker/kbroker/kbroker/lifecycle"
	"github.com/kbroker/kbroker/kbroker/storage"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// openController starts this node's part in the metadata quorum, formatting the directory when it is new.
func (n *Node) openController(_ context.Context, _ Options) error {
	n.incarnation = storage.NewID()
	self, err := n.metadataVoter()
	if err != nil {
		return err
	}
	if err := n.formatMetadata(self); err != nil {
		return err
	}
	b := n.config.Load().Broker()
	originals := n.static.Originals()
	n.controller, err = controller.Start(controller.Config{
		FS: n.fs, Dir: n.static.MetadataLogDir, ClusterID: n.clusterID, NodeID: n.static.NodeID, DirectoryID: self.DirectoryID, Incarnation: n.incarnation,
		Endpoints: endpointsOf(self), Voters: []quorum.Voter{self}, Publishers: n.publishers(),
		DefaultPartitions: b.NumPartitions, DefaultReplicationFactor: int16(b.DefaultReplicationFactor), KeepTopics: !b.DeleteTopicEnable,
		SessionTimeout: b.BrokerSessionTimeout,
		Static: func(name string) (string, bool) {
			value, ok := originals[name]
			return value, ok
		},
		SegmentBytes: int64(b.MetadataLogSegmentBytes), SnapshotBytes: b.MetadataSnapshotBytes, SnapshotInterval: b.MetadataSnapshotInterval,
		MakeRoom: func() bool { return n.store.GiveReserve(n.static.MetadataLogDir) },
		Logger:   n.loggers.For("controller"), OnFatal: n.faults.met,
	})
	if err != nil {
		return err
	}
	n.onClose(func(context.Context) error { n.controller.Close(); return nil })
	return nil
}

func endpointsOf(v quorum.Voter) []metadata.Endpoint {
	out := make([]metadata.Endpoint, len(v.Endpoints))
	for i, e := range v.Endpoints {
		out[i] = metadata.Endpoint{Name: e.Name, Host: e.Host, Port: e.Port}
	}
	return out
}

// forwarder is the active controller as the API room sees it. With one node it is in this process.
type forwarder struct{ n *Node }

// Forward implements api.Controller.
func (f forwarder) Forward(ctx context.Context, principal protocol.Principal, req kmsg.Request) (kmsg.Response, error) {
	return f.n.controller.Handle(ctx, principal, req)
}

// forwardAsBroker sends a request of this broker itself.
func (n *Node) forwardAsBroker(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	return n.controller.Handle(ctx, protocol.Anonymous, req)
}

// register makes the broker known to the controller and waits until it may serve.
func (n *Node) register(ctx context.Context, _ Options) error {
	b := n.config.Load().Broker()
	n.life = lifecycle.New(lifecycle.Config{
		Registration: n.registration(), Forward: n.forwardAsBroker, Image: n.world.Image,
		Applied:   func() int64 { return n.world.Image().Offset() },
		Dirs:      n.offlineDirs,
		Beat:      n.replicas.Retry,
		Heartbeat: b.BrokerHeartbeatInterval, Registered: b.InitialBrokerRegistrationTimeout, RetryBackoff: 5 * time.Millisecond,
		Logger: n.loggers.For("lifecycle"),
	})
	if err := n.life.Start(ctx); err != nil {
		return err
	}
	n.onClose(func(ctx context.Context) error {
		defer n.life.Stop()
		if !b.ControlledShutdown {
			return nil
		}
		// Bounded: a controller that cannot take the leadership away must not keep the broker from stopping cleanly.
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := n.life.Leave(ctx); err != nil {
			n.log.Warn("the controller did not let the broker go in time", "err", err)
		}
		return nil
	})
	return nil
}

func (n *Node) offlineDirs() (out [][16]byte) {
	for _, d := range n.store.Dirs() {
		if d.Err != nil {
			out = append(out, d.ID)
		}
	}
	return out
}

func (n *Node) registration() kmsg.BrokerRegistrationRequest {
	req := kmsg.NewBrokerRegistrationRequest()
	req.Version = 4
	req.BrokerID, req.ClusterID, req.IncarnationID, req.PreviousBrokerEpoch = n.static.NodeID, n.clusterID, n.incarnation, n.previousEpoch
	if n.static.Rack != "" {
		req.Rack = &n.static.Rack
	}
	for _, l := range n.advertised() {
		rl := kmsg.NewBrokerRegistrationRequestListener()
		rl.Name, rl.Host, rl.Port, rl.SecurityProtocol = l.Name, l.Host, uint16(l.Port), securityProtocolID(l.Protocol)
		req.Listeners = append(req.Listeners, rl)
	}
	for _, f := range featureLevels {
		rf := kmsg.NewBrokerRegistrationRequestFeature()
		rf.Name, rf.MinSupportedVersion, rf.MaxSupportedVersion = f.name, f.levels.Min, f.levels.Max
		req.Features = append(req.Features, rf)
	}
	for _, d := range n.store.Dirs() {
		if d.Err == nil {
			req.LogDirs = append(req.LogDirs, d.ID)
		}
	}
	return req
}

// controllerKeys are the APIs of the controller listener: what the controller decides or tells and clients may ask.
func controllerKeys() []int16 {
	keys := []int16{protocol.KeyApiVersions, (&kmsg.DescribeQuorumRequest{}).Key()}
	for _, a := range controllerapi.Table {
		if row := protocol.Lookup(a.Key); row != nil && row.Listeners&protocol.ControllerEnd != 0 {
			keys = append(keys, a.Key)
		}
	}
	return keys
}

// router hands a request to the end that its listener belongs to.
type router struct {
	broker     *api.Broker
	controller controllerDoor
}

// Serve implements protocol.Handler.
func (r router) Serve(req *protocol.Request, reply protocol.Reply) {
	if req.Conn.ControllerEnd {
		r.controller.Serve(req, reply)
		return
	}
	r.broker.Serve(req, reply)
}

// controllerDoor answers the controller listener.
type controllerDoor struct{ n *Node }

// Serve implements protocol.Handler. It waits for the controller on the connection's own goroutine.
func (d controllerDoor) Serve(req *protocol.Request, reply protocol.Reply) {
	q := kmsg.RequestForKey(req.Key)
	if q == nil {
		reply.Close(fmt.Sprintf("API key %d is not served here", req.Key))
		return
	}
	q.SetVersion(req.Version)
	if err := q.ReadFrom(bytes.Clone(req.Body)); err != nil {
		reply.Close(err.Error())
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.n.config.Load().Broker().RequestTimeout)
	defer cancel()
	resp, err := d.n.controller.Handle(ctx, req.Conn.Principal, q)
	if err != nil {
		reply.Close(errorName(err))
		return
	}
	resp.SetVersion(req.Version)
	reply.Send(resp)
}

func errorName(err error) string {
	var ke *kerr.Error
	if errors.As(err, &ke) {
		return ke.Message
	}
	return err.Error()
}
