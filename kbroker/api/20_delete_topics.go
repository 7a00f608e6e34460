package api

// DeleteTopics, key 20, versions 1 to 6. The controller decides; this broker asks whether the client may, and does not
// tell the name behind an id to who may not describe it (trap T104).
//
//	v5 error message; v6 by name or by id (KIP-516, trap T40)

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) deleteTopics(req *protocol.Request, q *kmsg.DeleteTopicsRequest) kmsg.Response {
	resp := kmsg.NewPtrDeleteTopicsResponse()
	if !b.Config().Broker().DeleteTopicEnable {
		failTopicDeletions(resp, q, deletionDisabled(q.Version))
		return resp
	}
	img := b.Image()
	var denied []kmsg.DeleteTopicsRequestTopic
	q.Topics, denied = split(q.Topics, func(t *kmsg.DeleteTopicsRequestTopic) bool {
		return b.mayDelete(req, img, t.Topic, t.TopicID)
	})
	for _, t := range denied {
		resp.Topics = append(resp.Topics, b.deletionDenied(req, img, t.Topic, t.TopicID))
	}
	var names []string
	q.TopicNames, names = split(q.TopicNames, func(name *string) bool {
		return b.mayDelete(req, img, name, zeroID)
	})
	for _, name := range names {
		resp.Topics = append(resp.Topics, b.deletionDenied(req, img, &name, zeroID))
	}
	kresp, err := b.forwardWithin(req, q, q.TimeoutMillis)
	if err != nil {
		failTopicDeletions(resp, q, wireError(err))
		return resp
	}
	resp.Topics = append(resp.Topics, kresp.(*kmsg.DeleteTopicsResponse).Topics...)
	return resp
}

func deletionDisabled(version int16) *kerr.Error {
	if version < 3 {
		return kerr.InvalidRequest
	}
	return kerr.TopicDeletionDisabled
}

// mayDelete is true too for what is not there or makes no sense: the controller says so.
func (b *Broker) mayDelete(req *protocol.Request, img *metadata.Image, name *string, id metadata.UUID) bool {
	if name == nil {
		t := img.TopicByID(id)
		if t == nil {
			return true
		}
		name = &t.Name
	}
	return b.allowed(req.Conn, OpDelete, ResTopic, *name)
}

func (b *Broker) deletionDenied(req *protocol.Request, img *metadata.Image, name *string, id metadata.UUID) kmsg.DeleteTopicsResponseTopic {
	err := kerr.TopicAuthorizationFailed
	if name == nil {
		if t := img.TopicByID(id); t != nil && b.allowed(req.Conn, OpDescribe, ResTopic, t.Name) {
			name = &t.Name
		}
	}
	return deletionFailed(name, id, err)
}

func deletionFailed(name *string, id metadata.UUID, err *kerr.Error) kmsg.DeleteTopicsResponseTopic {
	rt := kmsg.NewDeleteTopicsResponseTopic()
	rt.Topic, rt.TopicID, rt.ErrorCode, rt.ErrorMessage = name, id, err.Code, failureText(err)
	return rt
}

func failTopicDeletions(resp *kmsg.DeleteTopicsResponse, q *kmsg.DeleteTopicsRequest, err *kerr.Error) {
	for _, t := range q.Topics {
		resp.Topics = append(resp.Topics, deletionFailed(t.Topic, t.TopicID, err))
	}
	for _, name := range q.TopicNames {
		resp.Topics = append(resp.Topics, deletionFailed(&name, zeroID, err))
	}
}
