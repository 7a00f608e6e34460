package api

// UnregisterBroker, key 64, version 0.
//
// A broker is gone for good (KIP-631).

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func unregisterBroker(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.UnregisterBroker(in, req.(*kmsg.UnregisterBrokerRequest))
}
