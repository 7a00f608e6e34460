package api

import (
	"context"
	"errors"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/fetch"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/kbroker/replica"
	"github.com/kbroker/kbroker/logstore"
	"github.com/twmb/franz-go/pkg/kerr"
)

// codes is every domain error and the wire code that tells it. The first that errors.Is wins.
var codes = []struct {
	err  error
	code *kerr.Error
}{
	{partition.ErrNotLeader, kerr.NotLeaderForPartition},
	{partition.ErrFencedLeaderEpoch, kerr.FencedLeaderEpoch},
	{partition.ErrUnknownLeaderEpoch, kerr.UnknownLeaderEpoch},
	{partition.ErrNotEnoughReplicas, kerr.NotEnoughReplicas},
	{partition.ErrNotEnoughReplicasAfterAppend, kerr.NotEnoughReplicasAfterAppend},
	{partition.ErrUnknownReplica, kerr.NotLeaderForPartition},
	{partition.ErrOffsetNotAvailable, kerr.OffsetNotAvailable},
	{partition.ErrPolicyViolation, kerr.PolicyViolation},

	{logstore.ErrCorruptRecord, kerr.CorruptMessage},
	{logstore.ErrInvalidTimestamp, kerr.InvalidTimestamp},
	{logstore.ErrInvalidRecord, kerr.InvalidRecord},
	{logstore.ErrUnsupportedFormat, kerr.UnsupportedForMessageFormat},
	{logstore.ErrUnsupportedCompression, kerr.UnsupportedCompressionType},
	{logstore.ErrMessageTooLarge, kerr.MessageTooLarge},
	{logstore.ErrRecordListTooLarge, kerr.RecordListTooLarge},
	{logstore.ErrOutOfOrderSequence, kerr.OutOfOrderSequenceNumber},
	{logstore.ErrInvalidProducerEpoch, kerr.InvalidProducerEpoch},
	{logstore.ErrInvalidTxnState, kerr.InvalidTxnState},
	{logstore.ErrNotInTransaction, kerr.InvalidTxnState},
	{logstore.ErrTransactionCoordinatorFenced, kerr.TransactionCoordinatorFenced},
	{logstore.ErrFencedLeaderEpoch, kerr.NotLeaderForPartition},
	{logstore.ErrOffsetOutOfRange, kerr.OffsetOutOfRange},
	{logstore.ErrDeleted, kerr.NotLeaderForPartition},
	{logstore.ErrClosed, kerr.NotLeaderForPartition},
	{logstore.ErrNoSpace, kerr.KafkaStorageError},
	{logstore.ErrOffline, kerr.KafkaStorageError},

	{fetch.ErrSessionNotFound, kerr.FetchSessionIDNotFound},
	{fetch.ErrInvalidSessionEpoch, kerr.InvalidFetchSessionEpoch},
	{fetch.ErrSessionTopicID, kerr.FetchSessionTopicIDError},

	{context.DeadlineExceeded, kerr.RequestTimedOut},
	{context.Canceled, kerr.RequestTimedOut},
}

// wireError returns the wire error that tells err. Damage on disk is a storage error; what no table knows is
// UNKNOWN_SERVER_ERROR, never a success.
func wireError(err error) *kerr.Error {
	var ke *kerr.Error
	if errors.As(err, &ke) {
		return ke
	}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	var damage *logstore.CorruptError
	if errors.As(err, &damage) {
		return kerr.KafkaStorageError
	}
	return kerr.UnknownServerError
}

func code(err error) int16 {
	if err == nil {
		return 0
	}
	return wireError(err).Code
}

// replicaError names why a partition cannot be had here: it does not exist, or it lives elsewhere (trap T68: then never
// an error that makes a consumer reset its offset).
func replicaError(err error, exists bool) error {
	if !errors.Is(err, replica.ErrNoReplica) {
		return err
	}
	if exists {
		return partition.ErrNotLeader
	}
	return kerr.UnknownTopicOrPartition
}

// find returns the replica of a partition by name.
func (b *Broker) find(img *metadata.Image, topic string, index int32) (*partition.Partition, error) {
	p, err := b.Replicas.Partition(topic, index)
	if err != nil {
		return nil, replicaError(err, img.Partition(topic, index) != nil)
	}
	return p, nil
}

// findByID returns the replica of a partition of a topic that the image has.
func (b *Broker) findByID(t *metadata.Topic, index int32) (*partition.Partition, error) {
	p, err := b.Replicas.PartitionByID(t.ID, index)
	if err != nil {
		return nil, replicaError(err, t.Partition(index) != nil)
	}
	return p, nil
}

// sentences are what Apache Kafka tells with a code where the library says it in other words. Tools print them, and people
// search for them.
var sentences = map[*kerr.Error]string{
	kerr.NotLeaderForPartition: "For requests intended only for the leader, this error indicates that the broker is not the current leader. " +
		"For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.",
	kerr.InvalidGroupID:                     "The group id is invalid.",
	kerr.TopicAuthorizationFailed:           "Topic authorization failed.",
	kerr.GroupAuthorizationFailed:           "Group authorization failed.",
	kerr.TransactionalIDAuthorizationFailed: "Transactional Id authorization failed.",
}

// sentence returns the text that goes with an error when there is nothing better to say.
func sentence(err *kerr.Error) string {
	if s, ok := sentences[err]; ok {
		return s
	}
	return err.Description
}

// failureText is the text of a row about a topic; that the time is over is told by the code alone.
func failureText(err *kerr.Error) *string {
	if err == kerr.RequestTimedOut {
		return nil
	}
	return text(sentence(err))
}

func text(s string) *string { return &s }
