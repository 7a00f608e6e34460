package proxy

import (
	"encoding/binary"

	"github.com/kbroker/kbroker/compat-tests/schema"
)

// Change edits the answers of one API: edit gets the decoded body and says whether it changed it.
func Change(key int16, edit func(schema.Struct) bool) Fault {
	return func(e Exchange) ([]byte, bool) {
		m, _ := schema.Response(e.Key)
		s, err := schema.Decode(m, e.Version, e.Body)
		if e.Key != key || err != nil || !edit(s) {
			return nil, false
		}
		b, err := schema.Encode(m, e.Version, schema.ToMap(s))
		return b, err == nil
	}
}

// Field adds one to every integer field of a name in an API's answers.
func Field(key int16, name string) Fault {
	return Change(key, func(s schema.Struct) bool { return bump(s, name) })
}

func bump(v any, name string) bool {
	changed := false
	switch v := v.(type) {
	case schema.Struct:
		for i, nv := range v {
			if n, ok := nv.Value.(int64); ok && nv.Name == name {
				v[i].Value, changed = n+1, true
			} else if bump(nv.Value, name) {
				changed = true
			}
		}
	case []any:
		for _, it := range v {
			changed = bump(it, name) || changed
		}
	}
	return changed
}

// Batches edits the batches of every partition of Fetch answers.
func Batches(edit func(batches [][]byte) ([][]byte, bool)) Fault {
	return Change(1, func(s schema.Struct) bool { return editRecords(s, edit) })
}

func editRecords(v any, edit func([][]byte) ([][]byte, bool)) bool {
	changed := false
	switch v := v.(type) {
	case schema.Struct:
		for i, nv := range v {
			b, ok := nv.Value.([]byte)
			if !ok || nv.Name != "records" {
				changed = editRecords(nv.Value, edit) || changed
				continue
			}
			batches, did := edit(split(b))
			if !did {
				continue
			}
			var out []byte
			for _, p := range batches {
				out = append(out, p...)
			}
			v[i].Value, changed = out, true
		}
	case []any:
		for _, it := range v {
			changed = editRecords(it, edit) || changed
		}
	}
	return changed
}

func split(b []byte) [][]byte {
	var out [][]byte
	for len(b) >= 12 {
		n := int(int32(binary.BigEndian.Uint32(b[8:]))) + 12
		if n < 12 || n > len(b) {
			break
		}
		out = append(out, b[:n])
		b = b[n:]
	}
	if len(b) > 0 {
		out = append(out, b)
	}
	return out
}

// DropBatch leaves out the first of several batches.
func DropBatch() Fault {
	return Batches(func(bs [][]byte) ([][]byte, bool) {
		if len(bs) < 2 {
			return nil, false
		}
		return bs[1:], true
	})
}

// SwapBatches changes the order of the first two batches.
func SwapBatches() Fault {
	return Batches(func(bs [][]byte) ([][]byte, bool) {
		if len(bs) < 2 {
			return nil, false
		}
		bs[0], bs[1] = bs[1], bs[0]
		return bs, true
	})
}

// Flip turns a bit of the last byte but one of every record set that is fetched.
func Flip() Fault {
	return Batches(func(bs [][]byte) ([][]byte, bool) {
		if len(bs) == 0 {
			return nil, false
		}
		last := bs[len(bs)-1]
		last[len(last)-2] ^= 1
		return bs, true
	})
}

// OlderLayout answers an API in the layout of the version before the one that was asked.
func OlderLayout(key int16) Fault {
	return func(e Exchange) ([]byte, bool) {
		m, _ := schema.Response(e.Key)
		if e.Key != key || e.Version <= m.Versions.Min {
			return nil, false
		}
		s, err := schema.Decode(m, e.Version, e.Body)
		if err != nil {
			return nil, false
		}
		b, err := schema.Encode(m, e.Version-1, schema.ToMap(s))
		return b, err == nil
	}
}
