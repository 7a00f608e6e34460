package control

import "github.com/kbroker/kbroker/protocol/internal/wire"

// consumerProtocolMax is the newest version of subscription and assignment.
const consumerProtocolMax = 3

// AppendSubscription appends a classic consumer's subscription as it stands in JoinGroup, its version in front.
func AppendSubscription(dst []byte, s *ConsumerProtocolSubscription, version int16) []byte {
	return s.AppendTo(wire.AppendInt16(dst, version), version)
}

// ParseSubscription reads a classic consumer's subscription and tells the version it says it has. As in Kafka one newer than
// this package knows is read as the newest that it knows, and bytes left over are ignored.
func ParseSubscription(b []byte) (*ConsumerProtocolSubscription, int16, error) {
	version, err := protocolVersion(b, "ConsumerProtocolSubscription")
	if err != nil {
		return nil, 0, err
	}
	s := NewConsumerProtocolSubscription()
	if err := s.ReadFrom(b[2:], min(version, consumerProtocolMax)); err != nil {
		return nil, version, err
	}
	return s, version, nil
}

// AppendAssignment appends a classic consumer's assignment as it stands in SyncGroup, its version in front.
func AppendAssignment(dst []byte, a *ConsumerProtocolAssignment, version int16) []byte {
	return a.AppendTo(wire.AppendInt16(dst, version), version)
}

// ParseAssignment reads a classic consumer's assignment, as ParseSubscription does.
func ParseAssignment(b []byte) (*ConsumerProtocolAssignment, int16, error) {
	version, err := protocolVersion(b, "ConsumerProtocolAssignment")
	if err != nil {
		return nil, 0, err
	}
	a := NewConsumerProtocolAssignment()
	if err := a.ReadFrom(b[2:], min(version, consumerProtocolMax)); err != nil {
		return nil, version, err
	}
	return a, version, nil
}

func protocolVersion(b []byte, what string) (int16, error) {
	r := wire.NewReader(b)
	version := r.Int16()
	if version < 0 {
		r.Fail("negative version")
	}
	return version, readError(what, version, r.Err())
}
