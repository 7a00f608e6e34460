package api

// DeleteTopics, key 20, versions 1 to 6.
//
//	v4 flexible; v5 error messages; v6 topic ids (KIP-516), a name or an id, not both (trap T40)
//
// Left out: the quota of KIP-599. Answers keep the order of the request, where Apache Kafka shuffles them.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func deleteTopics(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.DeleteTopics(in, req.(*kmsg.DeleteTopicsRequest))
}
