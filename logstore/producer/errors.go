package producer

import (
	"errors"
	"fmt"
)

// What a batch can break. An Error wraps one of these.
var (
	// ErrOutOfOrder: a sequence that does not follow. OUT_OF_ORDER_SEQUENCE_NUMBER.
	ErrOutOfOrder = errors.New("out of order sequence number")
	// ErrInvalidEpoch: an epoch that has been superseded. INVALID_PRODUCER_EPOCH.
	ErrInvalidEpoch = errors.New("invalid producer epoch")
	// ErrInvalidTxnState: a batch outside a transaction while one is open. INVALID_TXN_STATE.
	ErrInvalidTxnState = errors.New("invalid transaction state")
	// ErrUnverified: a batch that begins a transaction here of which the coordinator was not asked. INVALID_TXN_STATE.
	ErrUnverified = errors.New("record was not part of an ongoing transaction")
	// ErrCoordinatorFenced: a marker of a coordinator that has been replaced. TRANSACTION_COORDINATOR_FENCED.
	ErrCoordinatorFenced = errors.New("transaction coordinator fenced")
)

// An Error says which batch was refused and what was known.
type Error struct {
	Kind       error // one of the values above; errors.Is finds it
	ProducerID int64
	Epoch      int16 // the batch's
	Offset     int64 // where it would have been written
	Got, Want  int32 // ErrOutOfOrder: first sequence of the batch, the one that would have followed; ErrCoordinatorFenced: the epochs
	Known      int16 // the current epoch
}

// Error names the producer and both sides.
func (e *Error) Error() string {
	head := fmt.Sprintf("%v: producer %d with epoch %d at offset %d", e.Kind, e.ProducerID, e.Epoch, e.Offset)
	switch {
	case errors.Is(e.Kind, ErrOutOfOrder):
		return fmt.Sprintf("%s sent sequence %d, expected %d (current epoch %d)", head, e.Got, e.Want, e.Known)
	case errors.Is(e.Kind, ErrInvalidEpoch):
		return fmt.Sprintf("%s, the current epoch is %d", head, e.Known)
	case errors.Is(e.Kind, ErrCoordinatorFenced):
		return fmt.Sprintf("%s: coordinator epoch %d is older than %d", head, e.Got, e.Want)
	case errors.Is(e.Kind, ErrUnverified):
		return head
	}
	return head + ": expected a transactional batch"
}

// Unwrap returns Kind.
func (e *Error) Unwrap() error { return e.Kind }
