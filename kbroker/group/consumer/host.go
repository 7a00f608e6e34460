package consumer

import (
	"github.com/kbroker/kbroker/kbroker/group/classic"
)

// A Host is the machine whose groups this package decides for.
type Host interface {
	classic.Host
	// GroupExists reports whether there is a group of any type.
	GroupExists(id string) bool
	// ConsumerGroup returns the group, or nil when there is none or it is of another type.
	ConsumerGroup(id string) *Group
	ConsumerConfig() *Config
	Topics() Topics
}

// Topics is the world's topics at one moment.
type Topics interface {
	TopicID(name string) (id TopicID, ok bool)
	TopicName(id TopicID) (name string, ok bool)
	// Partitions counts the partitions of a topic, 0 when there is no such topic.
	Partitions(name string) int32
	// Racks are those of the brokers that have a replica; nil when none has a rack.
	Racks(name string, partition int32) []string
	// Each calls yield with every topic's name until it returns false.
	Each(yield func(name string) bool)
	// Version changes when a topic, its partitions or their racks change, and grows.
	Version() int64
}

// A Client is who sent a request.
type Client struct {
	classic.Client
	// TopicAllowed says whether the client may know of a topic: a regular expression does not find others. nil allows all.
	TopicAllowed func(name string) bool
}
