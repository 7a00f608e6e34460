package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// serverKeys: broker keys for sockets, listeners and requests.
func serverKeys() []cd.Key {
	return []cd.Key{
		broker("broker.id", cd.Int, cd.Text("-1"), cd.High, cd.ReadOnly, cd.Honour, nil, "Older name of node.id; when both are set they must agree."),
		broker("message.max.bytes", cd.Int, cd.Text("1048588"), cd.High, cd.ClusterWide, cd.Honour, cd.AtLeast(0), "Largest record batch, in bytes after compression, that the broker accepts."),
		broker("max.decompressed.message.bytes", cd.Int, cd.Text("2147483639"), cd.Medium, cd.ClusterWide, cd.Honour, cd.Between(1, 2147483639), "Largest record, in bytes, that the broker takes out of a compressed batch; a batch with a larger one is refused."),
		broker("num.io.threads", cd.Int, cd.Text("8"), cd.High, cd.ClusterWide, cd.Accept, cd.AtLeast(1), "Number of request handler threads; accepted and reported, requests run on as many threads as the machine has."),
		broker("num.replica.alter.log.dirs.threads", cd.Int, cd.NoValue(), cd.High, cd.ReadOnly, cd.Accept, nil, "Number of threads that move replicas between log directories."),
		broker("background.threads", cd.Int, cd.Text("10"), cd.High, cd.ClusterWide, cd.Accept, cd.AtLeast(1), "Number of threads for background chores."),
		broker("request.timeout.ms", cd.Int, cd.Text("30000"), cd.High, cd.ReadOnly, cd.Honour, nil, "Milliseconds a broker waits for the answer to a request it sends to another node."),
		broker("socket.connection.setup.timeout.ms", cd.Long, cd.Text("10000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Milliseconds allowed for one attempt to connect to another node."),
		broker("socket.connection.setup.timeout.max.ms", cd.Long, cd.Text("30000"), cd.Medium, cd.ReadOnly, cd.Accept, nil, "Upper bound in milliseconds to which the connection timeout grows over failed attempts."),
		broker("config.providers", cd.List, cd.Text(""), cd.Low, cd.ClusterWide, cd.Refuse, cd.DistinctList(true), "Aliases of the sources that may fill ${provider:path:key} references in the configuration."),
		broker("authorizer.class.name", cd.String, cd.Text(""), cd.Low, cd.ReadOnly, cd.Refuse, nil, "Class name of the authorizer; the names of the standard authorizer are understood."),
		broker("early.start.listeners", cd.List, cd.NoValue(), cd.High, cd.ReadOnly, cd.Honour, cd.DistinctList(true), "Listeners that start before the authorizer has finished loading."),
		broker("broker.rack", cd.String, cd.NoValue(), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Rack or zone of the broker, used to spread replicas and to let consumers read nearby."),
		broker("controlled.shutdown.enable", cd.Boolean, cd.Text("true"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Whether a stopping broker first hands its leaderships to others."),
		broker("delete.topic.enable", cd.Boolean, cd.Text("true"), cd.High, cd.ReadOnly, cd.Honour, nil, "Whether topics can be deleted."),
		broker("compression.type", cd.String, cd.Text("producer"), cd.High, cd.ClusterWide, cd.Honour, cd.OneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"), "Codec in which batches are stored; producer keeps the codec the producer chose."),
		broker("compression.gzip.level", cd.Int, cd.Text("-1"), cd.Medium, cd.ClusterWide, cd.Honour, gzipLevel(), "Level of gzip when the broker compresses, 1 to 9, or -1 for the codec's own default."),
		broker("compression.lz4.level", cd.Int, cd.Text("9"), cd.Medium, cd.ClusterWide, cd.Honour, cd.Between(1, 17), "Level of lz4 when the broker compresses."),
		broker("compression.zstd.level", cd.Int, cd.Text("3"), cd.Medium, cd.ClusterWide, cd.Honour, cd.Between(-131072, 22), "Level of zstd when the broker compresses."),
		broker("max.incremental.fetch.session.cache.slots", cd.Int, cd.Text("1000"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Most incremental fetch sessions kept at a time."),
		broker("fetch.max.bytes", cd.Int, cd.Text("57671680"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(1024), "Most bytes that one fetch response carries."),
		broker("max.request.partition.size.limit", cd.Int, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Most partitions served by one describe request."),
		internal(broker("unstable.api.versions.enable", cd.Boolean, cd.Text("false"), cd.High, cd.ReadOnly, cd.Accept, nil, "Whether API versions still in development are offered.")),
		internal(broker("unstable.feature.versions.enable", cd.Boolean, cd.Text("false"), cd.High, cd.ReadOnly, cd.Accept, nil, "Whether feature levels still in development are offered.")),
		broker("listeners", cd.List, cd.Text("PLAINTEXT://:9092"), cd.High, cd.PerBroker, cd.Honour, cd.DistinctList(false), "Addresses the node listens on, as NAME://host:port entries with distinct names and ports."),
		broker("advertised.listeners", cd.List, cd.NoValue(), cd.High, cd.ReadOnly, cd.Honour, cd.DistinctList(false), "Addresses that clients and brokers are told to use, when they differ from listeners."),
		broker("listener.security.protocol.map", cd.String, cd.Text("SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT"), cd.Low, cd.PerBroker, cd.Honour, nil, "Security protocol of every listener name, as NAME:PROTOCOL entries."),
		broker("socket.send.buffer.bytes", cd.Int, cd.Text("102400"), cd.High, cd.ReadOnly, cd.Honour, nil, "Send buffer of server sockets in bytes; -1 leaves it to the system."),
		broker("socket.receive.buffer.bytes", cd.Int, cd.Text("102400"), cd.High, cd.ReadOnly, cd.Honour, nil, "Receive buffer of server sockets in bytes; -1 leaves it to the system."),
		broker("socket.request.max.bytes", cd.Int, cd.Text("104857600"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Largest request in bytes that is read from a socket."),
		broker("socket.listen.backlog.size", cd.Int, cd.Text("50"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Most connections that may wait to be accepted."),
		broker("max.connections.per.ip", cd.Int, cd.Text("2147483647"), cd.Medium, cd.ClusterWide, cd.Honour, cd.AtLeast(0), "Most connections allowed from one address."),
		broker("max.connections.per.ip.overrides", cd.String, cd.Text(""), cd.Medium, cd.ClusterWide, cd.Honour, nil, "Connection limits of single addresses, as host:limit entries."),
		broker("max.connections", cd.Int, cd.Text("2147483647"), cd.Medium, cd.ClusterWide, cd.Honour, cd.AtLeast(0), "Most connections allowed on the broker at a time."),
		broker("max.connection.creation.rate", cd.Int, cd.Text("2147483647"), cd.Medium, cd.ClusterWide, cd.Honour, cd.AtLeast(0), "Most new connections per second on the broker."),
		broker("connections.max.idle.ms", cd.Long, cd.Text("600000"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Milliseconds after which an idle connection is closed."),
		broker("connection.failed.authentication.delay.ms", cd.Int, cd.Text("100"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Milliseconds by which the closing of a connection is delayed after its login failed."),
		broker("queued.max.requests", cd.Int, cd.Text("500"), cd.High, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Most requests waiting for a handler before reading from sockets pauses."),
		broker("queued.max.request.bytes", cd.Long, cd.Text("-1"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Most bytes of requests waiting for a handler; -1 means no limit."),
		broker("num.network.threads", cd.Int, cd.Text("3"), cd.High, cd.ClusterWide, cd.Accept, cd.AtLeast(1), "Number of network threads per listener; accepted and reported, connections are served without a fixed pool."),
	}
}
