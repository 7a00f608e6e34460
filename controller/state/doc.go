// Package state holds the controller's decisions, one file per noun: what becomes of a request, given the world as it is.
//
// A decision reads an Image and returns records and an answer; it changes nothing that the log knows of. The records are
// replayed into the next image, which is what the decision after it reads. When the node stops leading, the images of
// what was never committed are dropped, and with them everything those decisions did.
//
//	records, resp := s.CreateTopics(in, req)   // decide
//	delta.Replay(records...)                   // then change
//
// What does not stand in the log, the time of a broker's last heartbeat, is the only state that a State keeps.
//
// The package is a core: no goroutine, no clock (In carries the time), no disk, no global randomness.
package state
