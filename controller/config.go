package controller

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/controller/quorum"
	"github.com/kbroker/kbroker/logstore/vfs"
)

// Config is what a Controller is made of. Zero values of the tuning fields mean the defaults named beside them.
type Config struct {
	FS          vfs.FS
	Dir         string // metadata.log.dir; the metadata log is Dir/__cluster_metadata-0. See Format
	ClusterID   string
	NodeID      int32
	DirectoryID metadata.UUID // of Dir, from its meta.properties
	Incarnation metadata.UUID // of this process
	// Endpoints are this node's controller listeners, as others reach them.
	Endpoints []metadata.Endpoint
	// Voters is controller.quorum.voters. Those of the newest checkpoint go before them; nil when Format has written one.
	Voters    []quorum.Voter
	Transport quorum.Transport // nil for a quorum of one

	// Publishers are told of every image, in this order, by one goroutine. They must not call Handle and wait for it:
	// its answer waits for them.
	Publishers []metadata.Publisher

	DefaultPartitions        int32         // num.partitions; 0: 1
	DefaultReplicationFactor int16         // default.replication.factor; 0: 1
	KeepTopics               bool          // delete.topic.enable=false
	SessionTimeout           time.Duration // broker.session.timeout.ms; 0: 9 s
	// Static returns a broker key's text from the node's configuration, ok=false when it is not set there; nil: nothing is.
	Static func(name string) (value string, ok bool)

	SegmentBytes     int64         // metadata.log.segment.bytes; 0: 1 GiB
	MakeRoom         func() bool   // see quorum.NodeConfig; nil: nothing can be given up on a full disk
	SnapshotBytes    int64         // metadata.log.max.record.bytes.between.snapshots; 0: 20 MiB
	SnapshotInterval time.Duration // metadata.log.max.snapshot.interval.ms; 0: 1 h
	Tick             time.Duration // 0: quorum.DefaultTick

	Now     func() int64         // wall clock, ms; nil: the system's
	NewID   func() metadata.UUID // random ids; nil: crypto/rand
	Seed    uint64               // of the placement of replicas; 0: a random one
	Logger  *slog.Logger         // nil: silent
	OnFatal func(error)          // the node cannot go on and must stop; called at most once

	batchBytes int // above this a decision is cut into batches of one transaction; 0: atomicBatchBytes
}

func (c Config) withDefaults() Config {
	def := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	dur := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	def(&c.SegmentBytes, 1<<30)
	def(&c.SnapshotBytes, 20<<20)
	dur(&c.SessionTimeout, 9*time.Second)
	dur(&c.SnapshotInterval, time.Hour)
	if c.batchBytes == 0 {
		c.batchBytes = atomicBatchBytes
	}
	c.DefaultPartitions = max(c.DefaultPartitions, 1)
	c.DefaultReplicationFactor = max(c.DefaultReplicationFactor, 1)
	if c.Static == nil {
		c.Static = func(string) (string, bool) { return "", false }
	}
	if c.Now == nil {
		c.Now = func() int64 { return time.Now().UnixMilli() }
	}
	if c.NewID == nil {
		c.NewID = randomID
	}
	if c.Seed == 0 {
		c.Seed = rand.Uint64()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.OnFatal == nil {
		c.OnFatal = func(error) {}
	}
	return c
}
