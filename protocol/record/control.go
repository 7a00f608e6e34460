package record

import (
	"encoding/binary"
	"fmt"
)

// ControlType is the type of a control record: the second field of its key.
type ControlType int16

// Types of control records.
const (
	ControlAbort          ControlType = 0
	ControlCommit         ControlType = 1
	ControlLeaderChange   ControlType = 2
	ControlSnapshotHeader ControlType = 3
	ControlSnapshotFooter ControlType = 4
	ControlKRaftVersion   ControlType = 5
	ControlKRaftVoters    ControlType = 6
)

// ParseControlKey reads a control record's key: version int16, type int16. Newer versions may be longer.
func ParseControlKey(key []byte) (ControlType, error) {
	if len(key) < 4 {
		return 0, fmt.Errorf("key of a control record has %d bytes, want at least 4", len(key))
	}
	if v := int16(binary.BigEndian.Uint16(key)); v < 0 {
		return 0, fmt.Errorf("key of a control record has version %d", v)
	}
	return ControlType(binary.BigEndian.Uint16(key[2:])), nil
}

// AppendControlKey appends a control record's key, version 0.
func AppendControlKey(dst []byte, t ControlType) []byte {
	return binary.BigEndian.AppendUint16(append(dst, 0, 0), uint16(t))
}

// A Marker is the end of a transaction.
type Marker struct {
	Commit           bool
	CoordinatorEpoch int32
}

// EndTxnMarker builds the control batch of one record that ends a transaction; it takes exactly one offset (T73). The
// coordinator's epoch fences markers of coordinators that have been replaced.
func EndTxnMarker(producerID int64, epoch int16, commit bool, coordinatorEpoch int32, ts int64) Batch {
	t := ControlAbort
	if commit {
		t = ControlCommit
	}
	opt := NewBuilderOptions()
	opt.ProducerID, opt.ProducerEpoch = producerID, epoch
	opt.Transactional, opt.Control = true, true
	b := NewBuilder(opt)
	b.Append(ts, AppendControlKey(nil, t), binary.BigEndian.AppendUint32([]byte{0, 0}, uint32(coordinatorEpoch)))
	return b.Build()
}

// ParseMarker reads a marker from the record of a control batch. ok is false for control records of other types.
func ParseMarker(key, value []byte) (m Marker, ok bool, err error) {
	t, err := ParseControlKey(key)
	if err != nil || t != ControlAbort && t != ControlCommit {
		return Marker{}, false, err
	}
	if len(value) < 6 {
		return Marker{}, false, fmt.Errorf("value of a transaction marker has %d bytes, want at least 6", len(value))
	}
	if v := int16(binary.BigEndian.Uint16(value)); v < 0 {
		return Marker{}, false, fmt.Errorf("value of a transaction marker has version %d", v)
	}
	return Marker{Commit: t == ControlCommit, CoordinatorEpoch: int32(binary.BigEndian.Uint32(value[2:]))}, true, nil
}

// Marker reads the marker that the batch, a control batch, begins with. Allocates nothing for an uncompressed batch
// that is well formed. ok is false when the batch is empty or its first record is of another type.
func (b Batch) Marker() (m Marker, ok bool, err error) {
	if b.NumRecords() == 0 {
		return Marker{}, false, nil
	}
	r, err := b.NewReader(0)
	if err != nil {
		return Marker{}, false, err
	}
	defer r.Close()
	rec, found := r.Next()
	if !found {
		return Marker{}, false, r.Err()
	}
	return ParseMarker(rec.Key, rec.Value)
}
