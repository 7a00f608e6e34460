package txn

import "math"

// No producer id, epoch or time.
const (
	NoProducerID int64 = -1
	NoEpoch      int16 = -1
	noTime       int64 = -1
)

// maxEpoch is never given to a producer: it is what is left to fence one with (T9).
const maxEpoch int16 = math.MaxInt16

// exhausted reports whether a producer with this epoch needs a new id instead of a higher epoch.
func exhausted(epoch int16) bool { return epoch >= maxEpoch-1 }

// Version2 is the transaction version from which every EndTxn raises the epoch (KIP-890).
const Version2 int16 = 2

// A Transaction is what is known of a transactional id.
//
//	invariants: Epoch >= 0; Partitions is empty unless State is Ongoing or ending
//	            NextProducerID is set only while a decision waits for its markers and the epochs of ProducerID are used up
type Transaction struct {
	ID             string
	ProducerID     int64
	PrevProducerID int64 // before the last change of this state
	NextProducerID int64 // takes over when the transaction is complete
	Epoch          int16
	LastEpoch      int16 // from which the producer came to Epoch by asking for it; not in the log, as in Apache Kafka
	TimeoutMs      int32
	State          State
	Partitions     Partitions
	StartMs        int64 // of the transaction, -1 before the first
	UpdatedMs      int64
	ClientVersion  int16 // transaction version that the transaction is run with
}

// next is the base of every change: a copy that remembers whose id it was.
func (t *Transaction) next(to State, nowMs int64) Transaction {
	n := *t
	n.State, n.UpdatedMs, n.PrevProducerID = to, nowMs, t.ProducerID
	return n
}

// begin puts a producer with a fresh id or epoch into an empty transaction.
func (t *Transaction) begin(id int64, epoch, last int16, timeoutMs int32, nowMs int64) Transaction {
	n := t.next(Empty, nowMs)
	n.ProducerID, n.Epoch, n.LastEpoch, n.TimeoutMs = id, epoch, last, timeoutMs
	n.Partitions, n.StartMs = nil, noTime
	return n
}

// add opens the transaction if need be and adds partitions to it.
func (t *Transaction) add(list []Partition, version int16, nowMs int64) Transaction {
	n := t.next(Ongoing, nowMs)
	if t.State != Ongoing {
		n.StartMs = nowMs
	}
	n.Partitions, n.ClientVersion = t.Partitions.With(list), version
	return n
}

// endV1 decides the transaction; the producer keeps its epoch.
func (t *Transaction) endV1(commit bool, nowMs int64) Transaction {
	n := t.next(prepared(commit), nowMs)
	n.NextProducerID, n.ClientVersion = NoProducerID, 0
	return n
}

// endV2 decides the transaction, or an empty one, and raises the epoch: markers carry it, and so does the next transaction,
// unless nextID takes over.
func (t *Transaction) endV2(commit bool, nextID int64, nowMs int64) Transaction {
	n := t.next(prepared(commit), nowMs)
	n.LastEpoch = t.Epoch
	if t.Epoch < maxEpoch {
		n.Epoch = t.Epoch + 1
	}
	if t.State != Ongoing {
		n.StartMs = nowMs
	}
	n.NextProducerID, n.ClientVersion = nextID, Version2
	return n
}

func prepared(commit bool) State {
	if commit {
		return PrepareCommit
	}
	return PrepareAbort
}

// fenceV1 aborts the transaction with a raised epoch, which nobody is given.
func (t *Transaction) fenceV1(nowMs int64) Transaction {
	n := t.endV1(false, nowMs)
	if t.Epoch < maxEpoch {
		n.Epoch = t.Epoch + 1
	}
	n.LastEpoch = NoEpoch
	return n
}

// complete is the state once every marker has been written.
func (t *Transaction) complete(nowMs int64) Transaction {
	to := CompleteAbort
	if t.State == PrepareCommit {
		to = CompleteCommit
	}
	n := t.next(to, nowMs)
	if t.ClientVersion >= Version2 && t.NextProducerID != NoProducerID {
		n.ProducerID, n.Epoch = t.NextProducerID, 0
	}
	n.NextProducerID, n.Partitions = NoProducerID, nil
	return n
}

// decision is what the markers of an ending transaction say.
func (t *Transaction) decision() Decision {
	return Decision{
		TransactionalID: t.ID, ProducerID: t.ProducerID, Epoch: t.Epoch, Commit: t.State == PrepareCommit,
		Partitions: t.Partitions, Version: t.ClientVersion,
	}
}
