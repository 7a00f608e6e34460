package schema

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// NamedValue is one field's value in a Struct.
type NamedValue struct {
	Name  string
	Value any
}

// Struct is a decoded struct: only the fields that its version has, in the order of the schema.
type Struct []NamedValue

var zeroStruct = Struct{}

// Get returns the value of a field, compared without case, and whether it is there.
func (s Struct) Get(name string) (any, bool) {
	for _, nv := range s {
		if strings.EqualFold(nv.Name, name) {
			return nv.Value, true
		}
	}
	return nil, false
}

// FormatUUID writes a UUID as Kafka does: base64 for URLs, without padding.
func FormatUUID(u [16]byte) string { return base64.RawURLEncoding.EncodeToString(u[:]) }

// ParseUUID reads Kafka's form of a UUID, or 32 hexadecimal digits with or without dashes.
func ParseUUID(s string) (u [16]byte, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 16 {
		b, err = hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	}
	if err != nil || len(b) != 16 {
		return u, fmt.Errorf("%q is not a UUID", s)
	}
	return [16]byte(b), nil
}

// ToMap turns a decoded struct into the form that Encode takes.
func ToMap(s Struct) map[string]any {
	out := map[string]any{}
	for _, nv := range s {
		if empty, ok := nv.Value.(Struct); ok && len(empty) == 0 {
			continue // a tagged struct that was not sent
		}
		out[nv.Name] = toPlain(nv.Value)
	}
	return out
}

func toPlain(v any) any {
	switch v := v.(type) {
	case Struct:
		return ToMap(v)
	case []any:
		out := make([]any, len(v))
		for i, it := range v {
			out[i] = toPlain(it)
		}
		return out
	}
	return v
}
