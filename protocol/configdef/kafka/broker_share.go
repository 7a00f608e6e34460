package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// shareKeys: broker keys for share groups and the share coordinator.
func shareKeys() []cd.Key {
	return []cd.Key{
		broker("group.share.delivery.count.limit", cd.Int, cd.Text("5"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(2, 10), "Most times that a record is delivered to a share group."),
		broker("group.share.max.delivery.count.limit", cd.Int, cd.Text("10"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(5, 25), "Largest delivery limit a share group may be configured with."),
		broker("group.share.min.delivery.count.limit", cd.Int, cd.Text("2"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(2, 5), "Smallest delivery limit a share group may be configured with."),
		broker("group.share.record.lock.duration.ms", cd.Int, cd.Text("30000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(1000, 3600000), "Milliseconds that a share group member holds an acquired record."),
		broker("group.share.min.record.lock.duration.ms", cd.Int, cd.Text("15000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(1000, 30000), "Shortest lock duration in milliseconds a share group may be configured with."),
		broker("group.share.max.record.lock.duration.ms", cd.Int, cd.Text("60000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(30000, 3600000), "Longest lock duration in milliseconds a share group may be configured with."),
		broker("group.share.partition.max.record.locks", cd.Int, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(100, 10000), "Most records of one share partition in flight at a time."),
		broker("group.share.max.partition.max.record.locks", cd.Int, cd.Text("4000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(2000, 10000), "Largest in-flight limit a share group may be configured with."),
		broker("group.share.min.partition.max.record.locks", cd.Int, cd.Text("100"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(100, 2000), "Smallest in-flight limit a share group may be configured with."),
		broker("share.fetch.purgatory.purge.interval.requests", cd.Int, cd.Text("1000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Requests after which finished share fetch waiters are swept."),
		broker("group.share.max.share.sessions", cd.Int, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Most share sessions per broker."),
		internal(broker("group.share.persister.class.name", cd.String, cd.Text("org.apache.kafka.server.share.persister.DefaultStatePersister"), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Class that stores the state of share partitions.")),
		internal(broker("group.share.dlq.manager.class.name", cd.String, cd.Text("org.apache.kafka.server.share.dlq.DefaultShareGroupDLQManager"), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Class that writes dead-letter records of share groups.")),
		broker("share.coordinator.state.topic.num.partitions", cd.Int, cd.Text("50"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Number of partitions of the share state topic; it must not change later."),
		broker("share.coordinator.state.topic.replication.factor", cd.Short, cd.Text("3"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Replication factor of the share state topic."),
		broker("share.coordinator.state.topic.min.isr", cd.Short, cd.Text("2"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Fewest in-sync replicas of the share state topic for a write."),
		broker("share.coordinator.state.topic.segment.bytes", cd.Int, cd.Text("104857600"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Segment size in bytes of the share state topic."),
		broker("share.coordinator.threads", cd.Int, cd.Text("1"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of threads of the share coordinator."),
		broker("share.coordinator.snapshot.update.records.per.snapshot", cd.Int, cd.Text("500"), cd.Medium, cd.ReadOnly, cd.Honour, cd.Between(0, 500), "Update records between two snapshots of a share partition's state."),
		broker("share.coordinator.load.buffer.size", cd.Int, cd.Text("5242880"), cd.High, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Bytes read at once while share state is loaded."),
		broker("share.coordinator.state.topic.compression.codec", cd.Int, cd.Text("0"), cd.High, cd.ReadOnly, cd.Accept, nil, "Number of the codec in which the share state topic is written."),
		broker("share.coordinator.append.linger.ms", cd.Int, cd.Text("-1"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(-1), "Milliseconds the share coordinator gathers records before it appends them; -1 adapts."),
		broker("share.coordinator.write.timeout.ms", cd.Int, cd.Text("5000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds a write of share state waits for its replicas."),
		internal(broker("share.coordinator.state.topic.prune.interval.ms", cd.Int, cd.Text("300000"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds between two removals of share state that is no longer needed.")),
		internal(broker("share.coordinator.cold.partition.snapshot.interval.ms", cd.Int, cd.Text("300000"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds after which an unused share partition gets a snapshot.")),
		broker("share.coordinator.cached.buffer.max.bytes", cd.Int, cd.Text("1048588"), cd.Medium, cd.ClusterWide, cd.Accept, cd.AtLeast(524288), "Largest write buffer in bytes that the share coordinator keeps for reuse."),
	}
}
