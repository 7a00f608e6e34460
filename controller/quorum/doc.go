// Package quorum is the metadata quorum: etcd raft's RawNode over __cluster_metadata-0, a log in Kafka's own format.
//
// One raft entry is one record batch. Offsets count records, the raft index counts batches; the batch at an index is
// found by counting from a point whose index is known, which is the beginning of the log or a snapshot.
//
//	__cluster_metadata-0/
//	  00000000000000000000.log                      batches; the leader's empty entry is a LeaderChange control batch
//	  00000000000000001234-0000000007.checkpoint    the state below offset 1234, written in epoch 7
//	  00000000000000001234-0000000007.raft          the raft index of that point
//	  quorum-state                                  epoch and vote, as Kafka writes it
//	  quorum-flushed                                a hint of how far the log is durable
//
// A Node is the core: it has no goroutine and no clock, and package sim runs it under a seed. A Driver gives a Node one
// goroutine, a ticker and a Transport.
//
//	d, err := quorum.Start(quorum.Config{...})
//	defer d.Close()
//	d.Propose(batch)                  // refused proposals are told to Listener.OnRefused
//	batches, err := d.Read(from, max) // committed ones only
//
// Entries and votes are durable before any message or answer leaves (M6). An error from a write or an fsync, other than
// a full disk before the fsync, ends the node: an fsync is never tried again (R25).
package quorum
