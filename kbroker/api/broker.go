package api

import (
	"context"
	"log/slog"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/kbroker/config"
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
	// Failed tells of a replica that should be here but takes no records, and whether what it has can be read.
	Failed(topic string, index int32) (offline, readable bool)
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

// A Caller is who sent a request to a coordinator, and what he may touch with it.
type Caller struct {
	ClientID     string
	Host         string // "/127.0.0.1", as Kafka prints it
	GroupAllowed func(id string) bool
	TopicAllowed func(name string) bool
}

// Loggers is the broker's log levels by component, which BROKER_LOGGER resources show and set.
type Loggers interface {
	Levels() map[string]string
	// SetLevel sets a component's level, or with "" gives it back its own. false: there is no such component or level.
	SetLevel(component, level string) bool
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
	ID           int32
	ClusterID    string
	Image        func() *metadata.Image // one view of the world, for the length of a request
	Replicas     Replicas
	Controller   Controller
	Groups       Groups
	Transactions Transactions
	Markers      Markers
	Auth         Authorizer
	Config       func() *config.Snapshot
	Loggers      Loggers
	Sessions     *fetch.Cache
	ProducerIDs  ProducerIDs
	LogDirs      LogDirs
	Logger       *slog.Logger
}
