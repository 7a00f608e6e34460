// Package coordrec holds the records of the coordinators' logs in Kafka's encoding: keys and values of __consumer_offsets
// (Group), __transaction_state (Transaction) and __share_group_state (Share), one type for each of records/group.json,
// transaction.json and share.json in protocol/schema.
//
//	key     int16 record type | key fields
//	value   int16 version     | value fields of that version       absent value: the key is deleted (a tombstone)
//
// The number in front of a key means different things in the three logs, so Unmarshal asks which log the bytes come from.
// An offset commit's key begins with 0 in logs written before Kafka 0.9.0 and with 1 since; both are read as OffsetCommitKey
// and OffsetCommitValue, and 1 is written.
//
// The version of a value is the writer's choice. Kafka 4.4 writes
//
//	OffsetCommitValue      1 when the request gave an expire time, else 4
//	GroupMetadataValue     3
//	TransactionLogValue    1 from transaction.version 1 on, else 0
//	all others             0
//
// Make values with their New functions (NewOffsetCommitValue, ...) so that fields have their defaults.
//
// Decoding trusts nothing: no input panics, and memory is bounded by the length of the input times a small factor.
package coordrec
