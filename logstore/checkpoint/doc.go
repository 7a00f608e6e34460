// Package checkpoint reads and writes the small text files beside the segments, each replaced atomically: offset
// checkpoints, leader-epoch-checkpoint, partition.metadata, meta.properties and .kafka_cleanshutdown.
//
// Every reader is strict: a file it does not understand is an *Error that names file and line, never a guess.
package checkpoint
