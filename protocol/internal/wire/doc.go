// Package wire holds Kafka's primitive encodings: the few functions that the generated record packages are made of.
//
// Writing is a set of Append functions that never fail. Reading goes through a Reader, which is fed bytes nobody vouches
// for: it checks every length against what is left, refuses an array whose elements cannot fit, remembers its first error and
// from then on answers zeroes, so that a decoder can be written as a plain list of reads with one check at the end.
//
//	flexible versions (KIP-482)      older versions
//	string   uvarint(n+1) bytes      int16(n) bytes
//	bytes    uvarint(n+1) bytes      int32(n) bytes
//	array    uvarint(n+1) elements   int32(n) elements
//	null     uvarint(0)              n = -1
//	struct   fields, then tags       fields
//	tags     uvarint(count), then for each: uvarint(tag) uvarint(size) bytes, tags ascending
package wire
