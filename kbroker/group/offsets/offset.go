package offsets

import (
	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// An Offset is what was committed for one partition.
type Offset struct {
	Offset      int64
	LeaderEpoch int32 // -1 when not known
	Metadata    string
	Committed   int64    // ms
	Expires     int64    // ms, -1 when the broker's retention decides (all but OffsetCommit v2 to v4)
	TopicID     [16]byte // zero when not known

	logged int64 // offset of its record
}

// A Partition names what an offset is for.
type Partition struct {
	Topic     string
	Partition int32
}

// Versions of OffsetCommitValue, chosen as Kafka does: the plainest that holds everything.
const (
	versionExpires = 1
	versionPlain   = 3
	versionTopicID = 4
)

// Record makes the record that commits an offset.
func Record(group string, p Partition, o Offset) coordinator.Record {
	v := coordrec.NewOffsetCommitValue()
	v.Offset, v.LeaderEpoch, v.Metadata = o.Offset, o.LeaderEpoch, o.Metadata
	v.CommitTimestamp, v.ExpireTimestamp, v.TopicID = o.Committed, o.Expires, o.TopicID
	version := int16(versionPlain)
	switch {
	case o.Expires >= 0:
		version = versionExpires
	case o.TopicID != [16]byte{}:
		version = versionTopicID
	}
	return coordinator.Record{Key: key(group, p), Value: coordrec.MarshalValue(nil, v, version)}
}

// Tombstone makes the record that deletes an offset, committed or pending.
func Tombstone(group string, p Partition) coordinator.Record {
	return coordinator.Record{Key: key(group, p)}
}

func key(group string, p Partition) []byte {
	return coordrec.MarshalKey(nil, &coordrec.OffsetCommitKey{Group: group, Topic: p.Topic, Partition: p.Partition})
}

func fromValue(v *coordrec.OffsetCommitValue, logged int64) Offset {
	return Offset{
		Offset: v.Offset, LeaderEpoch: v.LeaderEpoch, Metadata: v.Metadata,
		Committed: v.CommitTimestamp, Expires: v.ExpireTimestamp, TopicID: v.TopicID, logged: logged,
	}
}
