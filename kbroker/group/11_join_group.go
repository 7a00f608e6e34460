package group

// JoinGroup, key 11, versions 0 to 9.
//
//	v1 rebalance timeout; v4 MEMBER_ID_REQUIRED (KIP-394); v5 static members (KIP-345); v7 protocol type in the answer
//	(KIP-559); v8 reason (KIP-800); v9 skip_assignment (KIP-814)

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

func (m *Machine) joinGroup(now time.Time, req *kmsg.JoinGroupRequest, client consumer.Client, to *coordinator.Pending) (coordinator.Result, error) {
	session := time.Duration(req.SessionTimeoutMillis) * time.Millisecond
	if session < m.cfg.Classic.MinSessionTimeout || session > m.cfg.Classic.MaxSessionTimeout {
		return coordinator.Result{}, kerr.InvalidSessionTimeout
	}
	if req.Version == 0 { // which has no rebalance timeout
		req.RebalanceTimeoutMillis = req.SessionTimeoutMillis
	}
	g := m.ConsumerGroup(req.Group)
	if g == nil {
		if m.groups[req.Group] != nil && m.ClassicGroup(req.Group) == nil {
			return coordinator.Result{}, kerr.InconsistentGroupProtocol
		}
		return classic.Join(m, now, req, client.Client, to), nil
	}
	if !g.Empty() {
		return consumer.Join(m, now, req, client)
	}
	// An empty consumer group makes way, if the join makes a classic one.
	res := classic.Join(m, now, req, client.Client, to)
	if len(res.Records) > 0 {
		res.Records = append(g.Tombstones(), res.Records...)
	}
	return res, nil
}
