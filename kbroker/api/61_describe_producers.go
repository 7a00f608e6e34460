package api

// DescribeProducers, key 61, version 0. The producers with state in partitions that this broker leads (KIP-664).

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func (b *Broker) describeProducers(req *protocol.Request, q *kmsg.DescribeProducersRequest) kmsg.Response {
	resp := kmsg.NewPtrDescribeProducersResponse()
	img := b.Image()
	for _, t := range q.Topics {
		rt := kmsg.NewDescribeProducersResponseTopic()
		rt.Topic = t.Topic
		for _, index := range t.Partitions {
			rp := kmsg.NewDescribeProducersResponseTopicPartition()
			rp.Partition = index
			if err := b.describeProducersOf(req, img, t.Topic, index, &rp); err != nil {
				rp.ErrorCode = err.Code
				if sentence(err) != "" {
					rp.ErrorMessage = text(sentence(err))
				}
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func (b *Broker) describeProducersOf(req *protocol.Request, img *metadata.Image, topic string, index int32, rp *kmsg.DescribeProducersResponseTopicPartition) *kerr.Error {
	switch {
	case !validTopicName(topic):
		return saying(kerr.InvalidTopicException, topicNameComplaint(topic))
	case !b.allowed(req.Conn, OpRead, ResTopic, topic):
		return kerr.TopicAuthorizationFailed
	case img.Topic(topic) == nil:
		return kerr.UnknownTopicOrPartition
	}
	p, err := b.find(img, topic, index)
	if err == nil {
		if _, epoch := p.Leadership(); !p.Leads(epoch) {
			err = kerr.NotLeaderForPartition
		}
	}
	if err != nil {
		return saying(wireError(err), "")
	}
	for _, s := range p.Log().Producers() {
		ap := kmsg.NewDescribeProducersResponseTopicPartitionActiveProducer()
		ap.ProducerID, ap.ProducerEpoch, ap.LastSequence, ap.LastTimestamp = s.ID, int32(s.Epoch), s.LastSequence, s.LastTimestamp
		ap.CoordinatorEpoch, ap.CurrentTxnStartOffset = s.CoordinatorEpoch, s.CurrentTxnStartOffset
		rp.ActiveProducers = append(rp.ActiveProducers, ap)
	}
	return nil
}
