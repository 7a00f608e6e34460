package partition

import "github.com/kbroker/kbroker/logstore"

// The timestamps with a meaning of their own in ListOffsets.
const (
	TimestampLatest              int64 = -1
	TimestampEarliest            int64 = -2
	TimestampMax                 int64 = -3 // KIP-734: the record with the largest timestamp
	TimestampEarliestLocal       int64 = -4 // KIP-405
	TimestampLatestTiered        int64 = -5 // KIP-1005: -1 while nothing is tiered
	TimestampEarliestPendingTier int64 = -6 // KIP-1023: -1 while nothing is tiered
	unknownOffset                int64 = -1
	noTimestamp                  int64 = -1
	debugReplica                 int32 = -2
	consumerReplica              int32 = -1
)

// ListOffset answers one partition of ListOffsets. A search that finds nothing gives offset -1 (trap T63).
func (p *Partition) ListOffset(timestamp int64, isolation Isolation, replicaID, believed int32) (logstore.FoundOffset, error) {
	if err := p.checkEpoch(believed, replicaID != debugReplica); err != nil {
		return logstore.FoundOffset{}, err
	}
	limit := p.log.EndOffset() // what a follower may learn
	if replicaID == consumerReplica {
		limit = p.Visible(Read{ReplicaID: consumerReplica, Isolation: isolation})
		if p.watermarkUnknown() && (timestamp == TimestampLatest || timestamp >= 0) {
			return logstore.FoundOffset{}, ErrOffsetNotAvailable
		}
	}
	nothing := logstore.FoundOffset{Offset: unknownOffset, Timestamp: noTimestamp, LeaderEpoch: -1}
	switch timestamp {
	case TimestampLatest:
		_, epoch := p.Leadership()
		return logstore.FoundOffset{Offset: limit, Timestamp: noTimestamp, LeaderEpoch: epoch}, nil
	case TimestampEarliest, TimestampEarliestLocal:
		return p.log.EarliestOffset(), nil
	case TimestampLatestTiered, TimestampEarliestPendingTier:
		return nothing, nil
	case TimestampMax:
		found, ok, err := p.log.MaxTimestampOffset()
		if err != nil || ok && found.Offset < limit {
			return found, err
		}
		return nothing, nil
	}
	found, ok, err := p.log.OffsetForTimestamp(timestamp, limit)
	if err != nil || ok {
		return found, err
	}
	return nothing, nil
}

// watermarkUnknown: a leader that has not yet committed past the start of its own epoch may know an old high watermark
// (KIP-207).
func (p *Partition) watermarkUnknown() bool {
	p.role.RLock()
	defer p.role.RUnlock()
	return p.role.leads && p.log.HighWatermark() < p.role.start
}

// DeleteRecordsBefore raises the log start offset to offset, or to the high watermark with -1, and returns the new low
// watermark. Above the high watermark it is *logstore.OffsetOutOfRangeError (trap T39).
func (p *Partition) DeleteRecordsBefore(offset int64) (lowWatermark int64, err error) {
	if err := p.checkEpoch(-1, true); err != nil {
		return -1, err
	}
	if !p.log.Config().Delete {
		return -1, ErrPolicyViolation
	}
	if offset == -1 {
		offset = p.log.HighWatermark()
	}
	if offset < 0 {
		return -1, &logstore.OffsetOutOfRangeError{Offset: offset, Start: p.log.StartOffset(), End: p.log.EndOffset()}
	}
	if err := p.log.AdvanceStartOffset(offset); err != nil {
		return -1, err
	}
	p.Moved.Wake()
	return p.log.StartOffset(), nil
}
