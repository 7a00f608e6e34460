package main

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/schema"
)

// A guardTable collects the programs that protocol/guard runs. Programs that are the same op by op are kept once.
type guardTable struct {
	ops      []string // Go literals
	tags     []string
	names    []string
	programs map[string]int
	tagLists map[string]int
	nameIDs  map[string]int
	err      error
}

// writeGuard answers the file of protocol/guard's tables.
func writeGuard(set *schema.Set) ([]byte, error) {
	t := &guardTable{programs: map[string]int{}, tagLists: map[string]int{}, nameIDs: map[string]int{"": 0}, names: []string{""}}
	var starts []int
	var apis []string
	for key := int16(0); set.Request(key) != nil; key++ {
		m := set.Request(key)
		if m.Valid.Empty() {
			apis = append(apis, "{0, -1, 0},")
			continue
		}
		newest := min(m.Valid.Max, kmsg.RequestForKey(key).MaxVersion()) // what passes is decoded by kmsg
		apis = append(apis, fmt.Sprintf("{%d, %d, %d}, // %s", m.Valid.Min, newest, len(starts), m.Name))
		for v := m.Valid.Min; v <= newest; v++ {
			c := &guardCompiler{table: t, version: v, flexible: m.Flexible.Contains(v)}
			starts = append(starts, c.program("", m.Fields))
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	if len(t.ops) >= math.MaxUint16 || len(t.tags) > math.MaxUint16 {
		return nil, fmt.Errorf("%d ops, %d tags", len(t.ops), len(t.tags))
	}
	return t.file(apis, starts)
}

func (t *guardTable) file(apis []string, starts []int) ([]byte, error) {
	w := &writer{}
	w.line("// Code generated from protocol/schema/messages.json by protocol/schema/gen. DO NOT EDIT.")
	w.line("")
	w.line("package guard")
	w.line("")
	w.line("// apis is indexed by api key.")
	w.line("var apis = [...]api{\n%s\n}", strings.Join(apis, "\n"))
	w.line("")
	w.line("// programs holds the first op of each version of each request.")
	w.line("var programs = [...]uint16{")
	for row := range slices.Chunk(starts, 16) {
		w.line("%s,", strings.Join(strings.Fields(strings.Trim(fmt.Sprint(row), "[]")), ", "))
	}
	w.line("}")
	w.line("")
	w.line("var ops = [...]op{\n%s\n}", strings.Join(t.ops, "\n"))
	w.line("")
	w.line("var tagTable = [...]tagEntry{\n%s\n}", strings.Join(t.tags, "\n"))
	w.line("")
	w.line("var fieldNames = [...]string{")
	for _, n := range t.names {
		w.line("%q,", n)
	}
	w.line("}")
	return w.format()
}

func (t *guardTable) name(n string) int {
	id, ok := t.nameIDs[n]
	if !ok {
		id = len(t.names)
		t.nameIDs[n] = id
		t.names = append(t.names, n)
	}
	return id
}

// intern answers where a list of ops stands, adding it when it is new.
func (t *guardTable) intern(ops []string) int {
	key := strings.Join(ops, "\n")
	at, ok := t.programs[key]
	if !ok {
		at = len(t.ops)
		t.programs[key] = at
		t.ops = append(t.ops, ops...)
	}
	return at
}

func (t *guardTable) internTags(entries []string) int {
	if len(entries) == 0 {
		return 0
	}
	key := strings.Join(entries, "\n")
	at, ok := t.tagLists[key]
	if !ok {
		at = len(t.tags)
		t.tagLists[key] = at
		t.tags = append(t.tags, entries...)
	}
	return at
}

// A guardCompiler turns the fields of one version of one request into programs.
type guardCompiler struct {
	table    *guardTable
	version  int16
	flexible bool
}

// program compiles a struct; path is the name of the field that holds it.
func (c *guardCompiler) program(path string, fields []*schema.Field) int {
	return c.table.intern(append(c.fields(path, fields), "{code: opEnd},"))
}

// fields compiles a struct's fields and tags. A run of fields of fixed size becomes one op, named after the first.
func (c *guardCompiler) fields(path string, fields []*schema.Field) []string {
	var ops []string
	run, runName := 0, 0
	flush := func() {
		if run > 0 {
			ops = append(ops, fmt.Sprintf("{code: opFixed, size: %d, field: %d},", run, runName))
			run = 0
		}
	}
	for _, f := range fields {
		if !f.Versions.Contains(c.version) || f.IsTagged(c.version) {
			continue
		}
		if n := f.Type.FixedSize(); n > 0 {
			if run == 0 {
				runName = c.table.name(join(path, f.Name))
			}
			run += n
			continue
		}
		flush()
		ops = append(ops, c.field(path, f, f.Nullable.Contains(c.version))...)
	}
	flush()
	if c.flexible {
		ops = append(ops, c.tags(path, fields))
	}
	return ops
}

// field compiles one field that is not of fixed size, or of fixed size when it is the content of a tag.
func (c *guardCompiler) field(path string, f *schema.Field, nullable bool) []string {
	path = join(path, f.Name)
	name := c.table.name(path)
	null := ""
	if nullable {
		null = "Null"
	}
	switch f.Type.Kind {
	case schema.String, schema.Bytes, schema.Records:
		code := "Bytes"
		if c.flexible {
			code = "Compact"
		} else if f.Type.Kind == schema.String {
			code = "String"
		}
		return []string{fmt.Sprintf("{code: op%s%s, field: %d},", null, code, name)}
	case schema.Array:
		return []string{c.array(path, name, *f.Type.Elem, null)}
	case schema.StructKind:
		if !nullable {
			return c.fields(path, f.Type.Struct.Fields)
		}
		body := c.program(path, f.Type.Struct.Fields)
		return []string{fmt.Sprintf("{code: opNullStruct, weight: %d, body: %d, field: %d},", structWeight(f.Type.Struct), body, name)}
	}
	return []string{fmt.Sprintf("{code: opFixed, size: %d, field: %d},", f.Type.FixedSize(), name)}
}

func (c *guardCompiler) array(path string, name int, elem schema.Type, null string) string {
	compact := ""
	if c.flexible {
		compact = "Compact"
	}
	if n := elem.FixedSize(); n > 0 {
		return fmt.Sprintf("{code: op%s%sFixedArray, size: %d, weight: %d, field: %d},", null, compact, n, n, name)
	}
	var body int
	if elem.Kind == schema.StructKind {
		body = c.program(path, elem.Struct.Fields)
	} else {
		code := map[bool]string{true: "opCompact", false: "opString"}[c.flexible]
		body = c.table.intern([]string{fmt.Sprintf("{code: %s, field: %d},", code, name), "{code: opEnd},"})
	}
	size := max(1, elem.MinSize(c.version, c.flexible, false))
	return fmt.Sprintf("{code: op%s%sArray, size: %d, weight: %d, body: %d, field: %d},", null, compact, size, typeWeight(elem), body, name)
}

// tags compiles the end of a flexible struct: the tagged fields that any version has.
func (c *guardCompiler) tags(path string, fields []*schema.Field) string {
	var tagged []*schema.Field
	for _, f := range fields {
		if f.Tag >= 0 {
			tagged = append(tagged, f)
		}
	}
	sort.Slice(tagged, func(i, j int) bool { return tagged[i].Tag < tagged[j].Tag })
	var entries []string
	for _, f := range tagged {
		if f.Type.Kind == schema.StructKind && !f.Nullable.Empty() { // has a varint in front, which no op reads
			c.table.err = fmt.Errorf("field %s: a tagged struct that may be null", f.Name)
		}
		body := "notHere"
		if f.IsTagged(c.version) {
			ops := append(c.field(path, f, f.Nullable.Contains(c.version)), "{code: opEnd},")
			body = fmt.Sprint(c.table.intern(ops))
		}
		entries = append(entries, fmt.Sprintf("{tag: %d, body: %s, field: %d},", f.Tag, body, c.table.name(join(path, f.Name))))
	}
	return fmt.Sprintf("{code: opTags, size: %d, body: %d, field: %d},", len(entries), c.table.internTags(entries), c.table.name(path))
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// typeWeight is at least the memory that a decoded element of an array takes: the Go struct has the fields of all versions, each
// taken as a whole number of words.
func typeWeight(t schema.Type) int {
	switch t.Kind {
	case schema.String:
		return 16
	case schema.Bytes, schema.Records, schema.Array:
		return 24
	case schema.StructKind:
		return structWeight(t.Struct)
	}
	return t.FixedSize()
}

// structWeight counts a nullable string with the header that it points to, and a word for the table of unknown tags.
func structWeight(s *schema.Struct) int {
	n := 8
	for _, f := range s.Fields {
		w := typeWeight(f.Type)
		if f.Type.Kind == schema.String && !f.Nullable.Empty() {
			w += 8
		}
		n += (w + 7) &^ 7
	}
	return n
}
