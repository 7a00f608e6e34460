package group

// ConsumerGroupHeartbeat, key 68, versions 0 and 1 (KIP-848).
//
//	v1 regular expressions; the member brings its own id (KIP-1082)

import (
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

func (m *Machine) consumerGroupHeartbeat(now time.Time, req *kmsg.ConsumerGroupHeartbeatRequest, client consumer.Client) (coordinator.Result, error) {
	return consumer.Heartbeat(m, now, req, client)
}
