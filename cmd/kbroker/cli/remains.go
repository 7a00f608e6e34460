package cli

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/record"
)

// remainsBytes bounds one answer to the question what is left of a partition.
const remainsBytes = 1 << 20

// remains tells whether a partition still holds a record between two offsets, from included, to not. Markers do not count: a
// reader sees them. Offsets alone do not tell, since compaction takes records away and leaves the end where it was. When
// the broker does not say, something may remain.
func (s *session) remains(ctx context.Context, topic string, part int32, from, to int64) (bool, error) {
	for from < to {
		p, err := s.fetchOnce(ctx, topic, part, from)
		switch {
		case err != nil || p == nil:
			return true, err
		case p.ErrorCode == kerr.OffsetOutOfRange.Code:
			return p.LogStartOffset < to, nil // it was all deleted meanwhile
		case p.ErrorCode != 0 || len(p.RecordBatches) == 0:
			return p.ErrorCode != 0, nil
		}
		next, found, err := scan(p.RecordBatches, from, to)
		if found || err != nil || next <= from {
			return true, err
		}
		from = next
	}
	return false, nil
}

// fetchOnce asks the leader for what is there from an offset on, without waiting. It is nil when the answer is not about it.
func (s *session) fetchOnce(ctx context.Context, topic string, part int32, from int64) (*kmsg.FetchResponseTopicPartition, error) {
	leader, epoch, err := s.cl.PartitionLeader(topic, part)
	if err != nil || leader < 0 {
		return nil, nil // the client looks for it
	}
	req := kmsg.NewPtrFetchRequest()
	req.MaxWaitMillis, req.MinBytes, req.MaxBytes = 0, 0, remainsBytes
	t := kmsg.NewFetchRequestTopic()
	t.Topic = topic
	if id, ok := s.topicID(ctx, topic); ok {
		t.TopicID = id
	}
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.CurrentLeaderEpoch, p.FetchOffset, p.PartitionMaxBytes = part, epoch, from, remainsBytes
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	answer, err := s.cl.Broker(int(leader)).RetriableRequest(ctx, req)
	if err != nil {
		return nil, err
	}
	resp := answer.(*kmsg.FetchResponse)
	if resp.ErrorCode != 0 || resp.ThrottleMillis > 0 || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return nil, nil
	}
	return &resp.Topics[0].Partitions[0], nil
}

// topicID asks for the id that newer brokers know a topic by.
func (s *session) topicID(ctx context.Context, topic string) (id [16]byte, ok bool) {
	topics, err := s.adm.ListTopicsWithInternal(ctx, topic)
	if err != nil || topics[topic].Err != nil {
		return id, false
	}
	return topics[topic].ID, true
}

// scan looks for a record between two offsets and says where the batches end.
func scan(batches []byte, from, to int64) (next int64, found bool, err error) {
	next = from
	for len(batches) > 0 {
		b, rest, err := record.Next(batches)
		if errors.Is(err, record.ErrTorn) {
			return next, false, nil // the last one may be cut off
		}
		if err != nil {
			return next, false, err
		}
		if !b.IsControl() && b.LastOffset() >= from && b.BaseOffset() < to {
			err := eachRecord(b, func(r record.Record) error {
				found = found || r.Offset >= from && r.Offset < to
				return nil
			})
			if found || err != nil {
				return next, found, err
			}
		}
		next, batches = max(next, b.NextOffset()), rest
	}
	return next, false, nil
}
