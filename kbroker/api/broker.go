package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/fetch"
	"github.com/kbroker/kbroker/kbroker/partition"
	"github.com/kbroker/kbroker/logstore"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Replicas is this broker's replicas. Errors are ErrNoReplica of the replica room, or why a replica is offline.
type Replicas interface {
	Partition(topic string, index int32) (*partition.Partition, error)
	PartitionByID(id metadata.UUID, index int32) (*partition.Partition, error)
	All() []*partition.Partition
}

// Controller is the active controller, wherever it is. When Forward returns, this broker's image holds what the answer
// says. An error means that there was no answer: it becomes a retriable code.
type Controller interface {
	Forward(ctx context.Context, principal protocol.Principal, req kmsg.Request) (kmsg.Response, error)
}

// Groups is the group coordinators of this broker. Serve answers a request of any group API exactly once, at its version,
// from any goroutine, and keeps nothing of the request's bytes after that.
type Groups interface {
	Serve(req kmsg.Request, from Caller, reply func(kmsg.Response))
}

// A Caller is who sent a request to a coordinator.
type Caller struct {
	ClientID  string
	Host      string // "/127.0.0.1", as Kafka prints it
	Listener  string
	Principal protocol.Principal
}

// Configs is the configuration in force, and what DescribeConfigs tells of it.
type Configs interface {
	Limits() Limits
	// Broker returns the effective value of a broker config as text, "" when it has none.
	Broker(name string) string
	Describe(img *metadata.Image, resourceType metadata.ResourceType, name string) ([]ConfigEntry, error)
	// CheckAlter checks what the controller cannot: that a value fits this broker's static configs.
}

// Limits are the settings that the API files look at on every request.
type Limits struct {
	MaxRequestPartitions   int           // max.request.partition.size.limit
	FetchMaxBytes          int32         // fetch.max.bytes
	RequestTimeout         time.Duration // request.timeout.ms
	AutoCreateTopics       bool          // auto.create.topics.enable
	DeleteTopics           bool          // delete.topic.enable
	DefaultPartitions      int32         // num.partitions
	DefaultReplication     int16         // default.replication.factor
	OffsetsPartitions      int32         // offsets.topic.num.partitions
	OffsetsReplication     int16         // offsets.topic.replication.factor
	OffsetsSegmentBytes    int32         // offsets.topic.segment.bytes
	TxnPartitions          int32         // transaction.state.log.num.partitions
	TxnReplication         int16         // transaction.state.log.replication.factor
	TxnMinISR              int32         // transaction.state.log.min.isr
	TxnSegmentBytes        int32         // transaction.state.log.segment.bytes
	InterBrokerListener    string
	MaxIncrementalSessions int
}

// A ConfigEntry is one row of DescribeConfigs.
type ConfigEntry struct {
	Name          string
	Value         *string // nil when null or sensitive
	ReadOnly      bool
	Source        int8
	Default       bool
	Sensitive     bool
	Type          int8
	Documentation string
	Synonyms      []ConfigSynonym // in order of precedence
}

// A ConfigSynonym is one place that a value can come from.
type ConfigSynonym struct {
	Name   string
	Value  *string
	Source int8
}

// ProducerIDs hands out producer ids that nobody else has, in blocks from the controller (M25).
type ProducerIDs interface {
	Next(ctx context.Context) (int64, error)
}

// LogDirs describes the log directories.
type LogDirs interface {
	Dirs() []logstore.DirInfo
}

// Broker is what the API files work with. Every field is set before the first request and never changed.
type Broker struct {
	ID          int32
	ClusterID   string
	Image       func() *metadata.Image // one view of the world, for the length of a request
	Replicas    Replicas
	Controller  Controller
	Groups      Groups
	Auth        Authorizer
	Configs     Configs
	Sessions    *fetch.Cache
	ProducerIDs ProducerIDs
	LogDirs     LogDirs
	Logger      *slog.Logger
}
