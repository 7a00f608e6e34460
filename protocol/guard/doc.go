// Package guard looks through the body of a request that nobody vouches for before it is decoded. Decoding allocates by counts
// that the sender chose and, for tagged fields, loops by them; a body that passed Check is decoded in time and memory bounded by
// its Limits (invariant X2; see Kafka's CVE-2026-111108 and CVE-2026-111115 for the same classes of attack).
//
//	if err := guard.Check(key, version, body, guard.For(key, len(body))); err != nil { close the connection }
//	req.ReadFrom(body) // does not fail, spin or balloon
//
// Check walks the bytes along a small program, a list of ops per key and version generated from the message definitions. It
// allocates nothing unless it refuses, looks at no byte of a string or of records, and does not check UTF-8.
//
// What is refused, where Kafka 4.4 does the same unless said otherwise:
//
//   - lengths and counts beyond the bytes left; an array's count times the least size of its elements must fit
//   - null where the field cannot be null; a negative length other than -1 (Kafka takes any negative one for null)
//   - a byte in front of a nullable struct below -1 (Kafka takes any negative one for null)
//   - more tagged fields than half the bytes left; a tag of this message at a version that does not carry it
//   - a tagged field whose content is not as long as its size says (Kafka passes over the size of a tag that it knows), and tags
//     that do not ascend (Kafka reads those)
//   - more elements or decoded bytes than the Limits allow
//   - an api key or version without a definition, such as Produce before 3; the caller answers those without decoding
//
// Bytes behind the body are tolerated, as Kafka does.
package guard
