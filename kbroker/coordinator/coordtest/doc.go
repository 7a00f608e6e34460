// Package coordtest helps to test coordinator machines and what drives them.
//
// A Bench runs one Machine without a runtime: operations, virtual time, failing appends, compaction and reload, all in the
// caller's goroutine and repeatable. A Log is an in-memory coordinator.PartitionLog with levers for failures.
package coordtest
