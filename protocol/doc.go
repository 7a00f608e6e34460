// Package protocol is the language of the wire: frames, request and response headers, the table of APIs that are
// served, and the contract between a connection and whoever answers it (Request, Reply, Handler).
//
// It knows nothing of logs, controllers or brokers, and starts no goroutine.
package protocol
