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
	for _, t := range q.Topics {
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
