package state

import (
	"math/rand/v2"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol/configdef"
	"github.com/kbroker/kbroker/protocol/metarec"
)

// MaxPartitionsPerRequest bounds how many partitions one request can create, as in Kafka.
const MaxPartitionsPerRequest = 10_000

// Config is what decisions need to know of the controller's node.
type Config struct {
	NodeID    int32
	ClusterID string

	DefaultPartitions        int32 // num.partitions
	DefaultReplicationFactor int16 // default.replication.factor
	DeleteTopics             bool  // delete.topic.enable
	SessionTimeoutMs         int64 // broker.session.timeout.ms
	UncleanElection          bool  // unclean.leader.election.enable of the node's configuration

	// Static returns a broker key's text from the node's configuration; ok is false when it is not set there.
	Static func(name string) (value string, ok bool)

	NewID func() metadata.UUID // random topic ids; never one of the reserved ones
	Rand  *rand.Rand           // spreads replicas
}

// State is the controller's mind. One goroutine owns it.
//
// Handlers decide and change nothing but sessions; Reset forgets what an earlier leadership heard.
type State struct {
	cfg       Config
	sessions  sessions
	features  map[string]metadata.VersionRange // what this binary can run
	topicKeys []*configdef.Key                 // sorted by name
}

// New returns a state that has heard of nobody.
func New(cfg Config) *State {
	return &State{cfg: cfg, sessions: newSessions(), features: SupportedFeatures(), topicKeys: topicKeysByName()}
}

// In is what a decision looks at.
type In struct {
	Image *metadata.Image // the world, with everything that this leader has decided before
	Next  int64           // the offset that the decision's first record will get
	NowMs int64           // monotone, ms
}

// Records are what a decision writes, in order. They become visible all at once or not at all (M24).
type Records []metarec.Record

// Record is one of them.
type Record = metarec.Record

// elr reports whether eligible leader replicas are on (KIP-966).
func elr(img *metadata.Image) bool { return img.Feature("eligible.leader.replicas.version") >= 1 }
