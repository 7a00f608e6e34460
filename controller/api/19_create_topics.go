package api

// CreateTopics, key 19, versions 2 to 7.
//
// Every topic is created whole or not at all. validate_only decides and writes nothing (trap T34). The answer leaves when the
// records are committed and this node's own publishers have been told, so that every partition has a leader where the client
// asks next (trap T26).
//
//	v4 counts of -1 stand for the defaults (KIP-464); v5 flexible, the effective configs of the new topic (KIP-525);
//	v6 a quota on partition changes (KIP-599); v7 topic ids (KIP-516)
//
// Left out: the quota of KIP-599 and create.topic.policy.class.name; the caller has asked for authorization.

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func createTopics(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response) {
	return s.CreateTopics(in, req.(*kmsg.CreateTopicsRequest))
}
