package state

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// CreatePartitions decides about more partitions for topics that there are. One row per topic (trap T38).
func (s *State) CreatePartitions(in In, req *kmsg.CreatePartitionsRequest) (Records, *kmsg.CreatePartitionsResponse) {
	resp := req.ResponseKind().(*kmsg.CreatePartitionsResponse)
	once, twice := uniqueBy(req.Topics, func(t *kmsg.CreatePartitionsRequestTopic) string { return t.Topic })
	row := func(name string, err *apiError) {
		r := kmsg.NewCreatePartitionsResponseTopic()
		r.Topic = name
		r.ErrorCode, r.ErrorMessage = told(err)
		resp.Topics = append(resp.Topics, r)
	}
	var out Records
	excessive := additions(in, once) > MaxPartitionsPerRequest
	for _, t := range once {
		var recs Records
		err := fail(kerr.PolicyViolation, "Excessively large number of additional partitions per request.")
		if !excessive {
			recs, err = s.addPartitions(in, t)
		}
		row(t.Topic, err)
		out = append(out, recs...)
	}
	for _, name := range twice {
		row(name, fail(kerr.InvalidRequest, "Duplicate topic name."))
	}
	if req.ValidateOnly {
		return nil, resp
	}
	return out, resp
}

// additions is how many partitions a request would add to the topics that there are.
func additions(in In, topics []*kmsg.CreatePartitionsRequestTopic) int64 {
	var n int64
	for _, t := range topics {
		if topic := in.Image.Topic(t.Topic); topic != nil {
			n += max(int64(t.Count)-int64(len(topic.Partitions)), 0)
		}
	}
	return n
}

func (s *State) addPartitions(in In, t *kmsg.CreatePartitionsRequestTopic) (Records, *apiError) {
	topic := in.Image.Topic(t.Topic)
	if topic == nil {
		return nil, silent(kerr.UnknownTopicOrPartition)
	}
	have := int32(len(topic.Partitions))
	switch {
	case t.Count == have:
		return nil, fail(kerr.InvalidPartitions, "Topic already has %d partition(s).", have)
	case t.Count < have:
		return nil, fail(kerr.InvalidPartitions, "The topic %s currently has %d partition(s); %d would not be an increase.", t.Topic, have, t.Count)
	}
	more := int(t.Count - have)
	if t.Assignment != nil && len(t.Assignment) != more {
		return nil, fail(kerr.InvalidReplicaAssignment, "Attempted to add %d additional partition(s), but only %d assignment(s) were specified.", more, len(t.Assignment))
	}
	first := topic.Partition(0)
	if first == nil {
		return nil, fail(kerr.UnknownServerError, "Invalid state: topic %s appears to have no partitions.", t.Topic)
	}
	partitions, err := s.morePartitions(in.Image, t, have, more, len(first.Replicas))
	if err != nil {
		return nil, err
	}
	out := make(Records, len(partitions))
	for n, p := range partitions {
		out[n] = p.Record(topic.ID, have+int32(n))
	}
	return out, nil
}

func (s *State) morePartitions(img *metadata.Image, t *kmsg.CreatePartitionsRequestTopic, have int32, more, factor int) ([]*metadata.Partition, *apiError) {
	if t.Assignment == nil {
		return placedPartitions(img, newPlacer(img, s.cfg.Rand), more, factor)
	}
	out := make([]*metadata.Partition, more)
	for n, a := range t.Assignment {
		if err := checkAssignment(img, a.Replicas, factor); err != nil {
			return nil, err
		}
		out[n] = newPartition(img, a.Replicas)
		if len(out[n].ISR) == 0 {
			return nil, noActiveReplica(have + int32(n))
		}
	}
	return out, nil
}
