package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type quorumRow struct {
	Node         int32  `json:"node"`
	Role         string `json:"role"`
	Directory    string `json:"directory_id"`
	LogEndOffset int64  `json:"log_end_offset"`
	Lag          int64  `json:"lag"`
	LastFetch    int64  `json:"last_fetch_ms"`
	LastCaughtUp int64  `json:"last_caught_up_ms"`
}

type quorumDoc struct {
	Leader        int32       `json:"leader"`
	Epoch         int32       `json:"epoch"`
	HighWatermark int64       `json:"high_watermark"`
	Nodes         []quorumRow `json:"nodes"`
}

func (a *App) clusterQuorum() *cobra.Command {
	c := &cobra.Command{Use: "quorum", Short: "Show the metadata quorum", Args: cobra.NoArgs}
	c.RunE = a.ask(func(ctx context.Context, s *session, _ []string) error {
		doc, err := quorum(ctx, s)
		if err != nil {
			return err
		}
		t := &table{head: []string{"NODE", "ROLE", "LOG-END", "LAG", "LAST-FETCH", "LAST-CAUGHT-UP"}, whole: doc}
		for _, r := range doc.Nodes {
			t.add(r, fmt.Sprint(r.Node), r.Role, fmt.Sprint(r.LogEndOffset), fmt.Sprint(r.Lag), dashed(r.LastFetch), dashed(r.LastCaughtUp))
		}
		return a.print(t)
	})
	return a.withOutput(c)
}

func quorum(ctx context.Context, s *session) (*quorumDoc, error) {
	req := kmsg.NewPtrDescribeQuorumRequest()
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic = "__cluster_metadata"
	topic.Partitions = append(topic.Partitions, kmsg.NewDescribeQuorumRequestTopicPartition())
	req.Topics = append(req.Topics, topic)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return nil, describeKafka(err, deref(resp.ErrorMessage))
	}
	if len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return nil, withCode(exitFailed, "the answer does not describe the metadata log")
	}
	p := resp.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
		return nil, err
	}
	doc := &quorumDoc{Leader: p.LeaderID, Epoch: p.LeaderEpoch, HighWatermark: p.HighWatermark}
	end := int64(0)
	for _, v := range p.CurrentVoters {
		if v.ReplicaID == p.LeaderID {
			end = v.LogEndOffset
		}
	}
	doc.Nodes = append(doc.Nodes, quorumRows(p.CurrentVoters, "follower", p.LeaderID, end)...)
	doc.Nodes = append(doc.Nodes, quorumRows(p.Observers, "observer", p.LeaderID, end)...)
	return doc, nil
}

func quorumRows(states []kmsg.DescribeQuorumResponseTopicPartitionReplicaState, role string, leader int32, end int64) []quorumRow {
	var out []quorumRow
	for _, v := range states {
		r := quorumRow{v.ReplicaID, role, uuidText(v.ReplicaDirectoryID), v.LogEndOffset, max(end-v.LogEndOffset, 0), v.LastFetchTimestamp, v.LastCaughtUpTimestamp}
		if v.ReplicaID == leader {
			r.Role = "leader"
		}
		out = append(out, r)
	}
	return out
}
