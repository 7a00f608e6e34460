package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// quotaKeys: broker keys for quotas, metrics and telemetry.
func quotaKeys() []cd.Key {
	return []cd.Key{
		broker("metrics.num.samples", cd.Int, cd.Text("2"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of samples a rate is computed from."),
		broker("metrics.sample.window.ms", cd.Long, cd.Text("30000"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Milliseconds covered by one sample of a rate."),
		broker("metric.reporters", cd.List, cd.Text("org.apache.kafka.common.metrics.JmxReporter"), cd.Low, cd.ClusterWide, cd.Accept, cd.DistinctList(true), "Classes that receive metrics; unknown ones are ignored."),
		broker("metrics.recording.level", cd.String, cd.Text("INFO"), cd.Low, cd.ReadOnly, cd.Accept, nil, "Highest level of detail at which metrics are recorded."),
		broker("kafka.metrics.reporters", cd.List, cd.Text(""), cd.Low, cd.ReadOnly, cd.Accept, cd.DistinctList(true), "Older kind of metric reporter classes; ignored."),
		broker("kafka.metrics.polling.interval.secs", cd.Int, cd.Text("10"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Seconds between two polls of the older metric reporters."),
		broker("telemetry.max.bytes", cd.Int, cd.Text("1048576"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Largest telemetry payload in bytes that a client may push."),
		broker("quota.window.num", cd.Int, cd.Text("11"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of windows over which client quotas are measured."),
		broker("replication.quota.window.num", cd.Int, cd.Text("11"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of windows over which replication quotas are measured."),
		broker("alter.log.dirs.replication.quota.window.num", cd.Int, cd.Text("11"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of windows over which moves between log directories are measured."),
		broker("controller.quota.window.num", cd.Int, cd.Text("11"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Number of windows over which controller mutation quotas are measured."),
		broker("quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Seconds of one window of client quotas."),
		broker("replication.quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Seconds of one window of replication quotas."),
		broker("alter.log.dirs.replication.quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Seconds of one window of the quota for moves between log directories."),
		broker("controller.quota.window.size.seconds", cd.Int, cd.Text("1"), cd.Low, cd.ReadOnly, cd.Accept, cd.AtLeast(1), "Seconds of one window of controller mutation quotas."),
		broker("client.quota.callback.class", cd.Class, cd.NoValue(), cd.Low, cd.ReadOnly, cd.Refuse, nil, "Class that decides which quota a client has."),
	}
}
