package config

import (
	"math"
	"reflect"
	"strings"
	"time"
)

// Broker is the typed view of broker keys that the rooms of a node read while it runs. Each field names its key; the
// unit of a duration is that of the key's name. Keys that change at run time differ between snapshots.
type Broker struct {
	// Requests and connections.
	MessageMaxBytes              int32         `key:"message.max.bytes"`
	MaxDecompressedMessageBytes  int32         `key:"max.decompressed.message.bytes"`
	RequestTimeout               time.Duration `key:"request.timeout.ms"`
	SocketRequestMaxBytes        int32         `key:"socket.request.max.bytes"`
	SocketSendBufferBytes        int32         `key:"socket.send.buffer.bytes"`    // -1: the system's
	SocketReceiveBufferBytes     int32         `key:"socket.receive.buffer.bytes"` // -1: the system's
	QueuedMaxRequests            int32         `key:"queued.max.requests"`
	QueuedMaxRequestBytes        int64         `key:"queued.max.request.bytes"` // -1: no limit
	ConnectionsMaxIdle           time.Duration `key:"connections.max.idle.ms"`
	FailedAuthenticationDelay    time.Duration `key:"connection.failed.authentication.delay.ms"`
	MaxConnections               int32         `key:"max.connections"`
	MaxConnectionsPerIP          int32         `key:"max.connections.per.ip"`
	MaxConnectionsPerIPOverrides string        `key:"max.connections.per.ip.overrides"`
	MaxConnectionCreationRate    int32         `key:"max.connection.creation.rate"`
	ConnectionsMaxReauth         time.Duration `key:"connections.max.reauth.ms"`
	SASLServerMaxReceiveSize     int32         `key:"sasl.server.max.receive.size"`
	FetchMaxBytes                int32         `key:"fetch.max.bytes"`
	MaxFetchSessions             int32         `key:"max.incremental.fetch.session.cache.slots"`
	MaxRequestPartitionSizeLimit int32         `key:"max.request.partition.size.limit"`
	TelemetryMaxBytes            int32         `key:"telemetry.max.bytes"`

	// Topics.
	AutoCreateTopics         bool  `key:"auto.create.topics.enable"`
	DeleteTopicEnable        bool  `key:"delete.topic.enable"`
	NumPartitions            int32 `key:"num.partitions"`
	DefaultReplicationFactor int32 `key:"default.replication.factor"`

	// Logs.
	LogRetentionCheckInterval             time.Duration `key:"log.retention.check.interval.ms"`
	LogFlushSchedulerInterval             time.Duration `key:"log.flush.scheduler.interval.ms"`
	LogFlushOffsetCheckpointInterval      time.Duration `key:"log.flush.offset.checkpoint.interval.ms"`
	LogFlushStartOffsetCheckpointInterval time.Duration `key:"log.flush.start.offset.checkpoint.interval.ms"`
	LogInitialTaskDelay                   time.Duration `key:"log.initial.task.delay.ms"`
	LogDirFailureTimeout                  time.Duration `key:"log.dir.failure.timeout.ms"`
	NumRecoveryThreadsPerDataDir          int32         `key:"num.recovery.threads.per.data.dir"`
	HighWatermarkCheckpointInterval       time.Duration `key:"replica.high.watermark.checkpoint.interval.ms"`
	CleanerEnable                         bool          `key:"log.cleaner.enable"`
	CleanerThreads                        int32         `key:"log.cleaner.threads"`
	CleanerBackoff                        time.Duration `key:"log.cleaner.backoff.ms"`
	CleanerDedupeBufferSize               int64         `key:"log.cleaner.dedupe.buffer.size"`
	CleanerIOBufferSize                   int32         `key:"log.cleaner.io.buffer.size"`
	CleanerIOMaxBytesPerSecond            float64       `key:"log.cleaner.io.max.bytes.per.second"`
	CleanerLoadFactor                     float64       `key:"log.cleaner.io.buffer.load.factor"`

	// Replication and the broker's life.
	ReplicaLagTimeMax                time.Duration `key:"replica.lag.time.max.ms"`
	ReplicaFetchMaxBytes             int32         `key:"replica.fetch.max.bytes"`
	ReplicaFetchWaitMax              time.Duration `key:"replica.fetch.wait.max.ms"`
	ReplicaFetchMinBytes             int32         `key:"replica.fetch.min.bytes"`
	ReplicaFetchBackoff              time.Duration `key:"replica.fetch.backoff.ms"`
	ReplicaFetchResponseMaxBytes     int32         `key:"replica.fetch.response.max.bytes"`
	NumReplicaFetchers               int32         `key:"num.replica.fetchers"`
	AutoLeaderRebalance              bool          `key:"auto.leader.rebalance.enable"`
	LeaderImbalanceCheckInterval     time.Duration `key:"leader.imbalance.check.interval.seconds"`
	UncleanLeaderElectionInterval    time.Duration `key:"unclean.leader.election.interval.ms"`
	ControlledShutdown               bool          `key:"controlled.shutdown.enable"`
	BrokerHeartbeatInterval          time.Duration `key:"broker.heartbeat.interval.ms"`
	BrokerSessionTimeout             time.Duration `key:"broker.session.timeout.ms"`
	InitialBrokerRegistrationTimeout time.Duration `key:"initial.broker.registration.timeout.ms"`
	ReplicaSelectorClass             string        `key:"replica.selector.class"`

	// Metadata quorum.
	QuorumElectionTimeout       time.Duration `key:"controller.quorum.election.timeout.ms"`
	QuorumFetchTimeout          time.Duration `key:"controller.quorum.fetch.timeout.ms"`
	QuorumElectionBackoffMax    time.Duration `key:"controller.quorum.election.backoff.max.ms"`
	QuorumAppendLinger          time.Duration `key:"controller.quorum.append.linger.ms"`
	QuorumRequestTimeout        time.Duration `key:"controller.quorum.request.timeout.ms"`
	QuorumRetryBackoff          time.Duration `key:"controller.quorum.retry.backoff.ms"`
	QuorumFetchMaxBytes         int32         `key:"controller.quorum.fetch.max.bytes"`
	QuorumFetchSnapshotMaxBytes int32         `key:"controller.quorum.fetch.snapshot.max.bytes"`
	MetadataSnapshotBytes       int64         `key:"metadata.log.max.record.bytes.between.snapshots"`
	MetadataSnapshotInterval    time.Duration `key:"metadata.log.max.snapshot.interval.ms"`
	MetadataLogSegmentBytes     int32         `key:"metadata.log.segment.bytes"`
	MetadataLogSegmentMs        int64         `key:"metadata.log.segment.ms"`
	MetadataMaxRetentionBytes   int64         `key:"metadata.max.retention.bytes"`
	MetadataMaxRetentionMs      int64         `key:"metadata.max.retention.ms"`
	MetadataMaxIdleInterval     time.Duration `key:"metadata.max.idle.interval.ms"`

	// Groups and offsets.
	GroupRebalanceProtocols       []string      `key:"group.coordinator.rebalance.protocols"`
	GroupMinSessionTimeout        time.Duration `key:"group.min.session.timeout.ms"`
	GroupMaxSessionTimeout        time.Duration `key:"group.max.session.timeout.ms"`
	GroupInitialRebalanceDelay    time.Duration `key:"group.initial.rebalance.delay.ms"`
	GroupMaxSize                  int32         `key:"group.max.size"`
	OffsetMetadataMaxBytes        int32         `key:"offset.metadata.max.bytes"`
	OffsetsRetention              time.Duration `key:"offsets.retention.minutes"`
	OffsetsRetentionCheckInterval time.Duration `key:"offsets.retention.check.interval.ms"`
	OffsetsCommitTimeout          time.Duration `key:"offsets.commit.timeout.ms"`
	OffsetsLoadBufferSize         int32         `key:"offsets.load.buffer.size"`
	OffsetsTopicPartitions        int32         `key:"offsets.topic.num.partitions"`
	OffsetsTopicReplicationFactor int16         `key:"offsets.topic.replication.factor"`
	OffsetsTopicSegmentBytes      int32         `key:"offsets.topic.segment.bytes"`

	// KIP-848 consumer groups.
	ConsumerSessionTimeout     time.Duration `key:"group.consumer.session.timeout.ms"`
	ConsumerHeartbeatInterval  time.Duration `key:"group.consumer.heartbeat.interval.ms"`
	ConsumerAssignmentInterval time.Duration `key:"group.consumer.assignment.interval.ms"`
	ConsumerMaxSize            int32         `key:"group.consumer.max.size"`
	ConsumerAssignors          []string      `key:"group.consumer.assignors"`
	ConsumerMigrationPolicy    string        `key:"group.consumer.migration.policy"`
	ConsumerRegexRefresh       time.Duration `key:"group.consumer.regex.refresh.interval.ms"`

	// Transactions.
	TransactionMaxTimeout             time.Duration `key:"transaction.max.timeout.ms"`
	TransactionalIDExpiration         time.Duration `key:"transactional.id.expiration.ms"`
	TransactionAbortInterval          time.Duration `key:"transaction.abort.timed.out.transaction.cleanup.interval.ms"`
	TransactionExpiryInterval         time.Duration `key:"transaction.remove.expired.transaction.cleanup.interval.ms"`
	TransactionTopicPartitions        int32         `key:"transaction.state.log.num.partitions"`
	TransactionTopicReplicationFactor int16         `key:"transaction.state.log.replication.factor"`
	TransactionTopicMinISR            int32         `key:"transaction.state.log.min.isr"`
	TransactionTopicSegmentBytes      int32         `key:"transaction.state.log.segment.bytes"`
	TransactionLoadBufferSize         int32         `key:"transaction.state.log.load.buffer.size"`
	TransactionPartitionVerification  bool          `key:"transaction.partition.verification.enable"`
	AddPartitionsRetryBackoff         time.Duration `key:"add.partitions.to.txn.retry.backoff.ms"`
	AddPartitionsRetryMax             time.Duration `key:"add.partitions.to.txn.retry.backoff.max.ms"`
	ProducerIDExpiration              time.Duration `key:"producer.id.expiration.ms"`
	ProducerIDExpirationCheckInterval time.Duration `key:"producer.id.expiration.check.interval.ms"`

	// Share state.
	ShareTopicPartitions        int32 `key:"share.coordinator.state.topic.num.partitions"`
	ShareTopicReplicationFactor int16 `key:"share.coordinator.state.topic.replication.factor"`
	ShareTopicMinISR            int16 `key:"share.coordinator.state.topic.min.isr"`
	ShareTopicSegmentBytes      int32 `key:"share.coordinator.state.topic.segment.bytes"`

	// Quota windows.
	QuotaWindowNum            int32         `key:"quota.window.num"`
	QuotaWindowSize           time.Duration `key:"quota.window.size.seconds"`
	ControllerQuotaWindowNum  int32         `key:"controller.quota.window.num"`
	ControllerQuotaWindowSize time.Duration `key:"controller.quota.window.size.seconds"`
}

// brokerFrom fills a Broker from effective values.
func brokerFrom(values map[string]string) Broker {
	var b Broker
	v := reflect.ValueOf(&b).Elem()
	for i := range v.NumField() {
		fill(v.Field(i), v.Type().Field(i).Tag.Get("key"), values)
	}
	return b
}

var durationType = reflect.TypeFor[time.Duration]()

func fill(f reflect.Value, key string, values map[string]string) {
	v := read(values, key)
	switch {
	case f.Type() == durationType:
		f.SetInt(int64(scale(v.Int(), unitOf(key))))
	case f.Kind() == reflect.Bool:
		f.SetBool(v.Bool())
	case f.Kind() == reflect.Float64:
		f.SetFloat(v.Double())
	case f.Kind() == reflect.String:
		f.SetString(v.Text())
	case f.Kind() == reflect.Slice:
		f.Set(reflect.ValueOf(v.List()))
	default:
		f.SetInt(v.Int())
	}
}

// unitOf is the unit that a key's name ends in.
func unitOf(key string) time.Duration {
	switch key[strings.LastIndexByte(key, '.')+1:] {
	case "hours":
		return time.Hour
	case "minutes":
		return time.Minute
	case "seconds", "secs":
		return time.Second
	}
	return time.Millisecond
}

// scale multiplies without overflow: Kafka's "for ever" is more milliseconds than a Duration holds.
func scale(n int64, unit time.Duration) time.Duration {
	if n > math.MaxInt64/int64(unit) {
		return math.MaxInt64
	}
	if n < math.MinInt64/int64(unit) {
		return math.MinInt64
	}
	return time.Duration(n) * unit
}
