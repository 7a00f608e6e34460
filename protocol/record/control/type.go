package control

import (
	"fmt"

	"github.com/kbroker/kbroker/protocol/internal/wire"
)

// A Type is what a control record does.
type Type int16

// The types that Kafka 4.4 knows. Others may stand in a log and are to be passed over.
const (
	Abort              Type = 0 // ends a transaction: its records are void
	Commit             Type = 1 // ends a transaction: its records count
	LeaderChangeType   Type = 2 // the first record of a raft leader's epoch
	SnapshotHeaderType Type = 3
	SnapshotFooterType Type = 4
	KRaftVersionType   Type = 5
	VotersType         Type = 6
)

var typeNames = [...]string{"ABORT", "COMMIT", "LEADER_CHANGE", "SNAPSHOT_HEADER", "SNAPSHOT_FOOTER", "KRAFT_VERSION",
	"KRAFT_VOTERS"}

// String is Kafka's name of the type.
func (t Type) String() string {
	if t.Known() {
		return typeNames[t]
	}
	return fmt.Sprintf("UNKNOWN(%d)", int16(t))
}

// Known reports whether Kafka 4.4 has the type.
func (t Type) Known() bool { return t >= 0 && int(t) < len(typeNames) }

// Key is the key of a control record of the type.
func (t Type) Key() []byte { return t.AppendKey(nil) }

// AppendKey appends the key of a control record of the type, four bytes.
func (t Type) AppendKey(dst []byte) []byte {
	return wire.AppendInt16(wire.AppendInt16(dst, 0), int16(t))
}

// ParseKey reads the key of a control record. As in Kafka a version above 0 is read as version 0, and a type that nobody knows
// is not an error.
func ParseKey(key []byte) (Type, error) {
	r := wire.NewReader(key)
	version, t := r.Int16(), Type(r.Int16())
	if version < 0 {
		r.Fail("negative version")
	}
	return t, readError("ControlRecordTypeSchema", version, r.Err())
}
