// Package logstore keeps durable sequences of record batches in Apache Kafka's own files: one Log per partition replica,
// one Store for all logs of a node across its log directories.
//
// It speaks batches and its own errors, never requests or wire codes. All disk access goes through vfs.FS.
package logstore
