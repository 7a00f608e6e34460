package kafka

import cd "github.com/kbroker/kbroker/protocol/configdef"

// groupKeys: keys of a group.
func groupKeys() []cd.Key {
	return []cd.Key{
		group("consumer.session.timeout.ms", cd.Int, cd.Text("45000"), cd.Medium, cd.AtLeast(1), "Session timeout in milliseconds of this consumer group's members.", syn("group.consumer.session.timeout.ms", 1)),
		group("consumer.heartbeat.interval.ms", cd.Int, cd.Text("5000"), cd.Medium, cd.AtLeast(1), "Heartbeat interval in milliseconds given to this consumer group's members.", syn("group.consumer.heartbeat.interval.ms", 1)),
		group("consumer.assignment.interval.ms", cd.Int, cd.Text("1000"), cd.Medium, cd.AtLeast(0), "Fewest milliseconds between two assignments of this consumer group.", syn("group.consumer.assignment.interval.ms", 1)),
		internal(group("consumer.assignor.offload.enable", cd.Boolean, cd.Text("true"), cd.Medium, nil, "Whether this consumer group's assignments are computed away from the coordinator's loop.", syn("group.consumer.assignor.offload.enable", 1))),
		group("share.session.timeout.ms", cd.Int, cd.Text("45000"), cd.Medium, cd.AtLeast(1), "Session timeout in milliseconds of this share group's members.", syn("group.share.session.timeout.ms", 1)),
		group("share.heartbeat.interval.ms", cd.Int, cd.Text("5000"), cd.Medium, cd.AtLeast(1), "Heartbeat interval in milliseconds given to this share group's members.", syn("group.share.heartbeat.interval.ms", 1)),
		group("share.record.lock.duration.ms", cd.Int, cd.Text("30000"), cd.Medium, cd.AtLeast(1000), "Milliseconds that a member of this share group holds an acquired record.", syn("group.share.record.lock.duration.ms", 1)),
		group("share.delivery.count.limit", cd.Int, cd.Text("5"), cd.Medium, cd.AtLeast(2), "Most times that a record is delivered to this share group.", syn("group.share.delivery.count.limit", 1)),
		group("share.partition.max.record.locks", cd.Int, cd.Text("2000"), cd.Medium, cd.AtLeast(100), "Most records of one share partition of this group in flight at a time.", syn("group.share.partition.max.record.locks", 1)),
		group("share.auto.offset.reset", cd.String, cd.Text("latest"), cd.Medium, offsetReset(), "Where a new share partition starts: earliest, latest, or by_duration: and an ISO 8601 duration."),
		group("share.isolation.level", cd.String, cd.Text("read_uncommitted"), cd.Medium, cd.OneOf("read_committed", "read_uncommitted"), "Whether this share group sees only committed transactional records."),
		group("share.renew.acknowledge.enable", cd.Boolean, cd.Text("true"), cd.Medium, nil, "Whether members of this share group may renew their locks."),
		group("share.assignment.interval.ms", cd.Int, cd.Text("1000"), cd.Medium, cd.AtLeast(0), "Fewest milliseconds between two assignments of this share group.", syn("group.share.assignment.interval.ms", 1)),
		internal(group("share.assignor.offload.enable", cd.Boolean, cd.Text("true"), cd.Medium, nil, "Whether this share group's assignments are computed away from the coordinator's loop.", syn("group.share.assignor.offload.enable", 1))),
		group("streams.session.timeout.ms", cd.Int, cd.Text("45000"), cd.Medium, cd.AtLeast(1), "Session timeout in milliseconds of this streams group's members.", syn("group.streams.session.timeout.ms", 1)),
		group("streams.heartbeat.interval.ms", cd.Int, cd.Text("5000"), cd.Medium, cd.AtLeast(1), "Heartbeat interval in milliseconds given to this streams group's members.", syn("group.streams.heartbeat.interval.ms", 1)),
		group("streams.num.standby.replicas", cd.Int, cd.Text("0"), cd.Medium, cd.AtLeast(0), "Number of standby replicas per task of this streams group.", syn("group.streams.num.standby.replicas", 1)),
		group("streams.initial.rebalance.delay.ms", cd.Int, cd.Text("3000"), cd.Medium, cd.AtLeast(0), "Milliseconds this streams group waits for more members before its first rebalance.", syn("group.streams.initial.rebalance.delay.ms", 1)),
		group("streams.assignment.interval.ms", cd.Int, cd.Text("1000"), cd.Medium, cd.AtLeast(0), "Fewest milliseconds between two assignments of this streams group.", syn("group.streams.assignment.interval.ms", 1)),
		internal(group("streams.assignor.offload.enable", cd.Boolean, cd.Text("true"), cd.Medium, nil, "Whether this streams group's assignments are computed away from the coordinator's loop.", syn("group.streams.assignor.offload.enable", 1))),
		internal(group("streams.task.offset.interval.ms", cd.Int, cd.Text("60000"), cd.Medium, cd.AtLeast(1), "Milliseconds between two reports of task offsets by this group's members.", syn("group.streams.task.offset.interval.ms", 1))),
		internal(group("streams.num.warmup.replicas", cd.Int, cd.Text("2"), cd.Medium, cd.AtLeast(0), "Most warm-up tasks of this streams group at a time.", syn("group.streams.num.warmup.replicas", 1))),
		group("streams.rack.aware.assignment.tags", cd.List, cd.Text(""), cd.Low, cd.DistinctList(true), "Client tags over which this group's standby replicas are spread.", syn("group.streams.rack.aware.assignment.tags", 1)),
		internal(group("streams.acceptable.recovery.lag", cd.Long, cd.Text("10000"), cd.Medium, cd.AtLeast(0), "Offsets a task of this group may lag and still count as caught up.", syn("group.streams.acceptable.recovery.lag", 1))),
		group("streams.assignor.name", cd.String, cd.NoValue(), cd.Medium, nil, "Task assignor of this streams group; the broker's first one when not set.", syn("group.streams.assignors", 1)),
		group("errors.deadletterqueue.topic.name", cd.String, cd.Text(""), cd.Medium, nil, "Topic that receives records this share group could not process; empty means none."),
		group("errors.deadletterqueue.copy.record.enable", cd.Boolean, cd.Text("false"), cd.Medium, nil, "Whether a dead-letter record carries the original key and value."),
	}
}
