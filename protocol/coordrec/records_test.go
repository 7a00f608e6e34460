package coordrec

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/internal/fill"
)

// recordTypes are the record types of each log in Kafka 4.4.
var recordTypes = map[Kind][]int16{
	Group:       {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23},
	Transaction: {0},
	Share:       {0, 1},
}

func eachVersion(f func(kind Kind, apiKey, version int16)) {
	for _, kind := range []Kind{Group, Transaction, Share} {
		for _, apiKey := range recordTypes[kind] {
			for v := int16(0); v <= newValue(kind, apiKey).MaxVersion(); v++ {
				f(kind, apiKey, v)
			}
		}
	}
}

// Every record at every version of its value: what is read back encodes to the same bytes, and at the newest version is the
// same record.
func TestEveryRecordSurvivesEveryVersion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	eachVersion(func(kind Kind, apiKey, version int16) {
		for range 100 {
			rec := Record{Key: newKey(kind, apiKey), Value: newValue(kind, apiKey)}
			fill.Value(r, rec.Key)
			fill.Value(r, rec.Value)
			key, value := MarshalKey(nil, rec.Key), MarshalValue(nil, rec.Value, version)
			got, err := Unmarshal(kind, key, value)
			if err != nil {
				t.Fatalf("%T version %d: %v", rec.Value, version, err)
			}
			if again := MarshalKey(nil, got.Key); !bytes.Equal(key, again) {
				t.Fatalf("%T:\n%x, then\n%x", rec.Key, key, again)
			}
			if again := MarshalValue(nil, got.Value, version); !bytes.Equal(value, again) {
				t.Fatalf("%T version %d:\n%x, then\n%x", rec.Value, version, value, again)
			}
			// expireTimestamp is carried by version 1 alone
			if _, offsets := rec.Value.(*OffsetCommitValue); version < rec.Value.MaxVersion() || offsets {
				continue
			}
			if !reflect.DeepEqual(fill.Normal(rec.Value), fill.Normal(got.Value)) || got.Value.Kind() != kind || got.Key.Kind() != kind {
				t.Fatalf("%T: wrote %+v, read %+v", rec.Value, rec.Value, got.Value)
			}
		}
	})
}

func TestEveryCutOfARecordIsAnError(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	eachVersion(func(kind Kind, apiKey, version int16) {
		k, v := newKey(kind, apiKey), newValue(kind, apiKey)
		fill.Value(r, k)
		fill.Value(r, v)
		key, value := MarshalKey(nil, k), MarshalValue(nil, v, version)
		for n := range key {
			if _, err := Unmarshal(kind, key[:n], value); err == nil {
				t.Errorf("%T cut to %d of %d bytes was read", k, n, len(key))
			}
		}
		for n := range value {
			if _, err := Unmarshal(kind, key, value[:n]); err == nil {
				t.Errorf("%T version %d cut to %d of %d bytes was read", v, version, n, len(value))
			}
		}
	})
}

func TestAnAbsentValueIsATombstone(t *testing.T) {
	key := &GroupMetadataKey{Group: "g"}
	if MarshalValue([]byte("x"), nil, 0) != nil {
		t.Error("a tombstone has bytes")
	}
	rec, err := Unmarshal(Group, MarshalKey(nil, key), nil)
	if err != nil || rec.Value != nil || !reflect.DeepEqual(rec.Key, key) {
		t.Errorf("%+v, %v", rec, err)
	}
}

// Logs from before 0.9.0 have offset commits of type 0.
func TestAnOldOffsetCommitReadsAsOffsetCommit(t *testing.T) {
	key := MarshalKey(nil, &OffsetCommitKey{Group: "g", Topic: "t", Partition: 3})
	if key[1] != 1 {
		t.Fatalf("offset commits are written as type %d", key[1])
	}
	key[1] = 0
	value := MarshalValue(nil, &OffsetCommitValue{Offset: 5, Metadata: "m", CommitTimestamp: 6}, 0)
	rec, err := Unmarshal(Group, key, value)
	if err != nil {
		t.Fatal(err)
	}
	if k := rec.Key.(*OffsetCommitKey); k.Topic != "t" || k.APIKey() != 1 {
		t.Errorf("%+v", k)
	}
	if v := rec.Value.(*OffsetCommitValue); v.Offset != 5 || v.LeaderEpoch != -1 || v.ExpireTimestamp != -1 {
		t.Errorf("%+v", v)
	}
}

func TestUnknownTypesAndVersionsAreNamed(t *testing.T) {
	for kind, apiKey := range map[Kind]int16{Group: 9, Transaction: 1, Share: 2} {
		var unknown *UnknownTypeError
		_, err := Unmarshal(kind, []byte{0, byte(apiKey), 0, 0}, nil)
		if !errors.As(err, &unknown) || unknown.APIKey != apiKey || unknown.Kind != kind {
			t.Errorf("%s: %v", kind, err)
		}
	}
	var version *VersionError
	if _, err := Unmarshal(Group, MarshalKey(nil, &GroupMetadataKey{}), []byte{0, 9}); !errors.As(err, &version) || version.Max != 4 {
		t.Errorf("%v", err)
	}
}

// The classic records against a second implementation of the same formats.
func TestClassicRecordsAgreeWithKmsg(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		ok, gk, tk := kmsg.NewOffsetCommitKey(), kmsg.NewGroupMetadataKey(), kmsg.NewTxnMetadataKey()
		fill.Value(r, &ok, "Version")
		fill.Value(r, &gk, "Version")
		fill.Value(r, &tk, "Version")
		ok.Version, gk.Version, tk.Version = 1, 2, 0
		agreeKey(t, Group, ok.AppendTo(nil))
		agreeKey(t, Group, gk.AppendTo(nil))
		agreeKey(t, Transaction, tk.AppendTo(nil))
		for v := int16(0); v <= 4; v++ {
			ov, gv := kmsg.NewOffsetCommitValue(), kmsg.NewGroupMetadataValue()
			fill.Value(r, &ov, "Version")
			fill.Value(r, &gv, "Version")
			ov.Version, gv.Version = v, v
			agreeValue(t, Group, ok.AppendTo(nil), ov.AppendTo(nil))
			agreeValue(t, Group, gk.AppendTo(nil), gv.AppendTo(nil))
		}
		for v := int16(0); v <= 1; v++ {
			tv := kmsg.NewTxnMetadataValue()
			fill.Value(r, &tv, "Version")
			tv.Version = v
			agreeValue(t, Transaction, tk.AppendTo(nil), tv.AppendTo(nil))
		}
	}
}

func agreeKey(t *testing.T, kind Kind, b []byte) {
	t.Helper()
	rec, err := Unmarshal(kind, b, nil)
	if err != nil {
		t.Fatalf("%x: %v", b, err)
	}
	if got := MarshalKey(nil, rec.Key); !bytes.Equal(got, b) {
		t.Fatalf("%T %x, want %x", rec.Key, got, b)
	}
}

func agreeValue(t *testing.T, kind Kind, key, value []byte) {
	t.Helper()
	rec, err := Unmarshal(kind, key, value)
	if err != nil {
		t.Fatalf("%x: %v", value, err)
	}
	version, _ := ValueVersion(value)
	if got := MarshalValue(nil, rec.Value, version); !bytes.Equal(got, value) {
		t.Fatalf("%T version %d %x, want %x", rec.Value, version, got, value)
	}
}

func FuzzUnmarshal(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	eachVersion(func(kind Kind, apiKey, version int16) {
		k, v := newKey(kind, apiKey), newValue(kind, apiKey)
		fill.Value(r, k)
		fill.Value(r, v)
		f.Add(uint8(kind), MarshalKey(nil, k), MarshalValue(nil, v, version))
	})
	f.Fuzz(func(t *testing.T, kind uint8, key, value []byte) {
		rec, err := Unmarshal(Kind(kind%3), key, value)
		if err != nil || rec.Value == nil {
			return
		}
		version, _ := ValueVersion(value)
		again, err := Unmarshal(Kind(kind%3), MarshalKey(nil, rec.Key), MarshalValue(nil, rec.Value, version))
		if err != nil || !reflect.DeepEqual(fill.Normal(rec.Value), fill.Normal(again.Value)) {
			t.Fatalf("%x: %+v, then %+v, %v", value, rec.Value, again.Value, err)
		}
	})
}
