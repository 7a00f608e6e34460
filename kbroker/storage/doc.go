// Package storage prepares log directories for a node, as kafka-storage does, and tells what is in them.
//
// A directory is formatted when it holds a meta.properties that names its cluster, its node and its own id. Formatting
// never touches a directory that is formatted already. What the metadata log begins with is the quorum's business: the
// caller hands it in as a function.
//
// Left out: SCRAM credentials and feature levels at format time; they are refused by the command.
package storage
