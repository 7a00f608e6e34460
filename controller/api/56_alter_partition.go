package api

// AlterPartition, key 56, versions 2 to 3.
//
// A leader proposes an ISR: compare-and-set on leader epoch and partition epoch (KIP-497; M17, M18). v2 topic ids (KIP-841);
// v3 the broker epoch of every member (KIP-903).

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func alterPartition(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.AlterPartition(in, req.(*kmsg.AlterPartitionRequest))
}
