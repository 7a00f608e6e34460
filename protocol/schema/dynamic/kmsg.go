package dynamic

import "github.com/kbroker/kbroker/protocol/schema"

// A KmsgDifference is a place where franz-go's kmsg v1.15.0 does not do what the definitions of Kafka 4.4 say. Whoever sends
// such a message through kmsg has to keep to them.
type KmsgDifference struct {
	Message  string          // name in the definitions
	Versions schema.Versions // where they differ
	Field    string          // path of the Go field in kmsg, "" for the whole message
	What     KmsgFault
}

// A KmsgFault is the kind of a difference.
type KmsgFault uint8

const (
	// UngatedTag is a tagged field that kmsg writes at versions that do not carry it, when it is not its default. Kafka refuses
	// such a message ("Tag 1 is not valid for version 12"), so the field must keep its default there.
	UngatedTag KmsgFault = iota
	// Unknown is a version that kmsg does not have and would encode as the one before.
	Unknown
	// NullWritten is a field that kmsg writes as null when it is nil, at versions where it must not be null.
	NullWritten
)

func versions(from, to int16) schema.Versions { return schema.Versions{Min: from, Max: to} }

// KmsgDifferences is every difference between kmsg and the definitions. A test fails for one that is not here, and for one that
// is here and does not exist.
var KmsgDifferences = []KmsgDifference{
	// New leaders (KIP-951) came with Produce 10 and, with their addresses, Fetch 16; the addresses of the quorum's leader with
	// Vote 1 and FetchSnapshot 1 (KIP-853).
	{"ProduceResponse", versions(9, 9), "Topics.Partitions.CurrentLeader", UngatedTag},
	{"ProduceResponse", versions(9, 9), "Brokers", UngatedTag},
	{"FetchResponse", versions(12, 15), "Brokers", UngatedTag},
	{"VoteResponse", versions(0, 0), "NodeEndpoints", UngatedTag},
	{"FetchSnapshotResponse", versions(0, 0), "NodeEndpoints", UngatedTag},

	// Which replica fetches: a plain ReplicaID before Fetch 15 (KIP-903); its directory from 17 (KIP-853), its high watermark from
	// 18 (KIP-1166).
	{"FetchRequest", versions(12, 14), "ReplicaState", UngatedTag},
	{"FetchRequest", versions(12, 16), "Topics.Partitions.ReplicaDirectoryID", UngatedTag},
	{"FetchRequest", versions(12, 17), "Topics.Partitions.HighWatermark", UngatedTag},
	{"FetchSnapshotRequest", versions(0, 0), "Topics.Partitions.ReplicaDirectoryID", UngatedTag},

	// Failed log directories (KIP-858) and cordoned ones (KIP-1066).
	{"BrokerHeartbeatRequest", versions(0, 0), "OfflineLogDirs", UngatedTag},
	{"BrokerHeartbeatRequest", versions(0, 1), "CordonedLogDirs", UngatedTag},

	// Two-phase commit (KIP-939), not stable in 4.4.
	{"InitProducerIdRequest", versions(6, 6), "", Unknown},
	{"InitProducerIdResponse", versions(6, 6), "", Unknown},

	// Null only at version 0, which is no longer valid: an empty answer must be an empty slice.
	{"ShareFetchResponse", versions(1, 2), "Topics.Partitions.Records", NullWritten},
}
