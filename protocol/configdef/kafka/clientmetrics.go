package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// clientMetricsKeys: keys of a client metrics subscription.
func clientMetricsKeys() []cd.Key {
	return []cd.Key{
		clientMetrics("metrics", cd.List, cd.Text(""), cd.Medium, cd.DistinctList(true), "Prefixes of the metric names that clients are asked for; a star means all."),
		clientMetrics("interval.ms", cd.Int, cd.Text("300000"), cd.Medium, nil, "Milliseconds between two pushes of metrics by a client."),
		clientMetrics("match", cd.List, cd.Text(""), cd.Medium, cd.DistinctList(true), "Clients the subscription is meant for, as key=pattern entries."),
	}
}
