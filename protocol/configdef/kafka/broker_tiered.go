package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// tieredKeys: broker keys for tiered storage.
func tieredKeys() []cd.Key {
	return []cd.Key{
		broker("remote.log.storage.system.enable", cd.Boolean, cd.Text("false"), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Whether tiered storage is on for this broker."),
		broker("remote.log.storage.manager.impl.prefix", cd.String, cd.Text("rsm.config."), cd.Medium, cd.ReadOnly, cd.Refuse, cd.NonEmpty(), "Prefix of settings that are passed to the storage manager of tiered storage."),
		broker("remote.log.metadata.manager.impl.prefix", cd.String, cd.Text("rlmm.config."), cd.Medium, cd.ReadOnly, cd.Refuse, cd.NonEmpty(), "Prefix of settings that are passed to the metadata manager of tiered storage."),
		broker("remote.log.storage.manager.class.name", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Refuse, cd.NonEmpty(), "Class of the storage manager of tiered storage."),
		broker("remote.log.storage.manager.class.path", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Class path of the storage manager of tiered storage."),
		broker("remote.log.metadata.manager.class.name", cd.String, cd.Text("org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.NonEmpty(), "Class of the metadata manager of tiered storage."),
		broker("remote.log.metadata.manager.class.path", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Class path of the metadata manager of tiered storage."),
		broker("remote.log.metadata.manager.listener.name", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Refuse, cd.NonEmpty(), "Listener that the metadata manager of tiered storage uses."),
		broker("remote.log.metadata.custom.metadata.max.bytes", cd.Int, cd.Text("128"), cd.Low, cd.ReadOnly, cd.Refuse, cd.AtLeast(0), "Largest custom metadata in bytes that a storage plug-in may attach to a segment."),
		broker("remote.log.index.file.cache.total.size.bytes", cd.Long, cd.Text("1073741824"), cd.Low, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Bytes of disk used to cache index files of tiered segments."),
		internal(broker("remote.log.index.file.cache.ttl.ms", cd.Long, cd.Text("900000"), cd.Low, cd.ReadOnly, cd.Refuse, cd.AtLeast(-1), "Milliseconds after which a cached index file may be dropped.")),
		broker("remote.log.manager.thread.pool.size", cd.Int, cd.Text("2"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Number of threads that schedule tiered storage chores."),
		broker("remote.log.manager.copier.thread.pool.size", cd.Int, cd.Text("10"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Number of threads that copy segments to tiered storage."),
		broker("remote.log.manager.expiration.thread.pool.size", cd.Int, cd.Text("10"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Number of threads that delete expired tiered segments."),
		broker("remote.log.manager.follower.thread.pool.size", cd.Int, cd.Text("2"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Number of threads that track tiered state on followers."),
		broker("remote.log.manager.task.interval.ms", cd.Long, cd.Text("30000"), cd.Low, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Milliseconds between two runs of tiered storage chores."),
		internal(broker("remote.log.manager.task.retry.backoff.ms", cd.Long, cd.Text("500"), cd.Low, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "First pause in milliseconds after a failed tiered storage chore.")),
		internal(broker("remote.log.manager.task.retry.backoff.max.ms", cd.Long, cd.Text("30000"), cd.Low, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Most milliseconds between two tries of a tiered storage chore.")),
		internal(broker("remote.log.manager.task.retry.jitter", cd.Double, cd.Text("0.2"), cd.Low, cd.ReadOnly, cd.Refuse, cd.BetweenDouble(0, 0.5), "Random share of the pause after a failed tiered storage chore.")),
		broker("remote.log.reader.threads", cd.Int, cd.Text("10"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Number of threads that read from tiered storage."),
		broker("remote.log.reader.max.pending.tasks", cd.Int, cd.Text("100"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Most reads that may wait for tiered storage."),
		broker("log.local.retention.ms", cd.Long, cd.Text("-2"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(-2), "Milliseconds a tiered segment also stays on local disk; -2 follows the full retention."),
		broker("log.local.retention.bytes", cd.Long, cd.Text("-2"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(-2), "Bytes of a tiered log that also stay on local disk; -2 follows the full retention."),
		broker("log.remote.copy.lag.ms", cd.Long, cd.Text("0"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(-1), "Milliseconds a segment waits before it is copied to tiered storage."),
		broker("log.remote.copy.lag.bytes", cd.Long, cd.Text("-1"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(-1), "Bytes by which copying to tiered storage stays behind the log's end."),
		broker("remote.log.manager.copy.max.bytes.per.second", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Most bytes per second copied to tiered storage."),
		broker("remote.log.manager.copy.quota.window.num", cd.Int, cd.Text("11"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Number of windows over which the tiered copy rate is measured."),
		broker("remote.log.manager.copy.quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Seconds of one window of the tiered copy rate."),
		broker("remote.log.manager.fetch.max.bytes.per.second", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Most bytes per second fetched from tiered storage."),
		broker("remote.log.manager.fetch.quota.window.num", cd.Int, cd.Text("11"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Number of windows over which the tiered fetch rate is measured."),
		broker("remote.log.manager.fetch.quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Medium, cd.ReadOnly, cd.Refuse, cd.AtLeast(1), "Seconds of one window of the tiered fetch rate."),
		broker("remote.fetch.max.wait.ms", cd.Int, cd.Text("500"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Most milliseconds that a fetch waits for tiered storage."),
		broker("remote.list.offsets.request.timeout.ms", cd.Long, cd.Text("30000"), cd.Medium, cd.ClusterWide, cd.Refuse, cd.AtLeast(1), "Most milliseconds that an offset lookup waits for tiered storage."),
	}
}
