// Code generated from protocol/schema/records/metadata.json by protocol/schema/gen. DO NOT EDIT.

package metarec

import "github.com/kbroker/kbroker/protocol/internal/wire"

// New makes an empty record of a type, with the defaults of its fields; nil for a type that does not exist.
func New(apiKey int16) Record {
	switch apiKey {
	case 0:
		return NewRegisterBroker()
	case 1:
		return NewUnregisterBroker()
	case 2:
		return NewTopic()
	case 3:
		return NewPartition()
	case 4:
		return NewConfig()
	case 5:
		return NewPartitionChange()
	case 7:
		return NewFenceBroker()
	case 8:
		return NewUnfenceBroker()
	case 9:
		return NewRemoveTopic()
	case 10:
		return NewDelegationToken()
	case 11:
		return NewUserScramCredential()
	case 12:
		return NewFeatureLevel()
	case 14:
		return NewClientQuota()
	case 15:
		return NewProducerIDs()
	case 17:
		return NewBrokerRegistrationChange()
	case 18:
		return NewAccessControlEntry()
	case 19:
		return NewRemoveAccessControlEntry()
	case 20:
		return NewNoOp()
	case 21:
		return NewZKMigrationState()
	case 22:
		return NewRemoveUserScramCredential()
	case 23:
		return NewBeginTransaction()
	case 24:
		return NewEndTransaction()
	case 25:
		return NewAbortTransaction()
	case 26:
		return NewRemoveDelegationToken()
	case 27:
		return NewRegisterController()
	case 28:
		return NewClearELR()
	case 29:
		return NewUnregisterController()
	}
	return nil
}

// RegisterBroker is RegisterBrokerRecord, versions 0-4.
type RegisterBroker struct {
	BrokerID             int32
	IsMigratingZKBroker  bool // versions 2+
	IncarnationID        [16]byte
	BrokerEpoch          int64
	EndPoints            []BrokerEndpoint
	Features             []BrokerFeature
	Rack                 *string    // nil is null
	Fenced               bool       // default true
	InControlledShutdown bool       // versions 1+
	LogDirs              [][16]byte // versions 3+, tag 0
	CordonedLogDirs      [][16]byte // versions 4+, tag 1, nil is null
}

// NewRegisterBroker makes one with the defaults of its fields.
func NewRegisterBroker() *RegisterBroker {
	return &RegisterBroker{
		Fenced: true,
	}
}

// APIKey is the record type's number.
func (*RegisterBroker) APIKey() int16 { return 0 }

// MaxVersion is the newest version of the encoding.
func (*RegisterBroker) MaxVersion() int16 { return 4 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RegisterBroker) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RegisterBroker) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 4 {
		return &wire.VersionError{Type: "RegisterBrokerRecord", Version: version, Min: 0, Max: 4}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RegisterBrokerRecord", version, r.Err())
}

func (m *RegisterBroker) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.BrokerID)
	if version >= 2 {
		dst = wire.AppendBool(dst, m.IsMigratingZKBroker)
	}
	dst = wire.AppendUUID(dst, m.IncarnationID)
	dst = wire.AppendInt64(dst, m.BrokerEpoch)
	dst = wire.AppendLen(dst, len(m.EndPoints), true)
	for i := range m.EndPoints {
		dst = m.EndPoints[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.Features), true)
	for i := range m.Features {
		dst = m.Features[i].append(dst, version)
	}
	dst = wire.AppendNullableString(dst, m.Rack, true)
	dst = wire.AppendBool(dst, m.Fenced)
	if version >= 1 {
		dst = wire.AppendBool(dst, m.InControlledShutdown)
	}
	var tags uint32
	if version >= 3 && len(m.LogDirs) > 0 {
		tags++
	}
	if version >= 4 && m.CordonedLogDirs != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if version >= 3 && len(m.LogDirs) > 0 {
		start := len(dst)
		dst = wire.AppendLen(dst, len(m.LogDirs), true)
		for i := range m.LogDirs {
			dst = wire.AppendUUID(dst, m.LogDirs[i])
		}
		dst = wire.SealTag(dst, start, 0)
	}
	if version >= 4 && m.CordonedLogDirs != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.CordonedLogDirs), m.CordonedLogDirs == nil, true)
		for i := range m.CordonedLogDirs {
			dst = wire.AppendUUID(dst, m.CordonedLogDirs[i])
		}
		dst = wire.SealTag(dst, start, 1)
	}
	return dst
}

func (m *RegisterBroker) read(r *wire.Reader, version int16) {
	*m = *NewRegisterBroker()
	m.BrokerID = r.Int32()
	if version >= 2 {
		m.IsMigratingZKBroker = r.Bool()
	}
	m.IncarnationID = r.UUID()
	m.BrokerEpoch = r.Int64()
	if n := r.Len(true, 7); n > 0 {
		m.EndPoints = make([]BrokerEndpoint, n)
		for i := range m.EndPoints {
			m.EndPoints[i].read(r, version)
		}
	}
	if n := r.Len(true, 6); n > 0 {
		m.Features = make([]BrokerFeature, n)
		for i := range m.Features {
			m.Features[i].read(r, version)
		}
	}
	m.Rack = r.NullableString(true)
	m.Fenced = r.Bool()
	if version >= 1 {
		m.InControlledShutdown = r.Bool()
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0 && version >= 3:
			if n := content.Len(true, 16); n > 0 {
				m.LogDirs = make([][16]byte, n)
				for i := range m.LogDirs {
					m.LogDirs[i] = content.UUID()
				}
			}
			r.EndTag(&content)
		case tag == 1 && version >= 4:
			if n := content.NullableLen(true, 16); n >= 0 {
				m.CordonedLogDirs = make([][16]byte, n)
				for i := range m.CordonedLogDirs {
					m.CordonedLogDirs[i] = content.UUID()
				}
			}
			r.EndTag(&content)
		}
	}
}

// BrokerEndpoint is a part of RegisterBroker.
type BrokerEndpoint struct {
	Name             string
	Host             string
	Port             uint16
	SecurityProtocol int16
}

// NewBrokerEndpoint makes one with the defaults of its fields.
func NewBrokerEndpoint() *BrokerEndpoint {
	return &BrokerEndpoint{}
}

func (m *BrokerEndpoint) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendString(dst, m.Host, true)
	dst = wire.AppendUint16(dst, m.Port)
	dst = wire.AppendInt16(dst, m.SecurityProtocol)
	dst = append(dst, 0)
	return dst
}

func (m *BrokerEndpoint) read(r *wire.Reader, version int16) {
	*m = *NewBrokerEndpoint()
	m.Name = r.String(true)
	m.Host = r.String(true)
	m.Port = r.Uint16()
	m.SecurityProtocol = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// BrokerFeature is a part of RegisterBroker.
type BrokerFeature struct {
	Name                string
	MinSupportedVersion int16
	MaxSupportedVersion int16
}

// NewBrokerFeature makes one with the defaults of its fields.
func NewBrokerFeature() *BrokerFeature {
	return &BrokerFeature{}
}

func (m *BrokerFeature) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt16(dst, m.MinSupportedVersion)
	dst = wire.AppendInt16(dst, m.MaxSupportedVersion)
	dst = append(dst, 0)
	return dst
}

func (m *BrokerFeature) read(r *wire.Reader, version int16) {
	*m = *NewBrokerFeature()
	m.Name = r.String(true)
	m.MinSupportedVersion = r.Int16()
	m.MaxSupportedVersion = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// UnregisterBroker is UnregisterBrokerRecord, versions 0.
type UnregisterBroker struct {
	BrokerID    int32
	BrokerEpoch int64
}

// NewUnregisterBroker makes one with the defaults of its fields.
func NewUnregisterBroker() *UnregisterBroker {
	return &UnregisterBroker{}
}

// APIKey is the record type's number.
func (*UnregisterBroker) APIKey() int16 { return 1 }

// MaxVersion is the newest version of the encoding.
func (*UnregisterBroker) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *UnregisterBroker) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *UnregisterBroker) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "UnregisterBrokerRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("UnregisterBrokerRecord", version, r.Err())
}

func (m *UnregisterBroker) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.BrokerID)
	dst = wire.AppendInt64(dst, m.BrokerEpoch)
	dst = append(dst, 0)
	return dst
}

func (m *UnregisterBroker) read(r *wire.Reader, version int16) {
	*m = *NewUnregisterBroker()
	m.BrokerID = r.Int32()
	m.BrokerEpoch = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// Topic is TopicRecord, versions 0.
type Topic struct {
	Name    string
	TopicID [16]byte
}

// NewTopic makes one with the defaults of its fields.
func NewTopic() *Topic {
	return &Topic{}
}

// APIKey is the record type's number.
func (*Topic) APIKey() int16 { return 2 }

// MaxVersion is the newest version of the encoding.
func (*Topic) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *Topic) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *Topic) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "TopicRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("TopicRecord", version, r.Err())
}

func (m *Topic) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = append(dst, 0)
	return dst
}

func (m *Topic) read(r *wire.Reader, version int16) {
	*m = *NewTopic()
	m.Name = r.String(true)
	m.TopicID = r.UUID()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// Partition is PartitionRecord, versions 0-2.
type Partition struct {
	PartitionID            int32 // default -1
	TopicID                [16]byte
	Replicas               []int32
	ISR                    []int32
	RemovingReplicas       []int32
	AddingReplicas         []int32
	Leader                 int32      // default -1
	LeaderRecoveryState    int8       // tag 0
	LeaderEpoch            int32      // default -1
	PartitionEpoch         int32      // default -1
	Directories            [][16]byte // versions 1+
	EligibleLeaderReplicas []int32    // versions 2+, tag 1, nil is null
	LastKnownELR           []int32    // versions 2+, tag 2, nil is null
}

// NewPartition makes one with the defaults of its fields.
func NewPartition() *Partition {
	return &Partition{
		PartitionID:    -1,
		Leader:         -1,
		LeaderEpoch:    -1,
		PartitionEpoch: -1,
	}
}

// APIKey is the record type's number.
func (*Partition) APIKey() int16 { return 3 }

// MaxVersion is the newest version of the encoding.
func (*Partition) MaxVersion() int16 { return 2 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *Partition) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *Partition) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 2 {
		return &wire.VersionError{Type: "PartitionRecord", Version: version, Min: 0, Max: 2}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("PartitionRecord", version, r.Err())
}

func (m *Partition) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.PartitionID)
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = wire.AppendLen(dst, len(m.Replicas), true)
	for i := range m.Replicas {
		dst = wire.AppendInt32(dst, m.Replicas[i])
	}
	dst = wire.AppendLen(dst, len(m.ISR), true)
	for i := range m.ISR {
		dst = wire.AppendInt32(dst, m.ISR[i])
	}
	dst = wire.AppendLen(dst, len(m.RemovingReplicas), true)
	for i := range m.RemovingReplicas {
		dst = wire.AppendInt32(dst, m.RemovingReplicas[i])
	}
	dst = wire.AppendLen(dst, len(m.AddingReplicas), true)
	for i := range m.AddingReplicas {
		dst = wire.AppendInt32(dst, m.AddingReplicas[i])
	}
	dst = wire.AppendInt32(dst, m.Leader)
	dst = wire.AppendInt32(dst, m.LeaderEpoch)
	dst = wire.AppendInt32(dst, m.PartitionEpoch)
	if version >= 1 {
		dst = wire.AppendLen(dst, len(m.Directories), true)
		for i := range m.Directories {
			dst = wire.AppendUUID(dst, m.Directories[i])
		}
	}
	var tags uint32
	if m.LeaderRecoveryState != 0 {
		tags++
	}
	if version >= 2 && m.EligibleLeaderReplicas != nil {
		tags++
	}
	if version >= 2 && m.LastKnownELR != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.LeaderRecoveryState != 0 {
		start := len(dst)
		dst = wire.AppendInt8(dst, m.LeaderRecoveryState)
		dst = wire.SealTag(dst, start, 0)
	}
	if version >= 2 && m.EligibleLeaderReplicas != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.EligibleLeaderReplicas), m.EligibleLeaderReplicas == nil, true)
		for i := range m.EligibleLeaderReplicas {
			dst = wire.AppendInt32(dst, m.EligibleLeaderReplicas[i])
		}
		dst = wire.SealTag(dst, start, 1)
	}
	if version >= 2 && m.LastKnownELR != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.LastKnownELR), m.LastKnownELR == nil, true)
		for i := range m.LastKnownELR {
			dst = wire.AppendInt32(dst, m.LastKnownELR[i])
		}
		dst = wire.SealTag(dst, start, 2)
	}
	return dst
}

func (m *Partition) read(r *wire.Reader, version int16) {
	*m = *NewPartition()
	m.PartitionID = r.Int32()
	m.TopicID = r.UUID()
	if n := r.Len(true, 4); n > 0 {
		m.Replicas = make([]int32, n)
		for i := range m.Replicas {
			m.Replicas[i] = r.Int32()
		}
	}
	if n := r.Len(true, 4); n > 0 {
		m.ISR = make([]int32, n)
		for i := range m.ISR {
			m.ISR[i] = r.Int32()
		}
	}
	if n := r.Len(true, 4); n > 0 {
		m.RemovingReplicas = make([]int32, n)
		for i := range m.RemovingReplicas {
			m.RemovingReplicas[i] = r.Int32()
		}
	}
	if n := r.Len(true, 4); n > 0 {
		m.AddingReplicas = make([]int32, n)
		for i := range m.AddingReplicas {
			m.AddingReplicas[i] = r.Int32()
		}
	}
	m.Leader = r.Int32()
	m.LeaderEpoch = r.Int32()
	m.PartitionEpoch = r.Int32()
	if version >= 1 {
		if n := r.Len(true, 16); n > 0 {
			m.Directories = make([][16]byte, n)
			for i := range m.Directories {
				m.Directories[i] = r.UUID()
			}
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.LeaderRecoveryState = content.Int8()
			r.EndTag(&content)
		case tag == 1 && version >= 2:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.EligibleLeaderReplicas = make([]int32, n)
				for i := range m.EligibleLeaderReplicas {
					m.EligibleLeaderReplicas[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 2 && version >= 2:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.LastKnownELR = make([]int32, n)
				for i := range m.LastKnownELR {
					m.LastKnownELR[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		}
	}
}

// Config is ConfigRecord, versions 0.
type Config struct {
	ResourceType int8
	ResourceName string
	Name         string
	Value        *string // nil is null
}

// NewConfig makes one with the defaults of its fields.
func NewConfig() *Config {
	return &Config{}
}

// APIKey is the record type's number.
func (*Config) APIKey() int16 { return 4 }

// MaxVersion is the newest version of the encoding.
func (*Config) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *Config) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *Config) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ConfigRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("ConfigRecord", version, r.Err())
}

func (m *Config) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt8(dst, m.ResourceType)
	dst = wire.AppendString(dst, m.ResourceName, true)
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendNullableString(dst, m.Value, true)
	dst = append(dst, 0)
	return dst
}

func (m *Config) read(r *wire.Reader, version int16) {
	*m = *NewConfig()
	m.ResourceType = r.Int8()
	m.ResourceName = r.String(true)
	m.Name = r.String(true)
	m.Value = r.NullableString(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// PartitionChange is PartitionChangeRecord, versions 0-2.
type PartitionChange struct {
	PartitionID            int32 // default -1
	TopicID                [16]byte
	ISR                    []int32    // tag 0, nil is null
	Leader                 int32      // tag 1, default -2
	Replicas               []int32    // tag 2, nil is null
	RemovingReplicas       []int32    // tag 3, nil is null
	AddingReplicas         []int32    // tag 4, nil is null
	LeaderRecoveryState    int8       // tag 5, default -1
	Directories            [][16]byte // versions 1+, tag 8, nil is null
	EligibleLeaderReplicas []int32    // versions 2+, tag 6, nil is null
	LastKnownELR           []int32    // versions 2+, tag 7, nil is null
}

// NewPartitionChange makes one with the defaults of its fields.
func NewPartitionChange() *PartitionChange {
	return &PartitionChange{
		PartitionID:         -1,
		Leader:              -2,
		LeaderRecoveryState: -1,
	}
}

// APIKey is the record type's number.
func (*PartitionChange) APIKey() int16 { return 5 }

// MaxVersion is the newest version of the encoding.
func (*PartitionChange) MaxVersion() int16 { return 2 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *PartitionChange) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *PartitionChange) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 2 {
		return &wire.VersionError{Type: "PartitionChangeRecord", Version: version, Min: 0, Max: 2}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("PartitionChangeRecord", version, r.Err())
}

func (m *PartitionChange) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.PartitionID)
	dst = wire.AppendUUID(dst, m.TopicID)
	var tags uint32
	if m.ISR != nil {
		tags++
	}
	if m.Leader != -2 {
		tags++
	}
	if m.Replicas != nil {
		tags++
	}
	if m.RemovingReplicas != nil {
		tags++
	}
	if m.AddingReplicas != nil {
		tags++
	}
	if m.LeaderRecoveryState != -1 {
		tags++
	}
	if version >= 2 && m.EligibleLeaderReplicas != nil {
		tags++
	}
	if version >= 2 && m.LastKnownELR != nil {
		tags++
	}
	if version >= 1 && m.Directories != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.ISR != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.ISR), m.ISR == nil, true)
		for i := range m.ISR {
			dst = wire.AppendInt32(dst, m.ISR[i])
		}
		dst = wire.SealTag(dst, start, 0)
	}
	if m.Leader != -2 {
		start := len(dst)
		dst = wire.AppendInt32(dst, m.Leader)
		dst = wire.SealTag(dst, start, 1)
	}
	if m.Replicas != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.Replicas), m.Replicas == nil, true)
		for i := range m.Replicas {
			dst = wire.AppendInt32(dst, m.Replicas[i])
		}
		dst = wire.SealTag(dst, start, 2)
	}
	if m.RemovingReplicas != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.RemovingReplicas), m.RemovingReplicas == nil, true)
		for i := range m.RemovingReplicas {
			dst = wire.AppendInt32(dst, m.RemovingReplicas[i])
		}
		dst = wire.SealTag(dst, start, 3)
	}
	if m.AddingReplicas != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.AddingReplicas), m.AddingReplicas == nil, true)
		for i := range m.AddingReplicas {
			dst = wire.AppendInt32(dst, m.AddingReplicas[i])
		}
		dst = wire.SealTag(dst, start, 4)
	}
	if m.LeaderRecoveryState != -1 {
		start := len(dst)
		dst = wire.AppendInt8(dst, m.LeaderRecoveryState)
		dst = wire.SealTag(dst, start, 5)
	}
	if version >= 2 && m.EligibleLeaderReplicas != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.EligibleLeaderReplicas), m.EligibleLeaderReplicas == nil, true)
		for i := range m.EligibleLeaderReplicas {
			dst = wire.AppendInt32(dst, m.EligibleLeaderReplicas[i])
		}
		dst = wire.SealTag(dst, start, 6)
	}
	if version >= 2 && m.LastKnownELR != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.LastKnownELR), m.LastKnownELR == nil, true)
		for i := range m.LastKnownELR {
			dst = wire.AppendInt32(dst, m.LastKnownELR[i])
		}
		dst = wire.SealTag(dst, start, 7)
	}
	if version >= 1 && m.Directories != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.Directories), m.Directories == nil, true)
		for i := range m.Directories {
			dst = wire.AppendUUID(dst, m.Directories[i])
		}
		dst = wire.SealTag(dst, start, 8)
	}
	return dst
}

func (m *PartitionChange) read(r *wire.Reader, version int16) {
	*m = *NewPartitionChange()
	m.PartitionID = r.Int32()
	m.TopicID = r.UUID()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.ISR = make([]int32, n)
				for i := range m.ISR {
					m.ISR[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 1:
			m.Leader = content.Int32()
			r.EndTag(&content)
		case tag == 2:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.Replicas = make([]int32, n)
				for i := range m.Replicas {
					m.Replicas[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 3:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.RemovingReplicas = make([]int32, n)
				for i := range m.RemovingReplicas {
					m.RemovingReplicas[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 4:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.AddingReplicas = make([]int32, n)
				for i := range m.AddingReplicas {
					m.AddingReplicas[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 5:
			m.LeaderRecoveryState = content.Int8()
			r.EndTag(&content)
		case tag == 6 && version >= 2:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.EligibleLeaderReplicas = make([]int32, n)
				for i := range m.EligibleLeaderReplicas {
					m.EligibleLeaderReplicas[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 7 && version >= 2:
			if n := content.NullableLen(true, 4); n >= 0 {
				m.LastKnownELR = make([]int32, n)
				for i := range m.LastKnownELR {
					m.LastKnownELR[i] = content.Int32()
				}
			}
			r.EndTag(&content)
		case tag == 8 && version >= 1:
			if n := content.NullableLen(true, 16); n >= 0 {
				m.Directories = make([][16]byte, n)
				for i := range m.Directories {
					m.Directories[i] = content.UUID()
				}
			}
			r.EndTag(&content)
		}
	}
}

// FenceBroker is FenceBrokerRecord, versions 0.
type FenceBroker struct {
	ID    int32
	Epoch int64
}

// NewFenceBroker makes one with the defaults of its fields.
func NewFenceBroker() *FenceBroker {
	return &FenceBroker{}
}

// APIKey is the record type's number.
func (*FenceBroker) APIKey() int16 { return 7 }

// MaxVersion is the newest version of the encoding.
func (*FenceBroker) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *FenceBroker) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *FenceBroker) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "FenceBrokerRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("FenceBrokerRecord", version, r.Err())
}

func (m *FenceBroker) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.ID)
	dst = wire.AppendInt64(dst, m.Epoch)
	dst = append(dst, 0)
	return dst
}

func (m *FenceBroker) read(r *wire.Reader, version int16) {
	*m = *NewFenceBroker()
	m.ID = r.Int32()
	m.Epoch = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// UnfenceBroker is UnfenceBrokerRecord, versions 0.
type UnfenceBroker struct {
	ID    int32
	Epoch int64
}

// NewUnfenceBroker makes one with the defaults of its fields.
func NewUnfenceBroker() *UnfenceBroker {
	return &UnfenceBroker{}
}

// APIKey is the record type's number.
func (*UnfenceBroker) APIKey() int16 { return 8 }

// MaxVersion is the newest version of the encoding.
func (*UnfenceBroker) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *UnfenceBroker) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *UnfenceBroker) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "UnfenceBrokerRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("UnfenceBrokerRecord", version, r.Err())
}

func (m *UnfenceBroker) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.ID)
	dst = wire.AppendInt64(dst, m.Epoch)
	dst = append(dst, 0)
	return dst
}

func (m *UnfenceBroker) read(r *wire.Reader, version int16) {
	*m = *NewUnfenceBroker()
	m.ID = r.Int32()
	m.Epoch = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// RemoveTopic is RemoveTopicRecord, versions 0.
type RemoveTopic struct {
	TopicID [16]byte
}

// NewRemoveTopic makes one with the defaults of its fields.
func NewRemoveTopic() *RemoveTopic {
	return &RemoveTopic{}
}

// APIKey is the record type's number.
func (*RemoveTopic) APIKey() int16 { return 9 }

// MaxVersion is the newest version of the encoding.
func (*RemoveTopic) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RemoveTopic) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RemoveTopic) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "RemoveTopicRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RemoveTopicRecord", version, r.Err())
}

func (m *RemoveTopic) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.TopicID)
	dst = append(dst, 0)
	return dst
}

func (m *RemoveTopic) read(r *wire.Reader, version int16) {
	*m = *NewRemoveTopic()
	m.TopicID = r.UUID()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// DelegationToken is DelegationTokenRecord, versions 0.
type DelegationToken struct {
	Owner               string
	Requester           string
	Renewers            []string
	IssueTimestamp      int64
	MaxTimestamp        int64
	ExpirationTimestamp int64
	TokenID             string
}

// NewDelegationToken makes one with the defaults of its fields.
func NewDelegationToken() *DelegationToken {
	return &DelegationToken{}
}

// APIKey is the record type's number.
func (*DelegationToken) APIKey() int16 { return 10 }

// MaxVersion is the newest version of the encoding.
func (*DelegationToken) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *DelegationToken) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *DelegationToken) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "DelegationTokenRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("DelegationTokenRecord", version, r.Err())
}

func (m *DelegationToken) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Owner, true)
	dst = wire.AppendString(dst, m.Requester, true)
	dst = wire.AppendLen(dst, len(m.Renewers), true)
	for i := range m.Renewers {
		dst = wire.AppendString(dst, m.Renewers[i], true)
	}
	dst = wire.AppendInt64(dst, m.IssueTimestamp)
	dst = wire.AppendInt64(dst, m.MaxTimestamp)
	dst = wire.AppendInt64(dst, m.ExpirationTimestamp)
	dst = wire.AppendString(dst, m.TokenID, true)
	dst = append(dst, 0)
	return dst
}

func (m *DelegationToken) read(r *wire.Reader, version int16) {
	*m = *NewDelegationToken()
	m.Owner = r.String(true)
	m.Requester = r.String(true)
	if n := r.Len(true, 1); n > 0 {
		m.Renewers = make([]string, n)
		for i := range m.Renewers {
			m.Renewers[i] = r.String(true)
		}
	}
	m.IssueTimestamp = r.Int64()
	m.MaxTimestamp = r.Int64()
	m.ExpirationTimestamp = r.Int64()
	m.TokenID = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// UserScramCredential is UserScramCredentialRecord, versions 0.
type UserScramCredential struct {
	Name       string
	Mechanism  int8
	Salt       []byte
	StoredKey  []byte
	ServerKey  []byte
	Iterations int32
}

// NewUserScramCredential makes one with the defaults of its fields.
func NewUserScramCredential() *UserScramCredential {
	return &UserScramCredential{}
}

// APIKey is the record type's number.
func (*UserScramCredential) APIKey() int16 { return 11 }

// MaxVersion is the newest version of the encoding.
func (*UserScramCredential) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *UserScramCredential) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *UserScramCredential) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "UserScramCredentialRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("UserScramCredentialRecord", version, r.Err())
}

func (m *UserScramCredential) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt8(dst, m.Mechanism)
	dst = wire.AppendBytes(dst, m.Salt, true)
	dst = wire.AppendBytes(dst, m.StoredKey, true)
	dst = wire.AppendBytes(dst, m.ServerKey, true)
	dst = wire.AppendInt32(dst, m.Iterations)
	dst = append(dst, 0)
	return dst
}

func (m *UserScramCredential) read(r *wire.Reader, version int16) {
	*m = *NewUserScramCredential()
	m.Name = r.String(true)
	m.Mechanism = r.Int8()
	m.Salt = r.Bytes(true)
	m.StoredKey = r.Bytes(true)
	m.ServerKey = r.Bytes(true)
	m.Iterations = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// FeatureLevel is FeatureLevelRecord, versions 0.
type FeatureLevel struct {
	Name         string
	FeatureLevel int16
}

// NewFeatureLevel makes one with the defaults of its fields.
func NewFeatureLevel() *FeatureLevel {
	return &FeatureLevel{}
}

// APIKey is the record type's number.
func (*FeatureLevel) APIKey() int16 { return 12 }

// MaxVersion is the newest version of the encoding.
func (*FeatureLevel) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *FeatureLevel) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *FeatureLevel) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "FeatureLevelRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("FeatureLevelRecord", version, r.Err())
}

func (m *FeatureLevel) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt16(dst, m.FeatureLevel)
	dst = append(dst, 0)
	return dst
}

func (m *FeatureLevel) read(r *wire.Reader, version int16) {
	*m = *NewFeatureLevel()
	m.Name = r.String(true)
	m.FeatureLevel = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ClientQuota is ClientQuotaRecord, versions 0.
type ClientQuota struct {
	Entity []EntityData
	Key    string
	Value  float64
	Remove bool
}

// NewClientQuota makes one with the defaults of its fields.
func NewClientQuota() *ClientQuota {
	return &ClientQuota{}
}

// APIKey is the record type's number.
func (*ClientQuota) APIKey() int16 { return 14 }

// MaxVersion is the newest version of the encoding.
func (*ClientQuota) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ClientQuota) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *ClientQuota) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ClientQuotaRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("ClientQuotaRecord", version, r.Err())
}

func (m *ClientQuota) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.Entity), true)
	for i := range m.Entity {
		dst = m.Entity[i].append(dst, version)
	}
	dst = wire.AppendString(dst, m.Key, true)
	dst = wire.AppendFloat64(dst, m.Value)
	dst = wire.AppendBool(dst, m.Remove)
	dst = append(dst, 0)
	return dst
}

func (m *ClientQuota) read(r *wire.Reader, version int16) {
	*m = *NewClientQuota()
	if n := r.Len(true, 3); n > 0 {
		m.Entity = make([]EntityData, n)
		for i := range m.Entity {
			m.Entity[i].read(r, version)
		}
	}
	m.Key = r.String(true)
	m.Value = r.Float64()
	m.Remove = r.Bool()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// EntityData is a part of ClientQuota.
type EntityData struct {
	EntityType string
	EntityName *string // nil is null
}

// NewEntityData makes one with the defaults of its fields.
func NewEntityData() *EntityData {
	return &EntityData{}
}

func (m *EntityData) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.EntityType, true)
	dst = wire.AppendNullableString(dst, m.EntityName, true)
	dst = append(dst, 0)
	return dst
}

func (m *EntityData) read(r *wire.Reader, version int16) {
	*m = *NewEntityData()
	m.EntityType = r.String(true)
	m.EntityName = r.NullableString(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ProducerIDs is ProducerIdsRecord, versions 0.
type ProducerIDs struct {
	BrokerID       int32
	BrokerEpoch    int64 // default -1
	NextProducerID int64
}

// NewProducerIDs makes one with the defaults of its fields.
func NewProducerIDs() *ProducerIDs {
	return &ProducerIDs{
		BrokerEpoch: -1,
	}
}

// APIKey is the record type's number.
func (*ProducerIDs) APIKey() int16 { return 15 }

// MaxVersion is the newest version of the encoding.
func (*ProducerIDs) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ProducerIDs) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *ProducerIDs) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ProducerIdsRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("ProducerIdsRecord", version, r.Err())
}

func (m *ProducerIDs) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.BrokerID)
	dst = wire.AppendInt64(dst, m.BrokerEpoch)
	dst = wire.AppendInt64(dst, m.NextProducerID)
	dst = append(dst, 0)
	return dst
}

func (m *ProducerIDs) read(r *wire.Reader, version int16) {
	*m = *NewProducerIDs()
	m.BrokerID = r.Int32()
	m.BrokerEpoch = r.Int64()
	m.NextProducerID = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// BrokerRegistrationChange is BrokerRegistrationChangeRecord, versions 0-3.
type BrokerRegistrationChange struct {
	BrokerID             int32
	BrokerEpoch          int64
	Fenced               int8       // tag 0
	InControlledShutdown int8       // versions 1+, tag 1
	LogDirs              [][16]byte // versions 2+, tag 2
	CordonedLogDirs      [][16]byte // versions 3+, tag 3, nil is null
}

// NewBrokerRegistrationChange makes one with the defaults of its fields.
func NewBrokerRegistrationChange() *BrokerRegistrationChange {
	return &BrokerRegistrationChange{}
}

// APIKey is the record type's number.
func (*BrokerRegistrationChange) APIKey() int16 { return 17 }

// MaxVersion is the newest version of the encoding.
func (*BrokerRegistrationChange) MaxVersion() int16 { return 3 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *BrokerRegistrationChange) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *BrokerRegistrationChange) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 3 {
		return &wire.VersionError{Type: "BrokerRegistrationChangeRecord", Version: version, Min: 0, Max: 3}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("BrokerRegistrationChangeRecord", version, r.Err())
}

func (m *BrokerRegistrationChange) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.BrokerID)
	dst = wire.AppendInt64(dst, m.BrokerEpoch)
	var tags uint32
	if m.Fenced != 0 {
		tags++
	}
	if version >= 1 && m.InControlledShutdown != 0 {
		tags++
	}
	if version >= 2 && len(m.LogDirs) > 0 {
		tags++
	}
	if version >= 3 && m.CordonedLogDirs != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.Fenced != 0 {
		start := len(dst)
		dst = wire.AppendInt8(dst, m.Fenced)
		dst = wire.SealTag(dst, start, 0)
	}
	if version >= 1 && m.InControlledShutdown != 0 {
		start := len(dst)
		dst = wire.AppendInt8(dst, m.InControlledShutdown)
		dst = wire.SealTag(dst, start, 1)
	}
	if version >= 2 && len(m.LogDirs) > 0 {
		start := len(dst)
		dst = wire.AppendLen(dst, len(m.LogDirs), true)
		for i := range m.LogDirs {
			dst = wire.AppendUUID(dst, m.LogDirs[i])
		}
		dst = wire.SealTag(dst, start, 2)
	}
	if version >= 3 && m.CordonedLogDirs != nil {
		start := len(dst)
		dst = wire.AppendNullableLen(dst, len(m.CordonedLogDirs), m.CordonedLogDirs == nil, true)
		for i := range m.CordonedLogDirs {
			dst = wire.AppendUUID(dst, m.CordonedLogDirs[i])
		}
		dst = wire.SealTag(dst, start, 3)
	}
	return dst
}

func (m *BrokerRegistrationChange) read(r *wire.Reader, version int16) {
	*m = *NewBrokerRegistrationChange()
	m.BrokerID = r.Int32()
	m.BrokerEpoch = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.Fenced = content.Int8()
			r.EndTag(&content)
		case tag == 1 && version >= 1:
			m.InControlledShutdown = content.Int8()
			r.EndTag(&content)
		case tag == 2 && version >= 2:
			if n := content.Len(true, 16); n > 0 {
				m.LogDirs = make([][16]byte, n)
				for i := range m.LogDirs {
					m.LogDirs[i] = content.UUID()
				}
			}
			r.EndTag(&content)
		case tag == 3 && version >= 3:
			if n := content.NullableLen(true, 16); n >= 0 {
				m.CordonedLogDirs = make([][16]byte, n)
				for i := range m.CordonedLogDirs {
					m.CordonedLogDirs[i] = content.UUID()
				}
			}
			r.EndTag(&content)
		}
	}
}

// AccessControlEntry is AccessControlEntryRecord, versions 0.
type AccessControlEntry struct {
	ID             [16]byte
	ResourceType   int8
	ResourceName   string
	PatternType    int8
	Principal      string
	Host           string
	Operation      int8
	PermissionType int8
}

// NewAccessControlEntry makes one with the defaults of its fields.
func NewAccessControlEntry() *AccessControlEntry {
	return &AccessControlEntry{}
}

// APIKey is the record type's number.
func (*AccessControlEntry) APIKey() int16 { return 18 }

// MaxVersion is the newest version of the encoding.
func (*AccessControlEntry) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *AccessControlEntry) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *AccessControlEntry) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "AccessControlEntryRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("AccessControlEntryRecord", version, r.Err())
}

func (m *AccessControlEntry) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.ID)
	dst = wire.AppendInt8(dst, m.ResourceType)
	dst = wire.AppendString(dst, m.ResourceName, true)
	dst = wire.AppendInt8(dst, m.PatternType)
	dst = wire.AppendString(dst, m.Principal, true)
	dst = wire.AppendString(dst, m.Host, true)
	dst = wire.AppendInt8(dst, m.Operation)
	dst = wire.AppendInt8(dst, m.PermissionType)
	dst = append(dst, 0)
	return dst
}

func (m *AccessControlEntry) read(r *wire.Reader, version int16) {
	*m = *NewAccessControlEntry()
	m.ID = r.UUID()
	m.ResourceType = r.Int8()
	m.ResourceName = r.String(true)
	m.PatternType = r.Int8()
	m.Principal = r.String(true)
	m.Host = r.String(true)
	m.Operation = r.Int8()
	m.PermissionType = r.Int8()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// RemoveAccessControlEntry is RemoveAccessControlEntryRecord, versions 0.
type RemoveAccessControlEntry struct {
	ID [16]byte
}

// NewRemoveAccessControlEntry makes one with the defaults of its fields.
func NewRemoveAccessControlEntry() *RemoveAccessControlEntry {
	return &RemoveAccessControlEntry{}
}

// APIKey is the record type's number.
func (*RemoveAccessControlEntry) APIKey() int16 { return 19 }

// MaxVersion is the newest version of the encoding.
func (*RemoveAccessControlEntry) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RemoveAccessControlEntry) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RemoveAccessControlEntry) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "RemoveAccessControlEntryRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RemoveAccessControlEntryRecord", version, r.Err())
}

func (m *RemoveAccessControlEntry) append(dst []byte, version int16) []byte {
	dst = wire.AppendUUID(dst, m.ID)
	dst = append(dst, 0)
	return dst
}

func (m *RemoveAccessControlEntry) read(r *wire.Reader, version int16) {
	*m = *NewRemoveAccessControlEntry()
	m.ID = r.UUID()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// NoOp is NoOpRecord, versions 0.
type NoOp struct {
}

// NewNoOp makes one with the defaults of its fields.
func NewNoOp() *NoOp {
	return &NoOp{}
}

// APIKey is the record type's number.
func (*NoOp) APIKey() int16 { return 20 }

// MaxVersion is the newest version of the encoding.
func (*NoOp) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *NoOp) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *NoOp) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "NoOpRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("NoOpRecord", version, r.Err())
}

func (m *NoOp) append(dst []byte, version int16) []byte {
	dst = append(dst, 0)
	return dst
}

func (m *NoOp) read(r *wire.Reader, version int16) {
	*m = *NewNoOp()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ZKMigrationState is ZkMigrationStateRecord, versions 0.
type ZKMigrationState struct {
	ZKMigrationState int8
}

// NewZKMigrationState makes one with the defaults of its fields.
func NewZKMigrationState() *ZKMigrationState {
	return &ZKMigrationState{}
}

// APIKey is the record type's number.
func (*ZKMigrationState) APIKey() int16 { return 21 }

// MaxVersion is the newest version of the encoding.
func (*ZKMigrationState) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ZKMigrationState) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *ZKMigrationState) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ZkMigrationStateRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("ZkMigrationStateRecord", version, r.Err())
}

func (m *ZKMigrationState) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt8(dst, m.ZKMigrationState)
	dst = append(dst, 0)
	return dst
}

func (m *ZKMigrationState) read(r *wire.Reader, version int16) {
	*m = *NewZKMigrationState()
	m.ZKMigrationState = r.Int8()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// RemoveUserScramCredential is RemoveUserScramCredentialRecord, versions 0.
type RemoveUserScramCredential struct {
	Name      string
	Mechanism int8
}

// NewRemoveUserScramCredential makes one with the defaults of its fields.
func NewRemoveUserScramCredential() *RemoveUserScramCredential {
	return &RemoveUserScramCredential{}
}

// APIKey is the record type's number.
func (*RemoveUserScramCredential) APIKey() int16 { return 22 }

// MaxVersion is the newest version of the encoding.
func (*RemoveUserScramCredential) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RemoveUserScramCredential) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RemoveUserScramCredential) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "RemoveUserScramCredentialRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RemoveUserScramCredentialRecord", version, r.Err())
}

func (m *RemoveUserScramCredential) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt8(dst, m.Mechanism)
	dst = append(dst, 0)
	return dst
}

func (m *RemoveUserScramCredential) read(r *wire.Reader, version int16) {
	*m = *NewRemoveUserScramCredential()
	m.Name = r.String(true)
	m.Mechanism = r.Int8()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// BeginTransaction is BeginTransactionRecord, versions 0.
type BeginTransaction struct {
	Name *string // tag 0, nil is null
}

// NewBeginTransaction makes one with the defaults of its fields.
func NewBeginTransaction() *BeginTransaction {
	return &BeginTransaction{}
}

// APIKey is the record type's number.
func (*BeginTransaction) APIKey() int16 { return 23 }

// MaxVersion is the newest version of the encoding.
func (*BeginTransaction) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *BeginTransaction) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *BeginTransaction) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "BeginTransactionRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("BeginTransactionRecord", version, r.Err())
}

func (m *BeginTransaction) append(dst []byte, version int16) []byte {
	var tags uint32
	if m.Name != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.Name != nil {
		start := len(dst)
		dst = wire.AppendNullableString(dst, m.Name, true)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *BeginTransaction) read(r *wire.Reader, version int16) {
	*m = *NewBeginTransaction()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.Name = content.NullableString(true)
			r.EndTag(&content)
		}
	}
}

// EndTransaction is EndTransactionRecord, versions 0.
type EndTransaction struct {
}

// NewEndTransaction makes one with the defaults of its fields.
func NewEndTransaction() *EndTransaction {
	return &EndTransaction{}
}

// APIKey is the record type's number.
func (*EndTransaction) APIKey() int16 { return 24 }

// MaxVersion is the newest version of the encoding.
func (*EndTransaction) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *EndTransaction) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *EndTransaction) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "EndTransactionRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("EndTransactionRecord", version, r.Err())
}

func (m *EndTransaction) append(dst []byte, version int16) []byte {
	dst = append(dst, 0)
	return dst
}

func (m *EndTransaction) read(r *wire.Reader, version int16) {
	*m = *NewEndTransaction()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// AbortTransaction is AbortTransactionRecord, versions 0.
type AbortTransaction struct {
	Reason *string // tag 0, nil is null
}

// NewAbortTransaction makes one with the defaults of its fields.
func NewAbortTransaction() *AbortTransaction {
	return &AbortTransaction{}
}

// APIKey is the record type's number.
func (*AbortTransaction) APIKey() int16 { return 25 }

// MaxVersion is the newest version of the encoding.
func (*AbortTransaction) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *AbortTransaction) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *AbortTransaction) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "AbortTransactionRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("AbortTransactionRecord", version, r.Err())
}

func (m *AbortTransaction) append(dst []byte, version int16) []byte {
	var tags uint32
	if m.Reason != nil {
		tags++
	}
	dst = wire.AppendUvarint(dst, tags)
	if m.Reason != nil {
		start := len(dst)
		dst = wire.AppendNullableString(dst, m.Reason, true)
		dst = wire.SealTag(dst, start, 0)
	}
	return dst
}

func (m *AbortTransaction) read(r *wire.Reader, version int16) {
	*m = *NewAbortTransaction()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		switch tag, content := r.Tag(); {
		case tag == 0:
			m.Reason = content.NullableString(true)
			r.EndTag(&content)
		}
	}
}

// RemoveDelegationToken is RemoveDelegationTokenRecord, versions 0.
type RemoveDelegationToken struct {
	TokenID string
}

// NewRemoveDelegationToken makes one with the defaults of its fields.
func NewRemoveDelegationToken() *RemoveDelegationToken {
	return &RemoveDelegationToken{}
}

// APIKey is the record type's number.
func (*RemoveDelegationToken) APIKey() int16 { return 26 }

// MaxVersion is the newest version of the encoding.
func (*RemoveDelegationToken) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RemoveDelegationToken) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RemoveDelegationToken) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "RemoveDelegationTokenRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RemoveDelegationTokenRecord", version, r.Err())
}

func (m *RemoveDelegationToken) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.TokenID, true)
	dst = append(dst, 0)
	return dst
}

func (m *RemoveDelegationToken) read(r *wire.Reader, version int16) {
	*m = *NewRemoveDelegationToken()
	m.TokenID = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// RegisterController is RegisterControllerRecord, versions 0.
type RegisterController struct {
	ControllerID     int32
	IncarnationID    [16]byte
	ZKMigrationReady bool
	EndPoints        []ControllerEndpoint
	Features         []ControllerFeature
}

// NewRegisterController makes one with the defaults of its fields.
func NewRegisterController() *RegisterController {
	return &RegisterController{}
}

// APIKey is the record type's number.
func (*RegisterController) APIKey() int16 { return 27 }

// MaxVersion is the newest version of the encoding.
func (*RegisterController) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *RegisterController) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *RegisterController) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "RegisterControllerRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("RegisterControllerRecord", version, r.Err())
}

func (m *RegisterController) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.ControllerID)
	dst = wire.AppendUUID(dst, m.IncarnationID)
	dst = wire.AppendBool(dst, m.ZKMigrationReady)
	dst = wire.AppendLen(dst, len(m.EndPoints), true)
	for i := range m.EndPoints {
		dst = m.EndPoints[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.Features), true)
	for i := range m.Features {
		dst = m.Features[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *RegisterController) read(r *wire.Reader, version int16) {
	*m = *NewRegisterController()
	m.ControllerID = r.Int32()
	m.IncarnationID = r.UUID()
	m.ZKMigrationReady = r.Bool()
	if n := r.Len(true, 7); n > 0 {
		m.EndPoints = make([]ControllerEndpoint, n)
		for i := range m.EndPoints {
			m.EndPoints[i].read(r, version)
		}
	}
	if n := r.Len(true, 6); n > 0 {
		m.Features = make([]ControllerFeature, n)
		for i := range m.Features {
			m.Features[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ControllerEndpoint is a part of RegisterController.
type ControllerEndpoint struct {
	Name             string
	Host             string
	Port             uint16
	SecurityProtocol int16
}

// NewControllerEndpoint makes one with the defaults of its fields.
func NewControllerEndpoint() *ControllerEndpoint {
	return &ControllerEndpoint{}
}

func (m *ControllerEndpoint) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendString(dst, m.Host, true)
	dst = wire.AppendUint16(dst, m.Port)
	dst = wire.AppendInt16(dst, m.SecurityProtocol)
	dst = append(dst, 0)
	return dst
}

func (m *ControllerEndpoint) read(r *wire.Reader, version int16) {
	*m = *NewControllerEndpoint()
	m.Name = r.String(true)
	m.Host = r.String(true)
	m.Port = r.Uint16()
	m.SecurityProtocol = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ControllerFeature is a part of RegisterController.
type ControllerFeature struct {
	Name                string
	MinSupportedVersion int16
	MaxSupportedVersion int16
}

// NewControllerFeature makes one with the defaults of its fields.
func NewControllerFeature() *ControllerFeature {
	return &ControllerFeature{}
}

func (m *ControllerFeature) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendInt16(dst, m.MinSupportedVersion)
	dst = wire.AppendInt16(dst, m.MaxSupportedVersion)
	dst = append(dst, 0)
	return dst
}

func (m *ControllerFeature) read(r *wire.Reader, version int16) {
	*m = *NewControllerFeature()
	m.Name = r.String(true)
	m.MinSupportedVersion = r.Int16()
	m.MaxSupportedVersion = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// ClearELR is ClearElrRecord, versions 0.
type ClearELR struct {
	TopicName string
}

// NewClearELR makes one with the defaults of its fields.
func NewClearELR() *ClearELR {
	return &ClearELR{}
}

// APIKey is the record type's number.
func (*ClearELR) APIKey() int16 { return 28 }

// MaxVersion is the newest version of the encoding.
func (*ClearELR) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ClearELR) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *ClearELR) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "ClearElrRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("ClearElrRecord", version, r.Err())
}

func (m *ClearELR) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.TopicName, true)
	dst = append(dst, 0)
	return dst
}

func (m *ClearELR) read(r *wire.Reader, version int16) {
	*m = *NewClearELR()
	m.TopicName = r.String(true)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// UnregisterController is UnregisterControllerRecord, versions 0.
type UnregisterController struct {
	ControllerID int32
}

// NewUnregisterController makes one with the defaults of its fields.
func NewUnregisterController() *UnregisterController {
	return &UnregisterController{}
}

// APIKey is the record type's number.
func (*UnregisterController) APIKey() int16 { return 29 }

// MaxVersion is the newest version of the encoding.
func (*UnregisterController) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *UnregisterController) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.
func (m *UnregisterController) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "UnregisterControllerRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	r.End()
	return readError("UnregisterControllerRecord", version, r.Err())
}

func (m *UnregisterController) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.ControllerID)
	dst = append(dst, 0)
	return dst
}

func (m *UnregisterController) read(r *wire.Reader, version int16) {
	*m = *NewUnregisterController()
	m.ControllerID = r.Int32()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}
