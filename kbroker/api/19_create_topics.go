package api

// CreateTopics, key 19, versions 2 to 7. The controller decides (controller/api); this broker asks whether the client may.
// The answer comes once the new topics are in this broker's own image, so a client that reads it finds leaders (trap T26).
//
//	v4 default partitions and replication (KIP-464); v5 the configs of what was made (KIP-525); v7 topic ids

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) createTopics(req *protocol.Request, q *kmsg.CreateTopicsRequest) kmsg.Response {
	resp := kmsg.NewPtrCreateTopicsResponse()
	asked := q.Topics
	if !b.allowedCluster(req.Conn, OpCreate) {
		var denied []kmsg.CreateTopicsRequestTopic
		q.Topics, denied = split(q.Topics, func(t *kmsg.CreateTopicsRequestTopic) bool {
			return b.allowed(req.Conn, OpCreate, ResTopic, t.Topic)
		})
		for _, t := range denied {
			resp.Topics = append(resp.Topics, createFailed(t.Topic, kerr.TopicAuthorizationFailed))
		}
	}
	if len(q.Topics) == 0 && len(asked) > 0 {
		return resp
	}
	kresp, err := b.forwardWithin(req, q, q.TimeoutMillis)
	if err != nil {
		for _, t := range q.Topics {
			resp.Topics = append(resp.Topics, createFailed(t.Topic, wireError(err)))
		}
		return resp
	}
	resp.Topics = append(resp.Topics, kresp.(*kmsg.CreateTopicsResponse).Topics...)
	return resp
}

func createFailed(topic string, err *kerr.Error) kmsg.CreateTopicsResponseTopic {
	rt := kmsg.NewCreateTopicsResponseTopic()
	rt.Topic, rt.ErrorCode, rt.ErrorMessage = topic, err.Code, failureText(err)
	rt.NumPartitions, rt.ReplicationFactor = -1, -1
	rt.Configs = []kmsg.CreateTopicsResponseTopicConfig{} // not null: that says that the reader may not see them (KIP-525)
	return rt
}

// split parts a list into what keep accepts and the rest, in order.
func split[T any](list []T, keep func(*T) bool) (kept, rest []T) {
	for i := range list {
		if keep(&list[i]) {
			kept = append(kept, list[i])
		} else {
			rest = append(rest, list[i])
		}
	}
	return kept, rest
}
