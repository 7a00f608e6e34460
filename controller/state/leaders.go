package state

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// ElectLeaders decides about elections that an administrator asks for. Without a list of topics it goes through all
// partitions and answers for those only whose leader changed or could not.
func (s *State) ElectLeaders(in In, req *kmsg.ElectLeadersRequest) (Records, *kmsg.ElectLeadersResponse) {
	resp := req.ResponseKind().(*kmsg.ElectLeadersResponse)
	kind := electPreferred
	switch {
	case req.Version >= 1 && req.ElectionType == 1:
		kind = electUnclean
	case req.Version >= 1 && req.ElectionType != 0:
		refuseElections(resp, req, fail(kerr.InvalidRequest, "Unknown election type %d", req.ElectionType))
		return nil, resp
	}
	all := req.Topics == nil
	asked := req.Topics
	if all {
		asked = everyPartition(in.Image)
	}
	var out Records
	for _, t := range asked {
		rt := kmsg.NewElectLeadersResponseTopic()
		rt.Topic = t.Topic
		for _, id := range t.Partitions {
			rec, err := s.electLeader(in, t.Topic, id, kind)
			if rec != nil {
				out = append(out, rec)
			}
			if all && err != nil && err.code == kerr.ElectionNotNeeded.Code {
				continue
			}
			row := kmsg.NewElectLeadersResponseTopicPartition()
			row.Partition = id
			row.ErrorCode, row.ErrorMessage = told(err)
			rt.Partitions = append(rt.Partitions, row)
		}
		if len(rt.Partitions) > 0 {
			resp.Topics = append(resp.Topics, rt)
		}
	}
	return out, resp
}

// refuseElections tells an error at the top and of each partition that was named.
func refuseElections(resp *kmsg.ElectLeadersResponse, req *kmsg.ElectLeadersRequest, err *apiError) {
	resp.ErrorCode = err.code
	for _, t := range req.Topics {
		rt := kmsg.NewElectLeadersResponseTopic()
		rt.Topic = t.Topic
		for _, id := range t.Partitions {
			row := kmsg.NewElectLeadersResponseTopicPartition()
			row.Partition = id
			row.ErrorCode, row.ErrorMessage = told(err)
			rt.Partitions = append(rt.Partitions, row)
		}
		resp.Topics = append(resp.Topics, rt)
	}
}

func everyPartition(img *metadata.Image) []kmsg.ElectLeadersRequestTopic {
	var out []kmsg.ElectLeadersRequestTopic
	for _, topic := range img.Topics() {
		t := kmsg.NewElectLeadersRequestTopic()
		t.Topic = topic.Name
		for id := range topic.Partitions {
			t.Partitions = append(t.Partitions, int32(id))
		}
		out = append(out, t)
	}
	return out
}

func (s *State) electLeader(in In, topic string, id int32, kind electionKind) (metarec.Record, *apiError) {
	t := in.Image.Topic(topic)
	if t == nil {
		return nil, fail(kerr.UnknownTopicOrPartition, "No such topic as %s", topic)
	}
	p := t.Partition(id)
	switch {
	case p == nil:
		return nil, fail(kerr.UnknownTopicOrPartition, "No such partition as %s-%d", topic, id)
	case kind == electPreferred && p.Leader == p.PreferredLeader(), kind == electUnclean && p.Leader != metadata.NoLeader:
		return nil, fail(kerr.ElectionNotNeeded, "Leader election not needed for topic partition.")
	}
	change := s.rulesOf(in.Image, topic).transition(p)
	change.kind, change.eligible = kind, s.eligible(in.Image, p, nobody)
	if r := change.record(t.ID, id); r != nil {
		return r, nil
	}
	if kind == electPreferred {
		return nil, fail(kerr.PreferredLeaderNotAvailable, "The preferred leader was not available.")
	}
	return nil, fail(kerr.EligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.")
}
