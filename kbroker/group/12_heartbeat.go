package group

// Heartbeat, key 12, versions 0 to 4. v3 instance id (KIP-345).

import (
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

func (m *Machine) heartbeat(req *kmsg.HeartbeatRequest) (coordinator.Result, error) {
	if m.ConsumerGroup(req.Group) != nil {
		return consumer.ClassicHeartbeat(m, req)
	}
	return classic.Heartbeat(m, req), nil
}
