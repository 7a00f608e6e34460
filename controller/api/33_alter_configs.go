package api

// AlterConfigs, key 33, versions 0 to 2.
//
// What a request omits goes back to its default (trap T45). v2 flexible.
//
// Left out: alter.config.policy.class.name. BROKER_LOGGER resources are the broker's own.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func alterConfigs(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.AlterConfigs(in, req.(*kmsg.AlterConfigsRequest))
}
