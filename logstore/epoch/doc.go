// Package epoch keeps which leader epoch began at which offset of one partition: what followers and consumers ask to find
// out where their log parted from the leader's (KIP-101, T67).
//
// It is a core: a Cache belongs to one log and is used under that log's lock. The log keeps the file (leader-epoch-checkpoint).
package epoch
