package schema

import (
	"strconv"
	"strings"
)

// A Message is one definition: a request, a response, a header, or a record format.
type Message struct {
	Name      string
	Type      string   // request, response, header, metadata, coordinator-key, coordinator-value, data
	APIKey    int16    // -1 where there is none
	Listeners []string // of a request: broker, controller
	Valid     Versions // empty for the requests of the ZooKeeper era
	Flexible  Versions
	// LatestUnstable says that the newest version is not offered by default.
	LatestUnstable bool
	Fields         []*Field
}

// A Field is one field of a message or struct, in the order of the encoding.
type Field struct {
	Name     string
	Type     Type
	Versions Versions // those that carry the field
	Nullable Versions
	Tagged   Versions // those that carry it as a tagged field, under Tag
	Tag      int      // -1 where there is none
	// NotCompact keeps the old form of a string in flexible versions; only the client id of the request header is such.
	NotCompact bool
	// Default is the default as written, "" for the type's own zero; "null" for null.
	Default   string
	Ignorable bool // may be dropped in versions that do not carry it
	MapKey    bool
	Entity    string
}

// A Kind is the shape of a type's encoding.
type Kind uint8

// The kinds, named as in the definitions.
const (
	Bool Kind = iota
	Int8
	Int16
	Uint16
	Int32
	Int64
	Float64
	UUID
	String
	Bytes
	Records
	Array
	StructKind
)

var kindNames = map[string]Kind{
	"bool": Bool, "int8": Int8, "int16": Int16, "uint16": Uint16, "int32": Int32, "int64": Int64, "float64": Float64,
	"uuid": UUID, "string": String, "bytes": Bytes, "records": Records,
}

// A Type is a kind with what it is made of.
type Type struct {
	Kind   Kind
	Elem   *Type   // of an array
	Struct *Struct // of a struct
}

// Struct is a named list of fields, shared by all that refer to it within one message.
type Struct struct {
	Name   string
	Fields []*Field
}

// FixedSize is the size of a type whose every value has the same size, or 0.
func (t Type) FixedSize() int {
	switch t.Kind {
	case Bool, Int8:
		return 1
	case Int16, Uint16:
		return 2
	case Int32:
		return 4
	case Int64, Float64:
		return 8
	case UUID:
		return 16
	}
	return 0
}

// MinSize is the least number of bytes that a value of the type takes at a version, null where the field may be null.
func (t Type) MinSize(version int16, flexible, nullable bool) int {
	switch t.Kind {
	case String:
		if flexible {
			return 1
		}
		return 2
	case Bytes, Records, Array:
		if flexible {
			return 1
		}
		return 4
	case StructKind:
		if nullable {
			return 1
		}
		return FieldsMinSize(t.Struct.Fields, version, flexible)
	}
	return t.FixedSize()
}

// FieldsMinSize is the least number of bytes that a struct of these fields takes at a version; it is 0 only for one that has
// no field there and no tags.
func FieldsMinSize(fields []*Field, version int16, flexible bool) int {
	n := 0
	for _, f := range fields {
		if f.Versions.Contains(version) && !f.IsTagged(version) {
			n += f.Type.MinSize(version, flexible && !f.NotCompact, f.Nullable.Contains(version))
		}
	}
	if flexible {
		n++
	}
	return n
}

// IsTagged reports whether a version carries the field among the tags.
func (f *Field) IsTagged(version int16) bool { return f.Tagged.Contains(version) }

// DefaultIsNull reports whether a field that nobody set is null.
func (f *Field) DefaultIsNull() bool { return f.Default == "null" }

// DefaultInt is the default of a numeric field.
func (f *Field) DefaultInt() int64 {
	if f.Default == "" {
		return 0
	}
	n, err := strconv.ParseInt(f.Default, 0, 64)
	if err != nil {
		return 0 // Load refuses such a default
	}
	return n
}

// DefaultBool is the default of a bool field.
func (f *Field) DefaultBool() bool { return strings.EqualFold(f.Default, "true") }
