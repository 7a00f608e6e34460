package api

// DescribeTopicPartitions, key 75, version 0. Topics in order of their names, at most so many partitions at a time, with a
// cursor to go on from, and the eligible leader replicas (KIP-966).

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeTopicPartitions(req *protocol.Request, q *kmsg.DescribeTopicPartitionsRequest) kmsg.Response {
	if err := badCursor(q); err != nil {
		return describeRefused(q, err)
	}
	resp := kmsg.NewPtrDescribeTopicPartitionsResponse()
	img := b.Image()
	names := b.describedNames(req, q, img)
	left := max(min(int(q.ResponsePartitionLimit), int(b.Config().Broker().MaxRequestPartitionSizeLimit)), 1)
	resp.Topics = make([]kmsg.DescribeTopicPartitionsResponseTopic, 0, min(len(names), max(left, len(q.Topics))))
	for _, name := range names {
		from := int32(0)
		if q.Cursor != nil && q.Cursor.Topic == name {
			from = q.Cursor.Partition
		}
		if left == 0 {
			resp.NextCursor = cursorAt(name, from)
			return resp
		}
		rt, next := b.describedTopic(req, img, name, from, left)
		resp.Topics = append(resp.Topics, rt)
		left -= len(rt.Partitions)
		if next >= 0 {
			resp.NextCursor = cursorAt(name, next)
			return resp
		}
	}
	return resp
}

// badCursor returns why a request is refused as a whole: a name that is empty, a cursor before the first partition, or one on
// a topic that the request does not name.
func badCursor(q *kmsg.DescribeTopicPartitionsRequest) *kerr.Error {
	named := len(q.Topics) == 0
	for _, t := range q.Topics {
		if t.Topic == "" {
			return kerr.UnknownServerError
		}
		named = named || q.Cursor != nil && q.Cursor.Topic == t.Topic
	}
	if q.Cursor != nil && (q.Cursor.Partition < 0 || !named) {
		return kerr.InvalidRequest
	}
	return nil
}

// describeRefused tells nothing but the error, for each topic that was named.
func describeRefused(q *kmsg.DescribeTopicPartitionsRequest, err *kerr.Error) kmsg.Response {
	resp := kmsg.NewPtrDescribeTopicPartitionsResponse()
	for _, t := range q.Topics {
		rt := kmsg.NewDescribeTopicPartitionsResponseTopic()
		rt.Topic, rt.ErrorCode = &t.Topic, err.Code
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func cursorAt(topic string, partition int32) *kmsg.DescribeTopicPartitionsResponseNextCursor {
	c := kmsg.NewDescribeTopicPartitionsResponseNextCursor()
	c.Topic, c.Partition = topic, partition
	return &c
}

// describedNames returns the names to describe in order, from the cursor on; no name in the request means every topic.
func (b *Broker) describedNames(req *protocol.Request, q *kmsg.DescribeTopicPartitionsRequest, img *metadata.Image) []string {
	names := make([]string, 0, len(q.Topics))
	for _, t := range q.Topics {
		names = append(names, t.Topic)
	}
	if len(q.Topics) == 0 {
		for _, t := range img.Topics() {
			if b.allowed(req.Conn, OpDescribe, ResTopic, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if q.Cursor != nil {
		names = slices.DeleteFunc(names, func(n string) bool { return n < q.Cursor.Topic })
	}
	return names
}

// describedTopic returns a topic's partitions from one on, at most limit of them, and where to go on, -1 at the end.
func (b *Broker) describedTopic(req *protocol.Request, img *metadata.Image, name string, from int32, limit int) (rt kmsg.DescribeTopicPartitionsResponseTopic, next int32) {
	rt = kmsg.NewDescribeTopicPartitionsResponseTopic()
	rt.Topic, rt.IsInternal = &name, isInternal(name)
	t := img.Topic(name)
	if !b.allowed(req.Conn, OpDescribe, ResTopic, name) {
		rt.ErrorCode = kerr.TopicAuthorizationFailed.Code
		return rt, -1
	}
	rt.AuthorizedOperations = b.operations(req.Conn, ResTopic, name)
	switch {
	case !validTopicName(name):
		rt.ErrorCode = kerr.InvalidTopicException.Code
		return rt, -1
	case t == nil:
		rt.ErrorCode = kerr.UnknownTopicOrPartition.Code
		return rt, -1
	}
	rt.TopicID = t.ID
	for id := from; int(id) < len(t.Partitions); id++ {
		p := t.Partition(id)
		if p == nil {
			continue
		}
		if len(rt.Partitions) == limit {
			return rt, id
		}
		rt.Partitions = append(rt.Partitions, b.describedPartition(img, name, id, p, req.Conn.Listener))
	}
	return rt, -1
}

func (b *Broker) describedPartition(img *metadata.Image, topic string, id int32, p *metadata.Partition, listener string) kmsg.DescribeTopicPartitionsResponseTopicPartition {
	rp := kmsg.NewDescribeTopicPartitionsResponseTopicPartition()
	rp.Partition, rp.LeaderEpoch, rp.Replicas, rp.ISR = id, p.LeaderEpoch, p.Replicas, p.ISR
	// Not null: no replica is eligible, which is known.
	rp.EligibleLeaderReplicas, rp.LastKnownELR = append([]int32{}, p.ELR...), append([]int32{}, p.LastKnownELR...)
	rp.OfflineReplicas = b.offlineReplicas(img, topic, id, p, listener)
	var err *kerr.Error
	if rp.LeaderID, err = b.leaderFor(img, topic, id, p, listener, true); err != nil {
		rp.ErrorCode = err.Code
	}
	return rp
}
