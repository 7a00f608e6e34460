package partition

import "errors"

// What a partition refuses. One file of kbroker/api turns these and logstore's errors into wire codes.
var (
	// ErrNotLeader: this broker does not lead the partition (NOT_LEADER_OR_FOLLOWER; never OFFSET_OUT_OF_RANGE, trap T68).
	ErrNotLeader = errors.New("this broker does not lead the partition")
	// ErrFencedLeaderEpoch: the caller knows an older epoch (R12).
	ErrFencedLeaderEpoch = errors.New("the leader epoch in the request is older than the partition's")
	// ErrUnknownLeaderEpoch: the caller knows a newer epoch than this broker has heard of (R12).
	ErrUnknownLeaderEpoch = errors.New("the leader epoch in the request is newer than the partition's")
	// ErrNotEnoughReplicas: acks=all with an ISR below min.insync.replicas; nothing was appended (R14).
	ErrNotEnoughReplicas = errors.New("the in-sync replica set is smaller than min.insync.replicas")
	// ErrNotEnoughReplicasAfterAppend: appended, but the ISR shrank below min.insync.replicas before it was committed.
	ErrNotEnoughReplicasAfterAppend = errors.New("the in-sync replica set became smaller than min.insync.replicas after the append")
	// ErrUnknownReplica: a fetch by a replica that the partition does not have.
	ErrUnknownReplica = errors.New("the fetching replica is not assigned to the partition")
	// ErrOffsetNotAvailable: a new leader does not know its high watermark yet.
	ErrOffsetNotAvailable = errors.New("the high watermark of the new leader epoch is not known yet")
	// ErrPolicyViolation: DeleteRecords on a topic that is only compacted.
	ErrPolicyViolation = errors.New("records of a topic whose cleanup.policy lacks delete cannot be deleted")
)
