// Package server is the driver of the wire: it accepts connections, reads frames, calls a protocol.Handler for each and
// writes the answers in the order of the requests.
//
//	s, err := server.New(server.Config{Handler: h, Guard: guard.Check, Logger: log})
//	s.Serve(server.ListenerConfig{Name: "PLAINTEXT", Listener: l, ApiVersions: versions})
//	...
//	s.Drain(ctx) // finish what is in flight
//	s.Close()    // wait for every goroutine
//
// # The way of a frame
//
//	bytes > read buffer > frame > header > table > guard > Handler.Serve > slot completed > written at the head
//
// A connection has one goroutine, its reader. It reads as much as is there, serves every whole frame of the buffer, and
// then writes, in one call, the answers that are complete at the head of the queue. An answer that is completed later, by
// another goroutine, is written by a writer goroutine that the completer starts and that ends when nothing is left to
// write: whoever completes never waits for a socket. Exactly one goroutine writes at a time (conn.writing).
//
// # Memory
//
// A connection that waits holds no read buffer: on TCP the buffer is taken when the socket is readable, elsewhere after a
// first small read. A frame's memory grows with the bytes that have arrived, by at most growth times, whatever its size
// claims to be; what a connection holds is charged to it, to its address and to the broker (see memory), and a reader
// that meets a limit stops reading, which is TCP's own back-pressure. Requests in flight and answers not yet written are
// bounded per connection.
//
// # Goroutines
//
// One per listener, one per connection, a writer per connection now and then, and one that looks after deadlines. Close
// waits for all of them. Handlers' own goroutines may complete replies at any time after that; nothing is written.
package server
