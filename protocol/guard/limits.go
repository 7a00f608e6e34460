package guard

// Limits is what the decoding of one body may cost.
type Limits struct {
	// MaxElements bounds array elements, nullable structs and tagged fields that are not known, together.
	MaxElements int
	// MaxDecodedBytes bounds the memory that decoding takes beside the body itself, as the sum of the sizes of what is
	// decoded: structs, elements of arrays, and the tables that unknown tagged fields are kept in. Strings and byte fields
	// count with their headers alone, as they may alias the body.
	MaxDecodedBytes int
}

// The bounds behind AfterLogin. A body whose names have a few letters decodes to less than sixteen times its size; the base is
// for short bodies of many small parts; the caps are for a long body of nothing but the smallest parts: deciding about a part
// and answering for it takes a few hundred bytes, so 2^17 of them are some 40 MB. No client names as many things at once: a
// broker has thousands of partitions, and a group commits offsets of a part of them.
const (
	decodedBase   = 1 << 20
	decodedFactor = 16
	decodedCap    = 32 << 20
	elementsCap   = 1 << 17
	changesCap    = 1 << 16
)

// BeforeLogin is for a connection that has not authenticated and may send only ApiVersions, SaslHandshake and SaslAuthenticate,
// none of which has an array; what is left is for tagged fields of the future.
func BeforeLogin() Limits { return Limits{MaxElements: 64, MaxDecodedBytes: 16 << 10} }

// AfterLogin is for everybody else: a small multiple of the body's size, and never more than 32 MiB or 2^17 elements.
func AfterLogin(bodySize int) Limits {
	return Limits{
		MaxElements:     min(elementsCap, 1024+bodySize),
		MaxDecodedBytes: min(decodedCap, decodedBase+decodedFactor*bodySize),
	}
}

// For is AfterLogin for a request of that key: those that name what is to be changed, of which each part is answered with a
// sentence after the controller has decided about it, cost twice as much for each, and have half as many.
func For(key int16, bodySize int) Limits {
	l := AfterLogin(bodySize)
	switch key {
	case keyCreateTopics, keyDeleteTopics, keyAlterConfigs, keyCreatePartitions, keyIncrementalAlterConfigs:
		l.MaxElements = min(l.MaxElements, changesCap)
	}
	return l
}

const (
	keyCreateTopics            = 19
	keyDeleteTopics            = 20
	keyAlterConfigs            = 33
	keyCreatePartitions        = 37
	keyIncrementalAlterConfigs = 44
)
