package api

// CreatePartitions, key 37, versions 0 to 3.
//
// One row per topic (trap T38), validate_only honoured. v2 flexible; v3 a quota on partition changes (KIP-599).
//
// Left out: that quota.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func createPartitions(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.CreatePartitions(in, req.(*kmsg.CreatePartitionsRequest))
}
