package metadata

import (
	"encoding/base64"
	"fmt"
)

// UUID is a topic, directory or incarnation id. It is a plain array so that it can be handed to wire types as it is.
type UUID = [16]byte

// Directory ids with a meaning of their own (KIP-858).
var (
	DirUnassigned = UUID{}      // no directory has been assigned yet
	DirLost       = UUID{15: 1} // the replica's directory has failed
	DirMigrating  = UUID{15: 2} // a broker that came from a cluster without directory ids
)

// FormatUUID returns id as Kafka prints it: 22 characters of URL-safe base64 without padding.
func FormatUUID(id UUID) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// ParseUUID reads what FormatUUID writes.
func ParseUUID(s string) (UUID, error) {
	var id UUID
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("metadata: %q is not a base64 UUID of 22 characters", s)
	}
	copy(id[:], b)
	return id, nil
}
