package logstore

// A Log is one partition replica's sequence of record batches. All methods may be called from several goroutines.
//
// Ask: StartOffset, EndOffset, HighWatermark, LastStableOffset, FlushedOffset, Size, Read, AbortedTxns, OffsetForTimestamp,
// Segments, Producers, LatestEpoch, EpochEndOffset. Change: AppendAsLeader, AppendAsFollower, SetHighWatermark,
// AdvanceStartOffset, Truncate, TruncateFullyAndStartAt, AssignEpoch, SetConfig, Roll.
//
// StartOffset <= LastStableOffset <= HighWatermark <= EndOffset; FlushedOffset <= EndOffset.
type Log struct{}

// AppendAsLeader checks every batch and the producer state of all before it writes any, assigns offsets and leaderEpoch
// in place (the bytes belong to the log for the call), writes once, indexes, and then updates producer state (I5). It never
// waits for an fsync. The appended records can be read when it returns.
func (l *Log) AppendAsLeader(batches []byte, leaderEpoch int32, o Origin) (AppendInfo, error) {
	return AppendInfo{}, errUnopened
}

// AppendAsFollower appends batches as they came from the leader: offsets and epochs are theirs and must continue the log.
func (l *Log) AppendAsFollower(batches []byte) (AppendInfo, error) { return AppendInfo{}, errUnopened }

// Read returns whole batches from the one that contains offset (trap T54) up to maxBytes, none of which holds an offset at
// or above limit (R32). With minOne the first batch is returned even when it is larger than maxBytes. The slice lies in one
// segment; it is empty only when there is nothing to read below limit, or the first batch is too large without minOne. An
// offset outside [StartOffset, EndOffset] gives *OffsetOutOfRangeError. The caller releases a non-empty slice.
func (l *Log) Read(offset int64, maxBytes int, limit int64, minOne bool) (Slice, error) {
	return Slice{}, errUnopened
}

// AbortedTxns returns the aborted transactions that overlap [from, to), ordered by first offset.
func (l *Log) AbortedTxns(from, to int64) ([]AbortedTxn, error) { return nil, errUnopened }

// OffsetForTimestamp returns the first record whose timestamp is at least ts, below limit (trap T63: the record, not its
// batch). ok=false when there is none.
func (l *Log) OffsetForTimestamp(ts, limit int64) (found FoundOffset, ok bool, err error) {
	return FoundOffset{}, false, errUnopened
}

// MaxTimestampOffset returns the first record that carries the largest timestamp of the log. ok=false when it is empty.
func (l *Log) MaxTimestampOffset() (found FoundOffset, ok bool, err error) {
	return FoundOffset{}, false, errUnopened
}

// EarliestOffset returns the log start offset with its leader epoch.
func (l *Log) EarliestOffset() FoundOffset { return FoundOffset{} }

// StartOffset is the first offset that may be read.
func (l *Log) StartOffset() int64 { return 0 }

// EndOffset is the offset of the next record (LEO).
func (l *Log) EndOffset() int64 { return 0 }

// HighWatermark is the offset below which records are replicated.
func (l *Log) HighWatermark() int64 { return 0 }

// LastStableOffset is the offset below which every transaction is decided, at most the high watermark.
func (l *Log) LastStableOffset() int64 { return 0 }

// FlushedOffset is the offset below which records survive a power cut.
func (l *Log) FlushedOffset() int64 { return 0 }

// Size is the number of bytes in the log's segments.
func (l *Log) Size() int64 { return 0 }

// TP returns the partition.
func (l *Log) TP() TopicPartition { return TopicPartition{} }

// TopicID returns the topic id of partition.metadata, zero when unknown.
func (l *Log) TopicID() [16]byte { return [16]byte{} }

// AssignTopicID gives an id to a log that has none; another id than the known one is ErrLogExists.
func (l *Log) AssignTopicID(id [16]byte) error { return errUnopened }

// Dir returns the path of the log directory (not of the partition's own).
func (l *Log) Dir() string { return "" }

// Err returns why the log is offline, nil while it serves.
func (l *Log) Err() error { return nil }

// Config returns the configuration in force.
func (l *Log) Config() Config { return Config{} }

// SetConfig swaps the configuration.
func (l *Log) SetConfig(cfg Config) {}

// Segments describes the segments in order.
func (l *Log) Segments() []SegmentInfo { return nil }

// SetHighWatermark moves the high watermark forward, to at most the log end offset. It never moves back but by truncation.
func (l *Log) SetHighWatermark(hw int64) {}

// AdvanceStartOffset raises the log start offset (DeleteRecords). Above the high watermark it is *OffsetOutOfRangeError;
// below the present start it changes nothing.
func (l *Log) AdvanceStartOffset(to int64) error { return errUnopened }

// Truncate removes every record at or above to, with index entries, epochs and producer state.
func (l *Log) Truncate(to int64) error { return errUnopened }

// TruncateFullyAndStartAt removes every record; the next one gets offset off.
func (l *Log) TruncateFullyAndStartAt(off int64) error { return errUnopened }

// LatestEpoch returns the leader epoch of the last record or assignment, -1 when there is none.
func (l *Log) LatestEpoch() int32 { return -1 }

// EpochEndOffset answers OffsetForLeaderEpoch: the largest known epoch at or below epoch and the offset behind its last
// record. (-1, -1) when there is none.
func (l *Log) EpochEndOffset(epoch int32) (int32, int64) { return -1, -1 }

// StartOfEpoch returns the first offset of epoch, ok=false when the log does not know it.
func (l *Log) StartOfEpoch(epoch int32) (start int64, ok bool) { return 0, false }

// EpochForOffset returns the leader epoch of the record at offset, -1 when unknown.
func (l *Log) EpochForOffset(offset int64) int32 { return -1 }

// AssignEpoch notes that epoch begins at start and persists it before it returns.
func (l *Log) AssignEpoch(epoch int32, start int64) error { return errUnopened }

// Producers returns the producers with state in this log, ordered by id.
func (l *Log) Producers() []ProducerState { return nil }

// SetOnFlushed sets the function that is told of every move of FlushedOffset, outside every lock. nil unsets it.
func (l *Log) SetOnFlushed(fn func(flushed int64)) {}

// FlushTo waits until everything below offset survives a power cut, sharing the fsync with all who wait on the directory.
func (l *Log) FlushTo(offset int64) error { return errUnopened }

// RequestFlush asks for a flush of what is there and does not wait; SetOnFlushed's function hears of it. With
// Config.FlushMessages == 1 an append does this itself.
func (l *Log) RequestFlush() {}

// Roll closes the active segment, unless it is empty, and begins a new one at the log end offset.
func (l *Log) Roll() error { return errUnopened }

// ApplyRetention deletes the segments that retention allows to delete at time now and returns how many. The store does
// this every RetentionCheckInterval.
func (l *Log) ApplyRetention(now int64) (int, error) { return 0, errUnopened }
