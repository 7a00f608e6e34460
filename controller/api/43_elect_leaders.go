package api

// ElectLeaders, key 43, versions 0 to 2.
//
// Preferred elections (KIP-183) and, from v1 on, unclean ones (KIP-460). v2 flexible.
//
// Left out: auto.leader.rebalance.enable, the preferred elections that a controller of several brokers makes by itself.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func electLeaders(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.ElectLeaders(in, req.(*kmsg.ElectLeadersRequest))
}
