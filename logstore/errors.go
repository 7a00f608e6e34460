package logstore

import (
	"errors"
	"fmt"
)

// Errors of appends and reads, compared with errors.Is. Where an error carries facts, a type below wraps the value here.
var (
	// ErrCorruptRecord: a batch from a client has a wrong CRC, size or framing. Kafka code CORRUPT_MESSAGE.
	ErrCorruptRecord = errors.New("corrupt record batch")
	// ErrInvalidRecord: a batch is well-formed but not allowed; see *InvalidRecordError. INVALID_RECORD.
	ErrInvalidRecord = errors.New("invalid record")
	// ErrInvalidTimestamp: outside message.timestamp.before/after.max.ms; see *InvalidRecordError. INVALID_TIMESTAMP.
	ErrInvalidTimestamp = errors.New("invalid timestamp")
	// ErrUnsupportedFormat: a batch of magic 0 or 1. UNSUPPORTED_FOR_MESSAGE_FORMAT.
	ErrUnsupportedFormat = errors.New("unsupported message format")
	// ErrUnsupportedCompression: a codec number that does not exist. UNSUPPORTED_COMPRESSION_TYPE.
	ErrUnsupportedCompression = errors.New("unsupported compression type")
	// ErrMessageTooLarge: a batch above max.message.bytes. MESSAGE_TOO_LARGE.
	ErrMessageTooLarge = errors.New("record batch too large")
	// ErrRecordListTooLarge: batches of one append above segment.bytes. RECORD_LIST_TOO_LARGE.
	ErrRecordListTooLarge = errors.New("record batches larger than a segment")

	// ErrOutOfOrderSequence: see *SequenceError. OUT_OF_ORDER_SEQUENCE_NUMBER.
	ErrOutOfOrderSequence = errors.New("out of order sequence number")
	// ErrInvalidProducerEpoch: the producer's epoch is older than one seen. INVALID_PRODUCER_EPOCH.
	ErrInvalidProducerEpoch = errors.New("invalid producer epoch")
	// ErrInvalidTxnState: e.g. a non-transactional batch within an open transaction. INVALID_TXN_STATE.
	ErrInvalidTxnState = errors.New("invalid transaction state")
	// ErrNotInTransaction: a transactional batch whose transaction does not include the partition (KIP-890). INVALID_TXN_STATE.
	ErrNotInTransaction = errors.New("record was not part of an ongoing transaction")
	// ErrTransactionCoordinatorFenced: a marker of an older coordinator. TRANSACTION_COORDINATOR_FENCED.
	ErrTransactionCoordinatorFenced = errors.New("transaction coordinator fenced")

	// ErrUnexpectedOffset: a follower's append does not continue the log.
	ErrUnexpectedOffset = errors.New("unexpected append offset")
	// ErrFencedLeaderEpoch: a batch or caller with an epoch below the log's latest.
	ErrFencedLeaderEpoch = errors.New("leader epoch below the log's latest")
	// ErrOffsetOutOfRange: see *OffsetOutOfRangeError. OFFSET_OUT_OF_RANGE.
	ErrOffsetOutOfRange = errors.New("offset out of range")

	// ErrNoSpace: the disk is full. Nothing was appended, the log stays usable (invariant R35). KAFKA_STORAGE_ERROR.
	ErrNoSpace = errors.New("no space left on the log directory's device")
	// ErrOffline: the log or its directory failed; no append succeeds until it is reopened (R24, R25). KAFKA_STORAGE_ERROR.
	ErrOffline = errors.New("log is offline")
	// ErrClosed: the log or the store was closed.
	ErrClosed = errors.New("log is closed")
	// ErrDeleted: the log was deleted.
	ErrDeleted = errors.New("log is deleted")

	// ErrLogExists: Create of a partition whose log is there already with another topic id.
	ErrLogExists = errors.New("log exists")
	// ErrLogNotFound: Delete of a partition that has no log here.
	ErrLogNotFound = errors.New("log not found")
	// ErrNoUsableDir: every log directory is offline.
	ErrNoUsableDir = errors.New("no usable log directory")
	// ErrForeignDir: a data directory that belongs to another cluster or node; nothing was written to it.
	ErrForeignDir = errors.New("data directory belongs to another cluster or node")
)

// A CorruptError gives damage on disk an address. Pos is -1 when the file as a whole is meant.
type CorruptError struct {
	File   string
	Pos    int64
	Reason string
}

func (e *CorruptError) Error() string {
	if e.Pos < 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("corrupt file %s at byte %d: %s", e.File, e.Pos, e.Reason)
}

// An InvalidRecordError names the record of a batch that was refused (KIP-467). errors.Is finds Kind.
type InvalidRecordError struct {
	Kind  error // ErrInvalidRecord, ErrInvalidTimestamp, ErrCorruptRecord or ErrUnsupportedCompression
	Index int   // index of the first refused record in its batch, -1 when the batch as a whole is meant
	Why   string
	// Records names every refused record, at most record.MaxRecordErrors of them; nil when the batch as a whole is meant.
	Records []RecordError
}

// A RecordError is what is wrong with one record.
type RecordError struct {
	Index int
	Kind  error
	Why   string
}

func (e *InvalidRecordError) Error() string {
	if e.Index < 0 {
		return e.Kind.Error() + ": " + e.Why
	}
	return fmt.Sprintf("%v: record %d: %s", e.Kind, e.Index, e.Why)
}

func (e *InvalidRecordError) Unwrap() error { return e.Kind }

// A SequenceError is what a producer's append broke. errors.Is finds ErrOutOfOrderSequence.
type SequenceError struct {
	ProducerID int64
	Epoch      int16
	Got, Want  int32 // first sequence of the batch, and the one that would continue the log
}

func (e *SequenceError) Error() string {
	return fmt.Sprintf("%v: producer %d epoch %d sent %d, expected %d", ErrOutOfOrderSequence, e.ProducerID, e.Epoch, e.Got, e.Want)
}

func (e *SequenceError) Unwrap() error { return ErrOutOfOrderSequence }

// An OffsetOutOfRangeError says which offsets there are. errors.Is finds ErrOffsetOutOfRange.
type OffsetOutOfRangeError struct {
	Offset, Start, End int64 // asked for; log start offset; log end offset
}

func (e *OffsetOutOfRangeError) Error() string {
	return fmt.Sprintf("%v: %d is not in [%d, %d]", ErrOffsetOutOfRange, e.Offset, e.Start, e.End)
}

func (e *OffsetOutOfRangeError) Unwrap() error { return ErrOffsetOutOfRange }

// An UnexpectedOffsetError is a follower's append that does not continue the log. A log that is empty and whose end lies within
// the batch may be restarted at First (a leader whose log start is not a batch's). errors.Is finds ErrUnexpectedOffset.
type UnexpectedOffsetError struct {
	First, Last, End int64 // offsets of the first batch; the log's end
}

func (e *UnexpectedOffsetError) Error() string {
	return fmt.Sprintf("%v: batch of [%d, %d], the log ends at %d", ErrUnexpectedOffset, e.First, e.Last, e.End)
}

func (e *UnexpectedOffsetError) Unwrap() error { return ErrUnexpectedOffset }
