package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// identityKeys: broker keys for who the node is, what roles it plays, and the metadata quorum.
func identityKeys() []cd.Key {
	return []cd.Key{
		broker("process.roles", cd.List, cd.Required(), cd.High, cd.ReadOnly, cd.Honour, cd.DistinctList(false, "broker", "controller"), "The roles this node plays: broker, controller, or both."),
		broker("node.id", cd.Int, cd.Required(), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "The number that names this node in the cluster; it must be unique and never change."),
		broker("initial.broker.registration.timeout.ms", cd.Int, cd.Text("60000"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "How long, in milliseconds, a starting broker tries to register with the controller before it gives up and exits."),
		broker("broker.heartbeat.interval.ms", cd.Int, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Milliseconds between two heartbeats that a broker sends to the active controller."),
		broker("broker.session.timeout.ms", cd.Int, cd.Text("9000"), cd.Medium, cd.ReadOnly, cd.Honour, nil, "Milliseconds without a heartbeat after which the controller fences a broker."),
		broker("controller.listener.names", cd.List, cd.Required(), cd.High, cd.ReadOnly, cd.Honour, cd.DistinctList(false), "Names of the listeners that serve controllers; the first one is used when this node talks to a controller."),
		broker("sasl.mechanism.controller.protocol", cd.String, cd.Text("GSSAPI"), cd.High, cd.ReadOnly, cd.Honour, nil, "The SASL mechanism used on connections to controllers."),
		internal(broker("controller.performance.sample.period.ms", cd.Long, cd.Text("60000"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(100), "Milliseconds between two samples of the controller's own event timing.")),
		internal(broker("controller.performance.always.log.threshold.ms", cd.Long, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Controller events that take longer than this many milliseconds are always logged.")),
		internal(broker("server.max.startup.time.ms", cd.Long, cd.Text("9223372036854775807"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Milliseconds a node may take to start before it is considered failed.")),
		broker("metadata.log.max.record.bytes.between.snapshots", cd.Long, cd.Text("20971520"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Bytes of metadata records after which a new metadata snapshot is written."),
		broker("metadata.log.max.snapshot.interval.ms", cd.Long, cd.Text("3600000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Milliseconds after which a new metadata snapshot is written if records were committed since the last; 0 turns the timer off."),
		broker("metadata.log.dir", cd.String, cd.NoValue(), cd.High, cd.ReadOnly, cd.Honour, nil, "Directory of the cluster metadata log; the first data directory when not set."),
		broker("metadata.log.segment.bytes", cd.Int, cd.Text("1073741824"), cd.High, cd.ReadOnly, cd.Accept, cd.AtLeast(8388608), "Largest size in bytes of one segment file of the metadata log."),
		broker("metadata.log.segment.ms", cd.Long, cd.Text("604800000"), cd.High, cd.ReadOnly, cd.Accept, nil, "Milliseconds after which a segment of the metadata log is rolled even if it is not full."),
		broker("metadata.max.retention.bytes", cd.Long, cd.Text("104857600"), cd.High, cd.ReadOnly, cd.Honour, nil, "Bytes of metadata log and snapshots kept before older ones are deleted."),
		broker("metadata.max.retention.ms", cd.Long, cd.Text("604800000"), cd.High, cd.ReadOnly, cd.Honour, nil, "Milliseconds that metadata log segments and snapshots are kept before they are deleted."),
		broker("metadata.max.idle.interval.ms", cd.Int, cd.Text("500"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Milliseconds of silence after which the active controller appends a no-op record; 0 means never."),
		internal(broker("internal.metadata.log.segment.bytes", cd.Int, cd.NoValue(), cd.Low, cd.ReadOnly, cd.Accept, nil, "Segment size in bytes of the metadata log, below the public minimum, for tests only.")),
		internal(broker("internal.metadata.max.batch.size.in.bytes", cd.Int, cd.Text("8388608"), cd.Low, cd.ReadOnly, cd.Accept, nil, "Largest batch in bytes that is appended to the metadata log, for tests only.")),
		internal(broker("internal.metadata.delete.delay.millis", cd.Long, cd.Text("60000"), cd.Low, cd.ReadOnly, cd.Accept, nil, "Milliseconds before a removed metadata segment file leaves the disk, for tests only.")),
		broker("controller.quorum.voters", cd.List, cd.Text(""), cd.High, cd.ReadOnly, cd.Honour, quorumVoters(), "The controllers that vote, as id@host:port entries, when the voter set is static."),
		broker("controller.quorum.bootstrap.servers", cd.List, cd.Text(""), cd.High, cd.ReadOnly, cd.Honour, bootstrapServers(), "Addresses at which the controller quorum can be found when the voter set is dynamic."),
		broker("controller.quorum.election.timeout.ms", cd.Int, cd.Text("1000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Milliseconds without a leader before a voter starts an election."),
		broker("controller.quorum.fetch.timeout.ms", cd.Int, cd.Text("2000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Milliseconds without a successful fetch from the leader before a voter stands for election."),
		broker("controller.quorum.election.backoff.max.ms", cd.Int, cd.Text("1000"), cd.High, cd.ReadOnly, cd.Honour, cd.AtLeast(0), "Upper bound in milliseconds of the random pause after a lost election."),
		broker("controller.quorum.append.linger.ms", cd.Int, cd.Text("25"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Milliseconds the quorum leader gathers records before it writes them to disk."),
		broker("controller.quorum.request.timeout.ms", cd.Int, cd.Text("2000"), cd.Medium, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Milliseconds a quorum member waits for the answer to a request."),
		broker("controller.quorum.retry.backoff.ms", cd.Int, cd.Text("20"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(0), "Milliseconds to wait before a failed quorum request is sent again."),
		broker("controller.quorum.auto.join.enable", cd.Boolean, cd.Text("false"), cd.Low, cd.ReadOnly, cd.Honour, nil, "Whether a controller adds itself to the voters of a dynamic quorum."),
		broker("controller.quorum.fetch.snapshot.max.bytes", cd.Int, cd.Text("1048576"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Most bytes of a snapshot that one fetch of it returns."),
		broker("controller.quorum.fetch.max.bytes", cd.Int, cd.Text("1048576"), cd.Low, cd.ReadOnly, cd.Honour, cd.AtLeast(1), "Most bytes of the metadata log that one fetch of it returns."),
	}
}
