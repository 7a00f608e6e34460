// Package offsets keeps the committed offsets of the groups of one coordinator partition, and those that wait for the end of
// their transaction.
//
// A Store changes only by Replay, ReplayEndTxn and Forget; everything else asks, or makes the records to be logged. Offsets
// written in a transaction are pending until its marker: a commit makes them visible, unless a newer offset was committed in
// between, an abort drops them (T10). Which of two is newer is decided by their place in the log, so that compaction cannot
// change it.
package offsets
