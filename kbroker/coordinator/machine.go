package coordinator

import "time"

// A Machine is the state of one coordinator partition. One loop owns it: no method is called concurrently with another,
// and a Machine neither waits, nor reads a clock, nor touches a disk.
//
// Handlers (Handler) read anything and change nothing. Replay, ReplayEndTxn and Result.Apply change state and decide
// nothing.
type Machine interface {
	// Replay applies one committed or to-be-committed record: while the partition is loaded from its log, and after
	// each append of a Result's records. at.Offset grows from call to call. An error while loading means that the log
	// holds what this Machine cannot understand; the partition is then not served.
	Replay(at Position, rec Record) error
	// Loaded is called once, after the log has been read to its end. Its Result may set timers and, if something has to
	// be repaired, write records; Response and Answers are ignored.
	Loaded(now time.Time) Result
	// Unloaded is called when leadership has gone or the runtime is closed. The runtime itself completes every Pending
	// that is still parked; the Machine only drops what it holds. It is not used afterwards.
	Unloaded()
}

// A TxnMachine is a Machine whose log holds transactional records (offset commits of a transaction) and the markers that
// end them.
type TxnMachine interface {
	Machine
	// ReplayEndTxn applies the marker that ends the open transaction of a producer (T10). A marker for a producer
	// without pending records is a no-op.
	ReplayEndTxn(at Position, commit bool) error
}

// A Record is one record of a coordinator's log, in the bytes it has on disk (package protocol/coordrec). A nil Value is a
// tombstone. Replay borrows both slices only for the call when loading; a Machine copies what it keeps.
type Record struct {
	Key   []byte
	Value []byte
}

// A Position says where a record stands and which batch it came in.
type Position struct {
	Offset        int64
	Timestamp     int64 // ms, of the record
	ProducerID    int64 // -1 unless the batch is transactional
	ProducerEpoch int16 // -1 unless the batch is transactional
}

// Transactional reports whether the record belongs to a transaction that a marker will end.
func (p Position) Transactional() bool { return p.ProducerID >= 0 }

// A Handler decides one operation. It changes nothing: everything it wants to happen is in the Result. An error (a
// *kerr.Error in general) is answered once everything the handler may have seen is committed; it writes nothing.
//
// to is the answer of this operation; it is nil for operations that nobody asked for (timers). A handler that cannot
// answer yet returns Result.Parked, keeps to in its state through Result.Apply, and names it in a later Result.Answers.
type Handler func(m Machine, now time.Time, to *Pending) (Result, error)

// A Result is what one operation wants to happen. Nothing of it happens when the append fails: then every Answer stays
// parked, and the operation itself is answered with the error.
type Result struct {
	// Records are appended in one batch (in several if Divisible) and replayed in order. Their sum is bounded by
	// runtime.Config.MaxBatchBytes.
	Records []Record
	// Divisible allows the records to be spread over several batches, each atomic: housekeeping of many keys.
	Divisible bool
	// Txn, when set, makes the batch a transactional one; it is never shared with other operations.
	Txn *Producer

	// Apply changes the state that is not logged. It is called after the records have been replayed, before the next
	// handler reads the state. nil does nothing.
	Apply func()
	// Timers are set or cancelled after Apply.
	Timers []Timer

	// Response is answered when the records, and all records before them, are committed.
	Response any
	// Parked says that the operation is not answered by this Result.
	Parked bool
	// Answers completes operations parked earlier, at the same moment as Response.
	Answers []Answer

	// Settled is called once, on the partition's loop, when the answer is given: nil after the commit, otherwise why
	// there was none. A driver learns from it that a decision stands. It must not block.
	Settled func(err error)
}

// A Producer names the producer in whose transaction records are written.
type Producer struct {
	ID    int64
	Epoch int16
	// Guard stands for the question to the transaction coordinator whether the partition belongs to the transaction
	// (KIP-890): what TxnLog.AppendTxn asks for. 0: none was asked, the transaction has to be open here already.
	Guard uint64
}

// An Answer completes a parked operation, with Err if it is not nil.
type Answer struct {
	To       *Pending
	Response any
	Err      error
}

// A Marker ends a transaction on a coordinator partition.
type Marker struct {
	ProducerID       int64
	ProducerEpoch    int16
	CoordinatorEpoch int32 // of the transaction coordinator; the log refuses an older one (T12)
	Commit           bool
	Version          int16 // transaction version: from 2 on the marker's epoch is above that of its transaction (KIP-890)
}
