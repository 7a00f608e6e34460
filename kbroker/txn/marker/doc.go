// Package marker brings the end of a transaction to every partition that it wrote to: a driver for the machine of package
// txn. It is handed a decision once that is committed, writes one marker per partition, here or on other brokers, tries
// again until each is written, and then lets the machine complete the transaction.
//
//	Send(decision) > per partition: who leads it? > Write here, or Remote, batched per broker > all written > Complete
//	                     ^                                     |
//	                     +------------- Retry later -----------+
//
// A marker carries the leader epoch of the coordinator's partition: partitions refuse one of an older coordinator (T12). A
// partition that was deleted needs no marker any more (trap T97). What was handed over under an election is dropped when it
// ends; the next coordinator finds the decision in its log.
//
// One goroutine, started by New and ended by Close. Bounded by the transactional ids that are coordinated here: each has
// at most one decision under way, and that at most one step per partition.
package marker
