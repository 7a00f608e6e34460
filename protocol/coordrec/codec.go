package coordrec

import (
	"fmt"

	"github.com/kbroker/kbroker/protocol/internal/wire"
)

// legacyOffsetCommit is the record type of offset commits before Kafka 0.9.0.
const legacyOffsetCommit = 0

// An UnknownTypeError is a record type that a log's schema does not have: written by something newer. A reader may log it and
// go on with the next record, as Kafka does.
type UnknownTypeError struct {
	Kind   Kind
	APIKey int16
}

func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("%s: unknown record type %d", e.Kind, e.APIKey)
}

// A DecodeError is a key or value that does not follow its definition.
type DecodeError struct {
	Record  string // as Kafka names it, OffsetCommitValue
	Version int16
	Err     error // where and why
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("coordinator record: %s version %d: %v", e.Record, e.Version, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

func readError(record string, version int16, err error) error {
	if err == nil {
		return nil
	}
	return &DecodeError{Record: record, Version: version, Err: err}
}

// A VersionError is a version of a value that its type does not have.
type VersionError = wire.VersionError

// MarshalKey appends the key of a log record.
func MarshalKey(dst []byte, key Key) []byte {
	return key.AppendTo(wire.AppendInt16(dst, key.APIKey()), 0)
}

// MarshalValue appends the value of a log record at a version between 0 and MaxVersion. For a nil value, a tombstone, it
// answers nil whatever dst is, as a log record's value is then absent.
func MarshalValue(dst []byte, value Value, version int16) []byte {
	if value == nil {
		return nil
	}
	return value.AppendTo(wire.AppendInt16(dst, version), version)
}

// KeyType is the record type in front of a key.
func KeyType(key []byte) (int16, error) { return prefix(key, "key") }

// ValueVersion is the version in front of a value.
func ValueVersion(value []byte) (int16, error) { return prefix(value, "value") }

func prefix(b []byte, what string) (int16, error) {
	r := wire.NewReader(b)
	v := r.Int16()
	return v, readError("prefix of a "+what, 0, r.Err())
}

// Unmarshal decodes a record of a log of the given kind; a nil value is a tombstone. It keeps nothing of its arguments.
// Errors: *UnknownTypeError, *VersionError, *DecodeError. Kafka logs and passes over records of the first kind in every log, and of
// the second kind in __transaction_state; all else fails the load.
func Unmarshal(kind Kind, keyBytes, valueBytes []byte) (Record, error) {
	key, err := UnmarshalKey(kind, keyBytes)
	if err != nil || valueBytes == nil {
		return Record{Key: key}, err
	}
	version, err := ValueVersion(valueBytes)
	if err != nil {
		return Record{}, err
	}
	value := newValue(kind, key.APIKey())
	if err := value.ReadFrom(valueBytes[2:], version); err != nil {
		return Record{}, err
	}
	return Record{Key: key, Value: value}, nil
}

// UnmarshalKey decodes only the key of a record. Errors as for Unmarshal.
func UnmarshalKey(kind Kind, b []byte) (Key, error) {
	apiKey, err := KeyType(b)
	if err != nil {
		return nil, err
	}
	if kind == Group && apiKey == legacyOffsetCommit {
		apiKey = (*OffsetCommitKey)(nil).APIKey()
	}
	key := newKey(kind, apiKey)
	if key == nil {
		return nil, &UnknownTypeError{Kind: kind, APIKey: apiKey}
	}
	if err := key.ReadFrom(b[2:], 0); err != nil {
		return nil, err
	}
	return key, nil
}
