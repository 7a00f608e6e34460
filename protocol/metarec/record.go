package metarec

import (
	"fmt"

	"github.com/kbroker/kbroker/protocol/internal/wire"
)

// A Record is one metadata record. The types of this package implement it by pointer.
type Record interface {
	// APIKey is the record type's number.
	APIKey() int16
	// MaxVersion is the newest version of the encoding; the oldest is 0.
	MaxVersion() int16
	// AppendTo appends the message, without the frame, at a version between 0 and MaxVersion. It never fails; a field that
	// the version does not carry is left out, so take the version from VersionAt.
	AppendTo(dst []byte, version int16) []byte
	// ReadFrom decodes a message without the frame over whatever the record held, and keeps nothing of b.
	ReadFrom(b []byte, version int16) error
}

// A DecodeError is a message that does not follow its definition.
type DecodeError struct {
	Record  string // as Kafka names it, PartitionRecord
	Version int16
	Err     error // where and why
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("metadata record: %s version %d: %v", e.Record, e.Version, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

func readError(record string, version int16, err error) error {
	if err == nil {
		return nil
	}
	return &DecodeError{Record: record, Version: version, Err: err}
}

// A VersionError is a version that a record type does not have.
type VersionError = wire.VersionError
