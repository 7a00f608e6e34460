package metarec

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/kbroker/kbroker/protocol/internal/fill"
)

// allKeys are the record types of Kafka 4.4.
var allKeys = []int16{0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29}

// Every record at every version: what is read back encodes to the same bytes, and at the newest version is the same record.
func TestEveryRecordSurvivesEveryVersion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, key := range allKeys {
		for version := int16(0); version <= New(key).MaxVersion(); version++ {
			for range 100 {
				rec := New(key)
				fill.Value(r, rec)
				value := Marshal(nil, rec, version)
				got, v, err := Unmarshal(value)
				if err != nil || v != version {
					t.Fatalf("%T version %d: read as version %d, %v", rec, version, v, err)
				}
				if again := Marshal(nil, got, version); !bytes.Equal(value, again) {
					t.Fatalf("%T version %d:\n%x, then\n%x", rec, version, value, again)
				}
				if version == rec.MaxVersion() && !reflect.DeepEqual(fill.Normal(rec), fill.Normal(got)) {
					t.Fatalf("%T: wrote %+v, read %+v", rec, rec, got)
				}
			}
		}
	}
}

func TestEveryCutOfARecordIsAnError(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, key := range allKeys {
		rec := New(key)
		fill.Value(r, rec)
		value := Marshal(nil, rec, rec.MaxVersion())
		for n := range value {
			if _, _, err := Unmarshal(value[:n]); err == nil {
				t.Errorf("%T cut to %d of %d bytes was read", rec, n, len(value))
			}
		}
		if _, _, err := Unmarshal(append(value, 0)); err == nil {
			t.Errorf("%T with a byte behind it was read", rec)
		}
	}
}

func TestUnmarshalNamesWhatItDoesNotKnow(t *testing.T) {
	var unknown *UnknownTypeError
	if _, _, err := Unmarshal([]byte{1, 99, 3}); !errors.As(err, &unknown) || unknown.APIKey != 99 || unknown.Version != 3 {
		t.Errorf("unknown type: %v", err)
	}
	var version *VersionError
	if _, _, err := Unmarshal([]byte{1, 3, 9}); !errors.As(err, &version) || version.Version != 9 || version.Max != 2 {
		t.Errorf("unknown version: %v", err)
	}
	var frame *FrameError
	for _, b := range [][]byte{nil, {1}, {2, 3, 0}, {1, 0xff, 0xff, 0x7f, 0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}} {
		if _, _, err := Unmarshal(b); !errors.As(err, &frame) {
			t.Errorf("%x: %v", b, err)
		}
	}
}

// A default that is not zero decides what a record means: a change that does not name a leader keeps it.
func TestNewRecordsHaveTheirDefaults(t *testing.T) {
	if c := NewPartitionChange(); c.Leader != -2 || c.LeaderRecoveryState != -1 || c.ISR != nil {
		t.Errorf("PartitionChange: %+v", c)
	}
	if b := NewRegisterBroker(); !b.Fenced {
		t.Error("RegisterBroker is not fenced")
	}
	c := NewPartitionChange()
	c.PartitionID, c.TopicID = 7, [16]byte{15: 9}
	want := append([]byte{1, 5, 2, 0, 0, 0, 7}, append(c.TopicID[:], 0)...)
	if got := Marshal(nil, c, 2); !bytes.Equal(got, want) {
		t.Errorf("defaults are written: %x, want %x", got, want)
	}
}

// The versions are those that Apache Kafka 4.4.0's MetadataVersion answers for each level.
func TestVersionAtEachMetadataVersion(t *testing.T) {
	for _, c := range []struct {
		from, to             int16
		register, partitions int16
	}{{7, 7, 1, 0}, {8, 16, 2, 0}, {17, 22, 3, 1}, {23, 29, 3, 2}, {30, 33, 4, 2}} {
		for level := c.from; level <= c.to; level++ {
			if v := VersionAt(NewRegisterBroker(), level); v != c.register {
				t.Errorf("level %d: RegisterBroker %d, want %d", level, v, c.register)
			}
			for _, rec := range []Record{NewPartition(), NewPartitionChange()} {
				if v := VersionAt(rec, level); v != c.partitions {
					t.Errorf("level %d: %T %d, want %d", level, rec, v, c.partitions)
				}
			}
		}
	}
	for want, rec := range []*BrokerRegistrationChange{
		{Fenced: 1}, {InControlledShutdown: 1}, {LogDirs: [][16]byte{{1}}}, {CordonedLogDirs: [][16]byte{}},
	} {
		if v := VersionAt(rec, MaxMetadataVersion); v != int16(want) {
			t.Errorf("%+v: version %d, want %d", rec, v, want)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, key := range allKeys {
		rec := New(key)
		fill.Value(r, rec)
		f.Add(Marshal(nil, rec, rec.MaxVersion()))
	}
	f.Add([]byte{1, 3, 2, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, version, err := Unmarshal(b)
		if err != nil {
			return
		}
		again, _, err := Unmarshal(Marshal(nil, rec, version))
		if err != nil || !reflect.DeepEqual(fill.Normal(rec), fill.Normal(again)) && !hasNaN(rec) {
			t.Fatalf("%x: %+v, then %+v, %v", b, rec, again, err)
		}
	})
}

func hasNaN(rec Record) bool {
	q, ok := rec.(*ClientQuota)
	return ok && q.Value != q.Value
}
