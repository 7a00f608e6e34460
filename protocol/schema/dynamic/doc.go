// Package dynamic encodes and decodes any message from its definition alone, as maps from field names to values. It shares no code
// with the libraries that the broker speaks through, so that tests can hold one against the other.
//
//	definition                  Go value
//	bool, int8 ... float64      bool, int8, int16, uint16, int32, int64, float64
//	uuid                        [16]byte
//	string                      string, nil for null
//	bytes, records              []byte, untyped nil for null
//	array                       []any, untyped nil for null
//	struct                      map[string]any (Message), untyped nil for null
//	tagged fields not defined   UnknownTags under the name "_tags"
//
// A field that is missing from a Message has its default. A field that the version does not carry must be missing or have its
// default, unless it is ignorable. It is for tests: clear rather than fast, but safe on any bytes.
package dynamic
