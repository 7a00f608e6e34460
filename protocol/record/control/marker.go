package control

import "github.com/kbroker/kbroker/protocol/internal/wire"

// AppendMarker appends the value of an Abort or Commit record.
func AppendMarker(dst []byte, coordinatorEpoch int32) []byte {
	m := EndTxnMarker{CoordinatorEpoch: coordinatorEpoch}
	return m.AppendTo(wire.AppendInt16(dst, 0), 0)
}

// ParseMarker reads the value of an Abort or Commit record. As in Kafka a version above 0 is read as version 0.
func ParseMarker(value []byte) (coordinatorEpoch int32, err error) {
	r := wire.NewReader(value)
	version := r.Int16()
	if version < 0 {
		r.Fail("negative version")
	}
	if err := readError("EndTxnMarker", version, r.Err()); err != nil {
		return 0, err
	}
	var m EndTxnMarker
	err = m.ReadFrom(value[2:], 0)
	return m.CoordinatorEpoch, err
}
