package group

// LeaveGroup, key 13, versions 0 to 5.
//
//	v3 several members, each with its error (KIP-345); v5 reason (KIP-800)

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

func (m *Machine) leaveGroup(now time.Time, req *kmsg.LeaveGroupRequest) (coordinator.Result, error) {
	switch {
	case m.ClassicGroup(req.Group) != nil:
		return classic.Leave(m, now, req), nil
	case m.ConsumerGroup(req.Group) != nil:
		return consumer.Leave(m, now, req), nil
	}
	return coordinator.Result{}, kerr.UnknownMemberID
}
