package record

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrTorn says that the bytes end before the batch that they begin: a tail that was not written to its end, or a frame
// that was cut. errors.Is(ErrTorn, io.ErrUnexpectedEOF) holds.
var ErrTorn = fmt.Errorf("record batch is cut off: %w", io.ErrUnexpectedEOF)

// A CorruptError says that bytes are not what somebody once wrote: framing that cannot be, or a checksum that does not
// match. On the wire it is CORRUPT_MESSAGE.
type CorruptError struct {
	BaseOffset int64 // of the batch, as its header has it; -1 when there is no header to read
	Reason     string
}

// Error names the batch and the damage.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("corrupt record batch at base offset %d: %s", e.BaseOffset, e.Reason)
}

// Kind says which of the wire's codes an InvalidError stands for. This package knows no codes; whoever answers maps them.
type Kind int8

const (
	// KindRecord is a rule of the format or of the topic that is broken: INVALID_RECORD.
	KindRecord Kind = iota
	// KindTimestamp is a timestamp out of the topic's bounds, or of a type a producer may not set: INVALID_TIMESTAMP.
	KindTimestamp
	// KindCompression is a codec that is unknown or not allowed here: UNSUPPORTED_COMPRESSION_TYPE.
	KindCompression
	// KindFormat is magic 0 or 1, the formats before v2. Apache Kafka answers INVALID_RECORD for them at Produce v3 and
	// above, and UNSUPPORTED_FOR_MESSAGE_FORMAT where a feature meets an old format.
	KindFormat
	// KindTooLarge is a batch that unpacks to more than the limit (a decompression bomb): MESSAGE_TOO_LARGE.
	KindTooLarge
	// KindProducerEpoch is a producer id with a negative epoch: INVALID_PRODUCER_EPOCH.
	KindProducerEpoch
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case KindTimestamp:
		return "invalid timestamp"
	case KindCompression:
		return "unsupported compression"
	case KindFormat:
		return "unsupported message format"
	case KindTooLarge:
		return "too large"
	case KindProducerEpoch:
		return "invalid producer epoch"
	default:
		return "invalid record"
	}
}

// MaxRecordErrors bounds the record errors that are collected for one batch, so that a batch of a million bad records
// is refused with an answer smaller than itself. Apache Kafka has no such bound.
const MaxRecordErrors = 100

// A RecordError names one record of a refused batch (KIP-467).
type RecordError struct {
	Index  int // position in the batch, from 0
	Kind   Kind
	Reason string
}

// An InvalidError says that a batch is whole but may not be written. Records holds the records at fault, at most
// MaxRecordErrors of them, and is empty when the batch as a whole is at fault.
type InvalidError struct {
	Kind    Kind
	Reason  string
	Records []RecordError
	cause   error // why a payload cannot be unpacked; nil for a rule that is broken
}

// Unwrap returns what the codec said, if anything.
func (e *InvalidError) Unwrap() error { return e.cause }

// Error gives the reason and at most the first three records at fault.
func (e *InvalidError) Error() string {
	if len(e.Records) == 0 {
		return e.Kind.String() + ": " + e.Reason
	}
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s: %s", e.Kind, e.Reason)
	for i, r := range e.Records[:min(3, len(e.Records))] {
		sep := "; "
		if i == 0 {
			sep = " ("
		}
		fmt.Fprintf(&sb, "%srecord %d: %s", sep, r.Index, r.Reason)
	}
	sb.WriteString(")")
	return sb.String()
}

func invalid(kind Kind, format string, args ...any) error {
	return &InvalidError{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

func (b Batch) corrupt(format string, args ...any) error {
	return &CorruptError{BaseOffset: b.BaseOffset(), Reason: fmt.Sprintf(format, args...)}
}

// IsCorrupt reports whether err is a CorruptError or a torn tail.
func IsCorrupt(err error) bool {
	var c *CorruptError
	return errors.As(err, &c) || errors.Is(err, ErrTorn)
}
