// Package protocol is the language of the wire: frames, request and response headers, the table of APIs that are
// served, and the contract between a connection and whoever answers it (Request, Reply, Handler).
//
//	h, body, err := protocol.ParseRequestHeader(frame)
//	switch table.Judge(h.Key, h.Version) { ... }
//
// The table (apitable.go) holds every API of Kafka 4.4; a Table is the part of it that one listener really serves.
// ApiVersions and the refusal of Produce v0-v2 are answered from here, so that no handler knows of them.
//
// It knows nothing of logs, controllers or brokers, and starts no goroutine.
//
// Left out: request header v0, which only ControlledShutdown v0 had.
package protocol
