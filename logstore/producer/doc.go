// Package producer keeps what a partition knows of its idempotent and transactional producers: the last five batches of
// each, whose epoch is current, which transactions are open. It decides whether a batch may be appended, is a duplicate, or
// breaks the order; the log asks before it writes and tells after it has written.
//
//	s.Begin(producer.Client, 0)
//	dup, isDup, err := s.Stage(meta, baseOffset) // for each batch of the append
//	... write ...
//	for _, txn := range s.Commit(endOffset) { index.Append(txn) } // or s.Drop() when the write failed (I5)
//
// A producer's epoch and sequences, as Apache Kafka judges batches of clients:
//
//	epoch below the current one             refused: ErrInvalidEpoch
//	epoch above, or none known, seq 0       accepted, the five batches are forgotten
//	epoch above, seq not 0                  refused: ErrOutOfOrder
//	nothing known of the producer           any sequence accepted (KIP-360: its state may have been deleted)
//	same epoch, the next sequence           accepted; 2^31-1 is followed by 0
//	same epoch, one of the last five        duplicate: answered with the offset of the original
//	same epoch, anything else               refused: ErrOutOfOrder
//
// It is a core: no clock, no disk, no goroutine. A State belongs to one log and is used under that log's lock.
//
// A transactional batch may be held to one more rule (verification.go, KIP-890): that its transaction is open here already,
// or that the transaction coordinator has been asked whether it belongs to one.
package producer
