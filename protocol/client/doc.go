// Package client is the outbound side of the wire: a connection from this node to one peer, for forwarding to the
// controller and for following a leader.
//
//	c, err := client.New(client.Config{Address: "controller:9093", Dial: dialer.DialContext, ClientID: "broker-1"})
//	resp, err := c.Do(ctx, req) // any kmsg request, at the highest version both sides know
//	c.Close()                   // waits
//
// The connection is made when it is first needed, and again, after a backoff, when it is needed after having been lost.
// Requests are pipelined: Do may be called by many goroutines at once, and answers come in the order of the requests. Each
// request has a deadline of its own; a peer that misses one is taken for dead, since every later answer stands behind it.
//
// A connection has two goroutines, a writer and a reader, and an attempt to connect has one. Close waits for all of them.
//
// Left out: Produce with acks=0, which has no answer to wait for; and a check of answers before kmsg decodes them: peers
// are other nodes of the cluster, and are believed. The size of an answer is bounded all the same.
package client
