package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// replicationKeys: broker keys for replication and leader election.
func replicationKeys() []cd.Key {
	return []cd.Key{
		broker("controller.socket.timeout.ms", cd.Int, cd.Text("30000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Milliseconds a socket to the controller may stay silent."),
		broker("default.replication.factor", cd.Int, cd.Text("1"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Replication factor of a topic that is created without saying which."),
		broker("replica.lag.time.max.ms", cd.Long, cd.Text("30000"), cd.High, cd.ReadOnly, cd.Honour, nil, "Milliseconds a follower may lag before it leaves the in-sync replicas."),
		broker("replica.socket.timeout.ms", cd.Int, cd.Text("30000"), cd.High, cd.ReadOnly, cd.Accept, nil, "Milliseconds a replication request may take on the socket."),
		broker("replica.socket.receive.buffer.bytes", cd.Int, cd.Text("65536"), cd.High, cd.ReadOnly, cd.Accept, nil, "Receive buffer in bytes of replication sockets."),
		broker("replica.fetch.max.bytes", cd.Int, cd.Text("1048576"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Bytes that a follower tries to fetch per partition."),
		broker("replica.fetch.wait.max.ms", cd.Int, cd.Text("500"), cd.High, cd.ReadOnly, cd.Honour, nil, "Most milliseconds that a follower's fetch waits at the leader."),
		broker("replica.fetch.backoff.ms", cd.Int, cd.Text("1000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Milliseconds a follower waits after a fetch failed."),
		broker("replica.fetch.min.bytes", cd.Int, cd.Text("1"), cd.High, cd.ReadOnly, cd.Honour, nil, "Fewest bytes for which the leader answers a follower's fetch before the wait is over."),
		broker("replica.fetch.response.max.bytes", cd.Int, cd.Text("10485760"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Bytes that a follower tries to fetch in one response."),
		broker("num.replica.fetchers", cd.Int, cd.Text("1"), cd.High, cd.ClusterWide, cd.Accept, cd.AtLeast(1), "Number of fetchers per source broker."),
		broker("replica.high.watermark.checkpoint.interval.ms", cd.Long, cd.Text("5000"), cd.High, cd.ReadOnly, cd.Accept, nil, "Milliseconds between two writes of the high watermark file."),
		broker("fetch.purgatory.purge.interval.requests", cd.Int, cd.Text("1000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Requests after which finished fetch waiters are swept."),
		broker("producer.purgatory.purge.interval.requests", cd.Int, cd.Text("1000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Requests after which finished produce waiters are swept."),
		broker("delete.records.purgatory.purge.interval.requests", cd.Int, cd.Text("1"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Requests after which finished record deletion waiters are swept."),
		broker("auto.leader.rebalance.enable", cd.Boolean, cd.Text("true"), cd.High, cd.ReadOnly, cd.Honour, nil, "Whether the controller moves leadership back to preferred replicas."),
		broker("leader.imbalance.check.interval.seconds", cd.Long, cd.Text("300"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Seconds between two looks for leaders that are not the preferred ones."),
		internal(broker("unclean.leader.election.interval.ms", cd.Long, cd.Text("300000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Milliseconds between two looks for partitions that need an unclean election.")),
		broker("unclean.leader.election.enable", cd.Boolean, cd.Text("false"), cd.High, cd.ClusterWide, cd.Honour, nil, "Whether a replica out of sync may become leader as a last resort, which can lose records."),
		broker("security.inter.broker.protocol", cd.String, cd.Text("PLAINTEXT"), cd.Medium, cd.ReadOnly, cd.Honour, cd.OneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"), "Security protocol between brokers; exclusive with inter.broker.listener.name."),
		broker("inter.broker.listener.name", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Name of the listener used between brokers; exclusive with security.inter.broker.protocol."),
		broker("replica.selector.class", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Refuse, nil, "Class that chooses the replica a consumer reads from; the rack-aware and the leader selector are understood."),
		broker("follower.fetch.last.tiered.offset.enable", cd.Boolean, cd.Text("false"), cd.Medium, cd.ClusterWide, cd.Refuse, nil, "Whether a new follower starts at the last offset in tiered storage."),
	}
}
