package logstore

import "math"

// TimestampType says whose clock stamps records (message.timestamp.type).
type TimestampType int8

// The two timestamp types, numbered as in the batch attributes.
const (
	CreateTime    TimestampType = 0
	LogAppendTime TimestampType = 1
)

// Config is the configuration of one log: an immutable value, swapped as a whole with Log.SetConfig. Names, units and
// defaults are Kafka's topic configs. Durations are milliseconds, sizes are bytes.
type Config struct {
	SegmentBytes       int64 // segment.bytes: roll before an append would pass this size
	SegmentMs          int64 // segment.ms: roll when the segment's first record is this old; a compacted log's MaxCompactionLagMs if that is less
	SegmentJitterMs    int64 // segment.jitter.ms: random part taken off SegmentMs
	IndexIntervalBytes int64 // index.interval.bytes: one offset index entry per so many bytes
	MaxIndexBytes      int64 // segment.index.bytes: roll when an index would pass this size
	Preallocate        bool  // preallocate: reserve the segment's blocks when it is created

	RetentionMs       int64 // retention.ms; -1 keeps for ever
	RetentionBytes    int64 // retention.bytes; -1 is no bound
	Delete            bool  // cleanup.policy contains delete
	Compact           bool  // cleanup.policy contains compact
	FileDeleteDelayMs int64 // file.delete.delay.ms: how long a removed segment keeps its files

	DeleteRetentionMs  int64   // delete.retention.ms: how long tombstones and markers stay visible after compaction
	MinCompactionLagMs int64   // min.compaction.lag.ms
	MaxCompactionLagMs int64   // max.compaction.lag.ms: how long a record may stay uncompacted
	MinCleanableRatio  float64 // min.cleanable.dirty.ratio

	FlushMessages int64 // flush.messages: ask for an fsync after so many records; 1 = group commit, see Log.SetOnFlushed
	FlushMs       int64 // flush.ms: fsync what has been unflushed for so long; looked at every StoreConfig.FlushInterval

	MaxMessageBytes      int64         // max.message.bytes: largest batch
	MaxDecompressedBytes int64         // max.decompressed.message.bytes: largest record of a client's compressed batch; 0 is no bound
	TimestampType        TimestampType // message.timestamp.type
	TimestampBeforeMaxMs int64         // message.timestamp.before.max.ms
	TimestampAfterMaxMs  int64         // message.timestamp.after.max.ms

	Compression      string // compression.type: "producer" (or ""), "uncompressed" (or "none"), "gzip", "snappy", "lz4", "zstd"
	CompressionLevel int    // compression.<type>.level of that type; DefaultCompressionLevel = the codec's own
}

// DefaultCompressionLevel asks a codec for its own default.
const DefaultCompressionLevel = math.MinInt32

// DefaultConfig returns the defaults of Apache Kafka 4.4's topic configs.
func DefaultConfig() Config {
	const day = 24 * 60 * 60 * 1000
	return Config{
		SegmentBytes:         1 << 30,
		SegmentMs:            7 * day,
		IndexIntervalBytes:   4096,
		MaxIndexBytes:        10 << 20,
		RetentionMs:          7 * day,
		RetentionBytes:       -1,
		Delete:               true,
		FileDeleteDelayMs:    60_000,
		DeleteRetentionMs:    day,
		MinCompactionLagMs:   0,
		MaxCompactionLagMs:   math.MaxInt64,
		MinCleanableRatio:    0.5,
		FlushMessages:        math.MaxInt64,
		FlushMs:              math.MaxInt64,
		MaxMessageBytes:      1<<20 + 12,
		MaxDecompressedBytes: math.MaxInt32 - 8,
		TimestampType:        CreateTime,
		TimestampBeforeMaxMs: math.MaxInt64,
		TimestampAfterMaxMs:  60 * 60 * 1000,
		Compression:          "producer",
		CompressionLevel:     DefaultCompressionLevel,
	}
}
