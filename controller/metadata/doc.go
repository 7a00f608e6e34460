// Package metadata is the world as the committed metadata log tells it: an immutable Image, the Delta that leads from
// one image to the next, and the contract by which the rooms of a node learn of it.
//
// An Image never changes once it can be seen by more than one goroutine. The next one shares everything with it that
// the records between them did not touch, so one changed partition among ten thousand topics costs one topic and one
// shard of the maps that hold it.
//
//	delta := metadata.NewDelta(img)
//	for _, rec := range committed {
//		if err := delta.Replay(rec); err != nil { ... } // M11: whoever cannot apply a committed record stops
//	}
//	next := delta.Apply(lastOffset, lastEpoch)
//	for _, p := range publishers { p.OnMetadata(delta, next) } // in one written order
//
// The package is a core: no goroutine, no clock, no disk.
package metadata
