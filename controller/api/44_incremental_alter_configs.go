package api

// IncrementalAlterConfigs, key 44, versions 0 to 1.
//
// SET, DELETE, APPEND and SUBTRACT (KIP-339; traps T47, T48) on topics, brokers, groups and client metrics. v1 flexible.
//
// Left out: alter.config.policy.class.name. BROKER_LOGGER resources are the broker's own.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func incrementalAlterConfigs(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.IncrementalAlterConfigs(in, req.(*kmsg.IncrementalAlterConfigsRequest))
}
