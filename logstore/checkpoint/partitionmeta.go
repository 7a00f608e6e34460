package checkpoint

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// PartitionMetadataFile is the name of the file that ties a partition's directory to a topic id.
const PartitionMetadataFile = "partition.metadata"

// ParsePartitionMetadata returns the topic id of a partition.metadata file (version 0).
func ParsePartitionMetadata(file string, data []byte) (id [16]byte, err error) {
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	if len(lines) != 2 || strings.TrimSpace(lines[0]) != "version: 0" {
		return id, &Error{file, 1, "it does not begin with \"version: 0\""}
	}
	text, ok := strings.CutPrefix(lines[1], "topic_id: ")
	if !ok {
		return id, &Error{file, 2, "it holds no topic_id"}
	}
	id, err = ParseUUID(strings.TrimSpace(text))
	if err != nil {
		return id, &Error{file, 2, err.Error()}
	}
	if id == [16]byte{} {
		return id, &Error{file, 2, "the topic id is zero"}
	}
	return id, nil
}

// EncodePartitionMetadata returns the file's content.
func EncodePartitionMetadata(id [16]byte) []byte {
	return []byte("version: 0\ntopic_id: " + FormatUUID(id) + "\n")
}

// FormatUUID prints an id as Kafka does: 22 characters of URL-safe base64.
func FormatUUID(id [16]byte) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// ParseUUID is the inverse of FormatUUID.
func ParseUUID(s string) (id [16]byte, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 16 {
		return id, fmt.Errorf("%q is not a base64 uuid", s)
	}
	copy(id[:], b)
	return id, nil
}
