package group

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// CodeOf turns the error of an operation into the one that clients are told: what happened to the append as something
// that concerns the coordinator.
func CodeOf(err error) *kerr.Error {
	var ke *kerr.Error
	if !errors.As(err, &ke) {
		return kerr.UnknownServerError
	}
	switch ke {
	case kerr.UnknownTopicOrPartition, kerr.NotEnoughReplicas, kerr.NotEnoughReplicasAfterAppend, kerr.RequestTimedOut:
		return kerr.CoordinatorNotAvailable
	case kerr.NotLeaderForPartition, kerr.KafkaStorageError:
		return kerr.NotCoordinator
	case kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidFetchSize:
		return kerr.UnknownServerError
	}
	return ke
}

// Refuse answers a request of one group with an error, as CodeOf has it.
func Refuse(req kmsg.Request, cause error) kmsg.Response {
	err := CodeOf(cause)
	switch r := req.(type) {
	case *kmsg.ConsumerGroupHeartbeatRequest:
		resp := kmsg.NewPtrConsumerGroupHeartbeatResponse()
		resp.ErrorCode = err.Code
		var said *consumer.Error
		if errors.As(cause, &said) {
			resp.ErrorMessage = &said.Message
		}
		return resp
	case *kmsg.JoinGroupRequest:
		resp := kmsg.NewPtrJoinGroupResponse()
		resp.Generation, resp.Protocol, resp.ErrorCode = -1, new(string), err.Code
		if err == kerr.InvalidGroupID || err == kerr.InvalidSessionTimeout {
			resp.MemberID = r.MemberID
		}
		return resp
	case *kmsg.SyncGroupRequest:
		resp := kmsg.NewPtrSyncGroupResponse()
		resp.ErrorCode = err.Code
		return resp
	case *kmsg.HeartbeatRequest:
		resp := kmsg.NewPtrHeartbeatResponse()
		if err != kerr.CoordinatorLoadInProgress { // a member whose group is being loaded has done nothing wrong
			resp.ErrorCode = err.Code
		}
		return resp
	case *kmsg.LeaveGroupRequest:
		return refuseLeave(r, err)
	case *kmsg.OffsetCommitRequest:
		return refuseCommit(r, err)
	case *kmsg.TxnOffsetCommitRequest:
		return refuseTxnCommit(r, err)
	case *kmsg.OffsetDeleteRequest:
		resp := kmsg.NewPtrOffsetDeleteResponse()
		resp.ErrorCode = err.Code
		return resp
	}
	return req.ResponseKind()
}

// refuseLeave tells each member that it is unknown, and everything else once.
func refuseLeave(req *kmsg.LeaveGroupRequest, err *kerr.Error) kmsg.Response {
	resp := kmsg.NewPtrLeaveGroupResponse()
	if err != kerr.UnknownMemberID {
		resp.ErrorCode = err.Code
		return resp
	}
	for _, m := range classic.LeaveMembers(req) {
		out := kmsg.NewLeaveGroupResponseMember()
		out.MemberID, out.InstanceID, out.ErrorCode = m.MemberID, m.InstanceID, err.Code
		resp.Members = append(resp.Members, out)
	}
	classic.ForVersion(resp, req.Version)
	return resp
}

func refuseCommit(req *kmsg.OffsetCommitRequest, err *kerr.Error) kmsg.Response {
	resp := kmsg.NewPtrOffsetCommitResponse()
	for _, t := range req.Topics {
		out := kmsg.NewOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			op := kmsg.NewOffsetCommitResponseTopicPartition()
			op.Partition, op.ErrorCode = p.Partition, err.Code
			out.Partitions = append(out.Partitions, op)
		}
		resp.Topics = append(resp.Topics, out)
	}
	return resp
}

func refuseTxnCommit(req *kmsg.TxnOffsetCommitRequest, err *kerr.Error) kmsg.Response {
	resp := kmsg.NewPtrTxnOffsetCommitResponse()
	for _, t := range req.Topics {
		out := kmsg.NewTxnOffsetCommitResponseTopic()
		out.Topic, out.TopicID = t.Topic, t.TopicID
		for _, p := range t.Partitions {
			op := kmsg.NewTxnOffsetCommitResponseTopicPartition()
			op.Partition, op.ErrorCode = p.Partition, err.Code
			out.Partitions = append(out.Partitions, op)
		}
		resp.Topics = append(resp.Topics, out)
	}
	return resp
}
