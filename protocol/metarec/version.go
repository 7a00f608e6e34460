package metarec

// Levels of metadata.version at which the encoding of a record changed, and the range that Kafka 4.4 supports.
const (
	MinMetadataVersion int16 = 7  // 3.3-IV3
	MaxMetadataVersion int16 = 33 // 4.4-IV2

	levelMigration   int16 = 8  // 3.4-IV0: RegisterBroker.IsMigratingZKBroker
	levelDirectories int16 = 17 // 3.7-IV2: log directories, KIP-858
	levelELR         int16 = 23 // 4.0-IV1: eligible leader replicas, KIP-966
	levelCordoned    int16 = 30 // 4.3-IV0: cordoned log directories, KIP-1066
)

// VersionAt is the version of the encoding that Kafka 4.4 writes for a record at a metadata.version:
//
//	metadata.version             7   8   17  23  30  (to 33)
//	RegisterBroker               1   2   3   3   4
//	Partition, PartitionChange   0   0   1   2   2
//	BrokerRegistrationChange     the oldest that carries what the record changes
//	all others                   0
//
// BrokerRegistrationChange has 1 for controlled shutdown, 2 for log directories and 3 for cordoned ones; the caller must not
// set those below the level that knows them. A level outside the supported range is taken as the nearest supported one.
func VersionAt(rec Record, metadataVersion int16) int16 {
	switch rec := rec.(type) {
	case *RegisterBroker:
		return registerBrokerVersion(metadataVersion)
	case *Partition, *PartitionChange:
		return partitionVersion(metadataVersion)
	case *BrokerRegistrationChange:
		return registrationChangeVersion(rec)
	}
	return 0
}

func registerBrokerVersion(level int16) int16 {
	switch {
	case level >= levelCordoned:
		return 4
	case level >= levelDirectories:
		return 3
	case level >= levelMigration:
		return 2
	}
	return 1
}

func partitionVersion(level int16) int16 {
	switch {
	case level >= levelELR:
		return 2
	case level >= levelDirectories:
		return 1
	}
	return 0
}

func registrationChangeVersion(rec *BrokerRegistrationChange) int16 {
	switch {
	case rec.CordonedLogDirs != nil:
		return 3
	case len(rec.LogDirs) > 0:
		return 2
	case rec.InControlledShutdown != 0:
		return 1
	}
	return 0
}
