package dynamic

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/kbroker/kbroker/protocol/schema"
)

// Decode reads a message at a version from the front of b and tells how many bytes it took. Fields that the version does not
// carry are missing from it; so are tagged fields that were not written.
func Decode(b []byte, def *schema.Message, version int16) (Message, int, error) {
	if !def.Valid.Contains(version) {
		return nil, 0, fmt.Errorf("%s has versions %s, not %d", def.Name, def.Valid, version)
	}
	d := decoder{b: b, version: version, flexible: def.Flexible.Contains(version)}
	m, err := d.fields(def.Fields)
	if err != nil {
		return nil, d.off, fmt.Errorf("%s version %d: byte %d: %w", def.Name, version, d.off, err)
	}
	return m, d.off, nil
}

type decoder struct {
	b        []byte
	off      int
	version  int16
	flexible bool
}

func (d *decoder) take(n int) ([]byte, error) {
	if n < 0 || n > len(d.b)-d.off {
		return nil, fmt.Errorf("%d bytes wanted, %d left", n, len(d.b)-d.off)
	}
	d.off += n
	return d.b[d.off-n : d.off], nil
}

func (d *decoder) uvarint() (int, error) {
	v, n := binary.Uvarint(d.b[d.off:])
	if n <= 0 || v > math.MaxUint32 {
		return 0, fmt.Errorf("not a varint")
	}
	d.off += n
	return int(v), nil
}

func (d *decoder) fields(fields []*schema.Field) (Message, error) {
	m := Message{}
	for _, f := range fields {
		if !f.Versions.Contains(d.version) || f.IsTagged(d.version) {
			continue
		}
		v, err := d.field(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		m[f.Name] = v
	}
	if d.flexible {
		return m, d.tags(fields, m)
	}
	return m, nil
}

func (d *decoder) tags(fields []*schema.Field, m Message) error {
	n, err := d.uvarint()
	if err != nil {
		return err
	}
	if n > (len(d.b)-d.off)/2 {
		return fmt.Errorf("%d tagged fields in %d bytes", n, len(d.b)-d.off)
	}
	for last := -1; n > 0; n-- {
		tag, err := d.uvarint()
		if err != nil {
			return err
		}
		if tag <= last {
			return fmt.Errorf("tag %d after %d", tag, last)
		}
		last = tag
		size, err := d.uvarint()
		if err != nil {
			return err
		}
		content, err := d.take(size)
		if err != nil {
			return err
		}
		if err := d.tag(fields, m, tag, content); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) tag(fields []*schema.Field, m Message, tag int, content []byte) error {
	for _, f := range fields {
		if f.Tag != tag {
			continue
		}
		if !f.IsTagged(d.version) {
			return fmt.Errorf("%s: tag %d is not of this version", f.Name, tag)
		}
		sub := decoder{b: content, version: d.version, flexible: true}
		v, err := sub.field(f)
		if err == nil && sub.off != len(content) {
			err = fmt.Errorf("%d of %d bytes used", sub.off, len(content))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		m[f.Name] = v
		return nil
	}
	unknown, _ := m[tagsName].(UnknownTags)
	if unknown == nil {
		unknown = UnknownTags{}
		m[tagsName] = unknown
	}
	unknown[uint32(tag)] = content
	return nil
}

func (d *decoder) field(f *schema.Field) (any, error) {
	if f.NotCompact {
		was := d.flexible
		d.flexible = false
		defer func() { d.flexible = was }()
	}
	nullable := f.Nullable.Contains(d.version)
	if f.Type.Kind == schema.StructKind && nullable {
		if present, err := d.presence(f.IsTagged(d.version)); !present {
			return nil, err
		}
	}
	v, err := d.value(f.Type)
	if err == nil && v == nil && !nullable {
		err = fmt.Errorf("null")
	}
	return v, err
}

func (d *decoder) presence(tagged bool) (bool, error) {
	if tagged {
		n, err := d.uvarint()
		return n > 0, err
	}
	b, err := d.take(1)
	return err == nil && int8(b[0]) >= 0, err
}

func (d *decoder) value(t schema.Type) (any, error) {
	if n := t.FixedSize(); n > 0 {
		b, err := d.take(n)
		if err != nil {
			return nil, err
		}
		return fixed(t.Kind, b), nil
	}
	switch t.Kind {
	case schema.StructKind:
		return d.fields(t.Struct.Fields)
	case schema.Array:
		return d.array(t)
	}
	n, err := d.length(t.Kind)
	if err != nil || n < 0 {
		return nil, err
	}
	b, err := d.take(n)
	if err != nil {
		return nil, err
	}
	if t.Kind == schema.String {
		return string(b), nil
	}
	return append([]byte{}, b...), nil
}

func fixed(kind schema.Kind, b []byte) any {
	be := binary.BigEndian
	switch kind {
	case schema.Bool:
		return b[0] != 0
	case schema.Int8:
		return int8(b[0])
	case schema.Int16:
		return int16(be.Uint16(b))
	case schema.Uint16:
		return be.Uint16(b)
	case schema.Int32:
		return int32(be.Uint32(b))
	case schema.Int64:
		return int64(be.Uint64(b))
	case schema.Float64:
		return math.Float64frombits(be.Uint64(b))
	}
	return [16]byte(b)
}

// length reads a length or count, -1 for null.
func (d *decoder) length(kind schema.Kind) (int, error) {
	n, size := 0, 4
	if kind == schema.String {
		size = 2
	}
	if d.flexible {
		v, err := d.uvarint()
		return v - 1, err
	}
	b, err := d.take(size)
	if err != nil {
		return 0, err
	}
	if n = int(int32(binary.BigEndian.Uint32(append(make([]byte, 4-size), b...)))); size == 2 {
		n = int(int16(n))
	}
	if n < -1 {
		return 0, fmt.Errorf("length %d", n)
	}
	return n, nil
}

func (d *decoder) array(t schema.Type) (any, error) {
	n, err := d.length(schema.Array)
	if err != nil || n < 0 {
		return nil, err
	}
	if least := max(1, t.Elem.MinSize(d.version, d.flexible, false)); n > (len(d.b)-d.off)/least {
		return nil, fmt.Errorf("%d elements in %d bytes", n, len(d.b)-d.off)
	}
	out := []any{}
	for i := range n {
		v, err := d.value(*t.Elem)
		if err == nil && v == nil {
			err = fmt.Errorf("null")
		}
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		out = append(out, v)
	}
	return out, nil
}
