// Package schema is an encoder and decoder of Kafka's requests and responses that knows nothing but messages.json, the
// schemas of Apache Kafka 4.4. It is the second opinion beside kmsg: scripts speak through it with the protocol's own
// field names, a response must be consumed to its last byte, and a test holds kmsg's bytes against it field by field.
//
// A message is a Struct, an ordered list of named values; every integer is an int64, a UUID a [16]byte, a null a nil.
//
//	msg, _ := schema.Request(3)
//	body, err := schema.Encode(msg, 12, map[string]any{"topics": nil})
package schema
