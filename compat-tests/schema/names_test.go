package schema

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestFieldsStandWhereKmsgKnowsThem gives every field of every message, alone, a value of its own, and looks for it in
// kmsg's field of that name: two neighbours of one type that have changed places leave no other trace, since both sides
// write the same bytes. What kmsg writes of it again has to be in the same field here.
func TestFieldsStandWhereKmsgKnowsThem(t *testing.T) {
	names := readNames(t)
	used := map[string]bool{}
	n := 0
	eachField(func(m *Message, v int16, path []*Field) {
		if path[len(path)-1].IsStruct() {
			return // its own fields tell
		}
		n++
		if err := standsIn(m, v, path, names, used); err != nil {
			t.Errorf("%s v%d, %s: %v", m.Name, v, dotted(path), err)
		}
	})
	if n < 4000 {
		t.Errorf("only %d fields were sent", n)
	}
	for k := range names {
		if !used[k] {
			t.Errorf("testdata/kmsg-names has %s, which no message needs", k)
		}
	}
}

// TestNullsStandWhereKmsgWritesThem takes each field of kmsg's that can be nil away, at every version: where the version
// allows a null kmsg writes one, and elsewhere what is empty.
func TestNullsStandWhereKmsgWritesThem(t *testing.T) {
	n := 0
	eachField(func(m *Message, v int16, path []*Field) {
		err := nullAgrees(m, v, path)
		if reason := nullsOtherwise[m.Name+"."+dotted(path)]; reason != "" {
			return
		}
		n++
		if err != nil {
			t.Errorf("%s v%d, %s: %v", m.Name, v, dotted(path), err)
		}
	})
	if n < 1000 {
		t.Errorf("only %d fields were sent", n)
	}
}

// nullsOtherwise are fields that kmsg writes otherwise, with the reason.
var nullsOtherwise = map[string]string{
	"ShareFetchResponse.responses.partitions.records": "kmsg writes null where the schema wants empty bytes; share groups are not served",
}

// TestNeighboursThatChangedPlacesAreNoticed, like a null a version late or early, shows that the tests above fail.
func TestNeighboursThatChangedPlacesAreNoticed(t *testing.T) {
	m, _ := Response(2)
	fs := m.Fields[1].Fields[1].Fields
	i := slices.IndexFunc(fs, func(f *Field) bool { return f.Name == "timestamp" })
	fs[i], fs[i+1] = fs[i+1], fs[i]
	defer func() { fs[i], fs[i+1] = fs[i+1], fs[i] }()
	path := []*Field{m.Fields[1], m.Fields[1].Fields[1], fs[i]}
	if standsIn(m, m.Versions.Max, path, readNames(t), map[string]bool{}) == nil {
		t.Error("offset in the place of timestamp was not noticed")
	}

	m, _ = Request(3)
	topics := m.Fields[0]
	defer func(r Range) { topics.Nullable = r }(topics.Nullable)
	topics.Nullable.Min++
	if nullAgrees(m, 1, m.Fields[:1]) == nil {
		t.Error("a null that comes a version late was not noticed")
	}
	topics.Nullable.Min = 0
	if nullAgrees(m, 0, m.Fields[:1]) == nil {
		t.Error("a null that comes a version early was not noticed")
	}
}

// eachField calls for every field of every version of every message that kmsg writes.
func eachField(f func(m *Message, v int16, path []*Field)) {
	for _, m := range All() {
		if m.Kind == "header" {
			continue
		}
		for v := m.Versions.Min; v <= m.Versions.Max; v++ {
			if kmsgLeavesOut[fmt.Sprintf("%s v%d", m.Name, v)] != "" {
				continue
			}
			for _, path := range fieldPaths(m.Fields, v, nil) {
				f(m, v, path)
			}
		}
	}
}

func fieldPaths(fs []*Field, v int16, before []*Field) [][]*Field {
	var out [][]*Field
	for _, f := range fs {
		if f.Versions.Has(v) {
			path := append(slices.Clone(before), f)
			out = append(out, path)
			out = append(out, fieldPaths(f.Fields, v, path)...)
		}
	}
	return out
}

// found is where kmsg reads a field: the names from the outermost on, and the message that it read.
func found(m *Message, v int16, path []*Field) ([]string, kmsgMessage, error) {
	with, err := readByKmsg(m, v, along(path, v, true))
	if err != nil {
		return nil, nil, err
	}
	without, err := readByKmsg(m, v, along(path, v, false))
	if err != nil {
		return nil, nil, err
	}
	at := differing(reflect.ValueOf(with), reflect.ValueOf(without), "")
	if len(at) != 1 {
		return nil, nil, fmt.Errorf("kmsg reads it as %d fields: %v", len(at), at)
	}
	return strings.Split(at[0][1:], "."), with.(kmsgMessage), nil
}

type kmsgMessage interface{ AppendTo([]byte) []byte }

func standsIn(m *Message, v int16, path []*Field, names map[string]string, used map[string]bool) error {
	at, msg, err := found(m, v, path)
	if err != nil {
		return err
	}
	if len(at) != len(path) {
		return fmt.Errorf("it is kmsg's field %s", strings.Join(at, "."))
	}
	for i, f := range path {
		where := m.Name + "." + dotted(path[:i+1])
		if name, ok := names[where]; ok {
			used[where] = true
			if name != at[i] {
				return fmt.Errorf("it is kmsg's field %s, and %s is %s there", strings.Join(at, "."), f.Name, name)
			}
		} else if !strings.EqualFold(plain(f.Name), plain(at[i])) {
			return fmt.Errorf("it is kmsg's field %s (testdata/kmsg-names: %s %s)", strings.Join(at, "."), where, at[i])
		}
	}
	s, err := Decode(m, v, msg.AppendTo(nil))
	if err != nil {
		return fmt.Errorf("kmsg's bytes: %w", err)
	}
	back := valueAt(s, path)
	if want := valueAtPlain(along(path, v, true), path); !reflect.DeepEqual(back, want) {
		return fmt.Errorf("kmsg writes it as %v, not %v", back, want)
	}
	return nil
}

// plain is a name without the parts that kmsg spells in its own way.
func plain(name string) string {
	return strings.NewReplacer("Millis", "Ms", "ID", "Id", "throttleTime", "throttle").Replace(name)
}

// valueAt is the value at the end of a path, of the first element of each array on the way.
func valueAt(s Struct, path []*Field) any {
	x, _ := s.Get(path[0].Name)
	if len(path) == 1 {
		return x
	}
	if path[0].Array {
		list, _ := x.([]any)
		if len(list) == 0 {
			return nil
		}
		x = list[0]
	}
	inner, _ := x.(Struct)
	return valueAt(inner, path[1:])
}

func valueAtPlain(values map[string]any, path []*Field) any {
	x := values[path[0].Name]
	if len(path) == 1 {
		return x
	}
	if path[0].Array {
		x = x.([]any)[0]
	}
	return valueAtPlain(x.(map[string]any), path[1:])
}

// nullAgrees takes a field of kmsg's away and reads here what kmsg writes then.
func nullAgrees(m *Message, v int16, path []*Field) error {
	f := path[len(path)-1]
	if f.Tagged.Has(v) {
		return nil // one that is nil is left out
	}
	leaf := path
	for leaf[len(leaf)-1].IsStruct() {
		subs := leaf[len(leaf)-1].Fields
		i := slices.IndexFunc(subs, func(s *Field) bool { return s.Versions.Has(v) && !s.IsStruct() })
		if i < 0 {
			if i = slices.IndexFunc(subs, func(s *Field) bool { return s.Versions.Has(v) }); i < 0 {
				return fmt.Errorf("it has no field at this version")
			}
		}
		leaf = append(slices.Clone(leaf), subs[i])
	}
	at, msg, err := found(m, v, leaf)
	if err != nil {
		return err
	}
	x := reflect.ValueOf(msg)
	for i := range path {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
			if x.Kind() == reflect.Slice {
				x = x.Index(0)
			} else {
				x = x.Elem()
			}
		}
		x = x.FieldByName(at[i])
	}
	if x.Kind() != reflect.Pointer && x.Kind() != reflect.Slice {
		if f.Nullable.Has(v) {
			return fmt.Errorf("kmsg's %s cannot be null", strings.Join(at[:len(path)], "."))
		}
		return nil
	}
	x.SetZero()
	s, err := Decode(m, v, msg.AppendTo(nil))
	if err != nil {
		return fmt.Errorf("what kmsg writes of nil is refused: %w", err)
	}
	if got := valueAt(s, path) == nil; got != f.Nullable.Has(v) {
		return fmt.Errorf("kmsg writes nil as null: %v", got)
	}
	return nil
}

// readNames reads what kmsg calls otherwise: a field's path and kmsg's name of it.
func readNames(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "kmsg-names"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 2 {
			out[words[0]] = words[1]
		}
	}
	return out
}
