package producer

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The snapshot file, Apache Kafka's version 1:
//
//	int16 version, uint32 CRC-32C of everything behind it, int32 count, then per producer
//	int64 producer id, int16 epoch, int32 last sequence, int64 last offset, int32 offset delta,
//	int64 timestamp, int32 coordinator epoch, int64 first offset of the open transaction (-1 none)
//
// It remembers the last batch of each producer, not all five.
const (
	snapshotVersion = 1
	snapshotHead    = 2 + 4 + 4
	snapshotEntry   = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Snapshot appends the snapshot file of the state to dst, producers ordered by id.
func (s *State) Snapshot(dst []byte) []byte {
	return AppendSnapshot(dst, s.Producers())
}

// AppendSnapshot appends the snapshot file of entries to dst.
func AppendSnapshot(dst []byte, entries []Entry) []byte {
	be := binary.BigEndian
	start := len(dst)
	dst = be.AppendUint16(dst, snapshotVersion)
	dst = be.AppendUint32(dst, 0)
	dst = be.AppendUint32(dst, uint32(len(entries)))
	for i := range entries {
		e := &entries[i]
		last := Batch{LastSeq: e.LastSeq(), LastOffset: e.LastDataOffset()}
		if e.n > 0 {
			last = e.batches[e.n-1]
		}
		dst = be.AppendUint64(dst, uint64(e.ProducerID))
		dst = be.AppendUint16(dst, uint16(e.Epoch))
		dst = be.AppendUint32(dst, uint32(last.LastSeq))
		dst = be.AppendUint64(dst, uint64(last.LastOffset))
		dst = be.AppendUint32(dst, uint32(last.OffsetDelta))
		dst = be.AppendUint64(dst, uint64(e.LastTimestamp))
		dst = be.AppendUint32(dst, uint32(e.CoordinatorEpoch))
		dst = be.AppendUint64(dst, uint64(e.TxnFirstOffset))
	}
	be.PutUint32(dst[start+2:], crc32.Checksum(dst[start+6:], castagnoli))
	return dst
}

// ParseSnapshot reads a snapshot file. An error says that it is damaged or of another version; the log then falls back
// to an older snapshot or to its beginning.
func ParseSnapshot(b []byte) ([]Entry, error) {
	be := binary.BigEndian
	if len(b) < snapshotHead {
		return nil, fmt.Errorf("producer snapshot has %d bytes, want at least %d", len(b), snapshotHead)
	}
	if v := int16(be.Uint16(b)); v != snapshotVersion {
		return nil, fmt.Errorf("producer snapshot has version %d, want %d", v, snapshotVersion)
	}
	if got, want := crc32.Checksum(b[6:], castagnoli), be.Uint32(b[2:]); got != want {
		return nil, fmt.Errorf("producer snapshot has checksum %#08x, computed %#08x", want, got)
	}
	n := int64(int32(be.Uint32(b[6:])))
	if n < 0 || n*snapshotEntry != int64(len(b)-snapshotHead) {
		return nil, fmt.Errorf("producer snapshot announces %d producers in %d bytes", n, len(b)-snapshotHead)
	}
	entries := make([]Entry, 0, n)
	for p := b[snapshotHead:]; len(p) > 0; p = p[snapshotEntry:] {
		entries = append(entries, parseEntry(p))
	}
	return entries, nil
}

func parseEntry(p []byte) Entry {
	be := binary.BigEndian
	e := newEntry(int64(be.Uint64(p)))
	e.Epoch = int16(be.Uint16(p[8:]))
	last := Batch{LastSeq: int32(be.Uint32(p[10:])), LastOffset: int64(be.Uint64(p[14:])), OffsetDelta: int32(be.Uint32(p[22:])), Timestamp: int64(be.Uint64(p[26:]))}
	e.LastTimestamp = last.Timestamp
	e.CoordinatorEpoch = int32(be.Uint32(p[34:]))
	if first := int64(be.Uint64(p[38:])); first >= 0 {
		e.TxnFirstOffset = first
	}
	if last.LastOffset >= 0 {
		e.push(last)
	}
	return e
}
