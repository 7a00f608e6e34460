package api

// DeleteRecords, key 21, versions 0 to 2. Raises the log start offset of partitions that this broker leads; -1 means the
// high watermark (trap T39). With one replica the low watermark is the leader's own start offset.
//
//	v2 flexible
//
// Left out until a cluster exists: waiting for the followers' start offsets.

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) deleteRecords(req *protocol.Request, q *kmsg.DeleteRecordsRequest) kmsg.Response {
	resp := kmsg.NewPtrDeleteRecordsResponse()
	img := b.Image()
	for _, t := range deletions(q) {
		rt := kmsg.NewDeleteRecordsResponseTopic()
		rt.Topic = t.Topic
		for _, p := range t.Partitions {
			rp := kmsg.NewDeleteRecordsResponseTopicPartition()
			rp.Partition, rp.LowWatermark = p.Partition, -1
			low, err := b.deleteRecordsOf(req, img, t.Topic, p.Partition, p.Offset)
			if err != nil {
				rp.ErrorCode = code(err)
			} else {
				rp.LowWatermark = low
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

// deletions returns what a request asks for, each partition once with the offset that it names last, as Apache Kafka reads it. A
// topic without partitions is not told.
func deletions(q *kmsg.DeleteRecordsRequest) []kmsg.DeleteRecordsRequestTopic {
	var out []kmsg.DeleteRecordsRequestTopic
	topics := make(map[string]int, len(q.Topics))
	partitions := make(map[topicPartition]int)
	for _, t := range q.Topics {
		for _, p := range t.Partitions {
			at, seen := topics[t.Topic]
			if !seen {
				at = len(out)
				topics[t.Topic] = at
				out = append(out, kmsg.DeleteRecordsRequestTopic{Topic: t.Topic})
			}
			tp := topicPartition{t.Topic, p.Partition}
			if n, again := partitions[tp]; again {
				out[at].Partitions[n] = p
				continue
			}
			partitions[tp] = len(out[at].Partitions)
			out[at].Partitions = append(out[at].Partitions, p)
		}
	}
	return out
}

func (b *Broker) deleteRecordsOf(req *protocol.Request, img *metadata.Image, topic string, index int32, offset int64) (int64, error) {
	switch {
	case !b.allowed(req.Conn, OpDelete, ResTopic, topic):
		return -1, kerr.TopicAuthorizationFailed
	case img.Partition(topic, index) == nil:
		return -1, kerr.UnknownTopicOrPartition
	case isInternal(topic):
		return -1, kerr.InvalidTopicException
	}
	p, err := b.find(img, topic, index)
	if err != nil {
		return -1, err
	}
	return p.DeleteRecordsBefore(offset)
}
