package control

import (
	"fmt"

	"github.com/kbroker/kbroker/protocol/internal/wire"
)

// A DecodeError is a message that does not follow its definition.
type DecodeError struct {
	Record  string // as Kafka names it, LeaderChangeMessage
	Version int16
	Err     error // where and why
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s version %d: %v", e.Record, e.Version, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

func readError(record string, version int16, err error) error {
	if err == nil {
		return nil
	}
	return &DecodeError{Record: record, Version: version, Err: err}
}

// A VersionError is a version that a message does not have.
type VersionError = wire.VersionError
