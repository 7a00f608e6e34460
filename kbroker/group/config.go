package group

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// Config is what the machines are told. Fields are read while requests are handled: do not change one that is in use.
type Config struct {
	Classic classic.Config

	OffsetMetadataMax      int           // offset.metadata.max.bytes
	OffsetsRetention       time.Duration // offsets.retention.minutes
	RetentionCheckInterval time.Duration // offsets.retention.check.interval.ms
}

// DefaultConfig has Kafka's defaults.
func DefaultConfig() Config {
	return Config{
		Classic: classic.Config{
			MinSessionTimeout:     6 * time.Second,
			MaxSessionTimeout:     30 * time.Minute,
			InitialRebalanceDelay: 3 * time.Second,
			MaxSize:               1<<31 - 1,
			NewMemberJoinTimeout:  5 * time.Minute,
			NewMemberID:           RandomUUID,
		},
		OffsetMetadataMax:      4096,
		OffsetsRetention:       7 * 24 * time.Hour,
		RetentionCheckInterval: 10 * time.Minute,
	}
}

// RandomUUID is a random UUID in its text form, the unique part of a member id.
func RandomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
