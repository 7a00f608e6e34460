// Package segment keeps the files of one segment of a log: <base>.log and what is derived from it, <base>.index,
// <base>.timeindex and <base>.txnindex, where <base> is the first offset in 20 digits.
//
//	.log        record batches, one behind the other
//	.index      8 bytes each: int32 last offset of a batch minus base, int32 position of that batch
//	.timeindex  12 bytes each: int64 largest timestamp so far, int32 last offset of its batch minus base
//	.txnindex   34 bytes each: int16 version 0, int64 producer id, first offset, last offset, last stable offset
//
// A Segment appends with one write, answers where an offset lies, and rebuilds every derived file from the .log. It decides
// nothing about when to roll, flush or delete. The active segment keeps its sparse indexes in memory and writes them out
// with Persist; a sealed segment loads them on first use into a cache with a bound. Descriptors are opened on first use and
// kept in a cache with a bound, so that an idle partition holds none.
//
// Derived files are never trusted for an answer: an index entry is used only after the batch it points to was looked at,
// and a file that proves wrong is rebuilt (invariant R29).
package segment
