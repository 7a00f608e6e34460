// Package assignor computes target assignments of consumer groups (KIP-848): which member shall consume which partition.
//
// Every assignor is a pure function of its Spec and gives each partition of a subscribed topic to exactly one subscriber.
// The same Spec gives the same assignment, whatever the order of maps.
//
//	uniform  as many partitions for each as possible, then as few moves as possible, then near racks
//	range    per topic a contiguous run for each, so that equal partition numbers of topics meet at one member
package assignor
