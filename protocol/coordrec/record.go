package coordrec

import "fmt"

// A Kind is a coordinator's log.
type Kind uint8

// The logs.
const (
	Group       Kind = iota // __consumer_offsets
	Transaction             // __transaction_state
	Share                   // __share_group_state
)

// String is the name of the topic.
func (k Kind) String() string {
	switch k {
	case Group:
		return "__consumer_offsets"
	case Transaction:
		return "__transaction_state"
	case Share:
		return "__share_group_state"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// A Key says what a record is about. The key types of this package implement it by pointer.
type Key interface {
	Kind() Kind
	// APIKey is the record type, the number in front of the key on disk.
	APIKey() int16
	// AppendTo appends the key's fields, without the number in front; the only version of every key is 0.
	AppendTo(dst []byte, version int16) []byte
	// ReadFrom decodes the key's fields over whatever the key held, and keeps nothing of b.
	ReadFrom(b []byte, version int16) error
	isKey()
}

// A Value is what a record says. The value types of this package implement it by pointer.
type Value interface {
	Kind() Kind
	// APIKey is the record type, the same number as of the key it stands with.
	APIKey() int16
	// MaxVersion is the newest version of the encoding; the oldest is 0.
	MaxVersion() int16
	// AppendTo appends the fields, without the version in front, at a version between 0 and MaxVersion. It never fails; a
	// field that the version does not carry is left out.
	AppendTo(dst []byte, version int16) []byte
	// ReadFrom decodes the fields over whatever the value held, and keeps nothing of b. As in Kafka, bytes left over are
	// ignored.
	ReadFrom(b []byte, version int16) error
	isValue()
}

// A Record is one record of a coordinator's log. Key and Value have the same APIKey and Kind.
type Record struct {
	Key   Key
	Value Value // nil is a tombstone
}
