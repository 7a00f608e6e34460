// Code generated from protocol/schema/records/group.json, transaction.json and share.json by protocol/schema/gen. DO NOT EDIT.

package coordrec

import "github.com/kbroker/kbroker/protocol/internal/wire"

func newKey(kind Kind, apiKey int16) Key {
	switch kind {
	case Group:
		switch apiKey {
		case 1:
			return NewOffsetCommitKey()
		case 2:
			return NewGroupMetadataKey()
		case 3:
			return NewConsumerGroupMetadataKey()
		case 4:
			return NewConsumerGroupPartitionMetadataKey()
		case 5:
			return NewConsumerGroupMemberMetadataKey()
		case 6:
			return NewConsumerGroupTargetAssignmentMetadataKey()
		case 7:
			return NewConsumerGroupTargetAssignmentMemberKey()
		case 8:
			return NewConsumerGroupCurrentMemberAssignmentKey()
		case 10:
			return NewShareGroupMemberMetadataKey()
		case 11:
			return NewShareGroupMetadataKey()
		case 12:
			return NewShareGroupTargetAssignmentMetadataKey()
		case 13:
			return NewShareGroupTargetAssignmentMemberKey()
		case 14:
			return NewShareGroupCurrentMemberAssignmentKey()
		case 15:
			return NewShareGroupStatePartitionMetadataKey()
		case 16:
			return NewConsumerGroupRegularExpressionKey()
		case 17:
			return NewStreamsGroupMetadataKey()
		case 19:
			return NewStreamsGroupMemberMetadataKey()
		case 20:
			return NewStreamsGroupTargetAssignmentMetadataKey()
		case 21:
			return NewStreamsGroupTargetAssignmentMemberKey()
		case 22:
			return NewStreamsGroupCurrentMemberAssignmentKey()
		case 23:
			return NewStreamsGroupTopologyKey()
		}
	case Transaction:
		switch apiKey {
		case 0:
			return NewTransactionLogKey()
		}
	case Share:
		switch apiKey {
		case 0:
			return NewShareSnapshotKey()
		case 1:
			return NewShareUpdateKey()
		}
	}
	return nil
}
func newValue(kind Kind, apiKey int16) Value {
	switch kind {
	case Group:
		switch apiKey {
		case 1:
			return NewOffsetCommitValue()
		case 2:
			return NewGroupMetadataValue()
		case 3:
			return NewConsumerGroupMetadataValue()
		case 4:
			return NewConsumerGroupPartitionMetadataValue()
		case 5:
			return NewConsumerGroupMemberMetadataValue()
		case 6:
			return NewConsumerGroupTargetAssignmentMetadataValue()
		case 7:
			return NewConsumerGroupTargetAssignmentMemberValue()
		case 8:
			return NewConsumerGroupCurrentMemberAssignmentValue()
		case 10:
			return NewShareGroupMemberMetadataValue()
		case 11:
			return NewShareGroupMetadataValue()
		case 12:
			return NewShareGroupTargetAssignmentMetadataValue()
		case 13:
			return NewShareGroupTargetAssignmentMemberValue()
		case 14:
			return NewShareGroupCurrentMemberAssignmentValue()
		case 15:
			return NewShareGroupStatePartitionMetadataValue()
		case 16:
			return NewConsumerGroupRegularExpressionValue()
		case 17:
			return NewStreamsGroupMetadataValue()
		case 19:
			return NewStreamsGroupMemberMetadataValue()
		case 20:
			return NewStreamsGroupTargetAssignmentMetadataValue()
		case 21:
			return NewStreamsGroupTargetAssignmentMemberValue()
		case 22:
			return NewStreamsGroupCurrentMemberAssignmentValue()
		case 23:
			return NewStreamsGroupTopologyValue()
		}
	case Transaction:
		switch apiKey {
		case 0:
			return NewTransactionLogValue()
		}
	case Share:
		switch apiKey {
		case 0:
			return NewShareSnapshotValue()
		case 1:
			return NewShareUpdateValue()
		}
	}
	return nil
}

// Kind tells whose log the record stands in.
func (*OffsetCommitKey) Kind() Kind { return Group }
func (*OffsetCommitKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*OffsetCommitValue) Kind() Kind { return Group }
func (*OffsetCommitValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*GroupMetadataKey) Kind() Kind { return Group }
func (*GroupMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*GroupMetadataValue) Kind() Kind { return Group }
func (*GroupMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupMetadataKey) Kind() Kind { return Group }
func (*ConsumerGroupMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupMetadataValue) Kind() Kind { return Group }
func (*ConsumerGroupMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupPartitionMetadataKey) Kind() Kind { return Group }
func (*ConsumerGroupPartitionMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupPartitionMetadataValue) Kind() Kind { return Group }
func (*ConsumerGroupPartitionMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupMemberMetadataKey) Kind() Kind { return Group }
func (*ConsumerGroupMemberMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupMemberMetadataValue) Kind() Kind { return Group }
func (*ConsumerGroupMemberMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupTargetAssignmentMetadataKey) Kind() Kind { return Group }
func (*ConsumerGroupTargetAssignmentMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupTargetAssignmentMetadataValue) Kind() Kind { return Group }
func (*ConsumerGroupTargetAssignmentMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupTargetAssignmentMemberKey) Kind() Kind { return Group }
func (*ConsumerGroupTargetAssignmentMemberKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupTargetAssignmentMemberValue) Kind() Kind { return Group }
func (*ConsumerGroupTargetAssignmentMemberValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupCurrentMemberAssignmentKey) Kind() Kind { return Group }
func (*ConsumerGroupCurrentMemberAssignmentKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupCurrentMemberAssignmentValue) Kind() Kind { return Group }
func (*ConsumerGroupCurrentMemberAssignmentValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupMemberMetadataKey) Kind() Kind { return Group }
func (*ShareGroupMemberMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupMemberMetadataValue) Kind() Kind { return Group }
func (*ShareGroupMemberMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupMetadataKey) Kind() Kind { return Group }
func (*ShareGroupMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupMetadataValue) Kind() Kind { return Group }
func (*ShareGroupMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupTargetAssignmentMetadataKey) Kind() Kind { return Group }
func (*ShareGroupTargetAssignmentMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupTargetAssignmentMetadataValue) Kind() Kind { return Group }
func (*ShareGroupTargetAssignmentMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupTargetAssignmentMemberKey) Kind() Kind { return Group }
func (*ShareGroupTargetAssignmentMemberKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupTargetAssignmentMemberValue) Kind() Kind { return Group }
func (*ShareGroupTargetAssignmentMemberValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupCurrentMemberAssignmentKey) Kind() Kind { return Group }
func (*ShareGroupCurrentMemberAssignmentKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupCurrentMemberAssignmentValue) Kind() Kind { return Group }
func (*ShareGroupCurrentMemberAssignmentValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareGroupStatePartitionMetadataKey) Kind() Kind { return Group }
func (*ShareGroupStatePartitionMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareGroupStatePartitionMetadataValue) Kind() Kind { return Group }
func (*ShareGroupStatePartitionMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupRegularExpressionKey) Kind() Kind { return Group }
func (*ConsumerGroupRegularExpressionKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ConsumerGroupRegularExpressionValue) Kind() Kind { return Group }
func (*ConsumerGroupRegularExpressionValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupMetadataKey) Kind() Kind { return Group }
func (*StreamsGroupMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupMetadataValue) Kind() Kind { return Group }
func (*StreamsGroupMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupMemberMetadataKey) Kind() Kind { return Group }
func (*StreamsGroupMemberMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupMemberMetadataValue) Kind() Kind { return Group }
func (*StreamsGroupMemberMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTargetAssignmentMetadataKey) Kind() Kind { return Group }
func (*StreamsGroupTargetAssignmentMetadataKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTargetAssignmentMetadataValue) Kind() Kind { return Group }
func (*StreamsGroupTargetAssignmentMetadataValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTargetAssignmentMemberKey) Kind() Kind { return Group }
func (*StreamsGroupTargetAssignmentMemberKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTargetAssignmentMemberValue) Kind() Kind { return Group }
func (*StreamsGroupTargetAssignmentMemberValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupCurrentMemberAssignmentKey) Kind() Kind { return Group }
func (*StreamsGroupCurrentMemberAssignmentKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupCurrentMemberAssignmentValue) Kind() Kind { return Group }
func (*StreamsGroupCurrentMemberAssignmentValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTopologyKey) Kind() Kind { return Group }
func (*StreamsGroupTopologyKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*StreamsGroupTopologyValue) Kind() Kind { return Group }
func (*StreamsGroupTopologyValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*TransactionLogKey) Kind() Kind { return Transaction }
func (*TransactionLogKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*TransactionLogValue) Kind() Kind { return Transaction }
func (*TransactionLogValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareSnapshotKey) Kind() Kind { return Share }
func (*ShareSnapshotKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareSnapshotValue) Kind() Kind { return Share }
func (*ShareSnapshotValue) isValue()   {}

// Kind tells whose log the record stands in.
func (*ShareUpdateKey) Kind() Kind { return Share }
func (*ShareUpdateKey) isKey()     {}

// Kind tells whose log the record stands in.
func (*ShareUpdateValue) Kind() Kind { return Share }
func (*ShareUpdateValue) isValue()   {}

// OffsetCommitKey is OffsetCommitKey, versions 0.
type OffsetCommitKey struct {
	Group     string
	Topic     string
	Partition int32
}

// NewOffsetCommitKey makes one with the defaults of its fields.
func NewOffsetCommitKey() *OffsetCommitKey {
	return &OffsetCommitKey{}
}

// APIKey is the record type's number.
func (*OffsetCommitKey) APIKey() int16 { return 1 }

// MaxVersion is the newest version of the encoding.
func (*OffsetCommitKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *OffsetCommitKey) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *OffsetCommitKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "OffsetCommitKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("OffsetCommitKey", version, r.Err())
}

func (m *OffsetCommitKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Group, false)
	dst = wire.AppendString(dst, m.Topic, false)
	dst = wire.AppendInt32(dst, m.Partition)
	return dst
}

func (m *OffsetCommitKey) read(r *wire.Reader, version int16) {
	*m = *NewOffsetCommitKey()
	m.Group = r.String(false)
	m.Topic = r.String(false)
	m.Partition = r.Int32()
}

// OffsetCommitValue is OffsetCommitValue, versions 0-4.
type OffsetCommitValue struct {
	Offset          int64
	LeaderEpoch     int32 // versions 3+, default -1
	Metadata        string
	CommitTimestamp int64
	ExpireTimestamp int64    // versions 1, default -1
	TopicID         [16]byte // versions 4+, tag 0
}

// NewOffsetCommitValue makes one with the defaults of its fields.
func NewOffsetCommitValue() *OffsetCommitValue {
	return &OffsetCommitValue{
		LeaderEpoch:     -1,
		ExpireTimestamp: -1,
	}
}

// APIKey is the record type's number.
func (*OffsetCommitValue) APIKey() int16 { return 1 }

// MaxVersion is the newest version of the encoding.
func (*OffsetCommitValue) MaxVersion() int16 { return 4 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *OffsetCommitValue) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *OffsetCommitValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 4 {
		return &wire.VersionError{Type: "OffsetCommitValue", Version: version, Min: 0, Max: 4}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("OffsetCommitValue", version, r.Err())
}

func (m *OffsetCommitValue) append(dst []byte, version int16) []byte {
	flexible := version >= 4
	dst = wire.AppendInt64(dst, m.Offset)
	if version >= 3 {
		dst = wire.AppendInt32(dst, m.LeaderEpoch)
	}
	dst = wire.AppendString(dst, m.Metadata, flexible)
	dst = wire.AppendInt64(dst, m.CommitTimestamp)
	if version == 1 {
		dst = wire.AppendInt64(dst, m.ExpireTimestamp)
	}
	if flexible {
		var tags uint32
		if m.TopicID != [16]byte{} {
			tags++
		}
		dst = wire.AppendUvarint(dst, tags)
		if m.TopicID != [16]byte{} {
			start := len(dst)
			dst = wire.AppendUUID(dst, m.TopicID)
			dst = wire.SealTag(dst, start, 0)
		}
	}
	return dst
}

func (m *OffsetCommitValue) read(r *wire.Reader, version int16) {
	*m = *NewOffsetCommitValue()
	flexible := version >= 4
	m.Offset = r.Int64()
	if version >= 3 {
		m.LeaderEpoch = r.Int32()
	}
	m.Metadata = r.String(flexible)
	m.CommitTimestamp = r.Int64()
	if version == 1 {
		m.ExpireTimestamp = r.Int64()
	}
	if flexible {
		for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
			switch tag, content := r.Tag(); {
			case tag == 0:
				m.TopicID = content.UUID()
				r.EndTag(&content)
			}
		}
	}
}

// GroupMetadataKey is GroupMetadataKey, versions 0.
type GroupMetadataKey struct {
	Group string
}

// NewGroupMetadataKey makes one with the defaults of its fields.
func NewGroupMetadataKey() *GroupMetadataKey {
	return &GroupMetadataKey{}
}

// APIKey is the record type's number.
func (*GroupMetadataKey) APIKey() int16 { return 2 }

// MaxVersion is the newest version of the encoding.
func (*GroupMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *GroupMetadataKey) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *GroupMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "GroupMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("GroupMetadataKey", version, r.Err())
}

func (m *GroupMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Group, false)
	return dst
}

func (m *GroupMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewGroupMetadataKey()
	m.Group = r.String(false)
}

// GroupMetadataValue is GroupMetadataValue, versions 0-4.
type GroupMetadataValue struct {
	ProtocolType          string
	Generation            int32
	Protocol              *string // nil is null
	Leader                *string // nil is null
	CurrentStateTimestamp int64   // versions 2+, default -1
	Members               []GroupMetadataMemberMetadata
}

// NewGroupMetadataValue makes one with the defaults of its fields.
func NewGroupMetadataValue() *GroupMetadataValue {
	return &GroupMetadataValue{
		CurrentStateTimestamp: -1,
	}
}

// APIKey is the record type's number.
func (*GroupMetadataValue) APIKey() int16 { return 2 }

// MaxVersion is the newest version of the encoding.
func (*GroupMetadataValue) MaxVersion() int16 { return 4 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *GroupMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *GroupMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 4 {
		return &wire.VersionError{Type: "GroupMetadataValue", Version: version, Min: 0, Max: 4}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("GroupMetadataValue", version, r.Err())
}

func (m *GroupMetadataValue) append(dst []byte, version int16) []byte {
	flexible := version >= 4
	dst = wire.AppendString(dst, m.ProtocolType, flexible)
	dst = wire.AppendInt32(dst, m.Generation)
	dst = wire.AppendNullableString(dst, m.Protocol, flexible)
	dst = wire.AppendNullableString(dst, m.Leader, flexible)
	if version >= 2 {
		dst = wire.AppendInt64(dst, m.CurrentStateTimestamp)
	}
	dst = wire.AppendLen(dst, len(m.Members), flexible)
	for i := range m.Members {
		dst = m.Members[i].append(dst, version)
	}
	if flexible {
		dst = append(dst, 0)
	}
	return dst
}

func (m *GroupMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewGroupMetadataValue()
	flexible := version >= 4
	m.ProtocolType = r.String(flexible)
	m.Generation = r.Int32()
	m.Protocol = r.NullableString(flexible)
	m.Leader = r.NullableString(flexible)
	if version >= 2 {
		m.CurrentStateTimestamp = r.Int64()
	}
	if n := r.Len(flexible, 15); n > 0 {
		m.Members = make([]GroupMetadataMemberMetadata, n)
		for i := range m.Members {
			m.Members[i].read(r, version)
		}
	}
	if flexible {
		for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
			r.Tag()
		}
	}
}

// GroupMetadataMemberMetadata is a part of GroupMetadataValue.
type GroupMetadataMemberMetadata struct {
	MemberID         string
	GroupInstanceID  *string // versions 3+, nil is null
	ClientID         string
	ClientHost       string
	RebalanceTimeout int32 // versions 1+, default -1
	SessionTimeout   int32
	Subscription     []byte
	Assignment       []byte
}

// NewGroupMetadataMemberMetadata makes one with the defaults of its fields.
func NewGroupMetadataMemberMetadata() *GroupMetadataMemberMetadata {
	return &GroupMetadataMemberMetadata{
		RebalanceTimeout: -1,
	}
}

func (m *GroupMetadataMemberMetadata) append(dst []byte, version int16) []byte {
	flexible := version >= 4
	dst = wire.AppendString(dst, m.MemberID, flexible)
	if version >= 3 {
		dst = wire.AppendNullableString(dst, m.GroupInstanceID, flexible)
	}
	dst = wire.AppendString(dst, m.ClientID, flexible)
	dst = wire.AppendString(dst, m.ClientHost, flexible)
	if version >= 1 {
		dst = wire.AppendInt32(dst, m.RebalanceTimeout)
	}
	dst = wire.AppendInt32(dst, m.SessionTimeout)
	dst = wire.AppendBytes(dst, m.Subscription, flexible)
	dst = wire.AppendBytes(dst, m.Assignment, flexible)
	if flexible {
		dst = append(dst, 0)
	}
	return dst
}

func (m *GroupMetadataMemberMetadata) read(r *wire.Reader, version int16) {
	*m = *NewGroupMetadataMemberMetadata()
	flexible := version >= 4
	m.MemberID = r.String(flexible)
	if version >= 3 {
		m.GroupInstanceID = r.NullableString(flexible)
	}
	m.ClientID = r.String(flexible)
	m.ClientHost = r.String(flexible)
	if version >= 1 {
		m.RebalanceTimeout = r.Int32()
	}
	m.SessionTimeout = r.Int32()
	m.Subscription = r.Bytes(flexible)
	m.Assignment = r.Bytes(flexible)
	if flexible {
		for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
			r.Tag()
		}
	}
}

// ConsumerGroupMetadataKey is ConsumerGroupMetadataKey, versions 0.
type ConsumerGroupMetadataKey struct {
	GroupID string
}

// NewConsumerGroupMetadataKey makes one with the defaults of its fields.
func NewConsumerGroupMetadataKey() *ConsumerGroupMetadataKey {
	return &ConsumerGroupMetadataKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupMetadataKey) APIKey() int16 { return 3 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupMetadataKey", version, r.Err())
}

func (m *ConsumerGroupMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ConsumerGroupMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMetadataKey()
	m.GroupID = r.String(false)
}

// ConsumerGroupMetadataValue is ConsumerGroupMetadataValue, versions 0.
type ConsumerGroupMetadataValue struct {
	Epoch        int32
	MetadataHash int64 // tag 0
}

// NewConsumerGroupMetadataValue makes one with the defaults of its fields.
func NewConsumerGroupMetadataValue() *ConsumerGroupMetadataValue {
	return &ConsumerGroupMetadataValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupMetadataValue) APIKey() int16 { return 3 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupMetadataValue", version, r.Err())
}

func (m *ConsumerGroupMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.Epoch)
	var tags uint32
	if m.MetadataHash != 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.MetadataHash != 0 {
		start := len(dst)
		dst = wire.AppendInt64(dst, m.MetadataHash)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ConsumerGroupMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMetadataValue()
	m.Epoch = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.MetadataHash = content.Int64()
			r.EndTag(&content)
		}
	}
}

// ConsumerGroupPartitionMetadataKey is ConsumerGroupPartitionMetadataKey, versions 0.
type ConsumerGroupPartitionMetadataKey struct {
	GroupID string
}

// NewConsumerGroupPartitionMetadataKey makes one with the defaults of its fields.
func NewConsumerGroupPartitionMetadataKey() *ConsumerGroupPartitionMetadataKey {
	return &ConsumerGroupPartitionMetadataKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupPartitionMetadataKey) APIKey() int16 { return 4 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupPartitionMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupPartitionMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupPartitionMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupPartitionMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupPartitionMetadataKey", version, r.Err())
}

func (m *ConsumerGroupPartitionMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ConsumerGroupPartitionMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupPartitionMetadataKey()
	m.GroupID = r.String(false)
}

// ConsumerGroupPartitionMetadataValue is ConsumerGroupPartitionMetadataValue, versions 0.
type ConsumerGroupPartitionMetadataValue struct {
	Topics []ConsumerGroupPartitionMetadataTopicMetadata
}

// NewConsumerGroupPartitionMetadataValue makes one with the defaults of its fields.
func NewConsumerGroupPartitionMetadataValue() *ConsumerGroupPartitionMetadataValue {
	return &ConsumerGroupPartitionMetadataValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupPartitionMetadataValue) APIKey() int16 { return 4 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupPartitionMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupPartitionMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupPartitionMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupPartitionMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupPartitionMetadataValue", version, r.Err())
}

func (m *ConsumerGroupPartitionMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.Topics), true)
	for i := range m.Topics {
		dst = m.Topics[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupPartitionMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupPartitionMetadataValue()
	if n := r.Len(true, 23); n > 0 {
		m.Topics = make([]ConsumerGroupPartitionMetadataTopicMetadata, n)
		for i := range m.Topics {
			m.Topics[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupPartitionMetadataTopicMetadata is a part of ConsumerGroupPartitionMetadataValue.
type ConsumerGroupPartitionMetadataTopicMetadata struct {
	TopicID           [16]byte
	TopicName         string
	NumPartitions     int32
	PartitionMetadata []ConsumerGroupPartitionMetadataPartitionMetadata
}

// NewConsumerGroupPartitionMetadataTopicMetadata makes one with the defaults of its fields.
func NewConsumerGroupPartitionMetadataTopicMetadata() *ConsumerGroupPartitionMetadataTopicMetadata {
	return &ConsumerGroupPartitionMetadataTopicMetadata{}
}

func (m *ConsumerGroupPartitionMetadataTopicMetadata) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendString(dst, m.TopicName, true)
	dst = wire.AppendInt32(dst, m.NumPartitions)
	dst = wire.AppendLen(dst, len(m.PartitionMetadata), true)
	for i := range m.PartitionMetadata {
		dst = m.PartitionMetadata[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupPartitionMetadataTopicMetadata) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupPartitionMetadataTopicMetadata()
	m.TopicID = r.UUID()
	m.TopicName = r.String(true)
	m.NumPartitions = r.Int32()
	if n := r.Len(true, 6); n > 0 {
		m.PartitionMetadata = make([]ConsumerGroupPartitionMetadataPartitionMetadata, n)
		for i := range m.PartitionMetadata {
			m.PartitionMetadata[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupPartitionMetadataPartitionMetadata is a part of ConsumerGroupPartitionMetadataValue.
type ConsumerGroupPartitionMetadataPartitionMetadata struct {
	Partition int32
	Racks     []string
}

// NewConsumerGroupPartitionMetadataPartitionMetadata makes one with the defaults of its fields.
func NewConsumerGroupPartitionMetadataPartitionMetadata() *ConsumerGroupPartitionMetadataPartitionMetadata {
	return &ConsumerGroupPartitionMetadataPartitionMetadata{}
}

func (m *ConsumerGroupPartitionMetadataPartitionMetadata) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.Partition)
	dst = wire.AppendLen(dst, len(m.Racks), true)
	for i := range m.Racks {
		dst = wire.AppendString(dst, m.Racks[i], true)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupPartitionMetadataPartitionMetadata) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupPartitionMetadataPartitionMetadata()
	m.Partition = r.Int32()
	if n := r.Len(true, 1); n > 0 {
		m.Racks = make([]string, n)
		for i := range m.Racks {
			m.Racks[i] = r.String(true)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupMemberMetadataKey is ConsumerGroupMemberMetadataKey, versions 0.
type ConsumerGroupMemberMetadataKey struct {
	GroupID  string
	MemberID string
}

// NewConsumerGroupMemberMetadataKey makes one with the defaults of its fields.
func NewConsumerGroupMemberMetadataKey() *ConsumerGroupMemberMetadataKey {
	return &ConsumerGroupMemberMetadataKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupMemberMetadataKey) APIKey() int16 { return 5 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupMemberMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupMemberMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupMemberMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupMemberMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupMemberMetadataKey", version, r.Err())
}

func (m *ConsumerGroupMemberMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ConsumerGroupMemberMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMemberMetadataKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ConsumerGroupMemberMetadataValue is ConsumerGroupMemberMetadataValue, versions 0.
type ConsumerGroupMemberMetadataValue struct {
	InstanceID            *string // nil is null
	RackID                *string // nil is null
	ClientID              string
	ClientHost            string
	SubscribedTopicNames  []string
	SubscribedTopicRegex  *string                                           // nil is null
	RebalanceTimeoutMs    int32                                             // default -1
	ServerAssignor        *string                                           // nil is null
	ClassicMemberMetadata *ConsumerGroupMemberMetadataClassicMemberMetadata // tag 0, nil is null, read as an empty one when absent
}

// NewConsumerGroupMemberMetadataValue makes one with the defaults of its fields.
func NewConsumerGroupMemberMetadataValue() *ConsumerGroupMemberMetadataValue {
	return &ConsumerGroupMemberMetadataValue{
		RebalanceTimeoutMs: -1,
	}
}

// APIKey is the record type's number.
func (*ConsumerGroupMemberMetadataValue) APIKey() int16 { return 5 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupMemberMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupMemberMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupMemberMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupMemberMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupMemberMetadataValue", version, r.Err())
}

func (m *ConsumerGroupMemberMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendNullableString(dst, m.InstanceID, true)
	dst = wire.AppendNullableString(dst, m.RackID, true)
	dst = wire.AppendString(dst, m.ClientID, true)
	dst = wire.AppendString(dst, m.ClientHost, true)
	dst = wire.AppendLen(dst, len(m.SubscribedTopicNames), true)
	for i := range m.SubscribedTopicNames {
		dst = wire.AppendString(dst, m.SubscribedTopicNames[i], true)
	}
	dst = wire.AppendNullableString(dst, m.SubscribedTopicRegex, true)
	dst = wire.AppendInt32(dst, m.RebalanceTimeoutMs)
	dst = wire.AppendNullableString(dst, m.ServerAssignor, true)
	var tags uint32
	if m.ClassicMemberMetadata == nil || m.ClassicMemberMetadata.SessionTimeoutMs != 0 || len(m.ClassicMemberMetadata.SupportedProtocols) > 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.ClassicMemberMetadata == nil || m.ClassicMemberMetadata.SessionTimeoutMs != 0 || len(m.ClassicMemberMetadata.SupportedProtocols) > 0 {
		start := len(dst)
		dst = wire.AppendTagPresence(dst, m.ClassicMemberMetadata != nil)
		if m.ClassicMemberMetadata != nil {
			dst = m.ClassicMemberMetadata.append(dst, version)
		}
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ConsumerGroupMemberMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMemberMetadataValue()
	m.InstanceID = r.NullableString(true)
	m.RackID = r.NullableString(true)
	m.ClientID = r.String(true)
	m.ClientHost = r.String(true)
	if n := r.Len(true, 1); n > 0 {
		m.SubscribedTopicNames = make([]string, n)
		for i := range m.SubscribedTopicNames {
			m.SubscribedTopicNames[i] = r.String(true)
		}
	}
	m.SubscribedTopicRegex = r.NullableString(true)
	m.RebalanceTimeoutMs = r.Int32()
	m.ServerAssignor = r.NullableString(true)
	m.ClassicMemberMetadata = NewConsumerGroupMemberMetadataClassicMemberMetadata()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.ClassicMemberMetadata = nil
			if content.Uvarint() > 0 {
				m.ClassicMemberMetadata = new(ConsumerGroupMemberMetadataClassicMemberMetadata)
				m.ClassicMemberMetadata.read(&content, version)
			}
			r.EndTag(&content)
		}
	}
}

// ConsumerGroupMemberMetadataClassicMemberMetadata is a part of ConsumerGroupMemberMetadataValue.
type ConsumerGroupMemberMetadataClassicMemberMetadata struct {
	SessionTimeoutMs   int32
	SupportedProtocols []ConsumerGroupMemberMetadataClassicProtocol
}

// NewConsumerGroupMemberMetadataClassicMemberMetadata makes one with the defaults of its fields.
func NewConsumerGroupMemberMetadataClassicMemberMetadata() *ConsumerGroupMemberMetadataClassicMemberMetadata {
	return &ConsumerGroupMemberMetadataClassicMemberMetadata{}
}

func (m *ConsumerGroupMemberMetadataClassicMemberMetadata) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.SessionTimeoutMs)
	dst = wire.AppendLen(dst, len(m.SupportedProtocols), true)
	for i := range m.SupportedProtocols {
		dst = m.SupportedProtocols[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupMemberMetadataClassicMemberMetadata) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMemberMetadataClassicMemberMetadata()
	m.SessionTimeoutMs = r.Int32()
	if n := r.Len(true, 3); n > 0 {
		m.SupportedProtocols = make([]ConsumerGroupMemberMetadataClassicProtocol, n)
		for i := range m.SupportedProtocols {
			m.SupportedProtocols[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupMemberMetadataClassicProtocol is a part of ConsumerGroupMemberMetadataValue.
type ConsumerGroupMemberMetadataClassicProtocol struct {
	Name     string
	Metadata []byte
}

// NewConsumerGroupMemberMetadataClassicProtocol makes one with the defaults of its fields.
func NewConsumerGroupMemberMetadataClassicProtocol() *ConsumerGroupMemberMetadataClassicProtocol {
	return &ConsumerGroupMemberMetadataClassicProtocol{}
}

func (m *ConsumerGroupMemberMetadataClassicProtocol) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendBytes(dst, m.Metadata, true)
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupMemberMetadataClassicProtocol) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupMemberMetadataClassicProtocol()
	m.Name = r.String(true)
	m.Metadata = r.Bytes(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupTargetAssignmentMetadataKey is ConsumerGroupTargetAssignmentMetadataKey, versions 0.
type ConsumerGroupTargetAssignmentMetadataKey struct {
	GroupID string
}

// NewConsumerGroupTargetAssignmentMetadataKey makes one with the defaults of its fields.
func NewConsumerGroupTargetAssignmentMetadataKey() *ConsumerGroupTargetAssignmentMetadataKey {
	return &ConsumerGroupTargetAssignmentMetadataKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupTargetAssignmentMetadataKey) APIKey() int16 { return 6 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupTargetAssignmentMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupTargetAssignmentMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupTargetAssignmentMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupTargetAssignmentMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupTargetAssignmentMetadataKey", version, r.Err())
}

func (m *ConsumerGroupTargetAssignmentMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ConsumerGroupTargetAssignmentMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupTargetAssignmentMetadataKey()
	m.GroupID = r.String(false)
}

// ConsumerGroupTargetAssignmentMetadataValue is ConsumerGroupTargetAssignmentMetadataValue, versions 0.
type ConsumerGroupTargetAssignmentMetadataValue struct {
	AssignmentEpoch     int32
	AssignmentTimestamp int64 // tag 0
}

// NewConsumerGroupTargetAssignmentMetadataValue makes one with the defaults of its fields.
func NewConsumerGroupTargetAssignmentMetadataValue() *ConsumerGroupTargetAssignmentMetadataValue {
	return &ConsumerGroupTargetAssignmentMetadataValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupTargetAssignmentMetadataValue) APIKey() int16 { return 6 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupTargetAssignmentMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupTargetAssignmentMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupTargetAssignmentMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupTargetAssignmentMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupTargetAssignmentMetadataValue", version, r.Err())
}

func (m *ConsumerGroupTargetAssignmentMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.AssignmentEpoch)
	var tags uint32
	if m.AssignmentTimestamp != 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.AssignmentTimestamp != 0 {
		start := len(dst)
		dst = wire.AppendInt64(dst, m.AssignmentTimestamp)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ConsumerGroupTargetAssignmentMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupTargetAssignmentMetadataValue()
	m.AssignmentEpoch = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.AssignmentTimestamp = content.Int64()
			r.EndTag(&content)
		}
	}
}

// ConsumerGroupTargetAssignmentMemberKey is ConsumerGroupTargetAssignmentMemberKey, versions 0.
type ConsumerGroupTargetAssignmentMemberKey struct {
	GroupID  string
	MemberID string
}

// NewConsumerGroupTargetAssignmentMemberKey makes one with the defaults of its fields.
func NewConsumerGroupTargetAssignmentMemberKey() *ConsumerGroupTargetAssignmentMemberKey {
	return &ConsumerGroupTargetAssignmentMemberKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupTargetAssignmentMemberKey) APIKey() int16 { return 7 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupTargetAssignmentMemberKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupTargetAssignmentMemberKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupTargetAssignmentMemberKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupTargetAssignmentMemberKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupTargetAssignmentMemberKey", version, r.Err())
}

func (m *ConsumerGroupTargetAssignmentMemberKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ConsumerGroupTargetAssignmentMemberKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupTargetAssignmentMemberKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ConsumerGroupTargetAssignmentMemberValue is ConsumerGroupTargetAssignmentMemberValue, versions 0.
type ConsumerGroupTargetAssignmentMemberValue struct {
	TopicPartitions []ConsumerGroupTargetAssignmentMemberTopicPartition
}

// NewConsumerGroupTargetAssignmentMemberValue makes one with the defaults of its fields.
func NewConsumerGroupTargetAssignmentMemberValue() *ConsumerGroupTargetAssignmentMemberValue {
	return &ConsumerGroupTargetAssignmentMemberValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupTargetAssignmentMemberValue) APIKey() int16 { return 7 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupTargetAssignmentMemberValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupTargetAssignmentMemberValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupTargetAssignmentMemberValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupTargetAssignmentMemberValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupTargetAssignmentMemberValue", version, r.Err())
}

func (m *ConsumerGroupTargetAssignmentMemberValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.TopicPartitions), true)
	for i := range m.TopicPartitions {
		dst = m.TopicPartitions[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupTargetAssignmentMemberValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupTargetAssignmentMemberValue()
	if n := r.Len(true, 18); n > 0 {
		m.TopicPartitions = make([]ConsumerGroupTargetAssignmentMemberTopicPartition, n)
		for i := range m.TopicPartitions {
			m.TopicPartitions[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupTargetAssignmentMemberTopicPartition is a part of ConsumerGroupTargetAssignmentMemberValue.
type ConsumerGroupTargetAssignmentMemberTopicPartition struct {
	TopicID    [16]byte
	Partitions []int32
}

// NewConsumerGroupTargetAssignmentMemberTopicPartition makes one with the defaults of its fields.
func NewConsumerGroupTargetAssignmentMemberTopicPartition() *ConsumerGroupTargetAssignmentMemberTopicPartition {
	return &ConsumerGroupTargetAssignmentMemberTopicPartition{}
}

func (m *ConsumerGroupTargetAssignmentMemberTopicPartition) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupTargetAssignmentMemberTopicPartition) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupTargetAssignmentMemberTopicPartition()
	m.TopicID = r.UUID()
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupCurrentMemberAssignmentKey is ConsumerGroupCurrentMemberAssignmentKey, versions 0.
type ConsumerGroupCurrentMemberAssignmentKey struct {
	GroupID  string
	MemberID string
}

// NewConsumerGroupCurrentMemberAssignmentKey makes one with the defaults of its fields.
func NewConsumerGroupCurrentMemberAssignmentKey() *ConsumerGroupCurrentMemberAssignmentKey {
	return &ConsumerGroupCurrentMemberAssignmentKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupCurrentMemberAssignmentKey) APIKey() int16 { return 8 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupCurrentMemberAssignmentKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupCurrentMemberAssignmentKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupCurrentMemberAssignmentKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupCurrentMemberAssignmentKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupCurrentMemberAssignmentKey", version, r.Err())
}

func (m *ConsumerGroupCurrentMemberAssignmentKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ConsumerGroupCurrentMemberAssignmentKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupCurrentMemberAssignmentKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ConsumerGroupCurrentMemberAssignmentValue is ConsumerGroupCurrentMemberAssignmentValue, versions 0.
type ConsumerGroupCurrentMemberAssignmentValue struct {
	MemberEpoch                 int32
	PreviousMemberEpoch         int32
	State                       int8
	AssignedPartitions          []ConsumerGroupCurrentMemberAssignmentTopicPartitions
	PartitionsPendingRevocation []ConsumerGroupCurrentMemberAssignmentTopicPartitions
}

// NewConsumerGroupCurrentMemberAssignmentValue makes one with the defaults of its fields.
func NewConsumerGroupCurrentMemberAssignmentValue() *ConsumerGroupCurrentMemberAssignmentValue {
	return &ConsumerGroupCurrentMemberAssignmentValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupCurrentMemberAssignmentValue) APIKey() int16 { return 8 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupCurrentMemberAssignmentValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupCurrentMemberAssignmentValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupCurrentMemberAssignmentValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupCurrentMemberAssignmentValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupCurrentMemberAssignmentValue", version, r.Err())
}

func (m *ConsumerGroupCurrentMemberAssignmentValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.MemberEpoch)
	dst = wire.AppendInt32(dst, m.PreviousMemberEpoch)
	dst = wire.AppendInt8(dst, m.State)
	dst = wire.AppendLen(dst, len(m.AssignedPartitions), true)
	for i := range m.AssignedPartitions {
		dst = m.AssignedPartitions[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.PartitionsPendingRevocation), true)
	for i := range m.PartitionsPendingRevocation {
		dst = m.PartitionsPendingRevocation[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupCurrentMemberAssignmentValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupCurrentMemberAssignmentValue()
	m.MemberEpoch = r.Int32()
	m.PreviousMemberEpoch = r.Int32()
	m.State = r.Int8()
	if n := r.Len(true, 18); n > 0 {
		m.AssignedPartitions = make([]ConsumerGroupCurrentMemberAssignmentTopicPartitions, n)
		for i := range m.AssignedPartitions {
			m.AssignedPartitions[i].read(r, version)
		}
	}
	if n := r.Len(true, 18); n > 0 {
		m.PartitionsPendingRevocation = make([]ConsumerGroupCurrentMemberAssignmentTopicPartitions, n)
		for i := range m.PartitionsPendingRevocation {
			m.PartitionsPendingRevocation[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupCurrentMemberAssignmentTopicPartitions is a part of ConsumerGroupCurrentMemberAssignmentValue.
type ConsumerGroupCurrentMemberAssignmentTopicPartitions struct {
	TopicID          [16]byte
	Partitions       []int32
	AssignmentEpochs []int32 // tag 0, nil is null, default []int32{}
}

// NewConsumerGroupCurrentMemberAssignmentTopicPartitions makes one with the defaults of its fields.
func NewConsumerGroupCurrentMemberAssignmentTopicPartitions() *ConsumerGroupCurrentMemberAssignmentTopicPartitions {
	return &ConsumerGroupCurrentMemberAssignmentTopicPartitions{
		AssignmentEpochs: []int32{},
	}
}

func (m *ConsumerGroupCurrentMemberAssignmentTopicPartitions) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	var tags uint32
	if m.AssignmentEpochs == nil || len(m.AssignmentEpochs) > 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.AssignmentEpochs == nil || len(m.AssignmentEpochs) > 0 {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.AssignmentEpochs), m.AssignmentEpochs == nil, true)
		for i := range m.AssignmentEpochs {
			dst = wire.AppendInt32(dst, m.AssignmentEpochs[i])
		}
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ConsumerGroupCurrentMemberAssignmentTopicPartitions) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupCurrentMemberAssignmentTopicPartitions()
	m.TopicID = r.UUID()
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.AssignmentEpochs = nil
			if n := content.NullableLen(true, 4); n >= 0 {
				m.AssignmentEpochs = make([]int32, n)
				for i := range m.AssignmentEpochs {
					m.AssignmentEpochs[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		}
	}
}

// ShareGroupMemberMetadataKey is ShareGroupMemberMetadataKey, versions 0.
type ShareGroupMemberMetadataKey struct {
	GroupID  string
	MemberID string
}

// NewShareGroupMemberMetadataKey makes one with the defaults of its fields.
func NewShareGroupMemberMetadataKey() *ShareGroupMemberMetadataKey {
	return &ShareGroupMemberMetadataKey{}
}

// APIKey is the record type's number.
func (*ShareGroupMemberMetadataKey) APIKey() int16 { return 10 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupMemberMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupMemberMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupMemberMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupMemberMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupMemberMetadataKey", version, r.Err())
}

func (m *ShareGroupMemberMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ShareGroupMemberMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupMemberMetadataKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ShareGroupMemberMetadataValue is ShareGroupMemberMetadataValue, versions 0.
type ShareGroupMemberMetadataValue struct {
	RackID               *string // nil is null
	ClientID             string
	ClientHost           string
	SubscribedTopicNames []string
}

// NewShareGroupMemberMetadataValue makes one with the defaults of its fields.
func NewShareGroupMemberMetadataValue() *ShareGroupMemberMetadataValue {
	return &ShareGroupMemberMetadataValue{}
}

// APIKey is the record type's number.
func (*ShareGroupMemberMetadataValue) APIKey() int16 { return 10 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupMemberMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupMemberMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupMemberMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupMemberMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupMemberMetadataValue", version, r.Err())
}

func (m *ShareGroupMemberMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendNullableString(dst, m.RackID, true)
	dst = wire.AppendString(dst, m.ClientID, true)
	dst = wire.AppendString(dst, m.ClientHost, true)
	dst = wire.AppendLen(dst, len(m.SubscribedTopicNames), true)
	for i := range m.SubscribedTopicNames {
		dst = wire.AppendString(dst, m.SubscribedTopicNames[i], true)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupMemberMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupMemberMetadataValue()
	m.RackID = r.NullableString(true)
	m.ClientID = r.String(true)
	m.ClientHost = r.String(true)
	if n := r.Len(true, 1); n > 0 {
		m.SubscribedTopicNames = make([]string, n)
		for i := range m.SubscribedTopicNames {
			m.SubscribedTopicNames[i] = r.String(true)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupMetadataKey is ShareGroupMetadataKey, versions 0.
type ShareGroupMetadataKey struct {
	GroupID string
}

// NewShareGroupMetadataKey makes one with the defaults of its fields.
func NewShareGroupMetadataKey() *ShareGroupMetadataKey {
	return &ShareGroupMetadataKey{}
}

// APIKey is the record type's number.
func (*ShareGroupMetadataKey) APIKey() int16 { return 11 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupMetadataKey", version, r.Err())
}

func (m *ShareGroupMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ShareGroupMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupMetadataKey()
	m.GroupID = r.String(false)
}

// ShareGroupMetadataValue is ShareGroupMetadataValue, versions 0.
type ShareGroupMetadataValue struct {
	Epoch        int32
	MetadataHash int64
}

// NewShareGroupMetadataValue makes one with the defaults of its fields.
func NewShareGroupMetadataValue() *ShareGroupMetadataValue {
	return &ShareGroupMetadataValue{}
}

// APIKey is the record type's number.
func (*ShareGroupMetadataValue) APIKey() int16 { return 11 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupMetadataValue", version, r.Err())
}

func (m *ShareGroupMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.Epoch)
	dst = wire.AppendInt64(dst, m.MetadataHash)
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupMetadataValue()
	m.Epoch = r.Int32()
	m.MetadataHash = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupTargetAssignmentMetadataKey is ShareGroupTargetAssignmentMetadataKey, versions 0.
type ShareGroupTargetAssignmentMetadataKey struct {
	GroupID string
}

// NewShareGroupTargetAssignmentMetadataKey makes one with the defaults of its fields.
func NewShareGroupTargetAssignmentMetadataKey() *ShareGroupTargetAssignmentMetadataKey {
	return &ShareGroupTargetAssignmentMetadataKey{}
}

// APIKey is the record type's number.
func (*ShareGroupTargetAssignmentMetadataKey) APIKey() int16 { return 12 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupTargetAssignmentMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupTargetAssignmentMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupTargetAssignmentMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupTargetAssignmentMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupTargetAssignmentMetadataKey", version, r.Err())
}

func (m *ShareGroupTargetAssignmentMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ShareGroupTargetAssignmentMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupTargetAssignmentMetadataKey()
	m.GroupID = r.String(false)
}

// ShareGroupTargetAssignmentMetadataValue is ShareGroupTargetAssignmentMetadataValue, versions 0.
type ShareGroupTargetAssignmentMetadataValue struct {
	AssignmentEpoch     int32
	AssignmentTimestamp int64 // tag 0
}

// NewShareGroupTargetAssignmentMetadataValue makes one with the defaults of its fields.
func NewShareGroupTargetAssignmentMetadataValue() *ShareGroupTargetAssignmentMetadataValue {
	return &ShareGroupTargetAssignmentMetadataValue{}
}

// APIKey is the record type's number.
func (*ShareGroupTargetAssignmentMetadataValue) APIKey() int16 { return 12 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupTargetAssignmentMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupTargetAssignmentMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupTargetAssignmentMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupTargetAssignmentMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupTargetAssignmentMetadataValue", version, r.Err())
}

func (m *ShareGroupTargetAssignmentMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.AssignmentEpoch)
	var tags uint32
	if m.AssignmentTimestamp != 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.AssignmentTimestamp != 0 {
		start := len(dst)
		dst = wire.AppendInt64(dst, m.AssignmentTimestamp)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ShareGroupTargetAssignmentMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupTargetAssignmentMetadataValue()
	m.AssignmentEpoch = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.AssignmentTimestamp = content.Int64()
			r.EndTag(&content)
		}
	}
}

// ShareGroupTargetAssignmentMemberKey is ShareGroupTargetAssignmentMemberKey, versions 0.
type ShareGroupTargetAssignmentMemberKey struct {
	GroupID  string
	MemberID string
}

// NewShareGroupTargetAssignmentMemberKey makes one with the defaults of its fields.
func NewShareGroupTargetAssignmentMemberKey() *ShareGroupTargetAssignmentMemberKey {
	return &ShareGroupTargetAssignmentMemberKey{}
}

// APIKey is the record type's number.
func (*ShareGroupTargetAssignmentMemberKey) APIKey() int16 { return 13 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupTargetAssignmentMemberKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupTargetAssignmentMemberKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupTargetAssignmentMemberKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupTargetAssignmentMemberKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupTargetAssignmentMemberKey", version, r.Err())
}

func (m *ShareGroupTargetAssignmentMemberKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ShareGroupTargetAssignmentMemberKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupTargetAssignmentMemberKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ShareGroupTargetAssignmentMemberValue is ShareGroupTargetAssignmentMemberValue, versions 0.
type ShareGroupTargetAssignmentMemberValue struct {
	TopicPartitions []ShareGroupTargetAssignmentMemberTopicPartition
}

// NewShareGroupTargetAssignmentMemberValue makes one with the defaults of its fields.
func NewShareGroupTargetAssignmentMemberValue() *ShareGroupTargetAssignmentMemberValue {
	return &ShareGroupTargetAssignmentMemberValue{}
}

// APIKey is the record type's number.
func (*ShareGroupTargetAssignmentMemberValue) APIKey() int16 { return 13 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupTargetAssignmentMemberValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupTargetAssignmentMemberValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupTargetAssignmentMemberValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupTargetAssignmentMemberValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupTargetAssignmentMemberValue", version, r.Err())
}

func (m *ShareGroupTargetAssignmentMemberValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.TopicPartitions), true)
	for i := range m.TopicPartitions {
		dst = m.TopicPartitions[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupTargetAssignmentMemberValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupTargetAssignmentMemberValue()
	if n := r.Len(true, 18); n > 0 {
		m.TopicPartitions = make([]ShareGroupTargetAssignmentMemberTopicPartition, n)
		for i := range m.TopicPartitions {
			m.TopicPartitions[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupTargetAssignmentMemberTopicPartition is a part of ShareGroupTargetAssignmentMemberValue.
type ShareGroupTargetAssignmentMemberTopicPartition struct {
	TopicID    [16]byte
	Partitions []int32
}

// NewShareGroupTargetAssignmentMemberTopicPartition makes one with the defaults of its fields.
func NewShareGroupTargetAssignmentMemberTopicPartition() *ShareGroupTargetAssignmentMemberTopicPartition {
	return &ShareGroupTargetAssignmentMemberTopicPartition{}
}

func (m *ShareGroupTargetAssignmentMemberTopicPartition) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupTargetAssignmentMemberTopicPartition) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupTargetAssignmentMemberTopicPartition()
	m.TopicID = r.UUID()
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupCurrentMemberAssignmentKey is ShareGroupCurrentMemberAssignmentKey, versions 0.
type ShareGroupCurrentMemberAssignmentKey struct {
	GroupID  string
	MemberID string
}

// NewShareGroupCurrentMemberAssignmentKey makes one with the defaults of its fields.
func NewShareGroupCurrentMemberAssignmentKey() *ShareGroupCurrentMemberAssignmentKey {
	return &ShareGroupCurrentMemberAssignmentKey{}
}

// APIKey is the record type's number.
func (*ShareGroupCurrentMemberAssignmentKey) APIKey() int16 { return 14 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupCurrentMemberAssignmentKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupCurrentMemberAssignmentKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupCurrentMemberAssignmentKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupCurrentMemberAssignmentKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupCurrentMemberAssignmentKey", version, r.Err())
}

func (m *ShareGroupCurrentMemberAssignmentKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *ShareGroupCurrentMemberAssignmentKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupCurrentMemberAssignmentKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// ShareGroupCurrentMemberAssignmentValue is ShareGroupCurrentMemberAssignmentValue, versions 0.
type ShareGroupCurrentMemberAssignmentValue struct {
	MemberEpoch         int32
	PreviousMemberEpoch int32
	State               int8
	AssignedPartitions  []ShareGroupCurrentMemberAssignmentTopicPartitions
}

// NewShareGroupCurrentMemberAssignmentValue makes one with the defaults of its fields.
func NewShareGroupCurrentMemberAssignmentValue() *ShareGroupCurrentMemberAssignmentValue {
	return &ShareGroupCurrentMemberAssignmentValue{}
}

// APIKey is the record type's number.
func (*ShareGroupCurrentMemberAssignmentValue) APIKey() int16 { return 14 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupCurrentMemberAssignmentValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupCurrentMemberAssignmentValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupCurrentMemberAssignmentValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupCurrentMemberAssignmentValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupCurrentMemberAssignmentValue", version, r.Err())
}

func (m *ShareGroupCurrentMemberAssignmentValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.MemberEpoch)
	dst = wire.AppendInt32(dst, m.PreviousMemberEpoch)
	dst = wire.AppendInt8(dst, m.State)
	dst = wire.AppendLen(dst, len(m.AssignedPartitions), true)
	for i := range m.AssignedPartitions {
		dst = m.AssignedPartitions[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupCurrentMemberAssignmentValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupCurrentMemberAssignmentValue()
	m.MemberEpoch = r.Int32()
	m.PreviousMemberEpoch = r.Int32()
	m.State = r.Int8()
	if n := r.Len(true, 18); n > 0 {
		m.AssignedPartitions = make([]ShareGroupCurrentMemberAssignmentTopicPartitions, n)
		for i := range m.AssignedPartitions {
			m.AssignedPartitions[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupCurrentMemberAssignmentTopicPartitions is a part of ShareGroupCurrentMemberAssignmentValue.
type ShareGroupCurrentMemberAssignmentTopicPartitions struct {
	TopicID    [16]byte
	Partitions []int32
}

// NewShareGroupCurrentMemberAssignmentTopicPartitions makes one with the defaults of its fields.
func NewShareGroupCurrentMemberAssignmentTopicPartitions() *ShareGroupCurrentMemberAssignmentTopicPartitions {
	return &ShareGroupCurrentMemberAssignmentTopicPartitions{}
}

func (m *ShareGroupCurrentMemberAssignmentTopicPartitions) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupCurrentMemberAssignmentTopicPartitions) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupCurrentMemberAssignmentTopicPartitions()
	m.TopicID = r.UUID()
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupStatePartitionMetadataKey is ShareGroupStatePartitionMetadataKey, versions 0.
type ShareGroupStatePartitionMetadataKey struct {
	GroupID string
}

// NewShareGroupStatePartitionMetadataKey makes one with the defaults of its fields.
func NewShareGroupStatePartitionMetadataKey() *ShareGroupStatePartitionMetadataKey {
	return &ShareGroupStatePartitionMetadataKey{}
}

// APIKey is the record type's number.
func (*ShareGroupStatePartitionMetadataKey) APIKey() int16 { return 15 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupStatePartitionMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupStatePartitionMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupStatePartitionMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupStatePartitionMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupStatePartitionMetadataKey", version, r.Err())
}

func (m *ShareGroupStatePartitionMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *ShareGroupStatePartitionMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupStatePartitionMetadataKey()
	m.GroupID = r.String(false)
}

// ShareGroupStatePartitionMetadataValue is ShareGroupStatePartitionMetadataValue, versions 0.
type ShareGroupStatePartitionMetadataValue struct {
	InitializingTopics []ShareGroupStatePartitionMetadataTopicPartitionsInfo
	InitializedTopics  []ShareGroupStatePartitionMetadataTopicPartitionsInfo
	DeletingTopics     []ShareGroupStatePartitionMetadataTopicInfo
}

// NewShareGroupStatePartitionMetadataValue makes one with the defaults of its fields.
func NewShareGroupStatePartitionMetadataValue() *ShareGroupStatePartitionMetadataValue {
	return &ShareGroupStatePartitionMetadataValue{}
}

// APIKey is the record type's number.
func (*ShareGroupStatePartitionMetadataValue) APIKey() int16 { return 15 }

// MaxVersion is the newest version of the encoding.
func (*ShareGroupStatePartitionMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareGroupStatePartitionMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareGroupStatePartitionMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareGroupStatePartitionMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareGroupStatePartitionMetadataValue", version, r.Err())
}

func (m *ShareGroupStatePartitionMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.InitializingTopics), true)
	for i := range m.InitializingTopics {
		dst = m.InitializingTopics[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.InitializedTopics), true)
	for i := range m.InitializedTopics {
		dst = m.InitializedTopics[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.DeletingTopics), true)
	for i := range m.DeletingTopics {
		dst = m.DeletingTopics[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupStatePartitionMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupStatePartitionMetadataValue()
	if n := r.Len(true, 19); n > 0 {
		m.InitializingTopics = make([]ShareGroupStatePartitionMetadataTopicPartitionsInfo, n)
		for i := range m.InitializingTopics {
			m.InitializingTopics[i].read(r, version)
		}
	}
	if n := r.Len(true, 19); n > 0 {
		m.InitializedTopics = make([]ShareGroupStatePartitionMetadataTopicPartitionsInfo, n)
		for i := range m.InitializedTopics {
			m.InitializedTopics[i].read(r, version)
		}
	}
	if n := r.Len(true, 18); n > 0 {
		m.DeletingTopics = make([]ShareGroupStatePartitionMetadataTopicInfo, n)
		for i := range m.DeletingTopics {
			m.DeletingTopics[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupStatePartitionMetadataTopicPartitionsInfo is a part of ShareGroupStatePartitionMetadataValue.
type ShareGroupStatePartitionMetadataTopicPartitionsInfo struct {
	TopicID    [16]byte
	TopicName  string
	Partitions []int32
}

// NewShareGroupStatePartitionMetadataTopicPartitionsInfo makes one with the defaults of its fields.
func NewShareGroupStatePartitionMetadataTopicPartitionsInfo() *ShareGroupStatePartitionMetadataTopicPartitionsInfo {
	return &ShareGroupStatePartitionMetadataTopicPartitionsInfo{}
}

func (m *ShareGroupStatePartitionMetadataTopicPartitionsInfo) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendString(dst, m.TopicName, true)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupStatePartitionMetadataTopicPartitionsInfo) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupStatePartitionMetadataTopicPartitionsInfo()
	m.TopicID = r.UUID()
	m.TopicName = r.String(true)
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareGroupStatePartitionMetadataTopicInfo is a part of ShareGroupStatePartitionMetadataValue.
type ShareGroupStatePartitionMetadataTopicInfo struct {
	TopicID   [16]byte
	TopicName string
}

// NewShareGroupStatePartitionMetadataTopicInfo makes one with the defaults of its fields.
func NewShareGroupStatePartitionMetadataTopicInfo() *ShareGroupStatePartitionMetadataTopicInfo {
	return &ShareGroupStatePartitionMetadataTopicInfo{}
}

func (m *ShareGroupStatePartitionMetadataTopicInfo) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendString(dst, m.TopicName, true)
	dst = append(dst, 0)
	return dst
}

func (m *ShareGroupStatePartitionMetadataTopicInfo) read(r *wire.Reader, version int16) {
	*m = *NewShareGroupStatePartitionMetadataTopicInfo()
	m.TopicID = r.UUID()
	m.TopicName = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ConsumerGroupRegularExpressionKey is ConsumerGroupRegularExpressionKey, versions 0.
type ConsumerGroupRegularExpressionKey struct {
	GroupID           string
	RegularExpression string
}

// NewConsumerGroupRegularExpressionKey makes one with the defaults of its fields.
func NewConsumerGroupRegularExpressionKey() *ConsumerGroupRegularExpressionKey {
	return &ConsumerGroupRegularExpressionKey{}
}

// APIKey is the record type's number.
func (*ConsumerGroupRegularExpressionKey) APIKey() int16 { return 16 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupRegularExpressionKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupRegularExpressionKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupRegularExpressionKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupRegularExpressionKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupRegularExpressionKey", version, r.Err())
}

func (m *ConsumerGroupRegularExpressionKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.RegularExpression, false)
	return dst
}

func (m *ConsumerGroupRegularExpressionKey) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupRegularExpressionKey()
	m.GroupID = r.String(false)
	m.RegularExpression = r.String(false)
}

// ConsumerGroupRegularExpressionValue is ConsumerGroupRegularExpressionValue, versions 0.
type ConsumerGroupRegularExpressionValue struct {
	Topics    []string
	Version   int64
	Timestamp int64
}

// NewConsumerGroupRegularExpressionValue makes one with the defaults of its fields.
func NewConsumerGroupRegularExpressionValue() *ConsumerGroupRegularExpressionValue {
	return &ConsumerGroupRegularExpressionValue{}
}

// APIKey is the record type's number.
func (*ConsumerGroupRegularExpressionValue) APIKey() int16 { return 16 }

// MaxVersion is the newest version of the encoding.
func (*ConsumerGroupRegularExpressionValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerGroupRegularExpressionValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerGroupRegularExpressionValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConsumerGroupRegularExpressionValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerGroupRegularExpressionValue", version, r.Err())
}

func (m *ConsumerGroupRegularExpressionValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.Topics), true)
	for i := range m.Topics {
		dst = wire.AppendString(dst, m.Topics[i], true)
	}
	dst = wire.AppendInt64(dst, m.Version)
	dst = wire.AppendInt64(dst, m.Timestamp)
	dst = append(dst, 0)
	return dst
}

func (m *ConsumerGroupRegularExpressionValue) read(r *wire.Reader, version int16) {
	*m = *NewConsumerGroupRegularExpressionValue()
	if n := r.Len(true, 1); n > 0 {
		m.Topics = make([]string, n)
		for i := range m.Topics {
			m.Topics[i] = r.String(true)
		}
	}
	m.Version = r.Int64()
	m.Timestamp = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupMetadataKey is StreamsGroupMetadataKey, versions 0.
type StreamsGroupMetadataKey struct {
	GroupID string
}

// NewStreamsGroupMetadataKey makes one with the defaults of its fields.
func NewStreamsGroupMetadataKey() *StreamsGroupMetadataKey {
	return &StreamsGroupMetadataKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupMetadataKey) APIKey() int16 { return 17 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupMetadataKey", version, r.Err())
}

func (m *StreamsGroupMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *StreamsGroupMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMetadataKey()
	m.GroupID = r.String(false)
}

// StreamsGroupMetadataValue is StreamsGroupMetadataValue, versions 0.
type StreamsGroupMetadataValue struct {
	Epoch                          int32
	MetadataHash                   int64
	ValidatedTopologyEpoch         int32                                      // tag 0, default -1
	LastAssignmentConfigs          []StreamsGroupMetadataLastAssignmentConfig // tag 1, nil is null, default []StreamsGroupMetadataLastAssignmentConfig{}
	StoredDescriptionTopologyEpoch int32                                      // tag 2, default -1
	FailedDescriptionTopologyEpoch int32                                      // tag 3, default -1
}

// NewStreamsGroupMetadataValue makes one with the defaults of its fields.
func NewStreamsGroupMetadataValue() *StreamsGroupMetadataValue {
	return &StreamsGroupMetadataValue{
		ValidatedTopologyEpoch:         -1,
		LastAssignmentConfigs:          []StreamsGroupMetadataLastAssignmentConfig{},
		StoredDescriptionTopologyEpoch: -1,
		FailedDescriptionTopologyEpoch: -1,
	}
}

// APIKey is the record type's number.
func (*StreamsGroupMetadataValue) APIKey() int16 { return 17 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupMetadataValue", version, r.Err())
}

func (m *StreamsGroupMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.Epoch)
	dst = wire.AppendInt64(dst, m.MetadataHash)
	var tags uint32
	if m.ValidatedTopologyEpoch != -1 {
		tags++
	}
	if m.LastAssignmentConfigs == nil || len(m.LastAssignmentConfigs) > 0 {
		tags++
	}
	if m.StoredDescriptionTopologyEpoch != -1 {
		tags++
	}
	if m.FailedDescriptionTopologyEpoch != -1 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.ValidatedTopologyEpoch != -1 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.ValidatedTopologyEpoch)
		dst = wire.SealTag(dst, start, 0)
	}
	if m.LastAssignmentConfigs == nil || len(m.LastAssignmentConfigs) > 0 {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.LastAssignmentConfigs), m.LastAssignmentConfigs == nil, true)
		for i := range m.LastAssignmentConfigs {
			dst = m.LastAssignmentConfigs[i].append(dst, version)
		}
		dst = wire.SealTag(dst, start, 1)
	}
	if m.StoredDescriptionTopologyEpoch != -1 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.StoredDescriptionTopologyEpoch)
		dst = wire.SealTag(dst, start, 2)
	}
	if m.FailedDescriptionTopologyEpoch != -1 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.FailedDescriptionTopologyEpoch)
		dst = wire.SealTag(dst, start, 3)
	}
	return dst
}

func (m *StreamsGroupMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMetadataValue()
	m.Epoch = r.Int32()
	m.MetadataHash = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.ValidatedTopologyEpoch = content.Int32()
			r.EndTag(&content)
		case tag == 1:
			m.LastAssignmentConfigs = nil
			if n := content.NullableLen(true, 3); n >= 0 {
				m.LastAssignmentConfigs = make([]StreamsGroupMetadataLastAssignmentConfig, n)
				for i := range m.LastAssignmentConfigs {
					m.LastAssignmentConfigs[i].read(&content, version)
				}
			}
			r.EndTag(&content)
		case tag == 2:
			m.StoredDescriptionTopologyEpoch = content.Int32()
			r.EndTag(&content)
		case tag == 3:
			m.FailedDescriptionTopologyEpoch = content.Int32()
			r.EndTag(&content)
		}
	}
}

// StreamsGroupMetadataLastAssignmentConfig is a part of StreamsGroupMetadataValue.
type StreamsGroupMetadataLastAssignmentConfig struct {
	Key   string
	Value string
}

// NewStreamsGroupMetadataLastAssignmentConfig makes one with the defaults of its fields.
func NewStreamsGroupMetadataLastAssignmentConfig() *StreamsGroupMetadataLastAssignmentConfig {
	return &StreamsGroupMetadataLastAssignmentConfig{}
}

func (m *StreamsGroupMetadataLastAssignmentConfig) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Key, true)
	dst = wire.AppendString(dst, m.Value, true)
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupMetadataLastAssignmentConfig) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMetadataLastAssignmentConfig()
	m.Key = r.String(true)
	m.Value = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupMemberMetadataKey is StreamsGroupMemberMetadataKey, versions 0.
type StreamsGroupMemberMetadataKey struct {
	GroupID  string
	MemberID string
}

// NewStreamsGroupMemberMetadataKey makes one with the defaults of its fields.
func NewStreamsGroupMemberMetadataKey() *StreamsGroupMemberMetadataKey {
	return &StreamsGroupMemberMetadataKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupMemberMetadataKey) APIKey() int16 { return 19 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupMemberMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupMemberMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupMemberMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupMemberMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupMemberMetadataKey", version, r.Err())
}

func (m *StreamsGroupMemberMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *StreamsGroupMemberMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMemberMetadataKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// StreamsGroupMemberMetadataValue is StreamsGroupMemberMetadataValue, versions 0.
type StreamsGroupMemberMetadataValue struct {
	InstanceID         *string // nil is null
	RackID             *string // nil is null
	ClientID           string
	ClientHost         string
	RebalanceTimeoutMs int32 // default -1
	TopologyEpoch      int32
	ProcessID          string
	UserEndpoint       *StreamsGroupMemberMetadataEndpoint // nil is null
	ClientTags         []StreamsGroupMemberMetadataKeyValue
}

// NewStreamsGroupMemberMetadataValue makes one with the defaults of its fields.
func NewStreamsGroupMemberMetadataValue() *StreamsGroupMemberMetadataValue {
	return &StreamsGroupMemberMetadataValue{
		RebalanceTimeoutMs: -1,
	}
}

// APIKey is the record type's number.
func (*StreamsGroupMemberMetadataValue) APIKey() int16 { return 19 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupMemberMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupMemberMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupMemberMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupMemberMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupMemberMetadataValue", version, r.Err())
}

func (m *StreamsGroupMemberMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendNullableString(dst, m.InstanceID, true)
	dst = wire.AppendNullableString(dst, m.RackID, true)
	dst = wire.AppendString(dst, m.ClientID, true)
	dst = wire.AppendString(dst, m.ClientHost, true)
	dst = wire.AppendInt32(dst, m.RebalanceTimeoutMs)
	dst = wire.AppendInt32(dst, m.TopologyEpoch)
	dst = wire.AppendString(dst, m.ProcessID, true)
	dst = wire.AppendPresence(dst, m.UserEndpoint != nil)
	if m.UserEndpoint != nil {
		dst = m.UserEndpoint.append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.ClientTags), true)
	for i := range m.ClientTags {
		dst = m.ClientTags[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupMemberMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMemberMetadataValue()
	m.InstanceID = r.NullableString(true)
	m.RackID = r.NullableString(true)
	m.ClientID = r.String(true)
	m.ClientHost = r.String(true)
	m.RebalanceTimeoutMs = r.Int32()
	m.TopologyEpoch = r.Int32()
	m.ProcessID = r.String(true)
	if r.Present() {
		m.UserEndpoint = new(StreamsGroupMemberMetadataEndpoint)
		m.UserEndpoint.read(r, version)
	}
	if n := r.Len(true, 3); n > 0 {
		m.ClientTags = make([]StreamsGroupMemberMetadataKeyValue, n)
		for i := range m.ClientTags {
			m.ClientTags[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupMemberMetadataEndpoint is a part of StreamsGroupMemberMetadataValue.
type StreamsGroupMemberMetadataEndpoint struct {
	Host string
	Port uint16
}

// NewStreamsGroupMemberMetadataEndpoint makes one with the defaults of its fields.
func NewStreamsGroupMemberMetadataEndpoint() *StreamsGroupMemberMetadataEndpoint {
	return &StreamsGroupMemberMetadataEndpoint{}
}

func (m *StreamsGroupMemberMetadataEndpoint) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Host, true)
	dst = wire.AppendUint16(dst, m.Port)
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupMemberMetadataEndpoint) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMemberMetadataEndpoint()
	m.Host = r.String(true)
	m.Port = r.Uint16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupMemberMetadataKeyValue is a part of StreamsGroupMemberMetadataValue.
type StreamsGroupMemberMetadataKeyValue struct {
	Key   string
	Value string
}

// NewStreamsGroupMemberMetadataKeyValue makes one with the defaults of its fields.
func NewStreamsGroupMemberMetadataKeyValue() *StreamsGroupMemberMetadataKeyValue {
	return &StreamsGroupMemberMetadataKeyValue{}
}

func (m *StreamsGroupMemberMetadataKeyValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Key, true)
	dst = wire.AppendString(dst, m.Value, true)
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupMemberMetadataKeyValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupMemberMetadataKeyValue()
	m.Key = r.String(true)
	m.Value = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTargetAssignmentMetadataKey is StreamsGroupTargetAssignmentMetadataKey, versions 0.
type StreamsGroupTargetAssignmentMetadataKey struct {
	GroupID string
}

// NewStreamsGroupTargetAssignmentMetadataKey makes one with the defaults of its fields.
func NewStreamsGroupTargetAssignmentMetadataKey() *StreamsGroupTargetAssignmentMetadataKey {
	return &StreamsGroupTargetAssignmentMetadataKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupTargetAssignmentMetadataKey) APIKey() int16 { return 20 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTargetAssignmentMetadataKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTargetAssignmentMetadataKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTargetAssignmentMetadataKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTargetAssignmentMetadataKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTargetAssignmentMetadataKey", version, r.Err())
}

func (m *StreamsGroupTargetAssignmentMetadataKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *StreamsGroupTargetAssignmentMetadataKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTargetAssignmentMetadataKey()
	m.GroupID = r.String(false)
}

// StreamsGroupTargetAssignmentMetadataValue is StreamsGroupTargetAssignmentMetadataValue, versions 0.
type StreamsGroupTargetAssignmentMetadataValue struct {
	AssignmentEpoch     int32
	AssignmentTimestamp int64 // tag 0
}

// NewStreamsGroupTargetAssignmentMetadataValue makes one with the defaults of its fields.
func NewStreamsGroupTargetAssignmentMetadataValue() *StreamsGroupTargetAssignmentMetadataValue {
	return &StreamsGroupTargetAssignmentMetadataValue{}
}

// APIKey is the record type's number.
func (*StreamsGroupTargetAssignmentMetadataValue) APIKey() int16 { return 20 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTargetAssignmentMetadataValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTargetAssignmentMetadataValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTargetAssignmentMetadataValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTargetAssignmentMetadataValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTargetAssignmentMetadataValue", version, r.Err())
}

func (m *StreamsGroupTargetAssignmentMetadataValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.AssignmentEpoch)
	var tags uint32
	if m.AssignmentTimestamp != 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.AssignmentTimestamp != 0 {
		start := len(dst)
		dst = wire.AppendInt64(dst, m.AssignmentTimestamp)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *StreamsGroupTargetAssignmentMetadataValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTargetAssignmentMetadataValue()
	m.AssignmentEpoch = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.AssignmentTimestamp = content.Int64()
			r.EndTag(&content)
		}
	}
}

// StreamsGroupTargetAssignmentMemberKey is StreamsGroupTargetAssignmentMemberKey, versions 0.
type StreamsGroupTargetAssignmentMemberKey struct {
	GroupID  string
	MemberID string
}

// NewStreamsGroupTargetAssignmentMemberKey makes one with the defaults of its fields.
func NewStreamsGroupTargetAssignmentMemberKey() *StreamsGroupTargetAssignmentMemberKey {
	return &StreamsGroupTargetAssignmentMemberKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupTargetAssignmentMemberKey) APIKey() int16 { return 21 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTargetAssignmentMemberKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTargetAssignmentMemberKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTargetAssignmentMemberKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTargetAssignmentMemberKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTargetAssignmentMemberKey", version, r.Err())
}

func (m *StreamsGroupTargetAssignmentMemberKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *StreamsGroupTargetAssignmentMemberKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTargetAssignmentMemberKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// StreamsGroupTargetAssignmentMemberValue is StreamsGroupTargetAssignmentMemberValue, versions 0.
type StreamsGroupTargetAssignmentMemberValue struct {
	ActiveTasks  []StreamsGroupTargetAssignmentMemberTaskIDs
	StandbyTasks []StreamsGroupTargetAssignmentMemberTaskIDs
	WarmupTasks  []StreamsGroupTargetAssignmentMemberTaskIDs
}

// NewStreamsGroupTargetAssignmentMemberValue makes one with the defaults of its fields.
func NewStreamsGroupTargetAssignmentMemberValue() *StreamsGroupTargetAssignmentMemberValue {
	return &StreamsGroupTargetAssignmentMemberValue{}
}

// APIKey is the record type's number.
func (*StreamsGroupTargetAssignmentMemberValue) APIKey() int16 { return 21 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTargetAssignmentMemberValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTargetAssignmentMemberValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTargetAssignmentMemberValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTargetAssignmentMemberValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTargetAssignmentMemberValue", version, r.Err())
}

func (m *StreamsGroupTargetAssignmentMemberValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.ActiveTasks), true)
	for i := range m.ActiveTasks {
		dst = m.ActiveTasks[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.StandbyTasks), true)
	for i := range m.StandbyTasks {
		dst = m.StandbyTasks[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.WarmupTasks), true)
	for i := range m.WarmupTasks {
		dst = m.WarmupTasks[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTargetAssignmentMemberValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTargetAssignmentMemberValue()
	if n := r.Len(true, 3); n > 0 {
		m.ActiveTasks = make([]StreamsGroupTargetAssignmentMemberTaskIDs, n)
		for i := range m.ActiveTasks {
			m.ActiveTasks[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.StandbyTasks = make([]StreamsGroupTargetAssignmentMemberTaskIDs, n)
		for i := range m.StandbyTasks {
			m.StandbyTasks[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.WarmupTasks = make([]StreamsGroupTargetAssignmentMemberTaskIDs, n)
		for i := range m.WarmupTasks {
			m.WarmupTasks[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTargetAssignmentMemberTaskIDs is a part of StreamsGroupTargetAssignmentMemberValue.
type StreamsGroupTargetAssignmentMemberTaskIDs struct {
	SubtopologyID string
	Partitions    []int32
}

// NewStreamsGroupTargetAssignmentMemberTaskIDs makes one with the defaults of its fields.
func NewStreamsGroupTargetAssignmentMemberTaskIDs() *StreamsGroupTargetAssignmentMemberTaskIDs {
	return &StreamsGroupTargetAssignmentMemberTaskIDs{}
}

func (m *StreamsGroupTargetAssignmentMemberTaskIDs) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.SubtopologyID, true)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTargetAssignmentMemberTaskIDs) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTargetAssignmentMemberTaskIDs()
	m.SubtopologyID = r.String(true)
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupCurrentMemberAssignmentKey is StreamsGroupCurrentMemberAssignmentKey, versions 0.
type StreamsGroupCurrentMemberAssignmentKey struct {
	GroupID  string
	MemberID string
}

// NewStreamsGroupCurrentMemberAssignmentKey makes one with the defaults of its fields.
func NewStreamsGroupCurrentMemberAssignmentKey() *StreamsGroupCurrentMemberAssignmentKey {
	return &StreamsGroupCurrentMemberAssignmentKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupCurrentMemberAssignmentKey) APIKey() int16 { return 22 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupCurrentMemberAssignmentKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupCurrentMemberAssignmentKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupCurrentMemberAssignmentKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupCurrentMemberAssignmentKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupCurrentMemberAssignmentKey", version, r.Err())
}

func (m *StreamsGroupCurrentMemberAssignmentKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendString(dst, m.MemberID, false)
	return dst
}

func (m *StreamsGroupCurrentMemberAssignmentKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupCurrentMemberAssignmentKey()
	m.GroupID = r.String(false)
	m.MemberID = r.String(false)
}

// StreamsGroupCurrentMemberAssignmentValue is StreamsGroupCurrentMemberAssignmentValue, versions 0.
type StreamsGroupCurrentMemberAssignmentValue struct {
	MemberEpoch                   int32
	PreviousMemberEpoch           int32
	State                         int8
	ActiveTasks                   []StreamsGroupCurrentMemberAssignmentTaskIDs
	StandbyTasks                  []StreamsGroupCurrentMemberAssignmentTaskIDs
	WarmupTasks                   []StreamsGroupCurrentMemberAssignmentTaskIDs
	ActiveTasksPendingRevocation  []StreamsGroupCurrentMemberAssignmentTaskIDs
	StandbyTasksPendingRevocation []StreamsGroupCurrentMemberAssignmentTaskIDs
	WarmupTasksPendingRevocation  []StreamsGroupCurrentMemberAssignmentTaskIDs
}

// NewStreamsGroupCurrentMemberAssignmentValue makes one with the defaults of its fields.
func NewStreamsGroupCurrentMemberAssignmentValue() *StreamsGroupCurrentMemberAssignmentValue {
	return &StreamsGroupCurrentMemberAssignmentValue{}
}

// APIKey is the record type's number.
func (*StreamsGroupCurrentMemberAssignmentValue) APIKey() int16 { return 22 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupCurrentMemberAssignmentValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupCurrentMemberAssignmentValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupCurrentMemberAssignmentValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupCurrentMemberAssignmentValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupCurrentMemberAssignmentValue", version, r.Err())
}

func (m *StreamsGroupCurrentMemberAssignmentValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.MemberEpoch)
	dst = wire.AppendInt32(dst, m.PreviousMemberEpoch)
	dst = wire.AppendInt8(dst, m.State)
	dst = wire.AppendLen(dst, len(m.ActiveTasks), true)
	for i := range m.ActiveTasks {
		dst = m.ActiveTasks[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.StandbyTasks), true)
	for i := range m.StandbyTasks {
		dst = m.StandbyTasks[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.WarmupTasks), true)
	for i := range m.WarmupTasks {
		dst = m.WarmupTasks[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.ActiveTasksPendingRevocation), true)
	for i := range m.ActiveTasksPendingRevocation {
		dst = m.ActiveTasksPendingRevocation[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.StandbyTasksPendingRevocation), true)
	for i := range m.StandbyTasksPendingRevocation {
		dst = m.StandbyTasksPendingRevocation[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.WarmupTasksPendingRevocation), true)
	for i := range m.WarmupTasksPendingRevocation {
		dst = m.WarmupTasksPendingRevocation[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupCurrentMemberAssignmentValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupCurrentMemberAssignmentValue()
	m.MemberEpoch = r.Int32()
	m.PreviousMemberEpoch = r.Int32()
	m.State = r.Int8()
	if n := r.Len(true, 3); n > 0 {
		m.ActiveTasks = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.ActiveTasks {
			m.ActiveTasks[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.StandbyTasks = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.StandbyTasks {
			m.StandbyTasks[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.WarmupTasks = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.WarmupTasks {
			m.WarmupTasks[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.ActiveTasksPendingRevocation = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.ActiveTasksPendingRevocation {
			m.ActiveTasksPendingRevocation[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.StandbyTasksPendingRevocation = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.StandbyTasksPendingRevocation {
			m.StandbyTasksPendingRevocation[i].read(r, version)
		}
	}
	if n := r.Len(true, 3); n > 0 {
		m.WarmupTasksPendingRevocation = make([]StreamsGroupCurrentMemberAssignmentTaskIDs, n)
		for i := range m.WarmupTasksPendingRevocation {
			m.WarmupTasksPendingRevocation[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupCurrentMemberAssignmentTaskIDs is a part of StreamsGroupCurrentMemberAssignmentValue.
type StreamsGroupCurrentMemberAssignmentTaskIDs struct {
	SubtopologyID    string
	Partitions       []int32
	AssignmentEpochs []int32 // tag 0, nil is null, default []int32{}
}

// NewStreamsGroupCurrentMemberAssignmentTaskIDs makes one with the defaults of its fields.
func NewStreamsGroupCurrentMemberAssignmentTaskIDs() *StreamsGroupCurrentMemberAssignmentTaskIDs {
	return &StreamsGroupCurrentMemberAssignmentTaskIDs{
		AssignmentEpochs: []int32{},
	}
}

func (m *StreamsGroupCurrentMemberAssignmentTaskIDs) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.SubtopologyID, true)
	dst = wire.AppendLen(dst, len(m.Partitions), true)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	var tags uint32
	if m.AssignmentEpochs == nil || len(m.AssignmentEpochs) > 0 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.AssignmentEpochs == nil || len(m.AssignmentEpochs) > 0 {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.AssignmentEpochs), m.AssignmentEpochs == nil, true)
		for i := range m.AssignmentEpochs {
			dst = wire.AppendInt32(dst, m.AssignmentEpochs[i])
		}
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *StreamsGroupCurrentMemberAssignmentTaskIDs) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupCurrentMemberAssignmentTaskIDs()
	m.SubtopologyID = r.String(true)
	if n := r.Len(true, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.AssignmentEpochs = nil
			if n := content.NullableLen(true, 4); n >= 0 {
				m.AssignmentEpochs = make([]int32, n)
				for i := range m.AssignmentEpochs {
					m.AssignmentEpochs[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		}
	}
}

// StreamsGroupTopologyKey is StreamsGroupTopologyKey, versions 0.
type StreamsGroupTopologyKey struct {
	GroupID string
}

// NewStreamsGroupTopologyKey makes one with the defaults of its fields.
func NewStreamsGroupTopologyKey() *StreamsGroupTopologyKey {
	return &StreamsGroupTopologyKey{}
}

// APIKey is the record type's number.
func (*StreamsGroupTopologyKey) APIKey() int16 { return 23 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTopologyKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTopologyKey) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTopologyKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTopologyKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTopologyKey", version, r.Err())
}

func (m *StreamsGroupTopologyKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	return dst
}

func (m *StreamsGroupTopologyKey) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologyKey()
	m.GroupID = r.String(false)
}

// StreamsGroupTopologyValue is StreamsGroupTopologyValue, versions 0.
type StreamsGroupTopologyValue struct {
	Epoch         int32
	Subtopologies []StreamsGroupTopologySubtopology
}

// NewStreamsGroupTopologyValue makes one with the defaults of its fields.
func NewStreamsGroupTopologyValue() *StreamsGroupTopologyValue {
	return &StreamsGroupTopologyValue{}
}

// APIKey is the record type's number.
func (*StreamsGroupTopologyValue) APIKey() int16 { return 23 }

// MaxVersion is the newest version of the encoding.
func (*StreamsGroupTopologyValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *StreamsGroupTopologyValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *StreamsGroupTopologyValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "StreamsGroupTopologyValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("StreamsGroupTopologyValue", version, r.Err())
}

func (m *StreamsGroupTopologyValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.Epoch)
	dst = wire.AppendLen(dst, len(m.Subtopologies), true)
	for i := range m.Subtopologies {
		dst = m.Subtopologies[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTopologyValue) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologyValue()
	m.Epoch = r.Int32()
	if n := r.Len(true, 8); n > 0 {
		m.Subtopologies = make([]StreamsGroupTopologySubtopology, n)
		for i := range m.Subtopologies {
			m.Subtopologies[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTopologySubtopology is a part of StreamsGroupTopologyValue.
type StreamsGroupTopologySubtopology struct {
	SubtopologyID           string
	SourceTopics            []string
	SourceTopicRegex        []string
	StateChangelogTopics    []StreamsGroupTopologyTopicInfo
	RepartitionSinkTopics   []string
	RepartitionSourceTopics []StreamsGroupTopologyTopicInfo
	CopartitionGroups       []StreamsGroupTopologyCopartitionGroup
}

// NewStreamsGroupTopologySubtopology makes one with the defaults of its fields.
func NewStreamsGroupTopologySubtopology() *StreamsGroupTopologySubtopology {
	return &StreamsGroupTopologySubtopology{}
}

func (m *StreamsGroupTopologySubtopology) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.SubtopologyID, true)
	dst = wire.AppendLen(dst, len(m.SourceTopics), true)
	for i := range m.SourceTopics {
		dst = wire.AppendString(dst, m.SourceTopics[i], true)
	}
	dst = wire.AppendLen(dst, len(m.SourceTopicRegex), true)
	for i := range m.SourceTopicRegex {
		dst = wire.AppendString(dst, m.SourceTopicRegex[i], true)
	}
	dst = wire.AppendLen(dst, len(m.StateChangelogTopics), true)
	for i := range m.StateChangelogTopics {
		dst = m.StateChangelogTopics[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.RepartitionSinkTopics), true)
	for i := range m.RepartitionSinkTopics {
		dst = wire.AppendString(dst, m.RepartitionSinkTopics[i], true)
	}
	dst = wire.AppendLen(dst, len(m.RepartitionSourceTopics), true)
	for i := range m.RepartitionSourceTopics {
		dst = m.RepartitionSourceTopics[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.CopartitionGroups), true)
	for i := range m.CopartitionGroups {
		dst = m.CopartitionGroups[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTopologySubtopology) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologySubtopology()
	m.SubtopologyID = r.String(true)
	if n := r.Len(true, 1); n > 0 {
		m.SourceTopics = make([]string, n)
		for i := range m.SourceTopics {
			m.SourceTopics[i] = r.String(true)
		}
	}
	if n := r.Len(true, 1); n > 0 {
		m.SourceTopicRegex = make([]string, n)
		for i := range m.SourceTopicRegex {
			m.SourceTopicRegex[i] = r.String(true)
		}
	}
	if n := r.Len(true, 9); n > 0 {
		m.StateChangelogTopics = make([]StreamsGroupTopologyTopicInfo, n)
		for i := range m.StateChangelogTopics {
			m.StateChangelogTopics[i].read(r, version)
		}
	}
	if n := r.Len(true, 1); n > 0 {
		m.RepartitionSinkTopics = make([]string, n)
		for i := range m.RepartitionSinkTopics {
			m.RepartitionSinkTopics[i] = r.String(true)
		}
	}
	if n := r.Len(true, 9); n > 0 {
		m.RepartitionSourceTopics = make([]StreamsGroupTopologyTopicInfo, n)
		for i := range m.RepartitionSourceTopics {
			m.RepartitionSourceTopics[i].read(r, version)
		}
	}
	if n := r.Len(true, 4); n > 0 {
		m.CopartitionGroups = make([]StreamsGroupTopologyCopartitionGroup, n)
		for i := range m.CopartitionGroups {
			m.CopartitionGroups[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTopologyTopicInfo is a part of StreamsGroupTopologyValue.
type StreamsGroupTopologyTopicInfo struct {
	Name              string
	Partitions        int32
	ReplicationFactor int16
	TopicConfigs      []StreamsGroupTopologyTopicConfig
}

// NewStreamsGroupTopologyTopicInfo makes one with the defaults of its fields.
func NewStreamsGroupTopologyTopicInfo() *StreamsGroupTopologyTopicInfo {
	return &StreamsGroupTopologyTopicInfo{}
}

func (m *StreamsGroupTopologyTopicInfo) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt32(dst, m.Partitions)
	dst = wire.AppendInt16(dst, m.ReplicationFactor)
	dst = wire.AppendLen(dst, len(m.TopicConfigs), true)
	for i := range m.TopicConfigs {
		dst = m.TopicConfigs[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTopologyTopicInfo) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologyTopicInfo()
	m.Name = r.String(true)
	m.Partitions = r.Int32()
	m.ReplicationFactor = r.Int16()
	if n := r.Len(true, 3); n > 0 {
		m.TopicConfigs = make([]StreamsGroupTopologyTopicConfig, n)
		for i := range m.TopicConfigs {
			m.TopicConfigs[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTopologyTopicConfig is a part of StreamsGroupTopologyValue.
type StreamsGroupTopologyTopicConfig struct {
	Key   string
	Value string
}

// NewStreamsGroupTopologyTopicConfig makes one with the defaults of its fields.
func NewStreamsGroupTopologyTopicConfig() *StreamsGroupTopologyTopicConfig {
	return &StreamsGroupTopologyTopicConfig{}
}

func (m *StreamsGroupTopologyTopicConfig) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Key, true)
	dst = wire.AppendString(dst, m.Value, true)
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTopologyTopicConfig) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologyTopicConfig()
	m.Key = r.String(true)
	m.Value = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// StreamsGroupTopologyCopartitionGroup is a part of StreamsGroupTopologyValue.
type StreamsGroupTopologyCopartitionGroup struct {
	SourceTopics            []int16
	SourceTopicRegex        []int16
	RepartitionSourceTopics []int16
}

// NewStreamsGroupTopologyCopartitionGroup makes one with the defaults of its fields.
func NewStreamsGroupTopologyCopartitionGroup() *StreamsGroupTopologyCopartitionGroup {
	return &StreamsGroupTopologyCopartitionGroup{}
}

func (m *StreamsGroupTopologyCopartitionGroup) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.SourceTopics), true)
	for i := range m.SourceTopics {
		dst = wire.AppendInt16(dst, m.SourceTopics[i])
	}
	dst = wire.AppendLen(dst, len(m.SourceTopicRegex), true)
	for i := range m.SourceTopicRegex {
		dst = wire.AppendInt16(dst, m.SourceTopicRegex[i])
	}
	dst = wire.AppendLen(dst, len(m.RepartitionSourceTopics), true)
	for i := range m.RepartitionSourceTopics {
		dst = wire.AppendInt16(dst, m.RepartitionSourceTopics[i])
	}
	dst = append(dst, 0)
	return dst
}

func (m *StreamsGroupTopologyCopartitionGroup) read(r *wire.Reader, version int16) {
	*m = *NewStreamsGroupTopologyCopartitionGroup()
	if n := r.Len(true, 2); n > 0 {
		m.SourceTopics = make([]int16, n)
		for i := range m.SourceTopics {
			m.SourceTopics[i] = r.Int16()
		}
	}
	if n := r.Len(true, 2); n > 0 {
		m.SourceTopicRegex = make([]int16, n)
		for i := range m.SourceTopicRegex {
			m.SourceTopicRegex[i] = r.Int16()
		}
	}
	if n := r.Len(true, 2); n > 0 {
		m.RepartitionSourceTopics = make([]int16, n)
		for i := range m.RepartitionSourceTopics {
			m.RepartitionSourceTopics[i] = r.Int16()
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// TransactionLogKey is TransactionLogKey, versions 0.
type TransactionLogKey struct {
	TransactionalID string
}

// NewTransactionLogKey makes one with the defaults of its fields.
func NewTransactionLogKey() *TransactionLogKey {
	return &TransactionLogKey{}
}

// APIKey is the record type's number.
func (*TransactionLogKey) APIKey() int16 { return 0 }

// MaxVersion is the newest version of the encoding.
func (*TransactionLogKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *TransactionLogKey) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *TransactionLogKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "TransactionLogKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("TransactionLogKey", version, r.Err())
}

func (m *TransactionLogKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.TransactionalID, false)
	return dst
}

func (m *TransactionLogKey) read(r *wire.Reader, version int16) {
	*m = *NewTransactionLogKey()
	m.TransactionalID = r.String(false)
}

// TransactionLogValue is TransactionLogValue, versions 0-1.
type TransactionLogValue struct {
	ProducerID                       int64
	PreviousProducerID               int64 // versions 1+, tag 0, default -1
	NextProducerID                   int64 // versions 1+, tag 1, default -1
	ProducerEpoch                    int16
	NextProducerEpoch                int16 // versions 1+, tag 3, default -1
	TransactionTimeoutMs             int32
	TransactionStatus                int8
	TransactionPartitions            []TransactionLogPartitionsSchema // nil is null, default []TransactionLogPartitionsSchema{}
	TransactionLastUpdateTimestampMs int64
	TransactionStartTimestampMs      int64
	ClientTransactionVersion         int16 // versions 1+, tag 2
}

// NewTransactionLogValue makes one with the defaults of its fields.
func NewTransactionLogValue() *TransactionLogValue {
	return &TransactionLogValue{
		PreviousProducerID:    -1,
		NextProducerID:        -1,
		NextProducerEpoch:     -1,
		TransactionPartitions: []TransactionLogPartitionsSchema{},
	}
}

// APIKey is the record type's number.
func (*TransactionLogValue) APIKey() int16 { return 0 }

// MaxVersion is the newest version of the encoding.
func (*TransactionLogValue) MaxVersion() int16 { return 1 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *TransactionLogValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *TransactionLogValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 1 {
		return &wire.VersionError{Type: "TransactionLogValue", Version: version, Min: 0, Max: 1}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("TransactionLogValue", version, r.Err())
}

func (m *TransactionLogValue) append(dst []byte, version int16) []byte {
	flexible := version >= 1
	dst = wire.AppendInt64(dst, m.ProducerID)
	dst = wire.AppendInt16(dst, m.ProducerEpoch)
	dst = wire.AppendInt32(dst, m.TransactionTimeoutMs)
	dst = wire.AppendInt8(dst, m.TransactionStatus)
	dst = wire.AppendNullableLen(dst, len(m.TransactionPartitions), m.TransactionPartitions == nil, flexible)
	for i := range m.TransactionPartitions {
		dst = m.TransactionPartitions[i].append(dst, version)
	}
	dst = wire.AppendInt64(dst, m.TransactionLastUpdateTimestampMs)
	dst = wire.AppendInt64(dst, m.TransactionStartTimestampMs)
	if flexible {
		var tags uint32
		if m.PreviousProducerID != -1 {
			tags++
		}
		if m.NextProducerID != -1 {
			tags++
		}
		if m.ClientTransactionVersion != 0 {
			tags++
		}
		if m.NextProducerEpoch != -1 {
			tags++
		}
		dst = wire.AppendUvarint(dst, tags)
		if m.PreviousProducerID != -1 {
			start := len(dst)
			dst = wire.AppendInt64(dst, m.PreviousProducerID)
			dst = wire.SealTag(dst, start, 0)
		}
		if m.NextProducerID != -1 {
			start := len(dst)
			dst = wire.AppendInt64(dst, m.NextProducerID)
			dst = wire.SealTag(dst, start, 1)
		}
		if m.ClientTransactionVersion != 0 {
			start := len(dst)
			dst = wire.AppendInt16(dst, m.ClientTransactionVersion)
			dst = wire.SealTag(dst, start, 2)
		}
		if m.NextProducerEpoch != -1 {
			start := len(dst)
			dst = wire.AppendInt16(dst, m.NextProducerEpoch)
			dst = wire.SealTag(dst, start, 3)
		}
	}
	return dst
}

func (m *TransactionLogValue) read(r *wire.Reader, version int16) {
	*m = *NewTransactionLogValue()
	flexible := version >= 1
	m.ProducerID = r.Int64()
	m.ProducerEpoch = r.Int16()
	m.TransactionTimeoutMs = r.Int32()
	m.TransactionStatus = r.Int8()
	m.TransactionPartitions = nil
	if n := r.NullableLen(flexible, 3); n >= 0 {
		m.TransactionPartitions = make([]TransactionLogPartitionsSchema, n)
		for i := range m.TransactionPartitions {
			m.TransactionPartitions[i].read(r, version)
		}
	}
	m.TransactionLastUpdateTimestampMs = r.Int64()
	m.TransactionStartTimestampMs = r.Int64()
	if flexible {
		for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
			switch tag, content := r.Tag(); {
			case tag == 0:
				m.PreviousProducerID = content.Int64()
				r.EndTag(&content)
			case tag == 1:
				m.NextProducerID = content.Int64()
				r.EndTag(&content)
			case tag == 2:
				m.ClientTransactionVersion = content.Int16()
				r.EndTag(&content)
			case tag == 3:
				m.NextProducerEpoch = content.Int16()
				r.EndTag(&content)
			}
		}
	}
}

// TransactionLogPartitionsSchema is a part of TransactionLogValue.
type TransactionLogPartitionsSchema struct {
	Topic        string
	PartitionIDs []int32
}

// NewTransactionLogPartitionsSchema makes one with the defaults of its fields.
func NewTransactionLogPartitionsSchema() *TransactionLogPartitionsSchema {
	return &TransactionLogPartitionsSchema{}
}

func (m *TransactionLogPartitionsSchema) append(dst []byte, version int16) []byte {
	flexible := version >= 1
	dst = wire.AppendString(dst, m.Topic, flexible)
	dst = wire.AppendLen(dst, len(m.PartitionIDs), flexible)
	for i := range m.PartitionIDs {
		dst = wire.AppendInt32(dst, m.PartitionIDs[i])
	}
	if flexible {
		dst = append(dst, 0)
	}
	return dst
}

func (m *TransactionLogPartitionsSchema) read(r *wire.Reader, version int16) {
	*m = *NewTransactionLogPartitionsSchema()
	flexible := version >= 1
	m.Topic = r.String(flexible)
	if n := r.Len(flexible, 4); n > 0 {
		m.PartitionIDs = make([]int32, n)
		for i := range m.PartitionIDs {
			m.PartitionIDs[i] = r.Int32()
		}
	}
	if flexible {
		for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
			r.Tag()
		}
	}
}

// ShareSnapshotKey is ShareSnapshotKey, versions 0.
type ShareSnapshotKey struct {
	GroupID   string
	TopicID   [16]byte
	Partition int32
}

// NewShareSnapshotKey makes one with the defaults of its fields.
func NewShareSnapshotKey() *ShareSnapshotKey {
	return &ShareSnapshotKey{}
}

// APIKey is the record type's number.
func (*ShareSnapshotKey) APIKey() int16 { return 0 }

// MaxVersion is the newest version of the encoding.
func (*ShareSnapshotKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareSnapshotKey) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareSnapshotKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareSnapshotKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareSnapshotKey", version, r.Err())
}

func (m *ShareSnapshotKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendInt32(dst, m.Partition)
	return dst
}

func (m *ShareSnapshotKey) read(r *wire.Reader, version int16) {
	*m = *NewShareSnapshotKey()
	m.GroupID = r.String(false)
	m.TopicID = r.UUID()
	m.Partition = r.Int32()
}

// ShareSnapshotValue is ShareSnapshotValue, versions 0.
type ShareSnapshotValue struct {
	SnapshotEpoch         int32
	StateEpoch            int32
	LeaderEpoch           int32
	StartOffset           int64
	DeliveryCompleteCount int32 // tag 0, default -1
	CreateTimestamp       int64
	WriteTimestamp        int64
	StateBatches          []ShareSnapshotStateBatch
}

// NewShareSnapshotValue makes one with the defaults of its fields.
func NewShareSnapshotValue() *ShareSnapshotValue {
	return &ShareSnapshotValue{
		DeliveryCompleteCount: -1,
	}
}

// APIKey is the record type's number.
func (*ShareSnapshotValue) APIKey() int16 { return 0 }

// MaxVersion is the newest version of the encoding.
func (*ShareSnapshotValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareSnapshotValue) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareSnapshotValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareSnapshotValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareSnapshotValue", version, r.Err())
}

func (m *ShareSnapshotValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.SnapshotEpoch)
	dst = wire.AppendInt32(dst, m.StateEpoch)
	dst = wire.AppendInt32(dst, m.LeaderEpoch)
	dst = wire.AppendInt64(dst, m.StartOffset)
	dst = wire.AppendInt64(dst, m.CreateTimestamp)
	dst = wire.AppendInt64(dst, m.WriteTimestamp)
	dst = wire.AppendLen(dst, len(m.StateBatches), true)
	for i := range m.StateBatches {
		dst = m.StateBatches[i].append(dst, version)
	}
	var tags uint32
	if m.DeliveryCompleteCount != -1 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.DeliveryCompleteCount != -1 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.DeliveryCompleteCount)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ShareSnapshotValue) read(r *wire.Reader, version int16) {
	*m = *NewShareSnapshotValue()
	m.SnapshotEpoch = r.Int32()
	m.StateEpoch = r.Int32()
	m.LeaderEpoch = r.Int32()
	m.StartOffset = r.Int64()
	m.CreateTimestamp = r.Int64()
	m.WriteTimestamp = r.Int64()
	if n := r.Len(true, 20); n > 0 {
		m.StateBatches = make([]ShareSnapshotStateBatch, n)
		for i := range m.StateBatches {
			m.StateBatches[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.DeliveryCompleteCount = content.Int32()
			r.EndTag(&content)
		}
	}
}

// ShareSnapshotStateBatch is a part of ShareSnapshotValue.
type ShareSnapshotStateBatch struct {
	FirstOffset   int64
	LastOffset    int64
	DeliveryState int8
	DeliveryCount int16
}

// NewShareSnapshotStateBatch makes one with the defaults of its fields.
func NewShareSnapshotStateBatch() *ShareSnapshotStateBatch {
	return &ShareSnapshotStateBatch{}
}

func (m *ShareSnapshotStateBatch) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt64(dst, m.FirstOffset)
	dst = wire.AppendInt64(dst, m.LastOffset)
	dst = wire.AppendInt8(dst, m.DeliveryState)
	dst = wire.AppendInt16(dst, m.DeliveryCount)
	dst = append(dst, 0)
	return dst
}

func (m *ShareSnapshotStateBatch) read(r *wire.Reader, version int16) {
	*m = *NewShareSnapshotStateBatch()
	m.FirstOffset = r.Int64()
	m.LastOffset = r.Int64()
	m.DeliveryState = r.Int8()
	m.DeliveryCount = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ShareUpdateKey is ShareUpdateKey, versions 0.
type ShareUpdateKey struct {
	GroupID   string
	TopicID   [16]byte
	Partition int32
}

// NewShareUpdateKey makes one with the defaults of its fields.
func NewShareUpdateKey() *ShareUpdateKey {
	return &ShareUpdateKey{}
}

// APIKey is the record type's number.
func (*ShareUpdateKey) APIKey() int16 { return 1 }

// MaxVersion is the newest version of the encoding.
func (*ShareUpdateKey) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareUpdateKey) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareUpdateKey) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareUpdateKey", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareUpdateKey", version, r.Err())
}

func (m *ShareUpdateKey) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.GroupID, false)
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendInt32(dst, m.Partition)
	return dst
}

func (m *ShareUpdateKey) read(r *wire.Reader, version int16) {
	*m = *NewShareUpdateKey()
	m.GroupID = r.String(false)
	m.TopicID = r.UUID()
	m.Partition = r.Int32()
}

// ShareUpdateValue is ShareUpdateValue, versions 0.
type ShareUpdateValue struct {
	SnapshotEpoch         int32
	LeaderEpoch           int32
	StartOffset           int64
	DeliveryCompleteCount int32 // tag 0, default -1
	StateBatches          []ShareUpdateStateBatch
}

// NewShareUpdateValue makes one with the defaults of its fields.
func NewShareUpdateValue() *ShareUpdateValue {
	return &ShareUpdateValue{
		DeliveryCompleteCount: -1,
	}
}

// APIKey is the record type's number.
func (*ShareUpdateValue) APIKey() int16 { return 1 }

// MaxVersion is the newest version of the encoding.
func (*ShareUpdateValue) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ShareUpdateValue) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ShareUpdateValue) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ShareUpdateValue", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ShareUpdateValue", version, r.Err())
}

func (m *ShareUpdateValue) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.SnapshotEpoch)
	dst = wire.AppendInt32(dst, m.LeaderEpoch)
	dst = wire.AppendInt64(dst, m.StartOffset)
	dst = wire.AppendLen(dst, len(m.StateBatches), true)
	for i := range m.StateBatches {
		dst = m.StateBatches[i].append(dst, version)
	}
	var tags uint32
	if m.DeliveryCompleteCount != -1 {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.DeliveryCompleteCount != -1 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.DeliveryCompleteCount)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *ShareUpdateValue) read(r *wire.Reader, version int16) {
	*m = *NewShareUpdateValue()
	m.SnapshotEpoch = r.Int32()
	m.LeaderEpoch = r.Int32()
	m.StartOffset = r.Int64()
	if n := r.Len(true, 20); n > 0 {
		m.StateBatches = make([]ShareUpdateStateBatch, n)
		for i := range m.StateBatches {
			m.StateBatches[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.DeliveryCompleteCount = content.Int32()
			r.EndTag(&content)
		}
	}
}

// ShareUpdateStateBatch is a part of ShareUpdateValue.
type ShareUpdateStateBatch struct {
	FirstOffset   int64
	LastOffset    int64
	DeliveryState int8
	DeliveryCount int16
}

// NewShareUpdateStateBatch makes one with the defaults of its fields.
func NewShareUpdateStateBatch() *ShareUpdateStateBatch {
	return &ShareUpdateStateBatch{}
}

func (m *ShareUpdateStateBatch) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt64(dst, m.FirstOffset)
	dst = wire.AppendInt64(dst, m.LastOffset)
	dst = wire.AppendInt8(dst, m.DeliveryState)
	dst = wire.AppendInt16(dst, m.DeliveryCount)
	dst = append(dst, 0)
	return dst
}

func (m *ShareUpdateStateBatch) read(r *wire.Reader, version int16) {
	*m = *NewShareUpdateStateBatch()
	m.FirstOffset = r.Int64()
	m.LastOffset = r.Int64()
	m.DeliveryState = r.Int8()
	m.DeliveryCount = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}
