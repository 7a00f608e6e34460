package state

import (
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/metarec"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// AlterPartition decides about an ISR that a leader proposes: compare-and-set on leader and partition epoch (M17, M18).
func (s *State) AlterPartition(in In, req *kmsg.AlterPartitionRequest) (Records, *kmsg.AlterPartitionResponse) {
	resp := req.ResponseKind().(*kmsg.AlterPartitionResponse)
	if err := checkBrokerEpoch(in.Image, req.BrokerID, req.BrokerEpoch); err != nil {
		resp.ErrorCode = err.code
		return nil, resp
	}
	var out Records
	for _, t := range req.Topics {
		rt := kmsg.NewAlterPartitionResponseTopic()
		rt.TopidID = t.TopicID
		topic := in.Image.TopicByID(t.TopicID)
		for i := range t.Partitions {
			row, r := s.alterPartition(in, topic, req, &t.Partitions[i])
			if r != nil {
				out = append(out, r)
			}
			rt.Partitions = append(rt.Partitions, row)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return out, resp
}

func (s *State) alterPartition(in In, topic *metadata.Topic, req *kmsg.AlterPartitionRequest, ask *kmsg.AlterPartitionRequestTopicPartition) (kmsg.AlterPartitionResponseTopicPartition, metarec.Record) {
	row := kmsg.NewAlterPartitionResponseTopicPartition()
	row.Partition = ask.Partition
	p := topic.Partition(ask.Partition)
	members := membersOf(ask)
	if err := s.checkAlteration(in, topic, p, req.BrokerID, ask, members); err != nil {
		row.ErrorCode = err.Code
		return row, nil
	}
	t := s.rulesOf(in.Image, topic.Name).transition(p)
	t.eligible = s.eligible(in.Image, p, nobody)
	t.recovery = ask.LeaderRecoveryState
	t.isr = t.isr[:0:0]
	for _, m := range members {
		t.isr = append(t.isr, m.BrokerID)
	}
	var rec metarec.Record
	if change := t.record(topic.ID, ask.Partition); change != nil {
		p = metadata.Merge(p, change)
		rec = change
	}
	row.LeaderID, row.LeaderEpoch, row.PartitionEpoch = p.Leader, p.LeaderEpoch, p.PartitionEpoch
	row.ISR, row.LeaderRecoveryState = p.ISR, p.RecoveryState
	return row, rec
}

// membersOf returns the proposed ISR; below version 3 the brokers' epochs are not known, -1.
func membersOf(ask *kmsg.AlterPartitionRequestTopicPartition) []kmsg.AlterPartitionRequestTopicPartitionNewEpochISR {
	if len(ask.NewEpochISR) > 0 {
		return ask.NewEpochISR
	}
	out := make([]kmsg.AlterPartitionRequestTopicPartitionNewEpochISR, len(ask.NewISR))
	for i, id := range ask.NewISR {
		out[i].BrokerID, out[i].BrokerEpoch = id, -1
	}
	return out
}

func (s *State) checkAlteration(in In, topic *metadata.Topic, p *metadata.Partition, from int32, ask *kmsg.AlterPartitionRequestTopicPartition, members []kmsg.AlterPartitionRequestTopicPartitionNewEpochISR) *kerr.Error {
	switch {
	case topic == nil:
		return kerr.UnknownTopicID
	case p == nil:
		return kerr.UnknownTopicOrPartition
	case ask.LeaderEpoch > p.LeaderEpoch || ask.PartitionEpoch > p.PartitionEpoch:
		return kerr.NotController // the leader has heard from a controller that this one has not
	case ask.LeaderEpoch < p.LeaderEpoch:
		return kerr.FencedLeaderEpoch
	case from != p.Leader:
		return kerr.InvalidRequest
	case ask.PartitionEpoch < p.PartitionEpoch:
		return kerr.InvalidUpdateVersion
	case !validISR(p, members):
		return kerr.InvalidRequest
	case ask.LeaderRecoveryState == metadata.LeaderRecovering && (len(members) > 1 || p.RecoveryState == metadata.LeaderRecovered):
		return kerr.InvalidRequest
	case ask.LeaderRecoveryState != metadata.LeaderRecovering && ask.LeaderRecoveryState != metadata.LeaderRecovered:
		return kerr.InvalidRequest
	case slices.ContainsFunc(members, func(m kmsg.AlterPartitionRequestTopicPartitionNewEpochISR) bool { return !mayJoin(in.Image, m) }):
		return kerr.IneligibleReplica
	}
	return nil
}

// validISR: replicas of the partition, each once, the leader among them (M20).
func validISR(p *metadata.Partition, members []kmsg.AlterPartitionRequestTopicPartitionNewEpochISR) bool {
	leads := false
	for i, m := range members {
		again := slices.ContainsFunc(members[:i], func(o kmsg.AlterPartitionRequestTopicPartitionNewEpochISR) bool { return o.BrokerID == m.BrokerID })
		if again || !p.HasReplica(m.BrokerID) {
			return false
		}
		leads = leads || m.BrokerID == p.Leader
	}
	return leads
}

// mayJoin reports whether a broker may be in an ISR: active, and the incarnation that the leader means (M16, M17).
func mayJoin(img *metadata.Image, m kmsg.AlterPartitionRequestTopicPartitionNewEpochISR) bool {
	b := img.Broker(m.BrokerID)
	return b.Active() && (m.BrokerEpoch == -1 || m.BrokerEpoch == b.Epoch)
}
