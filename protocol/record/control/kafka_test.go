package control

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
	seen := map[message]bool{}
	for _, l := range lines {
		m := named(l.Name)
		if m == nil {
			t.Fatalf("no type for %s", l.Name)
		}
		seen[m] = true
		got := fresh(m)
		if err := got.ReadFrom(l.Bytes, l.Version); err != nil {
			t.Errorf("%x: %v", l.Bytes, err)
		} else if b := got.AppendTo(nil, l.Version); !bytes.Equal(b, l.Bytes) {
			t.Errorf("%s version %d: %x, want %x", l.Name, l.Version, b, l.Bytes)
		}
	}
	if len(seen) != len(messages) {
		t.Errorf("%d types of %d were compared", len(seen), len(messages))
	}
}

func named(kafka string) message {
	for _, m := range messages {
		name := reflect.TypeOf(m).Elem().Name()
		if rest, ok := strings.CutPrefix(kafka, name); ok && (rest == "" || rest == "Record" || rest == "Message" || rest == "Data") {
			return m
		}
	}
	return nil
}
