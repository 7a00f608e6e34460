package control

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/kbroker/kbroker/protocol/internal/fill"
)

type message interface {
	MaxVersion() int16
	AppendTo(dst []byte, version int16) []byte
	ReadFrom(b []byte, version int16) error
}

var messages = []message{
	NewConsumerProtocolAssignment(), NewConsumerProtocolSubscription(), NewDefaultPrincipal(), NewEndTxnMarker(),
	NewKRaftVersion(), NewLeaderChange(), NewSnapshotFooter(), NewSnapshotHeader(), NewVoters(),
}

func fresh(m message) message { return reflect.New(reflect.TypeOf(m).Elem()).Interface().(message) }

func TestEveryMessageSurvivesEveryVersion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, m := range messages {
		for version := int16(0); version <= m.MaxVersion(); version++ {
			for range 100 {
				fill.Value(r, m)
				b := m.AppendTo(nil, version)
				got := fresh(m)
				if err := got.ReadFrom(b, version); err != nil {
					t.Fatalf("%T version %d: %v", m, version, err)
				}
				if again := got.AppendTo(nil, version); !bytes.Equal(b, again) {
					t.Fatalf("%T version %d: %x, then %x", m, version, b, again)
				}
				if version == m.MaxVersion() && !reflect.DeepEqual(fill.Normal(m), fill.Normal(got)) {
					t.Fatalf("%T: wrote %+v, read %+v", m, m, got)
				}
				for n := range b {
					if err := fresh(m).ReadFrom(b[:n], version); err == nil {
						t.Fatalf("%T version %d cut to %d of %d bytes was read", m, version, n, len(b))
					}
				}
			}
		}
	}
}

func TestControlKeysAndMarkersAgreeWithKmsg(t *testing.T) {
	for typ := Abort; typ <= VotersType; typ++ {
		k := kmsg.ControlRecordKey{Type: kmsg.ControlRecordKeyType(typ)}
		if got := typ.Key(); !bytes.Equal(got, k.AppendTo(nil)) {
			t.Errorf("%s: %x, want %x", typ, got, k.AppendTo(nil))
		}
		if got, err := ParseKey(typ.Key()); got != typ || err != nil || !got.Known() {
			t.Errorf("%s read as %s, %v", typ, got, err)
		}
	}
	m := kmsg.EndTxnMarker{CoordinatorEpoch: 77}
	b := AppendMarker(nil, 77)
	if !bytes.Equal(b, m.AppendTo(nil)) {
		t.Errorf("%x, want %x", b, m.AppendTo(nil))
	}
	if epoch, err := ParseMarker(b); epoch != 77 || err != nil {
		t.Errorf("%d, %v", epoch, err)
	}
}

func TestControlKeysOfTheFutureAreRead(t *testing.T) {
	if got, err := ParseKey([]byte{0, 5, 0, 99, 1}); got != 99 || err != nil || got.Known() {
		t.Errorf("%s, %v", got, err)
	}
	for _, b := range [][]byte{nil, {0, 0, 0}, {0xff, 0xff, 0, 0}} {
		if _, err := ParseKey(b); err == nil {
			t.Errorf("key %x was read", b)
		}
	}
	for _, b := range [][]byte{nil, {0, 0, 0, 0, 0}, {0xff, 0xff, 0, 0, 0, 1}} {
		if _, err := ParseMarker(b); err == nil {
			t.Errorf("marker %x was read", b)
		}
	}
}

func TestConsumerProtocolAgreesWithKmsg(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for version := int16(0); version <= 3; version++ {
		for range 100 {
			s, a := kmsg.NewConsumerMemberMetadata(), kmsg.NewConsumerMemberAssignment()
			fill.Value(r, &s, "Version")
			fill.Value(r, &a, "Version")
			s.Version, a.Version = version, version
			want := s.AppendTo(nil)
			sub, v, err := ParseSubscription(want)
			if err != nil || v != version {
				t.Fatalf("%x: version %d, %v", want, v, err)
			}
			if got := AppendSubscription(nil, sub, version); !bytes.Equal(got, want) {
				t.Fatalf("%x, want %x", got, want)
			}
			want = a.AppendTo(nil)
			as, v, err := ParseAssignment(want)
			if err != nil || v != version {
				t.Fatalf("%x: version %d, %v", want, v, err)
			}
			if got := AppendAssignment(nil, as, version); !bytes.Equal(got, want) {
				t.Fatalf("%x, want %x", got, want)
			}
		}
	}
}

func TestANewerConsumerProtocolIsReadAsTheNewestKnown(t *testing.T) {
	b := AppendSubscription(nil, &ConsumerProtocolSubscription{Topics: []string{"t"}, GenerationID: 4}, 3)
	b[1] = 9
	s, v, err := ParseSubscription(append(b, 1, 2, 3))
	if err != nil || v != 9 || s.GenerationID != 4 {
		t.Errorf("%+v, version %d, %v", s, v, err)
	}
	if _, _, err := ParseAssignment([]byte{0xff, 0xfe, 0, 0, 0, 0}); err == nil {
		t.Error("a negative version was read")
	}
}

func TestAbortedTxnHasKafkasForm(t *testing.T) {
	want := []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4}
	a := AbortedTxn{ProducerID: 1, FirstOffset: 2, LastOffset: 3, LastStableOffset: 4}
	if got := a.AppendTo(nil); !bytes.Equal(got, want) || len(got) != AbortedTxnSize {
		t.Errorf("%x", got)
	}
	if got, err := ParseAbortedTxn(want); got != a || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := ParseAbortedTxn(want[:33]); err == nil {
		t.Error("33 bytes were read")
	}
	want[1] = 1
	if _, err := ParseAbortedTxn(want); err == nil {
		t.Error("version 1 was read")
	}
}

func TestQuorumStateHasKafkasText(t *testing.T) {
	for want, s := range map[string]QuorumState{
		`{"leaderId":1,"leaderEpoch":4,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}`: {
			Version: 1, LeaderID: 1, LeaderEpoch: 4, VotedID: -1},
		`{"leaderId":-1,"leaderEpoch":9,"votedId":3,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAA_w","data_version":1}`: {
			Version: 1, LeaderID: -1, LeaderEpoch: 9, VotedID: 3, VotedDirectoryID: [16]byte{15: 0xff}},
		`{"clusterId":"","leaderId":2,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1},{"voterId":2}],"data_version":0}`: {
			LeaderID: 2, LeaderEpoch: 1, VotedID: -1, CurrentVoters: []int32{1, 2}},
		`{"clusterId":"","leaderId":-1,"leaderEpoch":0,"votedId":-1,"appliedOffset":0,"currentVoters":null,"data_version":0}`: {
			LeaderID: -1, VotedID: -1},
	} {
		got, err := s.MarshalText()
		if err != nil || string(got) != want {
			t.Errorf("wrote %s, %v\nwant  %s", got, err, want)
		}
		if back, err := ParseQuorumState([]byte(want)); err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("%s read as %+v, %v", want, back, err)
		}
	}
}

func TestDamagedQuorumStateIsRefused(t *testing.T) {
	for _, text := range []string{
		``, `{`, `[]`, `{}`, `{"data_version":2,"leaderId":1,"leaderEpoch":1,"votedId":1}`,
		`{"data_version":1,"leaderId":1,"leaderEpoch":1,"votedId":1}`,
		`{"data_version":1,"leaderId":1,"leaderEpoch":1,"votedId":1,"votedDirectoryId":"AA"}`,
		`{"data_version":1,"leaderId":1,"leaderEpoch":99999999999,"votedId":1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA"}`,
		`{"data_version":0,"leaderId":1,"leaderEpoch":1,"votedId":1}`,
	} {
		if s, err := ParseQuorumState([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, s)
		}
	}
	if _, err := ParseQuorumState(make([]byte, MaxQuorumStateSize+1)); err == nil {
		t.Error("a file past the bound was read")
	}
	if _, err := (QuorumState{Version: 2}).MarshalText(); err == nil {
		t.Error("version 2 was written")
	}
}

func FuzzReadFrom(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for i, m := range messages {
		fill.Value(r, m)
		f.Add(uint8(i), m.MaxVersion(), m.AppendTo(nil, m.MaxVersion()))
	}
	f.Fuzz(func(t *testing.T, which uint8, version int16, b []byte) {
		m := fresh(messages[int(which)%len(messages)])
		if m.ReadFrom(b, version) != nil {
			return
		}
		again := fresh(m)
		if err := again.ReadFrom(m.AppendTo(nil, version), version); err != nil || !reflect.DeepEqual(fill.Normal(m), fill.Normal(again)) {
			t.Fatalf("%x: %+v, then %+v, %v", b, m, again, err)
		}
	})
}
