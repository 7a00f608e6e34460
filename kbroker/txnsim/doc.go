// Package txnsim holds transactions against a hostile world: a seeded simulation of producers, a transaction coordinator and
// partition leaders over the real cores (txn.Machine, producer.State), on one goroutine and in virtual time. Producers die,
// linger as zombies, retry, and their requests are lost, delayed and doubled; coordinators and leaders move and come back
// from their logs, compacted at random points. A checker then looks for records that are lost, doubled, out of order, torn
// between partitions, or read though aborted, and for producers that were told of a fence that nobody set. A seed that fails
// is printed and fails again; every seed is run twice and must leave the same trace.
//
// Two protocols, two networks. Requests of version 1 carry no number of their transaction: an AddPartitionsToTxn or EndTxn
// that comes after its own retry can hit the next one, which no broker can tell. For producers of version 1 these two are
// therefore lost or delayed within the client's patience, but never late; Produce is as hostile as for version 2, which
// bears everything.
package txnsim
