// Package metarec holds the records of the metadata log, __cluster_metadata, in Kafka's encoding: one type for each record of
// records/metadata.json in protocol/schema, and the frame that a record's value is wrapped in.
//
//	value of a record in __cluster_metadata
//	+----------------------+----------------+------------------+---------------------+
//	| uvarint frame = 1    | uvarint apiKey | uvarint version  | message, as AppendTo|
//	+----------------------+----------------+------------------+---------------------+
//
// Marshal writes such a value, Unmarshal reads one; records have no key. VersionAt tells which version of a record Kafka 4.4
// writes at a metadata.version.
//
// Make records with their New functions (NewPartitionChange, ...) so that fields have their defaults: the zero value of
// PartitionChange would set the leader to broker 0, where -2 means no change.
//
// Decoding trusts nothing: no input panics, and memory is bounded by the length of the input times a small factor.
package metarec
