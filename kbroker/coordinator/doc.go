// Package coordinator is the contract between a coordinator's state machine and the runtime that keeps it alive: groups of
// every kind, transactions and share state are Machines, and package runtime runs any of them over one partition of an
// internal topic.
//
// An operation travels like this:
//
//	Write(partition, key, handler, reply)
//	  > queue of the partition              bounded; a full queue answers at once
//	  > handler(machine, now)               reads anything, changes nothing, answers a Result
//	  > append Result.Records               one batch for a run of operations with different keys
//	  > machine.Replay(record)...           the only thing that changes logged state
//	  > Result.Apply, Result.Timers         what is not logged: parked answers, timers
//	  > parked until high watermark passes
//	  > reply(Result.Response)
//
// A record is appended before it is replayed, so an append that fails has changed nothing and there is nothing to revert.
// What makes that possible is the key: operations that share a batch have different keys, and an operation may read and
// write only what belongs to its key. See DESIGN.md.
package coordinator
