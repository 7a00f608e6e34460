package api

// CreatePartitions, key 37, versions 0 to 3. The controller decides; this broker asks whether the client may alter the
// topic. One row for each topic, however often it is named (trap T38).
//
//	v2 flexible; v3 throttled by controller mutations

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) createPartitions(req *protocol.Request, q *kmsg.CreatePartitionsRequest) kmsg.Response {
	resp := kmsg.NewPtrCreatePartitionsResponse()
	var denied []kmsg.CreatePartitionsRequestTopic
	q.Topics, denied = split(q.Topics, func(t *kmsg.CreatePartitionsRequestTopic) bool {
		return b.allowed(req.Conn, OpAlter, ResTopic, t.Topic)
	})
	for _, t := range denied {
		resp.Topics = append(resp.Topics, partitionsFailed(t.Topic, kerr.TopicAuthorizationFailed))
	}
	kresp, err := b.forwardWithin(req, q, q.TimeoutMillis)
	if err != nil {
		for _, t := range q.Topics {
			resp.Topics = append(resp.Topics, partitionsFailed(t.Topic, wireError(err)))
		}
		return resp
	}
	resp.Topics = append(resp.Topics, kresp.(*kmsg.CreatePartitionsResponse).Topics...)
	return resp
}

func partitionsFailed(topic string, err *kerr.Error) kmsg.CreatePartitionsResponseTopic {
	rt := kmsg.NewCreatePartitionsResponseTopic()
	rt.Topic, rt.ErrorCode, rt.ErrorMessage = topic, err.Code, failureText(err)
	return rt
}
