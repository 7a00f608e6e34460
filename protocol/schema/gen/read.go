package main

import "github.com/kbroker/kbroker/protocol/schema"

var readFuncs = map[schema.Kind]string{
	schema.Bool: "Bool", schema.Int8: "Int8", schema.Int16: "Int16", schema.Uint16: "Uint16", schema.Int32: "Int32",
	schema.Int64: "Int64", schema.Float64: "Float64", schema.UUID: "UUID", schema.String: "String", schema.Bytes: "Bytes",
	schema.Records: "Bytes",
}

// writeRead writes the decoder of a struct.
func (t *structType) writeRead(w *writer) {
	w.line("")
	w.line("func (m *%s) read(r *wire.Reader, version int16) {", t.name)
	w.line("*m = *New%s()", t.name)
	flex := t.declareFlexible(w)
	for _, f := range t.fields {
		if f.Tag >= 0 || f.Versions.Intersect(t.live).Empty() {
			continue
		}
		w.block(condition(f.Versions, t.live), func() { t.readField(w, f, "r", flex) })
	}
	t.readTags(w, flex)
	w.line("}")
}

func (t *structType) readField(w *writer, f *schema.Field, r, flex string) {
	x := "m." + goName(f.Name)
	if !t.nullable(f) {
		t.readValue(w, f.Type, x, r, flex)
		return
	}
	switch f.Type.Kind {
	case schema.String:
		w.line("%s = %s.NullableString(%s)", x, r, flex)
	case schema.Bytes, schema.Records:
		w.line("%s = %s.NullableBytes(%s)", x, r, flex)
	case schema.Array:
		if t.defaultLiteral(f) != "" {
			w.line("%s = nil", x)
		}
		w.line("if n := %s.NullableLen(%s, %d); n >= 0 {", r, flex, t.minSize(*f.Type.Elem))
		w.line("%s = make(%s, n)", x, t.baseType(f.Type))
		t.readElements(w, *f.Type.Elem, x, r, flex)
		w.line("}")
	case schema.StructKind:
		if f.Tag >= 0 {
			w.line("%s = nil", x)
			w.line("if %s.Uvarint() > 0 {", r)
		} else {
			w.line("if %s.Present() {", r)
		}
		w.line("%s = new(%s)", x, t.baseType(f.Type))
		t.readValue(w, f.Type, x, r, flex)
		w.line("}")
	}
}

func (t *structType) readValue(w *writer, ty schema.Type, x, r, flex string) {
	switch ty.Kind {
	case schema.String, schema.Bytes, schema.Records:
		w.line("%s = %s.%s(%s)", x, r, readFuncs[ty.Kind], flex)
	case schema.Array:
		w.line("if n := %s.Len(%s, %d); n > 0 {", r, flex, t.minSize(*ty.Elem))
		w.line("%s = make(%s, n)", x, t.baseType(ty))
		t.readElements(w, *ty.Elem, x, r, flex)
		w.line("}")
	case schema.StructKind:
		if r != "r" {
			r = "&" + r
		}
		w.line("%s.read(%s, version)", x, r)
	default:
		w.line("%s = %s.%s()", x, r, readFuncs[ty.Kind])
	}
}

func (t *structType) readElements(w *writer, elem schema.Type, x, r, flex string) {
	w.line("for i := range %s {", x)
	t.readValue(w, elem, x+"[i]", r, flex)
	w.line("}")
}

// minSize is the least that an element takes at any version that has it, and at least 1.
func (t *structType) minSize(elem schema.Type) int {
	least := 0
	for v := t.live.Min; v <= t.live.Max; v++ {
		if n := elem.MinSize(v, t.message.Flexible.Contains(v), false); least == 0 || n < least {
			least = n
		}
	}
	return max(least, 1)
}

func (t *structType) readTags(w *writer, flex string) {
	if flex == "false" {
		return
	}
	cond := flex
	if flex == "true" {
		cond = ""
	}
	w.block(cond, func() {
		tags := t.tagged()
		for _, f := range tags {
			if t.emptyStructWhenAbsent(f) {
				w.line("m.%s = New%s()", goName(f.Name), t.baseType(f.Type))
			}
		}
		w.line("for n := r.Tags(); n > 0 && r.Err() == nil; n-- {")
		if len(tags) == 0 {
			w.line("r.Tag()")
			w.line("}")
			return
		}
		w.line("switch tag, content := r.Tag(); {")
		flexLive := t.message.Flexible.Intersect(t.live)
		for _, f := range tags {
			if v := condition(f.Tagged, flexLive); v != "" {
				w.line("case tag == %d && %s:", f.Tag, v)
			} else {
				w.line("case tag == %d:", f.Tag)
			}
			t.readField(w, f, "content", "true")
			w.line("r.EndTag(&content)")
		}
		w.line("}")
		w.line("}")
	})
}
