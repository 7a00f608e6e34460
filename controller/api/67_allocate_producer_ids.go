package api

// AllocateProducerIds, key 67, version 0.
//
// The next block of 1000 producer ids (KIP-730; M25).

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func allocateProducerIDs(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.AllocateProducerIDs(in, req.(*kmsg.AllocateProducerIDsRequest))
}
