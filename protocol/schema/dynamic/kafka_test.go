package dynamic

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/internal/golden"
	"github.com/kbroker/kbroker/protocol/schema"
)

// Three sources agree on every byte: the definitions, Kafka's own classes, and kmsg.
func TestKafkaWritesTheSameBytes(t *testing.T) {
	lines, err := golden.Read("testdata/kafka-4.4.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	defs, seen := map[string]*schema.Message{}, map[string]bool{}
	for _, def := range load(t).Messages {
		defs[def.Name] = def
	}
	for _, l := range lines {
		def := defs[l.Name]
		seen[fmt.Sprint(l.Name, l.Version)] = true
		m, n, err := Decode(l.Bytes, def, l.Version)
		if err != nil || n != len(l.Bytes) {
			t.Errorf("%s version %d: %d of %d bytes, %v", l.Name, l.Version, n, len(l.Bytes), err)
			continue
		}
		if again, err := Encode(nil, def, l.Version, m); err != nil || !bytes.Equal(again, l.Bytes) {
			t.Errorf("%s version %d: %v\nkafka %x\nours  %x", l.Name, l.Version, err, l.Bytes, again)
		}
		if def.Type != "header" {
			kmsgRewrites(t, def, l)
		}
	}
	for _, def := range defs {
		for v := def.Valid.Min; v <= def.Valid.Max; v++ {
			if !seen[fmt.Sprint(def.Name, v)] {
				t.Errorf("%s version %d was not compared", def.Name, v)
			}
		}
	}
}

func kmsgRewrites(t *testing.T, def *schema.Message, l golden.Line) {
	t.Helper()
	if d := differences(def, l.Version); len(d) > 0 && d[0].What == Unknown {
		return
	}
	var m kmsgMessage = kmsg.ResponseForKey(def.APIKey)
	if def.Type == "request" {
		m = kmsg.RequestForKey(def.APIKey)
	}
	m.SetVersion(l.Version)
	if err := m.ReadFrom(l.Bytes); err != nil {
		t.Errorf("%s version %d: kmsg: %v", l.Name, l.Version, err)
	} else if b := m.AppendTo(nil); !bytes.Equal(b, l.Bytes) {
		t.Errorf("%s version %d:\nkafka %x\nkmsg  %x", l.Name, l.Version, l.Bytes, b)
	}
}

func TestHeaderVersionsAreKafkas(t *testing.T) {
	text, err := os.ReadFile("testdata/headers-4.4.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	set, compared := load(t), 0
	for line := range strings.Lines(string(text)) {
		var key, version, request, response int16
		if _, err := fmt.Sscan(line, &key, &version, &request, &response); err != nil {
			continue // the comment
		}
		compared++
		if got := RequestHeaderVersion(set.Request(key), version); got != request {
			t.Errorf("key %d version %d: request header %d, want %d", key, version, got, request)
		}
		if got := ResponseHeaderVersion(set.Response(key), version); got != response {
			t.Errorf("key %d version %d: response header %d, want %d", key, version, got, response)
		}
	}
	want := 0
	for key := int16(0); set.Request(key) != nil; key++ {
		want += int(set.Request(key).Valid.Max - set.Request(key).Valid.Min + 1)
	}
	if compared < want {
		t.Errorf("%d versions compared of %d", compared, want)
	}
}
