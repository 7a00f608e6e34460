package api

// ListPartitionReassignments, key 46, version 0. The partitions whose replicas are being added or removed, of the topics
// asked for or of all (null), as the image has them.

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) listPartitionReassignments(req *protocol.Request, q *kmsg.ListPartitionReassignmentsRequest) kmsg.Response {
	resp := kmsg.NewPtrListPartitionReassignmentsResponse()
	if !b.allowedCluster(req.Conn, OpDescribe) {
		resp.ErrorCode, resp.ErrorMessage = kerr.ClusterAuthorizationFailed.Code, text(sentence(kerr.ClusterAuthorizationFailed))
		return resp
	}
	img := b.Image()
	if q.Topics == nil {
		for _, t := range img.Topics() {
			addReassignments(resp, t, nil)
		}
		return resp
	}
	for _, t := range q.Topics {
		if topic := img.Topic(t.Topic); topic != nil {
			addReassignments(resp, topic, t.Partitions)
		}
	}
	return resp
}

// addReassignments adds the moving partitions of a topic that are among wanted; nil means all.
func addReassignments(resp *kmsg.ListPartitionReassignmentsResponse, t *metadata.Topic, wanted []int32) {
	rt := kmsg.NewListPartitionReassignmentsResponseTopic()
	rt.Topic = t.Name
	for id, p := range t.Partitions {
		if p == nil || len(p.AddingReplicas)+len(p.RemovingReplicas) == 0 || wanted != nil && !slices.Contains(wanted, int32(id)) {
			continue
		}
		rp := kmsg.NewListPartitionReassignmentsResponseTopicPartition()
		rp.Partition, rp.Replicas, rp.AddingReplicas, rp.RemovingReplicas = int32(id), p.Replicas, p.AddingReplicas, p.RemovingReplicas
		rt.Partitions = append(rt.Partitions, rp)
	}
	if len(rt.Partitions) > 0 {
		resp.Topics = append(resp.Topics, rt)
	}
}
