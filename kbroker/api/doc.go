// Package api answers requests: one file per API key, named for it, and one table (table.go) that says which keys are
// served. A file turns a request into calls of the rooms and their answers into a response; it decides nothing that a
// room could decide.
//
// The rooms are reached through the small interfaces of broker.go, which the composition root fills. Domain errors become
// wire codes in errors.go and nowhere else.
//
// Handlers run on the reader goroutine of their connection. Produce, Fetch and the group APIs may answer later; what needs
// the controller waits on the connection's own goroutine, as Kafka mutes a channel until its request is answered.
package api
