package api

// BrokerHeartbeat, key 63, versions 0 to 2.
//
// Keeps a broker's session, unfences it once it has applied its own registration (M21), and leads it through a controlled
// shutdown (KIP-631). v1 offline log directories (KIP-858); v2 cordoned ones (KIP-1066).

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func brokerHeartbeat(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.BrokerHeartbeat(in, req.(*kmsg.BrokerHeartbeatRequest))
}
