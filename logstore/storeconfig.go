package logstore

import (
	"log/slog"
	"time"

	"github.com/kbroker/kbroker/logstore/vfs"
)

// StoreConfig is what a Store is made of. Zero values of the tuning fields mean the defaults named beside them.
type StoreConfig struct {
	FS        vfs.FS   // nil: the real disk
	Dirs      []string // log directories, at least one; created when missing
	ClusterID string   // checked against and written to meta.properties; "" accepts what is there
	NodeID    int32

	Now         func() int64                   // wall clock, milliseconds; nil: the system's
	Default     Config                         // for logs that ConfigFor does not know; the zero value means DefaultConfig
	ConfigFor   func(tp TopicPartition) Config // config of a log found on disk; nil: Default
	Rand        func() uint64                  // jitter and directory suffixes; nil: a random source
	NewID       func() [16]byte                // directory ids; nil: random uuids
	BrokerEpoch func() int64                   // written into .kafka_cleanshutdown; nil: -1

	RecoveryThreads             int           // logs recovered at the same time over all directories; 0: the number of processors
	ProducerExpiryCheckInterval time.Duration // producer.id.expiration.check.interval.ms; 0: 10 min
	MaxOpenSegments             int           // descriptors kept open for segments; 0: 4096
	IndexCacheBytes             int64         // memory for indexes of sealed segments; 0: 16 MiB
	FlushBytes                  int64         // unflushed bytes of a log that start a background flush; 0: 64 MiB
	ReserveBytes                int64         // room that each directory keeps for what a full disk must not stop, see Store.GiveReserve; 0: none
	FlushInterval               time.Duration // how often unflushed logs are flushed and recovery points written; 0: 1 s

	HighWatermarkCheckpointInterval time.Duration // replica.high.watermark.checkpoint.interval.ms; 0: 5 s
	StartOffsetCheckpointInterval   time.Duration // log.flush.start.offset.checkpoint.interval.ms; 0: 60 s
	RetentionCheckInterval          time.Duration // log.retention.check.interval.ms; 0: 5 min
	CleanerDisabled                 bool          // log.cleaner.enable=false

	Tuning Tuning // at first, see Store.Tune

	Logger       *slog.Logger                // nil: silent
	OnDirFailure func(dir string, err error) // called once per directory that went offline, outside every lock
}
