package dynamic

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/kbroker/kbroker/protocol/schema"
)

// Random makes a message with random content at a version: small arrays, nulls where the version allows them, tagged fields.
func Random(r *rand.Rand, def *schema.Message, version int16) Message {
	return randomFields(r, def.Fields, version)
}

func randomFields(r *rand.Rand, fields []*schema.Field, version int16) Message {
	m := Message{}
	for _, f := range fields {
		switch {
		case !f.Versions.Contains(version), r.IntN(6) == 0:
		case f.Nullable.Contains(version) && r.IntN(4) == 0:
			m[f.Name] = nil
		default:
			m[f.Name] = randomValue(r, f.Type, version)
		}
	}
	return m
}

func randomValue(r *rand.Rand, t schema.Type, version int16) any {
	n := int64(r.Uint64()) >> r.IntN(64)
	switch t.Kind {
	case schema.Bool:
		return n&1 == 0
	case schema.Int8:
		return int8(n)
	case schema.Int16:
		return int16(n)
	case schema.Uint16:
		return uint16(n)
	case schema.Int32:
		return int32(n)
	case schema.Int64:
		return n
	case schema.Float64:
		return math.Trunc(r.Float64() * 1e6)
	case schema.UUID:
		return [16]byte{0: byte(n), 15: byte(n >> 8)}
	case schema.String:
		return fmt.Sprintf("%x", uint16(n))[:r.IntN(2)]
	case schema.Bytes, schema.Records:
		return []byte(fmt.Sprintf("%x", uint64(n)))
	case schema.Array:
		a := []any{}
		for range r.IntN(3) {
			a = append(a, randomValue(r, *t.Elem, version))
		}
		return a
	}
	return randomFields(r, t.Struct.Fields, version)
}
