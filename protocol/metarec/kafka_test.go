package metarec

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/protocol/internal/golden"
)

func TestKafkaWritesTheSameBytes(t *testing.T) {
	lines, err := golden.Read("testdata/kafka-4.4.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]int16{}
	for _, key := range allKeys {
		byName[strings.ToLower(reflect.TypeOf(New(key)).Elem().Name()+"Record")] = key
	}
	seen := map[int16]bool{}
	for _, l := range lines {
		key, ok := byName[strings.ToLower(l.Name)]
		if !ok {
			t.Fatalf("no type for %s", l.Name)
		}
		seen[key] = true
		rec := New(key)
		if err := rec.ReadFrom(l.Bytes, l.Version); err != nil {
			t.Errorf("%x: %v", l.Bytes, err)
		} else if got := rec.AppendTo(nil, l.Version); !bytes.Equal(got, l.Bytes) {
			t.Errorf("%s version %d: %x, want %x", l.Name, l.Version, got, l.Bytes)
		}
	}
	if len(seen) != len(allKeys) {
		t.Errorf("%d types of %d were compared", len(seen), len(allKeys))
	}
}
