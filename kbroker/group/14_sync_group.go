package group

// SyncGroup, key 14, versions 0 to 5.
//
//	v3 instance id (KIP-345); v5 the protocol that the member believes in (KIP-559), which it must name

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// syncNamesProtocol is the first version of SyncGroup in which a member says what protocol it believes in.
const syncNamesProtocol = 5

func (m *Machine) syncGroup(now time.Time, req *kmsg.SyncGroupRequest, to *coordinator.Pending) (coordinator.Result, error) {
	if req.Version >= syncNamesProtocol && (req.ProtocolType == nil || req.Protocol == nil) {
		return coordinator.Result{}, kerr.InconsistentGroupProtocol
	}
	if g := m.ConsumerGroup(req.Group); g != nil {
		if g.Empty() {
			return coordinator.Result{}, kerr.UnknownMemberID
		}
		return consumer.Sync(m, req)
	}
	return classic.Sync(m, now, req, to), nil
}
