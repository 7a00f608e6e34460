package logstore

// Origin says who appends, and so what the append may hold.
type Origin int8

// The origins of an append.
const (
	Client      Origin = iota // a produce request: no control batches, producer state is checked
	Coordinator               // a coordinator or transaction marker: control batches allowed, keys required in compacted topics
	Replication               // a follower's copy of its leader
	RaftLeader                // the metadata quorum: control batches allowed, offsets assigned, no producer state
)

// AppendInfo is what an append did.
type AppendInfo struct {
	FirstOffset    int64 // of the first batch; when Duplicate, of the batch appended earlier
	LastOffset     int64 // of the last record
	NextOffset     int64 // log end offset behind the append
	LogAppendTime  int64 // milliseconds; -1 with CreateTime (trap T53)
	LogStartOffset int64
	MaxTimestamp   int64 // largest record timestamp of the append, -1 when none
	Bytes          int   // bytes written
	Duplicate      bool  // an idempotent producer's batch that was there already; nothing was written
}

// An AbortedTxn is a transaction that a reader at read_committed must skip.
type AbortedTxn struct {
	ProducerID  int64
	FirstOffset int64
}

// A FoundOffset is the answer to a search by time.
type FoundOffset struct {
	Offset      int64
	Timestamp   int64 // -1 when the answer is not a record (earliest, latest)
	LeaderEpoch int32 // -1 when unknown
}

// ProducerState is what DescribeProducers tells of a producer.
type ProducerState struct {
	ID                    int64
	Epoch                 int16
	LastSequence          int32
	LastTimestamp         int64
	CoordinatorEpoch      int32
	CurrentTxnStartOffset int64 // -1 when no transaction is open
}

// SegmentInfo describes one segment of a log.
type SegmentInfo struct {
	BaseOffset   int64
	NextOffset   int64 // offset behind the last record
	Bytes        int64 // of the .log file
	MaxTimestamp int64 // largest record timestamp, -1 when none
	Active       bool
}

// DirInfo describes one log directory.
type DirInfo struct {
	Path          string
	ID            [16]byte // directory id of meta.properties
	Total, Usable int64    // bytes of the file system; -1 when unknown
	Logs          int
	Err           error // why the directory is offline, nil while it serves
}
