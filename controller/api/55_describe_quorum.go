package api

// DescribeQuorum, key 55, versions 0 to 2.
//
// The voters of __cluster_metadata-0 and how far each has the log (KIP-595). The leader reports the present as its own
// fetch and caught-up time.
//
//	v1 fetch and caught-up timestamps (KIP-836); v2 directory ids, error messages, and the voters' endpoints (KIP-853)
//
// Left out: observers, until brokers fetch the metadata log from afar; and the fetch times of other voters, which are -1.

import (
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// DescribeQuorum answers from a status of the quorum. nowMs is the wall clock.
func DescribeQuorum(req *kmsg.DescribeQuorumRequest, st quorum.Status, self int32, nowMs int64) *kmsg.DescribeQuorumResponse {
	resp := req.ResponseKind().(*kmsg.DescribeQuorumResponse)
	none := ""
	resp.ErrorMessage = &none
	described := false
	for _, t := range req.Topics {
		rt := kmsg.NewDescribeQuorumResponseTopic()
		rt.Topic = t.Topic
		for _, p := range t.Partitions {
			row := kmsg.NewDescribeQuorumResponseTopicPartition()
			row.Partition, row.ErrorMessage = p.Partition, &none
			switch {
			case t.Topic != state.MetadataTopic || p.Partition != 0:
				refuse(&row, kerr.UnknownTopicOrPartition, "This server does not host this topic-partition.")
			case st.Leadership.Leader != self:
				refuse(&row, kerr.NotLeaderForPartition, "For requests intended only for the leader, this error indicates that the broker is not the current leader. For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.")
				row.LeaderID, row.LeaderEpoch = st.Leadership.Leader, st.Leadership.Epoch
			default:
				fill(&row, st, self, nowMs)
				described = true
			}
			rt.Partitions = append(rt.Partitions, row)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	if described {
		resp.Nodes = nodes(st)
	}
	return resp
}

func refuse(row *kmsg.DescribeQuorumResponseTopicPartition, code *kerr.Error, text string) {
	row.ErrorCode, row.ErrorMessage = code.Code, &text
}

func fill(row *kmsg.DescribeQuorumResponseTopicPartition, st quorum.Status, self int32, nowMs int64) {
	row.LeaderID, row.LeaderEpoch, row.HighWatermark = st.Leadership.Leader, st.Leadership.Epoch, st.HighWatermark
	for _, v := range st.Voters {
		r := kmsg.NewDescribeQuorumResponseTopicPartitionReplicaState()
		r.ReplicaID, r.ReplicaDirectoryID, r.LogEndOffset = v.Voter.ID, v.Voter.DirectoryID, v.EndOffset
		r.LastFetchTimestamp, r.LastCaughtUpTimestamp = -1, -1
		if v.Voter.ID == self {
			r.LastFetchTimestamp, r.LastCaughtUpTimestamp = nowMs, nowMs
		}
		row.CurrentVoters = append(row.CurrentVoters, r)
	}
}

func nodes(st quorum.Status) []kmsg.DescribeQuorumResponseNode {
	var out []kmsg.DescribeQuorumResponseNode
	for _, v := range st.Voters {
		n := kmsg.NewDescribeQuorumResponseNode()
		n.NodeID = v.Voter.ID
		for _, e := range v.Voter.Endpoints {
			l := kmsg.NewDescribeQuorumResponseNodeListener()
			l.Name, l.Host, l.Port = e.Name, e.Host, e.Port
			n.Listeners = append(n.Listeners, l)
		}
		out = append(out, n)
	}
	return out
}
