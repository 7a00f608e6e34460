package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// topicKeys: keys of a topic.
func topicKeys() []cd.Key {
	return []cd.Key{
		topic("segment.bytes", cd.Int, cd.Text("1073741824"), cd.Medium, cd.Honour, cd.AtLeast(1048576), "Largest size in bytes of one segment file of the topic.", syn("log.segment.bytes", 1)),
		topic("segment.ms", cd.Long, cd.Text("604800000"), cd.Medium, cd.Honour, cd.AtLeast(1), "Milliseconds after which a segment is rolled even if it is not full.", syn("log.roll.ms", 1), syn("log.roll.hours", 3600000)),
		topic("segment.jitter.ms", cd.Long, cd.Text("0"), cd.Medium, cd.Honour, cd.AtLeast(0), "Most milliseconds by which the rolling of a segment is moved forward at random.", syn("log.roll.jitter.ms", 1), syn("log.roll.jitter.hours", 3600000)),
		topic("segment.index.bytes", cd.Int, cd.Text("10485760"), cd.Medium, cd.Accept, cd.AtLeast(4), "Largest size in bytes of an index file of the topic.", syn("log.index.size.max.bytes", 1)),
		topic("flush.messages", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.Honour, cd.AtLeast(1), "Records after which the log is forced to disk.", syn("log.flush.interval.messages", 1)),
		topic("flush.ms", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.Honour, cd.AtLeast(0), "Most milliseconds that a record stays in memory before it is forced to disk.", syn("log.flush.interval.ms", 1), syn("log.flush.scheduler.interval.ms", 1)),
		topic("retention.bytes", cd.Long, cd.Text("-1"), cd.Medium, cd.Honour, nil, "Bytes that each partition keeps under the delete policy; -1 sets no limit.", syn("log.retention.bytes", 1)),
		topic("retention.ms", cd.Long, cd.Text("604800000"), cd.Medium, cd.Honour, cd.AtLeast(-1), "Milliseconds that segments are kept under the delete policy; -1 keeps them for ever.", syn("log.retention.ms", 1), syn("log.retention.minutes", 60000), syn("log.retention.hours", 3600000)),
		topic("max.message.bytes", cd.Int, cd.Text("1048588"), cd.Medium, cd.Honour, cd.AtLeast(0), "Largest record batch, in bytes after compression, that the topic accepts.", syn("message.max.bytes", 1)),
		topic("max.decompressed.message.bytes", cd.Int, cd.Text("2147483639"), cd.Medium, cd.Honour, cd.Between(1, 2147483639), "Largest record, in bytes, that the broker takes out of a compressed batch; a batch with a larger one is refused.", syn("max.decompressed.message.bytes", 1)),
		topic("index.interval.bytes", cd.Int, cd.Text("4096"), cd.Medium, cd.Accept, cd.AtLeast(0), "Bytes of log between two entries of the offset index.", syn("log.index.interval.bytes", 1)),
		topic("delete.retention.ms", cd.Long, cd.Text("86400000"), cd.Medium, cd.Honour, cd.AtLeast(0), "Milliseconds that a tombstone stays readable when the topic is compacted.", syn("log.cleaner.delete.retention.ms", 1)),
		topic("min.compaction.lag.ms", cd.Long, cd.Text("0"), cd.Medium, cd.Honour, cd.AtLeast(0), "Milliseconds a record stays untouched by compaction.", syn("log.cleaner.min.compaction.lag.ms", 1)),
		topic("max.compaction.lag.ms", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.Honour, cd.AtLeast(1), "Milliseconds after which a record must have been looked at by compaction.", syn("log.cleaner.max.compaction.lag.ms", 1)),
		topic("file.delete.delay.ms", cd.Long, cd.Text("60000"), cd.Medium, cd.Honour, cd.AtLeast(0), "Milliseconds before a removed segment file leaves the disk.", syn("log.segment.delete.delay.ms", 1)),
		topic("min.cleanable.dirty.ratio", cd.Double, cd.Text("0.5"), cd.Medium, cd.Honour, cd.Between(0, 1), "Share of the log that must be uncompacted before it is compacted again.", syn("log.cleaner.min.cleanable.ratio", 1)),
		topic("cleanup.policy", cd.List, cd.Text("delete"), cd.Medium, cd.Honour, cd.DistinctList(true, "compact", "delete"), "What happens to old segments: delete, compact, or both.", syn("log.cleanup.policy", 1)),
		topic("unclean.leader.election.enable", cd.Boolean, cd.Text("false"), cd.Medium, cd.Honour, nil, "Whether a replica out of sync may become leader as a last resort, which can lose records.", syn("unclean.leader.election.enable", 1)),
		topic("min.insync.replicas", cd.Int, cd.Text("1"), cd.Medium, cd.Honour, cd.AtLeast(1), "Fewest in-sync replicas with which a write that asks for all acknowledgements is accepted.", syn("min.insync.replicas", 1)),
		topic("compression.type", cd.String, cd.Text("producer"), cd.Medium, cd.Honour, cd.OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"), "Codec in which the topic's batches are stored; producer keeps the codec the producer chose.", syn("compression.type", 1)),
		topic("compression.gzip.level", cd.Int, cd.Text("-1"), cd.Medium, cd.Honour, gzipLevel(), "Level of gzip when the broker compresses for this topic, 1 to 9, or -1 for the codec's own default.", syn("compression.gzip.level", 1)),
		topic("compression.lz4.level", cd.Int, cd.Text("9"), cd.Medium, cd.Honour, cd.Between(1, 17), "Level of lz4 when the broker compresses for this topic.", syn("compression.lz4.level", 1)),
		topic("compression.zstd.level", cd.Int, cd.Text("3"), cd.Medium, cd.Honour, cd.Between(-131072, 22), "Level of zstd when the broker compresses for this topic.", syn("compression.zstd.level", 1)),
		topic("preallocate", cd.Boolean, cd.Text("false"), cd.Medium, cd.Accept, nil, "Whether a new segment file takes its full size on disk at once.", syn("log.preallocate", 1)),
		topic("message.timestamp.type", cd.String, cd.Text("CreateTime"), cd.Medium, cd.Honour, cd.OneOf("CreateTime", "LogAppendTime"), "Which time a record carries: CreateTime from the producer or LogAppendTime from the broker.", syn("log.message.timestamp.type", 1)),
		topic("message.timestamp.before.max.ms", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.Honour, cd.AtLeast(0), "Most milliseconds by which a record's own time may lie before the broker's.", syn("log.message.timestamp.before.max.ms", 1)),
		topic("message.timestamp.after.max.ms", cd.Long, cd.Text("3600000"), cd.Medium, cd.Honour, cd.AtLeast(0), "Most milliseconds by which a record's own time may lie after the broker's.", syn("log.message.timestamp.after.max.ms", 1)),
		topic("leader.replication.throttled.replicas", cd.List, cd.Text(""), cd.Medium, cd.Honour, throttledReplicas(), "Replicas whose replication is throttled on the leader, as partition:broker entries or a star."),
		topic("follower.replication.throttled.replicas", cd.List, cd.Text(""), cd.Medium, cd.Honour, throttledReplicas(), "Replicas whose replication is throttled on the follower, as partition:broker entries or a star."),
		topic("remote.storage.enable", cd.Boolean, cd.Text("false"), cd.Medium, cd.Refuse, nil, "Whether the topic uses tiered storage."),
		topic("local.retention.ms", cd.Long, cd.Text("-2"), cd.Medium, cd.Refuse, cd.AtLeast(-2), "Milliseconds a tiered segment also stays on local disk; -2 follows retention.ms.", syn("log.local.retention.ms", 1)),
		topic("local.retention.bytes", cd.Long, cd.Text("-2"), cd.Medium, cd.Refuse, cd.AtLeast(-2), "Bytes of a tiered partition that also stay on local disk; -2 follows retention.bytes.", syn("log.local.retention.bytes", 1)),
		topic("remote.log.copy.disable", cd.Boolean, cd.Text("false"), cd.Medium, cd.Refuse, nil, "Whether no more segments are copied to tiered storage."),
		topic("remote.copy.lag.ms", cd.Long, cd.Text("0"), cd.Medium, cd.Refuse, cd.AtLeast(-1), "Milliseconds a segment waits before it is copied to tiered storage.", syn("log.remote.copy.lag.ms", 1)),
		topic("remote.copy.lag.bytes", cd.Long, cd.Text("-1"), cd.Medium, cd.Refuse, cd.AtLeast(-1), "Bytes by which copying to tiered storage stays behind the log's end.", syn("log.remote.copy.lag.bytes", 1)),
		topic("remote.log.delete.on.disable", cd.Boolean, cd.Text("false"), cd.Medium, cd.Refuse, nil, "Whether turning tiered storage off deletes what is stored there."),
		topic("errors.deadletterqueue.group.enable", cd.Boolean, cd.Text("false"), cd.Medium, cd.Honour, nil, "Whether the topic may be used as a dead-letter topic of share groups."),
		internal(topic("internal.segment.bytes", cd.Int, cd.NoValue(), cd.Medium, cd.Accept, nil, "Segment size in bytes below the public minimum, for tests only.")),
	}
}
