// Package cleaner decides compaction: which log to clean next, up to which offset, what stays of each batch, and which
// segments become one. It reads batches that are handed to it and returns bytes; the log reads, writes, syncs and swaps.
//
//	start = first dirty offset (checkpointed)       end = first uncleanable offset, a segment's base
//	 v                                               v
//	 |  clean: one record per key  |  dirty          |  not yet: active segment, above min(HW, LSO), too young
//	 0-----------------------------+-----------------+--------------------------------------------------- log end
//
//	c, ok := cleaner.Choose(logs, now)
//	x := cleaner.NewIndexer(offsets, c.FirstDirty)       // keys of the dirty part
//	for each segment of [c.FirstDirty, c.End), for each batch { x.Add(batch) }; x.SegmentDone(next)
//	f := cleaner.NewFilter(...)                          // the whole part below x.End()
//	for each group of cleaner.Group(segments, ...), for each batch { dst, err = f.Clean(dst, batch) }
//	... sync, swap, checkpoint x.End()
//
// What stays (R31, T62, T71): the newest record of each key; every record at or above x.End(); tombstones until their
// delete horizon, which the first cleaning sets (KIP-534); markers until nothing of their transaction is left and their
// horizon has passed; of each producer that is still known the batch with its last sequence, if need be without records;
// the last batch of the cleaned part, so that its end stays where it was. Records of aborted transactions go.
//
// It is a core: no clock, no disk, no goroutine.
package cleaner
