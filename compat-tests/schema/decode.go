package schema

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

var errShort = errors.New("the bytes end too early")

// Decode reads a message's body at a version. Every byte must be used; a tag that the schema does not know appears
// as a field "_tag<N>" with its bytes.
func Decode(m *Message, version int16, b []byte) (Struct, error) {
	d := &decoder{b: b, version: version, flexible: m.Flexible.Has(version)}
	s, err := d.fields(m.Fields)
	if err != nil {
		return s, fmt.Errorf("%s v%d at byte %d of %d: %w", m.Name, version, len(b)-len(d.b), len(b), err)
	}
	if len(d.b) != 0 {
		return s, fmt.Errorf("%s v%d: %d bytes left over", m.Name, version, len(d.b))
	}
	return s, nil
}

type decoder struct {
	b        []byte
	version  int16
	flexible bool
}

func (d *decoder) take(n int) ([]byte, error) {
	if n < 0 || n > len(d.b) {
		return nil, errShort
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b, nil
}

func (d *decoder) uvarint() (uint64, error) {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		return 0, errShort
	}
	d.b = d.b[n:]
	return v, nil
}

func (d *decoder) fields(fs []*Field) (Struct, error) {
	out := Struct{}
	slot := map[uint32]int{}
	for _, f := range fs {
		if !f.Versions.Has(d.version) {
			continue
		}
		if f.Tagged.Has(d.version) && d.flexible {
			slot[f.Tag] = len(out)
			out = append(out, NamedValue{f.Name, f.Default})
			continue
		}
		v, err := d.value(f)
		out = append(out, NamedValue{f.Name, v})
		if err != nil {
			return out, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if !d.flexible {
		return out, nil
	}
	return d.tags(fs, out, slot)
}

func (d *decoder) tags(fs []*Field, out Struct, slot map[uint32]int) (Struct, error) {
	n, err := d.uvarint()
	if err != nil {
		return out, err
	}
	last := int64(-1)
	for range n {
		tag, err := d.uvarint()
		if err != nil {
			return out, err
		}
		if int64(tag) <= last {
			return out, fmt.Errorf("tag %d after tag %d", tag, last)
		}
		last = int64(tag)
		size, err := d.uvarint()
		if err != nil {
			return out, err
		}
		body, err := d.take(int(size))
		if err != nil {
			return out, err
		}
		at, known := slot[uint32(tag)]
		if !known {
			out = append(out, NamedValue{fmt.Sprintf("_tag%d", tag), body})
			continue
		}
		sub := &decoder{b: body, version: d.version, flexible: d.flexible}
		v, err := sub.value(fieldNamed(fs, out[at].Name, d.version))
		if err != nil {
			return out, fmt.Errorf("tag %s: %w", out[at].Name, err)
		}
		if len(sub.b) != 0 {
			return out, fmt.Errorf("tag %s: %d bytes left over", out[at].Name, len(sub.b))
		}
		out[at].Value = v
	}
	return out, nil
}

func fieldNamed(fs []*Field, name string, version int16) *Field {
	for _, f := range fs {
		if f.Name == name && f.Versions.Has(version) {
			return f
		}
	}
	return nil
}

func (d *decoder) compact(f *Field) bool {
	if f.OwnFlex {
		return f.Flexible.Has(d.version)
	}
	return d.flexible
}

// length reads a length as encoder.length writes it.
func (d *decoder) length(f *Field, width int) (int, error) {
	if d.compact(f) {
		v, err := d.uvarint()
		return int(v) - 1, err
	}
	b, err := d.take(width)
	if err != nil {
		return 0, err
	}
	if width == 2 {
		return int(int16(binary.BigEndian.Uint16(b))), nil
	}
	return int(int32(binary.BigEndian.Uint32(b))), nil
}

func (d *decoder) nullOK(f *Field) error {
	if f.Nullable.Has(d.version) {
		return nil
	}
	return errors.New("null where the schema allows none")
}

func (d *decoder) value(f *Field) (any, error) {
	if !f.Array {
		return d.single(f)
	}
	n, err := d.length(f, 4)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, d.nullOK(f)
	}
	if n > len(d.b) {
		return nil, fmt.Errorf("an array of %d elements in %d bytes", n, len(d.b))
	}
	out := make([]any, 0, n)
	for i := range n {
		v, err := d.single(f)
		out = append(out, v)
		if err != nil {
			return out, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return out, nil
}

func (d *decoder) single(f *Field) (any, error) {
	if f.IsStruct() {
		return d.structValue(f)
	}
	switch f.Type {
	case "string":
		return d.str(f)
	case "bytes", "records":
		return d.bytes(f)
	}
	width := map[string]int{"bool": 1, "int8": 1, "int16": 2, "uint16": 2, "int32": 4, "int64": 8, "float64": 8, "uuid": 16}[f.Type]
	b, err := d.take(width)
	if err != nil {
		return nil, err
	}
	switch f.Type {
	case "bool":
		return b[0] != 0, nil
	case "int8":
		return int64(int8(b[0])), nil
	case "int16":
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	case "uint16":
		return int64(binary.BigEndian.Uint16(b)), nil
	case "int32":
		return int64(int32(binary.BigEndian.Uint32(b))), nil
	case "int64":
		return int64(binary.BigEndian.Uint64(b)), nil
	case "float64":
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	case "uuid":
		return [16]byte(b), nil
	}
	return nil, fmt.Errorf("unknown type %s", f.Type)
}

func (d *decoder) structValue(f *Field) (any, error) {
	if f.Nullable.Has(d.version) && !f.Array {
		b, err := d.take(1)
		if err != nil {
			return nil, err
		}
		if int8(b[0]) < 0 {
			return nil, nil
		}
	}
	return d.fields(f.Fields)
}

func (d *decoder) str(f *Field) (any, error) {
	n, err := d.length(f, 2)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, d.nullOK(f)
	}
	b, err := d.take(n)
	return string(b), err
}

func (d *decoder) bytes(f *Field) (any, error) {
	n, err := d.length(f, 4)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, d.nullOK(f)
	}
	return d.take(n)
}
