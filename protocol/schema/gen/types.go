package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kbroker/kbroker/protocol/schema"
)

// A structType is one Go struct to write: a message or a struct inside it.
type structType struct {
	pkg     *goPackage
	message *schema.Message
	name    string
	doc     string
	fields  []*schema.Field
	// live are the versions at which the struct occurs.
	live schema.Versions
}

func (p *goPackage) generate() ([]byte, error) {
	w := &writer{}
	w.line("// Code generated from protocol/schema/%s by protocol/schema/gen. DO NOT EDIT.", p.source)
	w.line("")
	w.line("package %s", p.name)
	w.line("")
	w.line("import %q", "github.com/kbroker/kbroker/protocol/internal/wire")
	p.extra(w, p)
	for _, m := range p.messages {
		types, err := p.typesOf(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		for i, t := range types {
			t.writeDecl(w)
			if i == 0 {
				t.writeMessageMethods(w)
			}
			t.writeAppend(w)
			t.writeRead(w)
		}
	}
	return w.format()
}

// typesOf lists the structs of a message, itself first.
func (p *goPackage) typesOf(m *schema.Message) ([]*structType, error) {
	top := &structType{pkg: p, message: m, name: p.typeName(m), fields: m.Fields, live: m.Valid}
	top.doc = fmt.Sprintf("%s is %s, versions %s.", top.name, m.Name, m.Valid)
	out := []*structType{top}
	seen := map[string]*structType{}
	var walk func(fields []*schema.Field, live schema.Versions) error
	walk = func(fields []*schema.Field, live schema.Versions) error {
		for _, f := range fields {
			at := f.Versions.Intersect(live)
			if err := supported(f, at); err != nil {
				return fmt.Errorf("field %s: %w", f.Name, err)
			}
			t := f.Type
			if t.Kind == schema.Array {
				t = *t.Elem
			}
			if t.Kind != schema.StructKind || at.Empty() {
				continue
			}
			if s := seen[t.Struct.Name]; s != nil {
				s.live.Min, s.live.Max = min(s.live.Min, at.Min), max(s.live.Max, at.Max)
				continue
			}
			s := &structType{pkg: p, message: m, name: p.structName(m, t.Struct), fields: t.Struct.Fields, live: at}
			s.doc = fmt.Sprintf("%s is a part of %s.", s.name, top.name)
			seen[t.Struct.Name] = s
			out = append(out, s)
			if err := walk(s.fields, at); err != nil {
				return err
			}
		}
		return nil
	}
	return out, walk(m.Fields, m.Valid)
}

// supported refuses what the generated code cannot express; no record format needs it.
func supported(f *schema.Field, at schema.Versions) error {
	if n := f.Nullable.Intersect(at); !n.Empty() && n != at {
		return fmt.Errorf("nullable at %s of %s", f.Nullable, at)
	}
	if t := f.Tagged.Intersect(at); !t.Empty() && t != at {
		return fmt.Errorf("tagged at %s of %s", f.Tagged, at)
	}
	if f.Tag >= 0 && f.Type.Kind == schema.StructKind && (f.DefaultIsNull() || f.Nullable.Empty()) {
		return fmt.Errorf("a tagged struct that is null by default or never")
	}
	return nil
}

func (t *structType) nullable(f *schema.Field) bool { return !f.Nullable.Intersect(t.live).Empty() }

// goType is the type of a Go field.
func (t *structType) goType(f *schema.Field) string {
	s := t.baseType(f.Type)
	if t.nullable(f) && (f.Type.Kind == schema.String || f.Type.Kind == schema.StructKind) {
		return "*" + s
	}
	return s
}

var goTypes = map[schema.Kind]string{
	schema.Bool: "bool", schema.Int8: "int8", schema.Int16: "int16", schema.Uint16: "uint16", schema.Int32: "int32",
	schema.Int64: "int64", schema.Float64: "float64", schema.UUID: "[16]byte", schema.String: "string",
	schema.Bytes: "[]byte", schema.Records: "[]byte",
}

func (t *structType) baseType(ty schema.Type) string {
	switch ty.Kind {
	case schema.Array:
		return "[]" + t.baseType(*ty.Elem)
	case schema.StructKind:
		return t.pkg.structName(t.message, ty.Struct)
	}
	return goTypes[ty.Kind]
}

func (t *structType) writeDecl(w *writer) {
	w.line("")
	w.line("// %s", t.doc)
	w.line("type %s struct {", t.name)
	for _, f := range t.fields {
		w.line("%s %s %s", goName(f.Name), t.goType(f), t.comment(f))
	}
	w.line("}")
	w.line("")
	w.line("// New%s makes one with the defaults of its fields.", t.name)
	w.line("func New%s() *%s {", t.name, t.name)
	w.line("return &%s{", t.name)
	for _, f := range t.fields {
		if lit := t.defaultLiteral(f); lit != "" {
			w.line("%s: %s,", goName(f.Name), lit)
		}
	}
	w.line("}")
	w.line("}")
}

func (t *structType) comment(f *schema.Field) string {
	var notes []string
	if f.Versions.Intersect(t.live) != t.live {
		notes = append(notes, "versions "+f.Versions.String())
	}
	if f.Tag >= 0 {
		notes = append(notes, "tag "+strconv.Itoa(f.Tag))
	}
	if t.nullable(f) {
		notes = append(notes, "nil is null")
	}
	if lit := t.defaultLiteral(f); lit != "" {
		notes = append(notes, "default "+lit)
	}
	if t.emptyStructWhenAbsent(f) {
		notes = append(notes, "read as an empty one when absent")
	}
	if len(notes) == 0 {
		return ""
	}
	return "// " + strings.Join(notes, ", ")
}

// emptyStructWhenAbsent tells of a tagged struct that may be null and is not by default: null is written, an empty one is left
// out. New leaves it nil all the same, as nobody who does not set it means an empty one.
func (t *structType) emptyStructWhenAbsent(f *schema.Field) bool {
	return f.Tag >= 0 && f.Type.Kind == schema.StructKind && t.nullable(f)
}

// defaultLiteral is the Go literal of a default that is not the zero value, else "".
func (t *structType) defaultLiteral(f *schema.Field) string {
	switch f.Type.Kind {
	case schema.Array:
		if t.nullable(f) && !f.DefaultIsNull() {
			return t.baseType(f.Type) + "{}"
		}
	case schema.Bool:
		if f.DefaultBool() {
			return "true"
		}
	case schema.Int8, schema.Int16, schema.Uint16, schema.Int32, schema.Int64:
		if n := f.DefaultInt(); n != 0 {
			return strconv.FormatInt(n, 10)
		}
	}
	return ""
}

func (t *structType) writeMessageMethods(w *writer) {
	m := t.message
	if t.pkg.keyed {
		w.line("")
		w.line("// APIKey is the record type's number.")
		w.line("func (*%s) APIKey() int16 { return %d }", t.name, m.APIKey)
	}
	w.line("")
	w.line("// MaxVersion is the newest version of the encoding.")
	w.line("func (*%s) MaxVersion() int16 { return %d }", t.name, m.Valid.Max)
	w.line("")
	w.line("// AppendTo appends the encoding at a version between %d and MaxVersion; what that version does not carry is left out.",
		m.Valid.Min)
	w.line("func (m *%s) AppendTo(dst []byte, version int16) []byte { return m.append(dst, version) }", t.name)
	w.line("")
	w.line("// ReadFrom decodes b, of which it keeps nothing, over whatever m held. Fields that the version does not carry get")
	if t.pkg.strict {
		w.line("// their defaults. Bytes left over are an error, tagged fields nobody knows are skipped.")
	} else {
		w.line("// their defaults. Bytes left over are ignored, tagged fields nobody knows are skipped.")
	}
	w.line("func (m *%s) ReadFrom(b []byte, version int16) error {", t.name)
	w.line("if version < %d || version > %d {", m.Valid.Min, m.Valid.Max)
	w.line("return &wire.VersionError{Type: %q, Version: version, Min: %d, Max: %d}", m.Name, m.Valid.Min, m.Valid.Max)
	w.line("}")
	w.line("r := wire.NewReader(b)")
	w.line("m.read(&r, version)")
	if t.pkg.strict {
		w.line("r.End()")
	}
	w.line("return readError(%q, version, r.Err())", m.Name)
	w.line("}")
}

// condition is the Go condition under which a version of live lies in v: "" for always.
func condition(v, live schema.Versions) string {
	switch lo, hi := v.Min > live.Min, v.Max < live.Max; {
	case lo && hi && v.Min == v.Max:
		return fmt.Sprintf("version == %d", v.Min)
	case lo && hi:
		return fmt.Sprintf("version >= %d && version <= %d", v.Min, v.Max)
	case lo:
		return fmt.Sprintf("version >= %d", v.Min)
	case hi:
		return fmt.Sprintf("version <= %d", v.Max)
	}
	return ""
}

// flexible is the Go expression that tells whether a version is flexible.
func (t *structType) flexible() string {
	f := t.message.Flexible.Intersect(t.live)
	if f.Empty() {
		return "false"
	}
	if c := condition(t.message.Flexible, t.live); c != "" {
		return "version >= " + strconv.Itoa(int(f.Min))
	}
	return "true"
}
