package schema

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"sort"
	"strings"
)

// Encode writes a message's body at a version. values holds fields by name (letters' case does not matter); a field
// that is missing takes its default, one that the version does not have is left out, an unknown name is an error.
// The entry "_tags" (map[string]any of tag number to []byte) adds tags that no schema knows.
func Encode(m *Message, version int16, values map[string]any) ([]byte, error) {
	e := &encoder{version: version, flexible: m.Flexible.Has(version)}
	if err := e.fields(m.Fields, values); err != nil {
		return nil, fmt.Errorf("%s v%d: %w", m.Name, version, err)
	}
	return e.b, nil
}

type encoder struct {
	b        []byte
	version  int16
	flexible bool
}

func lookup(values map[string]any, name string) (any, bool) {
	if v, ok := values[name]; ok {
		return v, true
	}
	for k, v := range values {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return nil, false
}

func checkNames(fs []*Field, values map[string]any) error {
next:
	for k := range values {
		if k == "_tags" {
			continue
		}
		for _, f := range fs {
			if strings.EqualFold(f.Name, k) {
				continue next
			}
		}
		return fmt.Errorf("no field %q", k)
	}
	return nil
}

type tagged struct {
	tag  uint32
	body []byte
}

func (e *encoder) fields(fs []*Field, values map[string]any) error {
	if err := checkNames(fs, values); err != nil {
		return err
	}
	var tags []tagged
	for _, f := range fs {
		if !f.Versions.Has(e.version) {
			continue
		}
		v, given := lookup(values, f.Name)
		if !given {
			v = f.Default
		}
		if f.Tagged.Has(e.version) && e.flexible {
			if !given || reflect.DeepEqual(v, f.Default) {
				continue
			}
			sub := &encoder{version: e.version, flexible: e.flexible}
			if err := sub.value(f, v); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			tags = append(tags, tagged{f.Tag, sub.b})
			continue
		}
		if err := e.value(f, v); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if extra, ok := values["_tags"].(map[string]any); ok {
		for k, v := range extra {
			var n uint32
			if _, err := fmt.Sscan(k, &n); err != nil {
				return fmt.Errorf("tag %q is not a number", k)
			}
			b, err := asBytes(v)
			if err != nil {
				return err
			}
			tags = append(tags, tagged{n, b})
		}
	}
	if e.flexible {
		e.tags(tags)
	}
	return nil
}

func (e *encoder) tags(ts []tagged) {
	sort.Slice(ts, func(i, j int) bool { return ts[i].tag < ts[j].tag })
	e.uvarint(uint64(len(ts)))
	for _, t := range ts {
		e.uvarint(uint64(t.tag))
		e.uvarint(uint64(len(t.body)))
		e.b = append(e.b, t.body...)
	}
}

func (e *encoder) uvarint(v uint64) { e.b = binary.AppendUvarint(e.b, v) }

func (e *encoder) compact(f *Field) bool {
	if f.OwnFlex {
		return f.Flexible.Has(e.version)
	}
	return e.flexible
}

func (e *encoder) value(f *Field, v any) error {
	if f.Array {
		return e.array(f, v)
	}
	return e.single(f, v)
}

func (e *encoder) array(f *Field, v any) error {
	if v == nil {
		e.length(f, -1, 4)
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		return fmt.Errorf("want an array, got %T", v)
	}
	e.length(f, len(items), 4)
	for i, it := range items {
		if err := e.single(f, it); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

// length writes the length of an array (width 4), of bytes (4) or of a string (2); -1 is null.
func (e *encoder) length(f *Field, n, width int) {
	switch {
	case e.compact(f):
		e.uvarint(uint64(n + 1))
	case width == 2:
		e.b = binary.BigEndian.AppendUint16(e.b, uint16(n))
	default:
		e.b = binary.BigEndian.AppendUint32(e.b, uint32(n))
	}
}

func (e *encoder) single(f *Field, v any) error {
	if f.IsStruct() {
		return e.structValue(f, v)
	}
	switch f.Type {
	case "bool":
		b, ok := v.(bool)
		if !ok {
			return fmt.Errorf("want true or false, got %v", v)
		}
		if b {
			e.b = append(e.b, 1)
		} else {
			e.b = append(e.b, 0)
		}
		return nil
	case "string":
		return e.str(f, v)
	case "bytes", "records":
		return e.bytes(f, v)
	case "uuid":
		return e.uuid(v)
	case "float64":
		fl, ok := v.(float64)
		if !ok {
			return fmt.Errorf("want a float, got %v", v)
		}
		e.b = binary.BigEndian.AppendUint64(e.b, math.Float64bits(fl))
		return nil
	}
	return e.integer(f, v)
}

func (e *encoder) structValue(f *Field, v any) error {
	if s, ok := v.(Struct); ok && len(s) == 0 {
		v = map[string]any{}
	}
	nullable := f.Nullable.Has(e.version) && !f.Array
	if v == nil {
		if !nullable {
			return fmt.Errorf("null for a %s that cannot be null", f.Type)
		}
		e.b = append(e.b, 0xff)
		return nil
	}
	if nullable {
		e.b = append(e.b, 1)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("want an object for %s, got %T", f.Type, v)
	}
	return e.fields(f.Fields, m)
}

func (e *encoder) str(f *Field, v any) error {
	if v == nil {
		e.length(f, -1, 2)
		return nil
	}
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("want a string, got %v", v)
	}
	e.length(f, len(s), 2)
	e.b = append(e.b, s...)
	return nil
}

func (e *encoder) bytes(f *Field, v any) error {
	if v == nil {
		e.length(f, -1, 4)
		return nil
	}
	b, err := asBytes(v)
	if err != nil {
		return err
	}
	e.length(f, len(b), 4)
	e.b = append(e.b, b...)
	return nil
}

func asBytes(v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	}
	return nil, fmt.Errorf("want bytes, got %T", v)
}

func (e *encoder) uuid(v any) error {
	switch v := v.(type) {
	case [16]byte:
		e.b = append(e.b, v[:]...)
		return nil
	case string:
		u, err := ParseUUID(v)
		e.b = append(e.b, u[:]...)
		return err
	}
	return fmt.Errorf("want a UUID, got %T", v)
}

func (e *encoder) integer(f *Field, v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("want an integer, got %v", v)
	}
	switch f.Type {
	case "int8":
		e.b = append(e.b, byte(n))
	case "int16", "uint16":
		e.b = binary.BigEndian.AppendUint16(e.b, uint16(n))
	case "int32":
		e.b = binary.BigEndian.AppendUint32(e.b, uint32(n))
	case "int64":
		e.b = binary.BigEndian.AppendUint64(e.b, uint64(n))
	default:
		return fmt.Errorf("unknown type %s", f.Type)
	}
	return nil
}
