package group

// OffsetCommit, key 8, versions 2 to 10.
//
// Logs the offsets of one group. A group that does not exist is made if nobody claims to be a member of it (generation -1).
// Offsets whose metadata is too long are refused one by one.
//
//	v2-v4 retention time of the client; v5 it is gone (KIP-211); v6 leader epoch (KIP-320); v7 instance id (KIP-345);
//	v9 member epoch, GROUP_ID_NOT_FOUND and STALE_MEMBER_EPOCH (KIP-848); v10 topic ids (resolved before, by the service)

import (
	"time"
	"unicode/utf16"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
)

// commitGroupNotFound is the first version of OffsetCommit that says GROUP_ID_NOT_FOUND.
const commitGroupNotFound = 9

func (m *Machine) offsetCommit(now time.Time, req *kmsg.OffsetCommitRequest) (coordinator.Result, error) {
	res := coordinator.Result{}
	var allowed consumer.Commit
	switch g := m.groups[req.Group].(type) {
	case nil:
		if req.Generation >= 0 {
			if req.Version >= commitGroupNotFound {
				return res, kerr.GroupIDNotFound
			}
			return res, kerr.IllegalGeneration
		}
	case *classic.Group:
		if err := g.ValidateCommit(req.MemberID, req.InstanceID, req.Generation, false); err != nil {
			return res, err
		}
		res.Timers = g.KeepAlive(req.MemberID)
	case *consumer.Group:
		var err *kerr.Error
		if allowed, err = g.ValidateCommit(req.MemberID, req.InstanceID, req.Generation, false, req.Version); err != nil {
			return res, err
		}
	}
	expires := int64(-1)
	if req.RetentionTimeMillis != -1 && req.Version <= 4 {
		expires = now.UnixMilli() + req.RetentionTimeMillis
	}
	resp := kmsg.NewPtrOffsetCommitResponse()
	for _, t := range req.Topics {
		out := kmsg.NewOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			op := kmsg.NewOffsetCommitResponseTopicPartition()
			op.Partition = p.Partition
			if err := m.allowed(allowed, t.Topic, t.TopicID, p.Partition); err != nil {
				return coordinator.Result{}, err
			}
			o := offsets.Offset{Offset: p.Offset, LeaderEpoch: p.LeaderEpoch, Committed: now.UnixMilli(), Expires: expires, TopicID: t.TopicID}
			if rec, err := m.commitRecord(req.Group, t.Topic, p.Partition, o, p.Metadata); err != nil {
				op.ErrorCode = err.Code
			} else {
				res.Records = append(res.Records, rec)
			}
			out.Partitions = append(out.Partitions, op)
		}
		resp.Topics = append(resp.Topics, out)
	}
	res.Response = resp
	return res, nil
}

// allowed asks the group about one partition; what it refuses refuses the whole commit.
func (m *Machine) allowed(ask consumer.Commit, topic string, id [16]byte, partition int32) *kerr.Error {
	if ask == nil {
		return nil
	}
	if id == [16]byte{} {
		id, _ = m.Topics().TopicID(topic)
	}
	return ask(id, partition)
}

// commitRecord makes the record of one offset, or says why it is not taken (T80).
func (m *Machine) commitRecord(group, topic string, partition int32, o offsets.Offset, metadata *string) (coordinator.Record, *kerr.Error) {
	if metadata != nil {
		if utf16Len(*metadata) > m.cfg.OffsetMetadataMax {
			return coordinator.Record{}, kerr.OffsetMetadataTooLarge
		}
		o.Metadata = *metadata
	}
	return offsets.Record(group, offsets.Partition{Topic: topic, Partition: partition}, o), nil
}

// utf16Len is the length of a string as Java counts it.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
