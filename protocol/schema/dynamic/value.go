package dynamic

import (
	"reflect"

	"github.com/kbroker/kbroker/protocol/schema"
)

// A Message holds the fields of a message or struct by their names in the definition.
type Message = map[string]any

// UnknownTags are tagged fields that the definition does not have.
type UnknownTags map[uint32][]byte

// tagsName is where a Message keeps its UnknownTags.
const tagsName = "_tags"

// Default is the value of a field that nobody set.
func Default(f *schema.Field) any {
	if f.DefaultIsNull() {
		return nil
	}
	switch f.Type.Kind {
	case schema.Bool:
		return f.DefaultBool()
	case schema.Int8:
		return int8(f.DefaultInt())
	case schema.Int16:
		return int16(f.DefaultInt())
	case schema.Uint16:
		return uint16(f.DefaultInt())
	case schema.Int32:
		return int32(f.DefaultInt())
	case schema.Int64:
		return f.DefaultInt()
	case schema.Float64:
		return float64(0)
	case schema.UUID:
		return [16]byte{}
	case schema.String:
		return f.Default
	case schema.Bytes, schema.Records:
		return []byte{}
	case schema.Array:
		return []any{}
	}
	return defaults(f.Type.Struct.Fields)
}

func defaults(fields []*schema.Field) Message {
	m := Message{}
	for _, f := range fields {
		m[f.Name] = Default(f)
	}
	return m
}

// valueOf is the value of a field in a message, its default when it is missing.
func valueOf(m Message, f *schema.Field) any {
	if v, ok := m[f.Name]; ok {
		return v
	}
	return Default(f)
}

// isDefault reports whether a value is the default of a field, which is when a tagged field is not written.
func isDefault(f *schema.Field, v any) bool {
	if s, ok := v.(Message); ok && f.Type.Kind == schema.StructKind && !f.DefaultIsNull() {
		for _, sub := range f.Type.Struct.Fields {
			if !isDefault(sub, valueOf(s, sub)) {
				return false
			}
		}
		tags, _ := s[tagsName].(UnknownTags)
		return len(tags) == 0
	}
	return reflect.DeepEqual(v, Default(f))
}
