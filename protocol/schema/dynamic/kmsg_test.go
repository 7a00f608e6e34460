package dynamic

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/internal/fill"
	"github.com/kbroker/kbroker/protocol/schema"
)

func load(t *testing.T) *schema.Set {
	t.Helper()
	set, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

type kmsgMessage interface {
	AppendTo([]byte) []byte
	ReadFrom([]byte) error
	SetVersion(int16)
	IsFlexible() bool
}

// each calls f for every version of every request and response that has a definition, with a maker of kmsg's type.
func each(t *testing.T, f func(def *schema.Message, version int16, make func() kmsgMessage)) {
	t.Helper()
	for _, def := range load(t).Messages {
		if def.Type == "header" {
			continue
		}
		for v := def.Valid.Min; v <= def.Valid.Max; v++ {
			f(def, v, func() kmsgMessage {
				var m kmsgMessage
				if def.Type == "request" {
					m = kmsg.RequestForKey(def.APIKey)
				} else {
					m = kmsg.ResponseForKey(def.APIKey)
				}
				m.SetVersion(v)
				return m
			})
		}
	}
}

// kmsgAgrees makes messages with kmsg and tells whether they read as the definition says, to the last byte, and are written again
// the same; prepare corrects each message beforehand.
func kmsgAgrees(def *schema.Message, version int16, make func() kmsgMessage, prepare func(kmsgMessage)) error {
	r := rand.New(rand.NewPCG(1, uint64(version)))
	for range 80 {
		m := make()
		fill.Value(r, m, "Version", "UnknownTags")
		prepare(m)
		b := m.AppendTo(nil)
		got, n, err := Decode(b, def, version)
		if err != nil {
			return fmt.Errorf("%w\n%x\n%+v", err, b, m)
		}
		if n != len(b) {
			return fmt.Errorf("%s version %d: %d of %d bytes\n%x\n%+v", def.Name, version, n, len(b), b, m)
		}
		if again, err := Encode(nil, def, version, got); err != nil || !bytes.Equal(again, b) {
			return fmt.Errorf("%s version %d: %v\nkmsg %x\nours %x\n%v", def.Name, version, err, b, again, got)
		}
	}
	return nil
}

// differences are those of one message at one version.
func differences(def *schema.Message, version int16) (out []KmsgDifference) {
	for _, d := range KmsgDifferences {
		if d.Message == def.Name && d.Versions.Contains(version) {
			out = append(out, d)
		}
	}
	return out
}

// correct keeps a message off a difference.
func correct(m kmsgMessage, d KmsgDifference) {
	switch d.What {
	case UngatedTag:
		fill.Reset(m, d.Field)
	case NullWritten:
		if f, ok := m.(*kmsg.ShareFetchResponse); ok {
			notNull(f)
		}
	}
}

func notNull(f *kmsg.ShareFetchResponse) {
	for _, t := range f.Topics {
		for i := range t.Partitions {
			t.Partitions[i].Records = append([]byte{}, t.Partitions[i].Records...)
		}
	}
}

// What kmsg writes is what the definitions say, but for the differences on the list, and each of these is one.
func TestKmsgWritesWhatTheDefinitionsSay(t *testing.T) {
	each(t, func(def *schema.Message, version int16, make func() kmsgMessage) {
		diffs := differences(def, version)
		if len(diffs) > 0 && diffs[0].What == Unknown {
			if kmsgAgrees(def, version, make, func(kmsgMessage) {}) == nil {
				t.Errorf("%s version %d: kmsg knows it", def.Name, version)
			}
			return
		}
		if err := kmsgAgrees(def, version, make, func(m kmsgMessage) {
			for _, d := range diffs {
				correct(m, d)
			}
		}); err != nil {
			t.Error(err)
		}
		for i, listed := range diffs {
			if kmsgAgrees(def, version, make, func(m kmsgMessage) {
				for j, d := range diffs {
					if i != j {
						correct(m, d)
					}
				}
			}) == nil {
				t.Errorf("%s version %d: %s makes no difference", def.Name, version, listed.Field)
			}
		}
	})
}

// What the definition says is read by kmsg, and written by it the same.
func TestKmsgReadsWhatTheDefinitionsSay(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	each(t, func(def *schema.Message, version int16, make func() kmsgMessage) {
		if d := differences(def, version); len(d) > 0 && d[0].What == Unknown {
			return
		}
		for range 30 {
			v := Random(r, def, version)
			b, err := Encode(nil, def, version, v)
			if err != nil {
				t.Fatal(err)
			}
			m := make()
			if err := m.ReadFrom(b); err != nil {
				t.Fatalf("%s version %d: %v\n%x\n%v", def.Name, version, err, b, v)
			}
			if again := m.AppendTo(nil); !bytes.Equal(again, b) {
				t.Fatalf("%s version %d:\nours %x\nkmsg %x\n%v", def.Name, version, b, again, v)
			}
		}
	})
}

// Headers follow the flexibility of the body, and kmsg says the same of every version as the definitions.
func TestKmsgAgreesOnFlexibleVersions(t *testing.T) {
	each(t, func(def *schema.Message, version int16, make func() kmsgMessage) {
		m := make()
		if got, want := m.IsFlexible(), def.Flexible.Contains(version); got != want {
			t.Errorf("%s version %d: kmsg says flexible %t", def.Name, version, got)
		}
	})
}

func TestHeaderVersions(t *testing.T) {
	set := load(t)
	for _, c := range []struct{ key, version, request, response int16 }{
		{18, 2, 1, 0}, {18, 3, 2, 0}, {18, 5, 2, 0}, {0, 8, 1, 0}, {0, 9, 2, 1}, {17, 1, 1, 0}, {36, 1, 1, 0}, {36, 2, 2, 1}, {47, 0, 1, 0},
	} {
		if got := RequestHeaderVersion(set.Request(c.key), c.version); got != c.request {
			t.Errorf("key %d version %d: request header %d", c.key, c.version, got)
		}
		if got := ResponseHeaderVersion(set.Response(c.key), c.version); got != c.response {
			t.Errorf("key %d version %d: response header %d", c.key, c.version, got)
		}
	}
}

// The whole frame, as kmsg's own formatter writes it.
func TestRequestsAgreeWithKmsgsFormatter(t *testing.T) {
	set := load(t)
	client := "client"
	format := kmsg.NewRequestFormatter(kmsg.FormatterClientID(client))
	for key := int16(0); set.Request(key) != nil; key++ {
		for v := set.Request(key).Valid.Min; v <= set.Request(key).Valid.Max; v++ {
			req := kmsg.RequestForKey(key)
			if v > req.MaxVersion() {
				continue
			}
			req.SetVersion(v)
			body, _, err := Decode(req.AppendTo(nil), set.Request(key), v)
			if err != nil {
				t.Fatal(err)
			}
			got, err := EncodeRequest(nil, set, key, v, 77, client, body)
			if want := format.AppendRequest(nil, req, 77)[4:]; err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s version %d: %v\n%x\n%x", set.Request(key).Name, v, err, got, want)
			}
		}
	}
}
