// Package logstore keeps durable sequences of record batches in Apache Kafka's own files: one Log per partition replica,
// one Store for all logs of a node across its log directories. FORMAT.md says what lies on disk and what is believed of it.
//
// It speaks batches and its own errors, never requests or wire codes. All disk access goes through vfs.FS.
//
//	s, err := logstore.Open(logstore.StoreConfig{Dirs: []string{"/data"}, NodeID: 1})
//	s.Start()
//	l, err := s.Create(logstore.TopicPartition{Topic: "t", Partition: 0}, topicID, logstore.DefaultConfig())
//	info, err := l.AppendAsLeader(batches, epoch, logstore.Client)  // can be read when it returns
//	err = l.FlushTo(info.NextOffset)                                // survives a power cut
//	l.SetHighWatermark(info.NextOffset)
//	slice, err := l.Read(0, 1<<20, l.HighWatermark(), true)         // whole batches, a region of a file
//	err = s.Close()
//
// The cores it drives are pure: protocol/record (batches), logstore/producer (sequences and transactions), logstore/epoch (leader
// epochs), logstore/cleaner (what compaction keeps).
//
// Locks, in order: Log.maint, logDir.checkpoints, Store.mu, Log.mu, Log.waitMu. Log.mu is held for an append or a lookup, never across
// an fsync but those of a truncation.
//
// Left out: moving replicas between log directories (-future directories), tiered storage, message formats before v2.
package logstore
