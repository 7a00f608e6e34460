// Package classic decides for groups of the classic protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup, for consumers,
// Connect and any other protocol type.
//
//	                   first join                    all joined, or rebalance timeout
//	+-----------> Empty ----------> PreparingRebalance ------------------> CompletingRebalance
//	|               ^                 ^   |    ^                              |      |
//	| last member   +-----------------|---+    | join with news, leave,       |      | leader's SyncGroup
//	| gone                            |  all   | session expiry, sync expiry  |      v
//	+---------------------------------|--gone--+------------------------------+--- Stable
//
// A Group is a value: an operation clones it, changes the clone, and hands it over in Result.Apply, so that nothing has
// happened when the append fails. Answers that wait for others (joins, the followers' syncs) are kept in the members as
// coordinator.Pending tokens. Only what SyncGroup settles is logged, as Kafka does: members between two generations live in
// memory, and a group that is loaded is Stable in its last settled generation, or Empty.
package classic
