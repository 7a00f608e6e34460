// Package memnet is a network in memory: listeners and connections between named hosts, with latency, loss, one-way and
// two-way partitions, and resets. It stands in for net in tests, real or in a testing/synctest bubble.
//
//	n := memnet.New(1)
//	l, _ := n.Listen("broker-1:9092")
//	c, _ := n.Host("client").Dial(ctx, "tcp", "broker-1:9092")
//
// Writes are buffered as a kernel's are (net.Pipe's are not), so two peers that write at once do not lock. What is cut
// off is not lost: as with TCP its bytes arrive once the partition heals. Every wait is on a channel or timer made by
// the call that waits, so a bubble sees it as durably blocked.
package memnet
