package group

// TxnOffsetCommit, key 28, versions 0 to 6.
//
// As OffsetCommit, but the offsets count only once their transaction is committed (T10). The batch is written in the
// producer's name; that the partition belongs to the transaction has been checked before, by the service.
//
//	v2 leader epoch; v3 member id, generation and instance id (KIP-447); v5 adds the partition implicitly (KIP-890);
//	v6 topic ids (KIP-1319; resolved before, by the service)

import (
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
)

func (m *Machine) txnOffsetCommit(now time.Time, req *kmsg.TxnOffsetCommitRequest, guard uint64) (coordinator.Result, error) {
	res := coordinator.Result{Txn: &coordinator.Producer{ID: req.ProducerID, Epoch: req.ProducerEpoch, Guard: guard}}
	var allowed consumer.Commit
	switch g := m.groups[req.Group].(type) {
	case nil:
		if req.Generation >= 0 {
			return res, kerr.IllegalGeneration
		}
	case *classic.Group:
		if err := g.ValidateCommit(req.MemberID, req.InstanceID, req.Generation, true); err != nil {
			return res, err
		}
	case *consumer.Group:
		var err *kerr.Error
		if allowed, err = g.ValidateCommit(req.MemberID, req.InstanceID, req.Generation, true, req.Version); err != nil {
			return res, staleAsGeneration(err)
		}
	}
	resp := kmsg.NewPtrTxnOffsetCommitResponse()
	for _, t := range req.Topics {
		out := kmsg.NewTxnOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			op := kmsg.NewTxnOffsetCommitResponseTopicPartition()
			op.Partition = p.Partition
			if err := m.allowed(allowed, t.Topic, t.TopicID, p.Partition); err != nil {
				return coordinator.Result{}, staleAsGeneration(err)
			}
			o := offsets.Offset{Offset: p.Offset, LeaderEpoch: p.LeaderEpoch, Committed: now.UnixMilli(), Expires: -1, TopicID: t.TopicID}
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

// staleAsGeneration says it in words that producers know.
func staleAsGeneration(err *kerr.Error) *kerr.Error {
	if err == kerr.StaleMemberEpoch {
		return kerr.IllegalGeneration
	}
	return err
}
