package api

// OffsetForLeaderEpoch, key 23, versions 2 to 4. For each partition the largest leader epoch at or below the one asked for
// and the offset behind its last record, which tells a reader where its own log, or position, diverges (KIP-101, KIP-320).
//
//	v3 replica id; v4 flexible

import (
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) offsetForLeaderEpoch(req *protocol.Request, q *kmsg.OffsetForLeaderEpochRequest) kmsg.Response {
	resp := kmsg.NewPtrOffsetForLeaderEpochResponse()
	img := b.Image()
	for _, t := range q.Topics {
		rt := kmsg.NewOffsetForLeaderEpochResponseTopic()
		rt.Topic = t.Topic
		allowed := b.allowed(req.Conn, OpDescribe, ResTopic, t.Topic)
		for _, p := range t.Partitions {
			rp := kmsg.NewOffsetForLeaderEpochResponseTopicPartition()
			rp.Partition, rp.LeaderEpoch, rp.EndOffset = p.Partition, -1, -1
			err := error(kerr.TopicAuthorizationFailed)
			if allowed {
				replica, ferr := b.find(img, t.Topic, p.Partition)
				if err = ferr; err == nil {
					rp.LeaderEpoch, rp.EndOffset, err = replica.EpochEnd(p.CurrentLeaderEpoch, p.LeaderEpoch)
				}
			}
			rp.ErrorCode = code(err)
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}
