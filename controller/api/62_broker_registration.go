package api

// BrokerRegistration, key 62, versions 0 to 4.
//
// The broker epoch is the offset of the registration record (KIP-631; M15, M23). v2 log directories (KIP-858); v3 the epoch of
// the incarnation before, as proof of a clean shutdown (KIP-966).
//
// Left out: migration from ZooKeeper.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func registerBroker(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.RegisterBroker(in, req.(*kmsg.BrokerRegistrationRequest))
}
