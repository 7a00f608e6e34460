// Package null is the null broker: the least that a Go program can do to take batches and give them back. It reads a frame,
// checks each batch's CRC, stamps offset and leader epoch, writes the batch to its partition's file, and answers. It keeps
// no producer state, enforces no limit and authorises nobody: it is the machine's bound that kbroker is measured against.
//
//	reads     as much as there is into one buffer, held only while bytes are there
//	frames    parsed in place; every whole frame of the buffer is handled before the collected answers are written
//	appends   one write per batch, under the partition's mutex
//	fsync     for topics that ask for it: one syncer, one fdatasync per file for all who wait (group commit)
//	fetches   up to 64 KiB copied, above it sendfile
//
// Served: ApiVersions, Metadata, CreateTopics, DeleteTopics, Produce 9 to 12, Fetch 12.
//
// It is a driver: a goroutine per connection, one syncer.
package null
