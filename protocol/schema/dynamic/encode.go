package dynamic

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/kbroker/kbroker/protocol/schema"
)

// Encode appends a message at a version. An error names the field whose value does not fit its definition.
func Encode(dst []byte, def *schema.Message, version int16, m Message) ([]byte, error) {
	if !def.Valid.Contains(version) {
		return dst, fmt.Errorf("%s has versions %s, not %d", def.Name, def.Valid, version)
	}
	e := encoder{version: version, flexible: def.Flexible.Contains(version)}
	if err := e.fields(&dst, def.Fields, m); err != nil {
		return dst, fmt.Errorf("%s version %d: %w", def.Name, version, err)
	}
	return dst, nil
}

type encoder struct {
	version  int16
	flexible bool
}

func (e encoder) fields(dst *[]byte, fields []*schema.Field, m Message) error {
	for _, f := range fields {
		v := valueOf(m, f)
		if !f.Versions.Contains(e.version) {
			if !f.Ignorable && !isDefault(f, v) {
				return fmt.Errorf("%s is not carried", f.Name)
			}
			continue
		}
		if f.IsTagged(e.version) {
			continue
		}
		if err := e.field(dst, f, v); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if e.flexible {
		return e.tags(dst, fields, m)
	}
	return nil
}

func (e encoder) tags(dst *[]byte, fields []*schema.Field, m Message) error {
	content := map[uint32][]byte{}
	for _, f := range fields {
		v := valueOf(m, f)
		if !f.IsTagged(e.version) || isDefault(f, v) {
			continue
		}
		var b []byte
		if err := e.field(&b, f, v); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		content[uint32(f.Tag)] = b
	}
	unknown, _ := m[tagsName].(UnknownTags)
	for tag, b := range unknown {
		content[tag] = b
	}
	var order []uint32
	for tag := range content {
		order = append(order, tag)
	}
	slices.Sort(order)
	*dst = binary.AppendUvarint(*dst, uint64(len(order)))
	for _, tag := range order {
		*dst = binary.AppendUvarint(*dst, uint64(tag))
		*dst = binary.AppendUvarint(*dst, uint64(len(content[tag])))
		*dst = append(*dst, content[tag]...)
	}
	return nil
}

func (e encoder) field(dst *[]byte, f *schema.Field, v any) error {
	if f.NotCompact {
		e.flexible = false
	}
	if v == nil && !f.Nullable.Contains(e.version) {
		return fmt.Errorf("null")
	}
	if f.Type.Kind == schema.StructKind && f.Nullable.Contains(e.version) {
		e.presence(dst, f.IsTagged(e.version), v != nil)
		if v == nil {
			return nil
		}
	}
	return e.value(dst, f.Type, v)
}

// presence writes what stands in front of a nullable struct: a byte, or a varint in a tagged field.
func (e encoder) presence(dst *[]byte, tagged, present bool) {
	switch {
	case present:
		*dst = append(*dst, 1)
	case tagged:
		*dst = append(*dst, 0)
	default:
		*dst = append(*dst, 0xff)
	}
}

func (e encoder) value(dst *[]byte, t schema.Type, v any) error {
	switch t.Kind {
	case schema.String:
		return e.string(dst, v)
	case schema.Bytes, schema.Records:
		b, ok := v.([]byte)
		if v != nil && !ok {
			return fmt.Errorf("%T is not bytes", v)
		}
		e.length(dst, len(b), v == nil)
		*dst = append(*dst, b...)
		return nil
	case schema.Array:
		return e.array(dst, *t.Elem, v)
	case schema.StructKind:
		m, ok := v.(Message)
		if !ok {
			return fmt.Errorf("%T is not a struct", v)
		}
		return e.fields(dst, t.Struct.Fields, m)
	}
	return e.fixed(dst, t.Kind, v)
}

func (e encoder) fixed(dst *[]byte, kind schema.Kind, v any) error {
	var got schema.Kind
	be := binary.BigEndian
	switch v := v.(type) {
	case bool:
		got = schema.Bool
		*dst = append(*dst, map[bool]byte{true: 1}[v])
	case int8:
		got = schema.Int8
		*dst = append(*dst, byte(v))
	case int16:
		got = schema.Int16
		*dst = be.AppendUint16(*dst, uint16(v))
	case uint16:
		got = schema.Uint16
		*dst = be.AppendUint16(*dst, v)
	case int32:
		got = schema.Int32
		*dst = be.AppendUint32(*dst, uint32(v))
	case int64:
		got = schema.Int64
		*dst = be.AppendUint64(*dst, uint64(v))
	case float64:
		got = schema.Float64
		*dst = be.AppendUint64(*dst, math.Float64bits(v))
	case [16]byte:
		got = schema.UUID
		*dst = append(*dst, v[:]...)
	default:
		return fmt.Errorf("%T has no encoding", v)
	}
	if got != kind {
		return fmt.Errorf("%T has another type than the field", v)
	}
	return nil
}

func (e encoder) string(dst *[]byte, v any) error {
	s, ok := v.(string)
	if v != nil && !ok {
		return fmt.Errorf("%T is not a string", v)
	}
	switch {
	case e.flexible:
		e.length(dst, len(s), v == nil)
	case v == nil:
		*dst = append(*dst, 0xff, 0xff)
	case len(s) > math.MaxInt16:
		return fmt.Errorf("string of %d bytes", len(s))
	default:
		*dst = binary.BigEndian.AppendUint16(*dst, uint16(len(s)))
	}
	*dst = append(*dst, s...)
	return nil
}

func (e encoder) length(dst *[]byte, n int, null bool) {
	if null {
		n = -1
	}
	if e.flexible {
		*dst = binary.AppendUvarint(*dst, uint64(n+1))
	} else {
		*dst = binary.BigEndian.AppendUint32(*dst, uint32(int32(n)))
	}
}

func (e encoder) array(dst *[]byte, elem schema.Type, v any) error {
	a, ok := v.([]any)
	if v != nil && !ok {
		return fmt.Errorf("%T is not an array", v)
	}
	e.length(dst, len(a), v == nil)
	for i, x := range a {
		if x == nil {
			return fmt.Errorf("element %d is null", i)
		}
		if err := e.value(dst, elem, x); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}
