package api

// ListOffsets, key 2, versions 1 to 11.
//
// Answers, for each partition, the offset of a timestamp (the first record that is not older) or of one of the special
// ones: latest -1, earliest -2, largest timestamp -3 (v7, KIP-734), earliest local -4 (v8, KIP-405), latest tiered -5
// (v9, KIP-1005), earliest pending upload -6 (v11, KIP-1023). Nothing is tiered, so -5 and -6 find nothing.
//
//	v2 isolation level; v4 leader epochs; v6 flexible; v10 timeout (only for tiered reads)

import (
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// sinceVersion is the version in which a special timestamp came.
var sinceVersion = map[int64]int16{
	partition.TimestampMax: 7, partition.TimestampEarliestLocal: 8, partition.TimestampLatestTiered: 9, partition.TimestampEarliestPendingTier: 11,
}

func (b *Broker) listOffsets(req *protocol.Request, q *kmsg.ListOffsetsRequest) kmsg.Response {
	resp := kmsg.NewPtrListOffsetsResponse()
	twice := duplicatedPartitions(q)
	var told map[topicPartition]bool // of what is in twice
	oddIsolation := q.IsolationLevel < int8(partition.ReadUncommitted) || q.IsolationLevel > int8(partition.ReadCommitted)
	at := make(map[string]int, len(q.Topics)) // a topic that is named twice is told once
	for _, t := range q.Topics {
		rt := kmsg.NewListOffsetsResponseTopic()
		rt.Topic = t.Topic
		rt.Partitions = make([]kmsg.ListOffsetsResponseTopicPartition, 0, len(t.Partitions))
		allowed := b.allowed(req.Conn, OpDescribe, ResTopic, t.Topic)
		for _, p := range t.Partitions {
			rp := kmsg.NewListOffsetsResponseTopicPartition()
			rp.Partition, rp.LeaderEpoch = p.Partition, -1
			err := error(kerr.TopicAuthorizationFailed)
			if allowed {
				switch tp := (topicPartition{t.Topic, p.Partition}); {
				case oddIsolation:
					err = kerr.UnknownServerError
				case told[tp]:
					continue
				case twice[tp]:
					if told == nil {
						told = make(map[topicPartition]bool)
					}
					told[tp], err = true, kerr.InvalidRequest
				default:
					err = b.listOffset(q, &p, t.Topic, &rp)
				}
			}
			if err != nil {
				rp.ErrorCode, rp.Offset, rp.Timestamp, rp.LeaderEpoch = code(err), -1, -1, -1
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		n, again := at[t.Topic]
		switch {
		case oddIsolation: // Apache Kafka fails as a whole there and tells what it was asked
			resp.Topics = append(resp.Topics, rt)
		case again:
			resp.Topics[n].Partitions = append(resp.Topics[n].Partitions, rt.Partitions...)
		case len(rt.Partitions) > 0:
			at[t.Topic] = len(resp.Topics)
			resp.Topics = append(resp.Topics, rt)
		}
	}
	return resp
}

type topicPartition struct {
	topic     string
	partition int32
}

// duplicatedPartitions returns what a request names more than once.
func duplicatedPartitions(q *kmsg.ListOffsetsRequest) map[topicPartition]bool {
	n := 0
	for _, t := range q.Topics {
		n += len(t.Partitions)
	}
	seen := make(map[topicPartition]struct{}, n)
	var twice map[topicPartition]bool
	for _, t := range q.Topics {
		for _, p := range t.Partitions {
			tp := topicPartition{t.Topic, p.Partition}
			if _, again := seen[tp]; !again {
				seen[tp] = struct{}{}
				continue
			}
			if twice == nil {
				twice = make(map[topicPartition]bool)
			}
			twice[tp] = true
		}
	}
	return twice
}

func (b *Broker) listOffset(q *kmsg.ListOffsetsRequest, p *kmsg.ListOffsetsRequestTopicPartition, topic string, rp *kmsg.ListOffsetsResponseTopicPartition) error {
	if since, special := sinceVersion[p.Timestamp]; p.Timestamp < partition.TimestampEarliest && (!special || q.Version < since) {
		return kerr.UnsupportedVersion
	}
	replica, err := b.find(b.Image(), topic, p.Partition)
	if err != nil {
		return err
	}
	found, err := replica.ListOffset(p.Timestamp, partition.Isolation(q.IsolationLevel), q.ReplicaID, p.CurrentLeaderEpoch)
	if err != nil {
		return err
	}
	rp.Offset, rp.Timestamp, rp.LeaderEpoch = found.Offset, found.Timestamp, found.LeaderEpoch
	return nil
}
