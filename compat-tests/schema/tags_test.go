package schema

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// kmsgNames are the tagged fields that kmsg calls otherwise, in lower case.
var kmsgNames = map[string]string{
	"ProduceResponse.nodeEndpoints":                    "brokers",
	"FetchResponse.nodeEndpoints":                      "brokers",
	"CreateTopicsResponse.topics.topicConfigErrorCode": "configerrorcode",
}

// TestTagsHaveTheNumbersThatKmsgKnows sends every tagged field of every message alone through kmsg, which keeps a tag
// that it does not know and writes it out again: bytes that come back the same say nothing of a tag's number. Here the
// field of that name has to have the value, and none may be unknown.
func TestTagsHaveTheNumbersThatKmsgKnows(t *testing.T) {
	n := 0
	for _, m := range All() {
		if m.Kind == "header" {
			continue
		}
		for v := m.Versions.Min; v <= m.Versions.Max; v++ {
			for _, path := range taggedPaths(m.Fields, v, nil) {
				n++
				if err := tagReaches(m, v, path); err != nil {
					t.Errorf("%s v%d, %s: %v", m.Name, v, dotted(path), err)
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d tagged fields were sent", n)
	}
}

// TestAWrongTagIsNoticed shows that the test above fails where tags have changed places or have a number of nobody's.
func TestAWrongTagIsNoticed(t *testing.T) {
	m, _ := Response(1)
	v := m.Versions.Max
	paths := taggedPaths(m.Fields, v, nil)
	find := func(name string) []*Field {
		return paths[slices.IndexFunc(paths, func(p []*Field) bool { return p[len(p)-1].Name == name })]
	}
	leader, snapshot := find("currentLeader"), find("snapshotId")
	a, b := leader[len(leader)-1], snapshot[len(snapshot)-1]
	defer func(x, y uint32) { a.Tag, b.Tag = x, y }(a.Tag, b.Tag)
	a.Tag, b.Tag = b.Tag, a.Tag
	if tagReaches(m, v, leader) == nil || tagReaches(m, v, snapshot) == nil {
		t.Error("two tags that changed places were not noticed")
	}
	a.Tag = 9
	if tagReaches(m, v, leader) == nil {
		t.Error("a tag that nobody knows was not noticed")
	}
}

func dotted(path []*Field) string {
	var names []string
	for _, f := range path {
		names = append(names, f.Name)
	}
	return strings.Join(names, ".")
}

// taggedPaths are the ways to every tagged field of a version.
func taggedPaths(fs []*Field, v int16, before []*Field) [][]*Field {
	var out [][]*Field
	for _, f := range fs {
		if !f.Versions.Has(v) {
			continue
		}
		path := append(slices.Clone(before), f)
		if f.Tagged.Has(v) {
			out = append(out, path)
		}
		if f.IsStruct() {
			out = append(out, taggedPaths(f.Fields, v, path)...)
		}
	}
	return out
}

// tagReaches holds a message with the last field of a path set against one without it, as kmsg reads the two.
func tagReaches(m *Message, v int16, path []*Field) error {
	f := path[len(path)-1]
	with, err := readByKmsg(m, v, along(path, v, true))
	if err != nil {
		return err
	}
	without, err := readByKmsg(m, v, along(path, v, false))
	if err != nil {
		return err
	}
	name := strings.ToLower(f.Name)
	if other, ok := kmsgNames[m.Name+"."+dotted(path)]; ok {
		name = other
	}
	for _, d := range differing(reflect.ValueOf(with), reflect.ValueOf(without), "") {
		parts := strings.Split(strings.ToLower(d), ".")
		if slices.Contains(parts, "unknowntags") {
			return fmt.Errorf("kmsg knows no tag %d there", f.Tag)
		}
		if !slices.Contains(parts, name) {
			return fmt.Errorf("tag %d is kmsg's field %s", f.Tag, d)
		}
		return nil
	}
	return fmt.Errorf("tag %d reached no field of kmsg's", f.Tag)
}

// along makes the values on the way to a field, one element in each array, with or without the field itself.
func along(path []*Field, v int16, with bool) map[string]any {
	f := path[0]
	var value any
	switch {
	case len(path) > 1:
		value = along(path[1:], v, with)
	case !with:
		return map[string]any{}
	default:
		value = filled(f, v)
	}
	if f.Array {
		value = []any{value}
	}
	return map[string]any{f.Name: value}
}

// filled is a value of a field that is not its default, all its own tagged fields left out.
func filled(f *Field, v int16) any {
	if !f.IsStruct() {
		one := *f
		one.Array, one.Nullable = false, none
		if truth, ok := f.Default.(bool); ok {
			return !truth
		}
		for seed := uint64(1); ; seed++ {
			x := single(rand.New(rand.NewPCG(seed, 7)), &one, v, 0)
			if !reflect.DeepEqual(x, f.Default) && x != false {
				return x
			}
		}
	}
	out := map[string]any{}
	for _, sub := range f.Fields {
		if sub.Versions.Has(v) && !sub.Tagged.Has(v) && !sub.Array && !sub.IsStruct() {
			out[sub.Name] = filled(sub, v)
		}
	}
	return out
}

func readByKmsg(m *Message, v int16, values map[string]any) (any, error) {
	b, err := Encode(m, v, values)
	if err != nil {
		return nil, err
	}
	if m.Kind == "request" {
		req := kmsg.RequestForKey(m.Key)
		if req == nil {
			return nil, fmt.Errorf("kmsg has no request %d", m.Key)
		}
		req.SetVersion(v)
		return req, req.ReadFrom(b)
	}
	resp := kmsg.ResponseForKey(m.Key)
	if resp == nil {
		return nil, fmt.Errorf("kmsg has no response %d", m.Key)
	}
	resp.SetVersion(v)
	return resp, resp.ReadFrom(b)
}

// differing names the fields, from the outermost on, in which two values of one type are not the same.
func differing(a, b reflect.Value, path string) []string {
	for a.Kind() == reflect.Pointer || a.Kind() == reflect.Interface {
		if a.IsNil() || b.IsNil() {
			break
		}
		a, b = a.Elem(), b.Elem()
	}
	switch {
	case reflect.DeepEqual(a.Interface(), b.Interface()):
		return nil
	case a.Kind() == reflect.Struct && a.Type() != reflect.TypeFor[kmsg.Tags]():
		var out []string
		for i := range a.NumField() {
			if a.Type().Field(i).IsExported() {
				out = append(out, differing(a.Field(i), b.Field(i), path+"."+a.Type().Field(i).Name)...)
			}
		}
		return out
	case a.Kind() == reflect.Slice && a.Len() == b.Len():
		var out []string
		for i := range a.Len() {
			out = append(out, differing(a.Index(i), b.Index(i), path)...)
		}
		return out
	}
	return []string{path}
}
