package kbroker

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/kbroker/kbroker/kbroker/config"
	"github.com/kbroker/kbroker/protocol"
	"github.com/kbroker/kbroker/protocol/server"
)

// bound is a listener of the configuration with its socket.
type bound struct {
	config.Listener
	socket net.Listener
}

// bind opens every socket before anything else is started, so that a port in use is told at once and nothing has to be
// undone. Connections wait in the kernel until the node serves.
func bind(o Options, c *config.Static) ([]bound, error) {
	var out []bound
	for _, l := range c.Listeners {
		socket, err := o.Listen("tcp", l.Address())
		if err != nil {
			closeAll(out)
			return nil, fmt.Errorf("listener %s cannot listen on %s: %w (the setting listeners names every address, the controller's too)", l.Name, l.Address(), err)
		}
		out = append(out, bound{l, socket})
	}
	return out, nil
}

func closeAll(list []bound) {
	for _, b := range list {
		b.socket.Close()
	}
}

// port returns the port that a socket really listens on.
func port(l net.Listener, fallback int) int {
	if _, p, err := net.SplitHostPort(l.Addr().String()); err == nil {
		if n, err := strconv.Atoi(p); err == nil {
			return n
		}
	}
	return fallback
}

// advertised returns where clients reach this broker; a port 0 becomes the one that the socket got.
func (n *Node) advertised() []config.Listener {
	out := slices.Clone(n.static.Advertised)
	for i := range out {
		for _, b := range n.bound {
			if b.Name == out[i].Name && out[i].Port == 0 {
				out[i].Port = port(b.socket, 0)
			}
		}
	}
	return out
}

// Endpoints returns where clients reach this node, one entry per advertised listener.
func (n *Node) Endpoints() []config.Listener { return n.advertised() }

// securityProtocolID is a protocol's number in registrations.
func securityProtocolID(p config.Protocol) int16 {
	switch p {
	case config.SSL:
		return 1
	case config.SASLPlaintext:
		return 2
	case config.SASLSSL:
		return 3
	}
	return 0
}

// serve begins to answer on every listener.
func (n *Node) serve() error {
	for _, b := range n.bound {
		table := n.brokerTable
		control := n.static.IsControllerListener(b.Name)
		if control {
			table = n.controllerTable
		}
		err := n.server.Serve(server.ListenerConfig{Name: b.Name, Listener: b.socket, ControllerEnd: control, Privileged: control || b.Name == n.static.InterBrokerListener && len(n.static.Advertised) > 1,
			ApiVersions: &protocol.ApiVersions{Table: table, ClusterID: n.clusterID, NodeID: n.static.NodeID, Features: n.features}})
		if err != nil {
			return err
		}
	}
	return nil
}
