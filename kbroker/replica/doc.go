// Package replica holds the replicas of this broker: it makes, leads, follows and deletes them as the committed metadata
// says, and it is the only door to their logs. Everything that is appended passes Append or a Partition's AppendAsLeader
// with a leader epoch; everything that is seen lies below a high watermark.
//
// It starts no goroutine: metadata publishing, requests and the store's own background work drive it.
//
// Left out until a cluster exists: fetching from other leaders, ISR proposals to the controller, moving replicas between
// log directories. A partition that another broker leads answers NOT_LEADER_OR_FOLLOWER.
package replica
