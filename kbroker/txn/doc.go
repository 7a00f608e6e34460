// Package txn decides about transactions: a Machine is the state of one partition of __transaction_state, run by
// coordinator/runtime. It says which producer id and epoch a transactional id has, which partitions its transaction
// touches, and how the transaction ended.
//
//	           InitProducerId                AddPartitions                 EndTxn, timeout, fence
//	(nothing) ----------------> Empty --------------------> Ongoing ------------------------------> PrepareCommit
//	                              ^                            ^                                     PrepareAbort
//	                              | InitProducerId             | AddPartitions                           |
//	                              +------------- CompleteCommit, CompleteAbort <------------------------ +
//	                                                                            every marker written
//
// A decision is a record of the log, and only once that record is committed are markers sent: the Machine hands every
// committed decision to Config.Decided, and whoever sends the markers comes back with Complete. Nothing else than the log
// is needed to find decisions again: a Machine that has been loaded hands out those that were never completed.
//
// Both transaction protocols are decided here, side by side (KIP-890): in version 1 an epoch lives until InitProducerId, in
// version 2 each EndTxn raises it, so that nothing late can enter the next transaction. Rules and codes are those of Apache
// Kafka 4.4. Unlike there no state is "pending": what is in the log but not committed yet is seen by the next operation,
// whose answer then waits for both.
//
// It is a core: no clock, no disk, no goroutine. Files are named for the API key that they decide.
package txn
