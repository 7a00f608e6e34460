package group

// OffsetDelete, key 47, version 0 (KIP-496). Offsets of topics that members are subscribed to stay.

import (
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
)

func (m *Machine) offsetDelete(req *kmsg.OffsetDeleteRequest) (coordinator.Result, error) {
	res := coordinator.Result{}
	g := m.groups[req.Group]
	if g == nil {
		return res, kerr.GroupIDNotFound
	}
	if err := g.ValidateOffsetDelete(); err != nil {
		return res, err
	}
	resp := kmsg.NewPtrOffsetDeleteResponse()
	for _, t := range req.Topics {
		out := kmsg.NewOffsetDeleteResponseTopic()
		out.Topic = t.Topic
		subscribed := g.SubscribedTo(t.Topic)
		for _, p := range t.Partitions {
			op := kmsg.NewOffsetDeleteResponseTopicPartition()
			op.Partition = p.Partition
			tp := offsets.Partition{Topic: t.Topic, Partition: p.Partition}
			switch {
			case subscribed:
				op.ErrorCode = kerr.GroupSubscribedToTopic.Code
			case m.offsets.Has(req.Group, tp):
				res.Records = append(res.Records, offsets.Tombstone(req.Group, tp))
			}
			out.Partitions = append(out.Partitions, op)
		}
		resp.Topics = append(resp.Topics, out)
	}
	res.Response = resp
	return res, nil
}
