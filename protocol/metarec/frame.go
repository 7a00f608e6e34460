package metarec

import (
	"fmt"
	"math"

	"github.com/kbroker/kbroker/protocol/internal/wire"
)

// FrameVersion is the only version of the frame.
const FrameVersion = 1

// An UnknownTypeError is a frame with a record type that this package does not have; the log was written by something newer.
type UnknownTypeError struct {
	APIKey  int16
	Version int16
}

func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("metadata record: unknown type %d (version %d)", e.APIKey, e.Version)
}

// A FrameError is a value that does not begin with a frame.
type FrameError struct{ Reason string }

func (e *FrameError) Error() string { return "metadata record: frame: " + e.Reason }

// Marshal appends the value of a metadata log record: the frame and the message at a version between 0 and MaxVersion.
func Marshal(dst []byte, rec Record, version int16) []byte {
	dst = wire.AppendUvarint(dst, FrameVersion)
	dst = wire.AppendUvarint(dst, uint32(rec.APIKey()))
	dst = wire.AppendUvarint(dst, uint32(version))
	return rec.AppendTo(dst, version)
}

// Unmarshal decodes the value of a metadata log record and tells the version it was written at. It keeps nothing of value.
// Errors: *FrameError, *UnknownTypeError, *VersionError, *DecodeError. As in Kafka, bytes after the message are an error.
func Unmarshal(value []byte) (rec Record, version int16, err error) {
	r := wire.NewReader(value)
	frame, key, v := r.Uvarint(), r.Uvarint(), r.Uvarint()
	switch {
	case r.Err() != nil:
		return nil, 0, &FrameError{Reason: r.Err().Error()}
	case frame != FrameVersion:
		return nil, 0, &FrameError{Reason: fmt.Sprintf("version %d, only %d is known", frame, FrameVersion)}
	case key > math.MaxInt16 || v > math.MaxInt16:
		return nil, 0, &FrameError{Reason: fmt.Sprintf("type %d version %d out of range", key, v)}
	}
	rec = New(int16(key))
	if rec == nil {
		return nil, int16(v), &UnknownTypeError{APIKey: int16(key), Version: int16(v)}
	}
	if err := rec.ReadFrom(value[r.Offset():], int16(v)); err != nil {
		return nil, int16(v), err
	}
	return rec, int16(v), nil
}
