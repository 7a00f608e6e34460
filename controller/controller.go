package controller

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"github.com/kbroker/kbroker/controller/api"
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/controller/state"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Bounds of the controller's queues.
const (
	maxCalls   = 16384 // requests that wait for the loop
	maxSteps   = 1024  // steps that wait for the publishers
	maxPending = 8192  // decisions that wait for their commit
)

// A Controller is one node's part in deciding what exists: its metadata quorum, the decisions while it leads, and the
// images of the world that its node acts upon, leading or not.
//
// Three goroutines: the quorum's driver, the loop that owns the state, and the publishers' one. Start and Close pair.
type Controller struct {
	cfg    Config
	driver *quorum.Driver
	loop   *loop
	pub    *publisher

	wake chan struct{} // capacity 1: something is in the mailbox
	stop chan struct{} // closed by Close
	wg   sync.WaitGroup
	once struct{ stop, fatal sync.Once }

	mu struct {
		sync.Mutex
		calls  []*call
		events []event
	}
}

// Start recovers the metadata log and takes part in the quorum. A quorum of one leads within milliseconds; the publishers
// hear of the whole world as one delta from metadata.Empty.
//
// The directory has been formatted (Format). Errors: *quorum.CorruptError, and what the disk says.
func Start(cfg Config) (*Controller, error) {
	cfg = cfg.withDefaults()
	features, err := bootstrapFeatures(cfg.FS, cfg.Dir)
	if err != nil {
		return nil, err
	}
	c := &Controller{cfg: cfg, wake: make(chan struct{}, 1), stop: make(chan struct{})}
	c.pub = newPublisher(c)
	c.loop = newLoop(c, features)
	self := quorum.Voter{ID: cfg.NodeID, DirectoryID: cfg.DirectoryID}
	c.driver, err = quorum.Start(quorum.Config{
		NodeConfig: quorum.NodeConfig{
			FS: cfg.FS, Dir: filepath.Join(cfg.Dir, quorum.DirName), Self: self, Voters: cfg.Voters,
			SegmentBytes: cfg.SegmentBytes, Logger: cfg.Logger, MakeRoom: cfg.MakeRoom,
		},
		Listener: c, Transport: cfg.Transport, Tick: cfg.Tick, Now: cfg.Now, OnFatal: c.fatal,
	})
	if err != nil {
		return nil, err
	}
	c.wg.Go(c.loop.run)
	c.wg.Go(c.pub.run)
	return c, nil
}

// Close leaves the quorum and waits for everything that Start began. Requests that wait are answered with an error.
func (c *Controller) Close() {
	c.once.stop.Do(func() { close(c.stop) })
	c.wg.Wait()
	c.driver.Close()
}

// fatal reports that the node cannot go on.
func (c *Controller) fatal(err error) {
	c.once.fatal.Do(func() {
		c.cfg.Logger.Error("the metadata controller stops", "error", err)
		c.cfg.OnFatal(err)
	})
}

// Driver returns the metadata quorum: its transport delivers messages to it, and brokers elsewhere read from it.
func (c *Controller) Driver() *quorum.Driver { return c.driver }

// Image returns the newest image that the publishers have been told of.
func (c *Controller) Image() *metadata.Image { return c.pub.image() }

// WaitApplied waits until this node's publishers have been told of the record at offset.
func (c *Controller) WaitApplied(ctx context.Context, offset int64) error {
	return c.pub.wait(ctx, offset)
}

// Handle decides a request and answers when what was decided is committed on a majority and this node's publishers have
// been told of it: whoever gets the answer of CreateTopics finds leaders in the image of the node that forwarded it (trap
// T26). The caller has authorized the request. One request waits until the quorum knows who leads; ctx bounds that and
// everything else.
//
// The error is a *kerr.Error: NotController when another node leads, RequestTimedOut when ctx ends first (trap T27; what
// was decided may still come to pass), UnsupportedVersion, or InvalidRequest for an API that is not the controller's.
func (c *Controller) Handle(ctx context.Context, _ protocol.Principal, req kmsg.Request) (kmsg.Response, error) {
	if q, ok := req.(*kmsg.DescribeQuorumRequest); ok {
		return c.describeQuorum(q)
	}
	a := api.Find(req.Key())
	switch {
	case a == nil:
		return nil, kerr.InvalidRequest
	case req.GetVersion() < a.Min || req.GetVersion() > a.Max:
		return nil, kerr.UnsupportedVersion
	}
	cl := &call{ctx: ctx, api: a, req: req, done: make(chan outcome, 1)}
	if err := c.post(cl); err != nil {
		return nil, err
	}
	select {
	case out := <-cl.done:
		if out.err != nil {
			return nil, out.err
		}
		if err := c.pub.wait(ctx, out.seen); err != nil {
			return nil, err
		}
		return out.resp, nil
	case <-ctx.Done():
		return nil, kerr.RequestTimedOut
	case <-c.stop:
		return nil, kerr.NotController
	}
}

func (c *Controller) describeQuorum(q *kmsg.DescribeQuorumRequest) (kmsg.Response, error) {
	st, err := c.driver.Status()
	if err != nil {
		return nil, kerr.NotController
	}
	for i, v := range st.Voters {
		if v.Voter.ID == c.cfg.NodeID && len(c.cfg.Endpoints) > 0 {
			st.Voters[i].Voter.Endpoints = c.ownEndpoints() // the checkpoint may be older than the configuration
		}
	}
	return api.DescribeQuorum(q, st, c.cfg.NodeID, c.cfg.Now()), nil
}

func (c *Controller) ownEndpoints() []quorum.Endpoint {
	out := make([]quorum.Endpoint, len(c.cfg.Endpoints))
	for i, e := range c.cfg.Endpoints {
		out[i] = quorum.Endpoint{Name: e.Name, Host: e.Host, Port: e.Port}
	}
	return out
}

func (c *Controller) post(cl *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.mu.calls) >= maxCalls {
		return kerr.RequestTimedOut
	}
	c.mu.calls = append(c.mu.calls, cl)
	c.signal()
	return nil
}

func (c *Controller) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// take empties the mailbox.
func (c *Controller) take() (events []event, calls []*call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	events, calls = c.mu.events, c.mu.calls
	c.mu.events, c.mu.calls = nil, nil
	return events, calls
}

// newState makes the mind of a controller.
func (c *Controller) newState() *state.State {
	return state.New(state.Config{
		NodeID:                   c.cfg.NodeID,
		ClusterID:                c.cfg.ClusterID,
		DefaultPartitions:        c.cfg.DefaultPartitions,
		DefaultReplicationFactor: c.cfg.DefaultReplicationFactor,
		DeleteTopics:             !c.cfg.KeepTopics,
		SessionTimeoutMs:         c.cfg.SessionTimeout.Milliseconds(),
		Static:                   c.cfg.Static,
		NewID:                    c.cfg.NewID,
		Rand:                     rand.New(rand.NewPCG(c.cfg.Seed, 1)),
	})
}

// A call is a request on its way.
type call struct {
	ctx  context.Context
	api  *api.API
	req  kmsg.Request
	done chan outcome // capacity 1
}

// outcome is what became of a call. seen is the offset that the publishers must have been told of first, -1 for none.
type outcome struct {
	resp kmsg.Response
	seen int64
	err  error
}

func (cl *call) fail(err *kerr.Error) { cl.done <- outcome{err: err} }

// errStopped ends the loop.
var errStopped = errors.New("controller: stopped")

// sinceStart is a clock that only goes forward, ms.
func sinceStart(start time.Time) int64 { return time.Since(start).Milliseconds() }
