package group

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// Config is what the machines are told. Fields are read while requests are handled: do not change one that is in use.
type Config struct {
	Classic  classic.Config
	Consumer consumer.Config
	// Topics is the world as the metadata image shows it; nil for a world without topics.
	Topics func() Topics

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
		Consumer:               consumerDefaults(),
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

// Topics is the world's topics at one moment.
type Topics = consumer.Topics

func consumerDefaults() consumer.Config {
	c := consumer.DefaultConfig()
	c.NewMemberID = RandomID
	return c
}

// RandomID is a random id as Kafka prints one: 22 characters of base64.
func RandomID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
