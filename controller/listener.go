package controller

import (
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/protocol/record"
)

// event is something that the quorum tells; one of the fields is set.
type event struct {
	commit  int64 // high watermark, when kind is eventCommit
	lead    quorum.Leadership
	refused record.Batch
	err     error
	kind    eventKind
}

type eventKind int8

const (
	eventCommit eventKind = iota
	eventLead
	eventRefused
)

// OnCommit implements quorum.Listener.
func (c *Controller) OnCommit(hw int64) {
	c.mu.Lock()
	if n := len(c.mu.events); n > 0 && c.mu.events[n-1].kind == eventCommit {
		c.mu.events[n-1].commit = hw // the newest is all that counts
	} else {
		c.mu.events = append(c.mu.events, event{kind: eventCommit, commit: hw})
	}
	c.mu.Unlock()
	c.signal()
}

// OnLeadership implements quorum.Listener.
func (c *Controller) OnLeadership(l quorum.Leadership) { c.tell(event{kind: eventLead, lead: l}) }

// OnRefused implements quorum.Listener.
func (c *Controller) OnRefused(b record.Batch, err error) {
	c.tell(event{kind: eventRefused, refused: b, err: err})
}

// tell queues an event. There are few of them: a change of leader, and the proposals that it makes void, which maxPending
// bounds.
func (c *Controller) tell(e event) {
	c.mu.Lock()
	c.mu.events = append(c.mu.events, e)
	c.mu.Unlock()
	c.signal()
}
