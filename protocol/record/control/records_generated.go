// Code generated from protocol/schema/records/client.json by protocol/schema/gen. DO NOT EDIT.

package control

import "github.com/kbroker/kbroker/protocol/internal/wire"

// ConsumerProtocolAssignment is ConsumerProtocolAssignment, versions 0-3.
type ConsumerProtocolAssignment struct {
	AssignedPartitions []ConsumerProtocolAssignmentTopicPartition
	UserData           []byte // nil is null
}

// NewConsumerProtocolAssignment makes one with the defaults of its fields.
func NewConsumerProtocolAssignment() *ConsumerProtocolAssignment {
	return &ConsumerProtocolAssignment{}
}

// MaxVersion is the newest version of the encoding.
func (*ConsumerProtocolAssignment) MaxVersion() int16 { return 3 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerProtocolAssignment) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerProtocolAssignment) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 3 {
		return &wire.VersionError{Type: "ConsumerProtocolAssignment", Version: version, Min: 0, Max: 3}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerProtocolAssignment", version, r.Err())
}

func (m *ConsumerProtocolAssignment) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.AssignedPartitions), false)
	for i := range m.AssignedPartitions {
		dst = m.AssignedPartitions[i].append(dst, version)
	}
	dst = wire.AppendNullableBytes(dst, m.UserData, false)
	return dst
}

func (m *ConsumerProtocolAssignment) read(r *wire.Reader, version int16) {
	*m = *NewConsumerProtocolAssignment()
	if n := r.Len(false, 6); n > 0 {
		m.AssignedPartitions = make([]ConsumerProtocolAssignmentTopicPartition, n)
		for i := range m.AssignedPartitions {
			m.AssignedPartitions[i].read(r, version)
		}
	}
	m.UserData = r.NullableBytes(false)
}

// ConsumerProtocolAssignmentTopicPartition is a part of ConsumerProtocolAssignment.
type ConsumerProtocolAssignmentTopicPartition struct {
	Topic      string
	Partitions []int32
}

// NewConsumerProtocolAssignmentTopicPartition makes one with the defaults of its fields.
func NewConsumerProtocolAssignmentTopicPartition() *ConsumerProtocolAssignmentTopicPartition {
	return &ConsumerProtocolAssignmentTopicPartition{}
}

func (m *ConsumerProtocolAssignmentTopicPartition) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Topic, false)
	dst = wire.AppendLen(dst, len(m.Partitions), false)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	return dst
}

func (m *ConsumerProtocolAssignmentTopicPartition) read(r *wire.Reader, version int16) {
	*m = *NewConsumerProtocolAssignmentTopicPartition()
	m.Topic = r.String(false)
	if n := r.Len(false, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
}

// ConsumerProtocolSubscription is ConsumerProtocolSubscription, versions 0-3.
type ConsumerProtocolSubscription struct {
	Topics          []string
	UserData        []byte                                       // nil is null
	OwnedPartitions []ConsumerProtocolSubscriptionTopicPartition // versions 1+
	GenerationID    int32                                        // versions 2+, default -1
	RackID          *string                                      // versions 3+, nil is null
}

// NewConsumerProtocolSubscription makes one with the defaults of its fields.
func NewConsumerProtocolSubscription() *ConsumerProtocolSubscription {
	return &ConsumerProtocolSubscription{
		GenerationID: -1,
	}
}

// MaxVersion is the newest version of the encoding.
func (*ConsumerProtocolSubscription) MaxVersion() int16 { return 3 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *ConsumerProtocolSubscription) AppendTo(dst []byte, version int16) []byte {
	return m.append(dst, version)
}

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *ConsumerProtocolSubscription) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 3 {
		return &wire.VersionError{Type: "ConsumerProtocolSubscription", Version: version, Min: 0, Max: 3}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("ConsumerProtocolSubscription", version, r.Err())
}

func (m *ConsumerProtocolSubscription) append(dst []byte, version int16) []byte {
	dst = wire.AppendLen(dst, len(m.Topics), false)
	for i := range m.Topics {
		dst = wire.AppendString(dst, m.Topics[i], false)
	}
	dst = wire.AppendNullableBytes(dst, m.UserData, false)
	if version >= 1 {
		dst = wire.AppendLen(dst, len(m.OwnedPartitions), false)
		for i := range m.OwnedPartitions {
			dst = m.OwnedPartitions[i].append(dst, version)
		}
	}
	if version >= 2 {
		dst = wire.AppendInt32(dst, m.GenerationID)
	}
	if version >= 3 {
		dst = wire.AppendNullableString(dst, m.RackID, false)
	}
	return dst
}

func (m *ConsumerProtocolSubscription) read(r *wire.Reader, version int16) {
	*m = *NewConsumerProtocolSubscription()
	if n := r.Len(false, 2); n > 0 {
		m.Topics = make([]string, n)
		for i := range m.Topics {
			m.Topics[i] = r.String(false)
		}
	}
	m.UserData = r.NullableBytes(false)
	if version >= 1 {
		if n := r.Len(false, 6); n > 0 {
			m.OwnedPartitions = make([]ConsumerProtocolSubscriptionTopicPartition, n)
			for i := range m.OwnedPartitions {
				m.OwnedPartitions[i].read(r, version)
			}
		}
	}
	if version >= 2 {
		m.GenerationID = r.Int32()
	}
	if version >= 3 {
		m.RackID = r.NullableString(false)
	}
}

// ConsumerProtocolSubscriptionTopicPartition is a part of ConsumerProtocolSubscription.
type ConsumerProtocolSubscriptionTopicPartition struct {
	Topic      string
	Partitions []int32
}

// NewConsumerProtocolSubscriptionTopicPartition makes one with the defaults of its fields.
func NewConsumerProtocolSubscriptionTopicPartition() *ConsumerProtocolSubscriptionTopicPartition {
	return &ConsumerProtocolSubscriptionTopicPartition{}
}

func (m *ConsumerProtocolSubscriptionTopicPartition) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Topic, false)
	dst = wire.AppendLen(dst, len(m.Partitions), false)
	for i := range m.Partitions {
		dst = wire.AppendInt32(dst, m.Partitions[i])
	}
	return dst
}

func (m *ConsumerProtocolSubscriptionTopicPartition) read(r *wire.Reader, version int16) {
	*m = *NewConsumerProtocolSubscriptionTopicPartition()
	m.Topic = r.String(false)
	if n := r.Len(false, 4); n > 0 {
		m.Partitions = make([]int32, n)
		for i := range m.Partitions {
			m.Partitions[i] = r.Int32()
		}
	}
}

// DefaultPrincipal is DefaultPrincipalData, versions 0.
type DefaultPrincipal struct {
	Type               string
	Name               string
	TokenAuthenticated bool
}

// NewDefaultPrincipal makes one with the defaults of its fields.
func NewDefaultPrincipal() *DefaultPrincipal {
	return &DefaultPrincipal{}
}

// MaxVersion is the newest version of the encoding.
func (*DefaultPrincipal) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *DefaultPrincipal) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *DefaultPrincipal) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "DefaultPrincipalData", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("DefaultPrincipalData", version, r.Err())
}

func (m *DefaultPrincipal) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Type, true)
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendBool(dst, m.TokenAuthenticated)
	dst = append(dst, 0)
	return dst
}

func (m *DefaultPrincipal) read(r *wire.Reader, version int16) {
	*m = *NewDefaultPrincipal()
	m.Type = r.String(true)
	m.Name = r.String(true)
	m.TokenAuthenticated = r.Bool()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// EndTxnMarker is EndTxnMarker, versions 0.
type EndTxnMarker struct {
	CoordinatorEpoch int32
}

// NewEndTxnMarker makes one with the defaults of its fields.
func NewEndTxnMarker() *EndTxnMarker {
	return &EndTxnMarker{}
}

// MaxVersion is the newest version of the encoding.
func (*EndTxnMarker) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *EndTxnMarker) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *EndTxnMarker) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "EndTxnMarker", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("EndTxnMarker", version, r.Err())
}

func (m *EndTxnMarker) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.CoordinatorEpoch)
	return dst
}

func (m *EndTxnMarker) read(r *wire.Reader, version int16) {
	*m = *NewEndTxnMarker()
	m.CoordinatorEpoch = r.Int32()
}

// KRaftVersion is KRaftVersionRecord, versions 0.
type KRaftVersion struct {
	Version      int16
	KRaftVersion int16
}

// NewKRaftVersion makes one with the defaults of its fields.
func NewKRaftVersion() *KRaftVersion {
	return &KRaftVersion{}
}

// MaxVersion is the newest version of the encoding.
func (*KRaftVersion) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *KRaftVersion) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *KRaftVersion) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "KRaftVersionRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("KRaftVersionRecord", version, r.Err())
}

func (m *KRaftVersion) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.Version)
	dst = wire.AppendInt16(dst, m.KRaftVersion)
	dst = append(dst, 0)
	return dst
}

func (m *KRaftVersion) read(r *wire.Reader, version int16) {
	*m = *NewKRaftVersion()
	m.Version = r.Int16()
	m.KRaftVersion = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// LeaderChange is LeaderChangeMessage, versions 0-1.
type LeaderChange struct {
	Version        int16
	LeaderID       int32
	Voters         []LeaderChangeVoter
	GrantingVoters []LeaderChangeVoter
}

// NewLeaderChange makes one with the defaults of its fields.
func NewLeaderChange() *LeaderChange {
	return &LeaderChange{}
}

// MaxVersion is the newest version of the encoding.
func (*LeaderChange) MaxVersion() int16 { return 1 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *LeaderChange) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *LeaderChange) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 1 {
		return &wire.VersionError{Type: "LeaderChangeMessage", Version: version, Min: 0, Max: 1}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("LeaderChangeMessage", version, r.Err())
}

func (m *LeaderChange) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.Version)
	dst = wire.AppendInt32(dst, m.LeaderID)
	dst = wire.AppendLen(dst, len(m.Voters), true)
	for i := range m.Voters {
		dst = m.Voters[i].append(dst, version)
	}
	dst = wire.AppendLen(dst, len(m.GrantingVoters), true)
	for i := range m.GrantingVoters {
		dst = m.GrantingVoters[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *LeaderChange) read(r *wire.Reader, version int16) {
	*m = *NewLeaderChange()
	m.Version = r.Int16()
	m.LeaderID = r.Int32()
	if n := r.Len(true, 5); n > 0 {
		m.Voters = make([]LeaderChangeVoter, n)
		for i := range m.Voters {
			m.Voters[i].read(r, version)
		}
	}
	if n := r.Len(true, 5); n > 0 {
		m.GrantingVoters = make([]LeaderChangeVoter, n)
		for i := range m.GrantingVoters {
			m.GrantingVoters[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// LeaderChangeVoter is a part of LeaderChange.
type LeaderChangeVoter struct {
	VoterID          int32
	VoterDirectoryID [16]byte // versions 1+
}

// NewLeaderChangeVoter makes one with the defaults of its fields.
func NewLeaderChangeVoter() *LeaderChangeVoter {
	return &LeaderChangeVoter{}
}

func (m *LeaderChangeVoter) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.VoterID)
	if version >= 1 {
		dst = wire.AppendUUID(dst, m.VoterDirectoryID)
	}
	dst = append(dst, 0)
	return dst
}

func (m *LeaderChangeVoter) read(r *wire.Reader, version int16) {
	*m = *NewLeaderChangeVoter()
	m.VoterID = r.Int32()
	if version >= 1 {
		m.VoterDirectoryID = r.UUID()
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// SnapshotFooter is SnapshotFooterRecord, versions 0.
type SnapshotFooter struct {
	Version int16
}

// NewSnapshotFooter makes one with the defaults of its fields.
func NewSnapshotFooter() *SnapshotFooter {
	return &SnapshotFooter{}
}

// MaxVersion is the newest version of the encoding.
func (*SnapshotFooter) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *SnapshotFooter) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *SnapshotFooter) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "SnapshotFooterRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("SnapshotFooterRecord", version, r.Err())
}

func (m *SnapshotFooter) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.Version)
	dst = append(dst, 0)
	return dst
}

func (m *SnapshotFooter) read(r *wire.Reader, version int16) {
	*m = *NewSnapshotFooter()
	m.Version = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// SnapshotHeader is SnapshotHeaderRecord, versions 0.
type SnapshotHeader struct {
	Version                   int16
	LastContainedLogTimestamp int64
}

// NewSnapshotHeader makes one with the defaults of its fields.
func NewSnapshotHeader() *SnapshotHeader {
	return &SnapshotHeader{}
}

// MaxVersion is the newest version of the encoding.
func (*SnapshotHeader) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *SnapshotHeader) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *SnapshotHeader) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "SnapshotHeaderRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("SnapshotHeaderRecord", version, r.Err())
}

func (m *SnapshotHeader) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.Version)
	dst = wire.AppendInt64(dst, m.LastContainedLogTimestamp)
	dst = append(dst, 0)
	return dst
}

func (m *SnapshotHeader) read(r *wire.Reader, version int16) {
	*m = *NewSnapshotHeader()
	m.Version = r.Int16()
	m.LastContainedLogTimestamp = r.Int64()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// Voters is VotersRecord, versions 0.
type Voters struct {
	Version int16
	Voters  []VotersVoter
}

// NewVoters makes one with the defaults of its fields.
func NewVoters() *Voters {
	return &Voters{}
}

// MaxVersion is the newest version of the encoding.
func (*Voters) MaxVersion() int16 { return 0 }

// AppendTo appends the encoding at a version between 0 and MaxVersion; what that version does not carry is left out.
func (m *Voters) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }

// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get
// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.
func (m *Voters) ReadFrom(b []byte, version int16) error {
	if version < 0 || version > 0 {
		return &wire.VersionError{Type: "VotersRecord", Version: version, Min: 0, Max: 0}
	}
	r := wire.NewReader(b)
	m.read(&r, version)
	return readError("VotersRecord", version, r.Err())
}

func (m *Voters) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.Version)
	dst = wire.AppendLen(dst, len(m.Voters), true)
	for i := range m.Voters {
		dst = m.Voters[i].append(dst, version)
	}
	dst = append(dst, 0)
	return dst
}

func (m *Voters) read(r *wire.Reader, version int16) {
	*m = *NewVoters()
	m.Version = r.Int16()
	if n := r.Len(true, 27); n > 0 {
		m.Voters = make([]VotersVoter, n)
		for i := range m.Voters {
			m.Voters[i].read(r, version)
		}
	}
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// VotersVoter is a part of Voters.
type VotersVoter struct {
	VoterID             int32
	VoterDirectoryID    [16]byte
	Endpoints           []VotersEndpoint
	KRaftVersionFeature VotersKRaftVersionFeature
}

// NewVotersVoter makes one with the defaults of its fields.
func NewVotersVoter() *VotersVoter {
	return &VotersVoter{}
}

func (m *VotersVoter) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt32(dst, m.VoterID)
	dst = wire.AppendUUID(dst, m.VoterDirectoryID)
	dst = wire.AppendLen(dst, len(m.Endpoints), true)
	for i := range m.Endpoints {
		dst = m.Endpoints[i].append(dst, version)
	}
	dst = m.KRaftVersionFeature.append(dst, version)
	dst = append(dst, 0)
	return dst
}

func (m *VotersVoter) read(r *wire.Reader, version int16) {
	*m = *NewVotersVoter()
	m.VoterID = r.Int32()
	m.VoterDirectoryID = r.UUID()
	if n := r.Len(true, 5); n > 0 {
		m.Endpoints = make([]VotersEndpoint, n)
		for i := range m.Endpoints {
			m.Endpoints[i].read(r, version)
		}
	}
	m.KRaftVersionFeature.read(r, version)
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// VotersEndpoint is a part of Voters.
type VotersEndpoint struct {
	Name string
	Host string
	Port uint16
}

// NewVotersEndpoint makes one with the defaults of its fields.
func NewVotersEndpoint() *VotersEndpoint {
	return &VotersEndpoint{}
}

func (m *VotersEndpoint) append(dst []byte, version int16) []byte {
	dst = wire.AppendString(dst, m.Name, true)
	dst = wire.AppendString(dst, m.Host, true)
	dst = wire.AppendUint16(dst, m.Port)
	dst = append(dst, 0)
	return dst
}

func (m *VotersEndpoint) read(r *wire.Reader, version int16) {
	*m = *NewVotersEndpoint()
	m.Name = r.String(true)
	m.Host = r.String(true)
	m.Port = r.Uint16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}

// VotersKRaftVersionFeature is a part of Voters.
type VotersKRaftVersionFeature struct {
	MinSupportedVersion int16
	MaxSupportedVersion int16
}

// NewVotersKRaftVersionFeature makes one with the defaults of its fields.
func NewVotersKRaftVersionFeature() *VotersKRaftVersionFeature {
	return &VotersKRaftVersionFeature{}
}

func (m *VotersKRaftVersionFeature) append(dst []byte, version int16) []byte {
	dst = wire.AppendInt16(dst, m.MinSupportedVersion)
	dst = wire.AppendInt16(dst, m.MaxSupportedVersion)
	dst = append(dst, 0)
	return dst
}

func (m *VotersKRaftVersionFeature) read(r *wire.Reader, version int16) {
	*m = *NewVotersKRaftVersionFeature()
	m.MinSupportedVersion = r.Int16()
	m.MaxSupportedVersion = r.Int16()
	for n := r.Tags(); n > 0 && r.Err() == nil; n-- {
		r.Tag()
	}
}
