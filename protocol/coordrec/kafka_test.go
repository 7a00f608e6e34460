package coordrec

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"testing"

	"github.com/kbroker/kbroker/protocol/internal/golden"
)

type message interface {
	AppendTo(dst []byte, version int16) []byte
	ReadFrom(b []byte, version int16) error
}

func TestKafkaWritesTheSameBytes(t *testing.T) {
	lines, err := golden.Read("testdata/kafka-4.4.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{}
	eachVersion(func(kind Kind, apiKey, _ int16) {
		for _, m := range []message{newKey(kind, apiKey), newValue(kind, apiKey)} {
			types[reflect.TypeOf(m).Elem().Name()] = reflect.TypeOf(m).Elem()
		}
	})
	seen := map[string]bool{}
	for _, l := range lines {
		if types[l.Name] == nil {
			t.Fatalf("no type for %s", l.Name)
		}
		seen[l.Name] = true
		m := reflect.New(types[l.Name]).Interface().(message)
		if err := m.ReadFrom(l.Bytes, l.Version); err != nil {
			t.Errorf("%x: %v", l.Bytes, err)
		} else if got := m.AppendTo(nil, l.Version); !bytes.Equal(got, l.Bytes) {
			t.Errorf("%s version %d: %x, want %x", l.Name, l.Version, got, l.Bytes)
		}
	}
	if len(seen) != len(types) {
		t.Errorf("%d types of %d were compared", len(seen), len(types))
	}
}

// Kafka 4.4.0 says so itself: a member of the new protocol has a null that is written, in a form of its own, and what is left
// out is an empty classic member.
func TestAMemberWithoutClassicMetadataSaysSo(t *testing.T) {
	empty := &ConsumerGroupMemberMetadataClassicMemberMetadata{}
	five := &ConsumerGroupMemberMetadataClassicMemberMetadata{SessionTimeoutMs: 5}
	no := ""
	for want, classic := range map[string]*ConsumerGroupMemberMetadataClassicMemberMetadata{
		"010101010101ffffffff0101000100":             nil,
		"010101010101ffffffff0100":                   empty,
		"010101010101ffffffff0101000701000000050100": five,
	} {
		m := NewConsumerGroupMemberMetadataValue()
		m.InstanceID, m.RackID, m.SubscribedTopicRegex, m.ServerAssignor = &no, &no, &no, &no
		m.ClassicMemberMetadata = classic
		if got := hex.EncodeToString(m.AppendTo(nil, 0)); got != want {
			t.Errorf("%+v: %s, want %s", classic, got, want)
		}
		b, _ := hex.DecodeString(want)
		if err := m.ReadFrom(b, 0); err != nil || !reflect.DeepEqual(m.ClassicMemberMetadata, classic) {
			t.Errorf("%s: %+v, %v", want, m.ClassicMemberMetadata, err)
		}
	}
}
