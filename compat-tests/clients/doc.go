// Package clients runs other people's clients against a broker: one list of scenarios, one program per client that
// prints a line for each, and a table of client by scenario.
//
// The programs are fixed text in their client's language (golang, java, python, node, rust, kcat.sh). What they need is
// fetched with the language's own package client into the cache.
package clients
