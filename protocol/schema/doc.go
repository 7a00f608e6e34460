// Package schema reads Kafka's message definitions: the requests and responses of messages.json and the record formats of
// records/*.json, which stand beside this file as the readable source that code is generated from.
//
// The generator (./gen) writes the Go types of protocol/metarec, protocol/coordrec and protocol/record/control and the tables
// of protocol/guard; a test there fails when what is committed is not what the definitions say. Nothing of the running broker
// imports this package.
//
//	records/metadata.json     __cluster_metadata       protocol/metarec
//	records/group.json        __consumer_offsets       protocol/coordrec
//	records/transaction.json  __transaction_state      protocol/coordrec
//	records/share.json        __share_group_state      protocol/coordrec
//	records/client.json       control records, embedded formats    protocol/record/control
//	records/raft.json         quorum-state             written by hand in protocol/record/control, as it is JSON on disk
//	messages.json             requests, responses, headers         protocol/guard
package schema

//go:generate go run ./gen
