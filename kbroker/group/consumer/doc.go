// Package consumer decides for groups of the consumer protocol (KIP-848), in which the coordinator assigns.
//
// A group has an epoch, bumped by whatever changes what its assignment should be; a target assignment, computed for an
// epoch, at most once per assignment interval; and members, each reconciled towards the target on its own heartbeats:
//
//	            target has moved, and the member must give something up
//	Stable ---------------------------------------------------------------> UnrevokedPartitions
//	  ^  \                                                                     |  its heartbeat no longer
//	  |   \ target has moved, somebody else still owns what it shall get       |  names what it gave up
//	  |    v                                                                   v
//	  +-- UnreleasedPartitions <-----------------------------------------------+
//	     all are free
//
// A partition is given to a member only when no other owns it: neither assigned nor waiting to be given up (G3).
//
// All of a Group is logged and changed by Replay alone; handlers read it, make records, and work on copies of members. What
// is not logged is small: whether a resolution of regular expressions is due, and which version of the topics was looked at.
//
// Members that still speak the classic protocol can be in the group too: for them a rebalance is a round of JoinGroup and
// SyncGroup in which nobody leads (see classic_*.go). A classic group becomes a consumer group when the first member of the
// new protocol joins it, and a consumer group becomes a classic one when the last of them leaves (migrate.go).
package consumer
