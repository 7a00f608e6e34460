package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/kbroker/kbroker/protocol/schema"
)

var appendFuncs = map[schema.Kind]string{
	schema.Bool: "AppendBool", schema.Int8: "AppendInt8", schema.Int16: "AppendInt16", schema.Uint16: "AppendUint16",
	schema.Int32: "AppendInt32", schema.Int64: "AppendInt64", schema.Float64: "AppendFloat64", schema.UUID: "AppendUUID",
	schema.String: "AppendString", schema.Bytes: "AppendBytes", schema.Records: "AppendBytes",
}

// writeAppend writes the encoder of a struct.
func (t *structType) writeAppend(w *writer) {
	w.line("")
	w.line("func (m *%s) append(dst []byte, version int16) []byte {", t.name)
	flex := t.declareFlexible(w)
	for _, f := range t.fields {
		if f.Tag >= 0 || f.Versions.Intersect(t.live).Empty() {
			continue
		}
		w.block(condition(f.Versions, t.live), func() { t.appendField(w, f, flex) })
	}
	t.appendTags(w, flex)
	w.line("return dst")
	w.line("}")
}

// declareFlexible names the condition when it depends on the version and somebody asks.
func (t *structType) declareFlexible(w *writer) string {
	flex := t.flexible()
	if flex == "true" || flex == "false" {
		return flex
	}
	w.line("flexible := %s", flex)
	return "flexible"
}

func (t *structType) appendField(w *writer, f *schema.Field, flex string) {
	x := "m." + goName(f.Name)
	if !t.nullable(f) {
		t.appendValue(w, f.Type, x, flex)
		return
	}
	switch f.Type.Kind {
	case schema.String:
		w.line("dst = wire.AppendNullableString(dst, %s, %s)", x, flex)
	case schema.Bytes, schema.Records:
		w.line("dst = wire.AppendNullableBytes(dst, %s, %s)", x, flex)
	case schema.Array:
		w.line("dst = wire.AppendNullableLen(dst, len(%s), %s == nil, %s)", x, x, flex)
		t.appendElements(w, *f.Type.Elem, x, flex)
	case schema.StructKind:
		if f.Tag >= 0 {
			w.line("dst = wire.AppendTagPresence(dst, %s != nil)", x)
		} else {
			w.line("dst = wire.AppendPresence(dst, %s != nil)", x)
		}
		w.line("if %s != nil {", x)
		w.line("dst = %s.append(dst, version)", x)
		w.line("}")
	}
}

func (t *structType) appendValue(w *writer, ty schema.Type, x, flex string) {
	switch ty.Kind {
	case schema.String, schema.Bytes, schema.Records:
		w.line("dst = wire.%s(dst, %s, %s)", appendFuncs[ty.Kind], x, flex)
	case schema.Array:
		w.line("dst = wire.AppendLen(dst, len(%s), %s)", x, flex)
		t.appendElements(w, *ty.Elem, x, flex)
	case schema.StructKind:
		w.line("dst = %s.append(dst, version)", x)
	default:
		w.line("dst = wire.%s(dst, %s)", appendFuncs[ty.Kind], x)
	}
}

func (t *structType) appendElements(w *writer, elem schema.Type, x, flex string) {
	w.line("for i := range %s {", x)
	t.appendValue(w, elem, x+"[i]", flex)
	w.line("}")
}

// tagged are the tagged fields in the order of their tags, which is the order of the encoding.
func (t *structType) tagged() []*schema.Field {
	var out []*schema.Field
	for _, f := range t.fields {
		if f.Tag >= 0 && !f.Versions.Intersect(t.live).Empty() {
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Tag < out[j].Tag })
	return out
}

func (t *structType) appendTags(w *writer, flex string) {
	if flex == "false" {
		return
	}
	cond := flex
	if flex == "true" {
		cond = ""
	}
	w.block(cond, func() {
		tags := t.tagged()
		if len(tags) == 0 {
			w.line("dst = append(dst, 0)")
			return
		}
		flexLive := t.message.Flexible.Intersect(t.live)
		w.line("var tags uint32")
		for _, f := range tags {
			w.line("if %s {", t.tagIsWritten(f, flexLive))
			w.line("tags++")
			w.line("}")
		}
		w.line("dst = wire.AppendUvarint(dst, tags)")
		for _, f := range tags {
			w.line("if %s {", t.tagIsWritten(f, flexLive))
			w.line("start := len(dst)")
			t.appendField(w, f, "true")
			w.line("dst = wire.SealTag(dst, start, %d)", f.Tag)
			w.line("}")
		}
	})
}

// tagIsWritten is the condition under which a tagged field is written: its version, and a value that is not the default.
func (t *structType) tagIsWritten(f *schema.Field, live schema.Versions) string {
	c := t.isNotDefault(f)
	if v := condition(f.Tagged, live); v != "" {
		return v + " && " + c
	}
	return c
}

func (t *structType) structIsNotDefault(s *schema.Struct, x string) string {
	var conds []string
	for _, f := range s.Fields {
		conds = append(conds, t.fieldIsNotDefault(f, x+"."+goName(f.Name)))
	}
	return strings.Join(conds, " || ")
}

func (t *structType) isNotDefault(f *schema.Field) string {
	return t.fieldIsNotDefault(f, "m."+goName(f.Name))
}

func (t *structType) fieldIsNotDefault(f *schema.Field, x string) string {
	if f.DefaultIsNull() {
		return x + " != nil"
	}
	switch f.Type.Kind {
	case schema.Bool:
		if f.DefaultBool() {
			return "!" + x
		}
		return x
	case schema.String:
		return fmt.Sprintf("%s != %q", x, f.Default)
	case schema.StructKind:
		return fmt.Sprintf("(%s == nil || %s)", x, t.structIsNotDefault(f.Type.Struct, x))
	case schema.Array, schema.Bytes:
		if t.nullable(f) {
			return fmt.Sprintf("(%s == nil || len(%s) > 0)", x, x)
		}
		return fmt.Sprintf("len(%s) > 0", x)
	case schema.UUID:
		return fmt.Sprintf("%s != [16]byte{}", x)
	}
	return fmt.Sprintf("%s != %d", x, f.DefaultInt())
}
