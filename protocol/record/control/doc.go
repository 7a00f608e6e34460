// Package control holds what stands inside control batches, and the other small formats that Kafka writes with its message
// encoding: the keys and values of control records, the entries of a transaction index, the text of the quorum-state file, and
// the subscription and assignment that classic consumers exchange through the group coordinator.
//
//	control record key        int16 version 0 | int16 Type
//	value of Abort, Commit    int16 version 0 | int32 coordinator epoch        EndTxnMarker
//	value of the others       the message itself, whose first field repeats the version
//
// Decoding trusts nothing: no input panics, and memory is bounded by the length of the input times a small factor.
package control
