// Package partition is one replica of one partition as its broker sees it: who leads, in which epoch, which replicas are
// in sync, and how far the high watermark may move. It decides over a logstore.Log and waits for nothing: what has to
// wait hangs in Moved (see kbroker/purgatory).
//
// A node that is alone is the leader of a replica set of one: the same arithmetic, with one term.
//
// Lock order: role, then remotes. Neither is held while Moved is woken, and neither while the disk is waited for, except
// that an append holds role for reading so that leadership cannot change under it.
package partition
