package api

// FindCoordinator, key 10, versions 0 to 6.
//
// Names the broker that leads the partition of an internal topic which coordinates a key; the topic is created when it is
// first asked for. Key type 0 is a group, 1 a transactional id.
//
//	v1 key type, error message; v3 flexible; v4 many keys (KIP-699); v5 transactions, protocol 2; v6 share groups
//
// Left out: share groups (key type 2) are not served yet and answer INVALID_REQUEST.

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The coordinator types.
const (
	coordinatorGroup       int8 = 0
	coordinatorTransaction int8 = 1
	coordinatorShare       int8 = 2
)

// coordinatorTopics is the internal topic behind each type that is served.
var coordinatorTopics = map[int8]string{coordinatorGroup: OffsetsTopic, coordinatorTransaction: TxnTopic}

func (b *Broker) findCoordinator(req *protocol.Request, q *kmsg.FindCoordinatorRequest) kmsg.Response {
	resp := kmsg.NewPtrFindCoordinatorResponse()
	if q.Version < 4 {
		c := b.coordinatorOf(req, q.CoordinatorType, q.CoordinatorKey)
		resp.ErrorCode, resp.NodeID, resp.Host, resp.Port = c.ErrorCode, c.NodeID, c.Host, c.Port
		resp.ErrorMessage = c.ErrorMessage
		if c.ErrorCode == 0 {
			resp.ErrorMessage = text("NONE")
		}
		return resp
	}
	resp.Coordinators = make([]kmsg.FindCoordinatorResponseCoordinator, 0, len(q.CoordinatorKeys))
	for _, key := range q.CoordinatorKeys {
		c := b.coordinatorOf(req, q.CoordinatorType, key)
		if q.CoordinatorType >= coordinatorGroup && q.CoordinatorType <= coordinatorShare {
			c.ErrorMessage = text("") // as Kafka: the code says it all
		}
		resp.Coordinators = append(resp.Coordinators, c)
	}
	return resp
}

func (b *Broker) coordinatorOf(req *protocol.Request, kind int8, key string) kmsg.FindCoordinatorResponseCoordinator {
	c := kmsg.NewFindCoordinatorResponseCoordinator()
	c.Key, c.NodeID, c.Port, c.ErrorMessage = key, -1, -1, text("") // Apache Kafka leaves the text empty since v4
	node, ep, err := b.locate(req, kind, key)
	if err != nil {
		c.ErrorCode = err.Code
		if req.Version < 4 || kind < coordinatorGroup || kind > coordinatorShare {
			c.ErrorMessage = text(sentence(err))
		}
		return c
	}
	c.NodeID, c.Host, c.Port = node, ep.Host, int32(ep.Port)
	return c
}

func (b *Broker) locate(req *protocol.Request, kind int8, key string) (int32, metadata.Endpoint, *kerr.Error) {
	topic, ok := coordinatorTopics[kind]
	if !ok {
		return -1, metadata.Endpoint{}, kerr.InvalidRequest
	}
	switch {
	case kind == coordinatorGroup && !b.allowed(req.Conn, OpDescribe, ResGroup, key):
		return -1, metadata.Endpoint{}, kerr.GroupAuthorizationFailed
	case kind == coordinatorTransaction && !b.allowed(req.Conn, OpDescribe, ResTransactionalID, key):
		return -1, metadata.Endpoint{}, kerr.TransactionalIDAuthorizationFailed
	}
	t := b.Image().Topic(topic)
	if t == nil {
		b.autoCreate(req, []string{topic})
		if t = b.Image().Topic(topic); t == nil {
			return -1, metadata.Endpoint{}, kerr.CoordinatorNotAvailable
		}
	}
	img := b.Image()
	p := t.Partition(coordinator.PartitionFor(key, int32(len(t.Partitions))))
	if p == nil {
		return -1, metadata.Endpoint{}, kerr.CoordinatorNotAvailable
	}
	broker := img.Broker(p.Leader)
	if broker == nil || broker.Fenced {
		return -1, metadata.Endpoint{}, kerr.CoordinatorNotAvailable
	}
	ep, ok := broker.Endpoint(req.Conn.Listener)
	if !ok {
		return -1, metadata.Endpoint{}, kerr.CoordinatorNotAvailable
	}
	return broker.ID, ep, nil
}
