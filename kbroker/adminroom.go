package kbroker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/kbroker/kbroker/kbroker/admin"
	"github.com/kbroker/kbroker/kbroker/config"
)

// The phases of a node's life, in order.
const (
	starting int32 = iota
	serving
	stopping
)

// operation is what operators are shown of the node.
type operation struct {
	// phase says whether the node's other fields may be read by whoever asks from outside: only while it is serving, for
	// they are being filled in before, and torn down after.
	phase atomic.Int32
	addr  string // where the admin listener listens; empty without one
}

// openAdmin opens the admin listener, when there is one. It is the first thing that answers and the last that stops: a
// long recovery can be looked at, and a node that stops says so.
func (n *Node) openAdmin(_ context.Context, o Options) error {
	c := n.static.Admin
	if c.Address == "" {
		return nil
	}
	l, err := o.Listen("tcp", c.Address)
	if err != nil {
		return fmt.Errorf("the admin listener cannot listen on %s: %w (the setting %s names the address)", c.Address, err, config.AdminListenerKey)
	}
	n.operation.addr = l.Addr().String()
	server := admin.Start(admin.Config{Listener: l, Live: n.faults.err, Ready: n.ready, Profiles: c.Profiles, Logger: n.loggers.For("admin")})
	n.onClose(server.Close)
	return nil
}

// AdminURL returns where the admin listener answers, "" when there is none.
func (n *Node) AdminURL() string {
	if n.operation.addr == "" {
		return ""
	}
	return "http://" + n.operation.addr
}

// ready says what must hold for clients to be served, from any goroutine.
func (n *Node) ready() []admin.Check {
	var phase error
	switch n.operation.phase.Load() {
	case starting:
		phase = errors.New("the node is starting")
	case stopping:
		phase = errors.New("the node is stopping")
	}
	checks := []admin.Check{{Name: "node", Err: phase}}
	if phase != nil {
		return checks
	}
	return append(checks, admin.Check{Name: "registration", Err: n.registered()}, admin.Check{Name: "disks", Err: n.someDisk()})
}

// registered returns why clients are not sent to this broker.
func (n *Node) registered() error {
	b := n.world.Image().Broker(n.static.NodeID)
	switch {
	case b == nil:
		return fmt.Errorf("broker %d is not registered", n.static.NodeID)
	case b.Fenced:
		return fmt.Errorf("the controller has fenced broker %d", n.static.NodeID)
	}
	return nil
}

// someDisk returns an error when no log directory can be used any more.
func (n *Node) someDisk() error {
	var lost []string
	for _, d := range n.store.Dirs() {
		if d.Err == nil {
			return nil
		}
		lost = append(lost, fmt.Sprintf("%s: %v", d.Path, d.Err))
	}
	return errors.New(strings.Join(lost, "; "))
}
