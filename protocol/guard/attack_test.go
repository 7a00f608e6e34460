package guard

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

func wantRefused(t *testing.T, key, version int16, body []byte, limits Limits, field, reason string) {
	t.Helper()
	var e *Error
	if err := Check(key, version, body, limits); !errors.As(err, &e) {
		t.Errorf("key %d version %d: %d bytes pass", key, version, len(body))
	} else if e.Key != key || e.Version != version || e.Field != field || e.Reason != reason {
		t.Errorf("%v; want %s: %s", err, field, reason)
	}
}

// Seven bytes that keep kmsg busy for a minute, sent by anybody who can connect.
func TestInvX2SevenBytesOfApiVersionsDoNotSpin(t *testing.T) {
	for _, count := range []uint32{1<<32 - 1, 100_000_000, 5} {
		body := binary.AppendUvarint([]byte{1, 1}, uint64(count))
		wantRefused(t, 18, 3, body, BeforeLogin(), "", badTagCount)
		wantRefused(t, 18, 3, body, AfterLogin(len(body)), "", badTagCount)
	}
}

// The same inside a struct, inside a tagged field, and behind each array of a request.
func TestInvX2TagCountsAreBoundedEverywhere(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}
	produce := append([]byte{0, 0, 1, 0, 0, 0, 0, 2, 2, 't', 2, 0, 0, 0, 0, 1}, huge...)
	wantRefused(t, 0, 9, produce, AfterLogin(len(produce)), "TopicData.PartitionData", badTagCount)

	fetch := kmsg.NewPtrFetchRequest()
	fetch.Version = 15
	body := fetch.AppendTo(nil)
	body = append(body[:len(body)-1], 1, 1, 17) // the ReplicaState of tag 1: 4+8 bytes and its own tags
	body = append(append(body, make([]byte, 12)...), huge...)
	wantRefused(t, 1, 15, body, AfterLogin(len(body)), "ReplicaState", badTagCount)
}

// Amplification of valid bytes: many parts as small as they can be. What passes must decode to little more than what was
// charged, what does not is refused without being decoded.
func TestInvX2AmplificationIsBounded(t *testing.T) {
	const n = 100_000
	groups := kmsg.NewPtrOffsetFetchRequest()
	groups.Version = 8
	groups.Groups = make([]kmsg.OffsetFetchRequestGroup, n)
	configs := kmsg.NewPtrAlterConfigsRequest()
	configs.Version = 2
	configs.Resources = make([]kmsg.AlterConfigsRequestResource, n)
	members := kmsg.NewPtrLeaveGroupRequest()
	members.Version = 5
	members.Members = make([]kmsg.LeaveGroupRequestMember, n)
	tagged := kmsg.NewPtrMetadataRequest()
	tagged.Version = 12
	tagged.Topics = make([]kmsg.MetadataRequestTopic, n)
	for i := range tagged.Topics {
		tagged.Topics[i].UnknownTags.Set(9, nil)
	}
	names := kmsg.NewPtrOffsetFetchRequest() // of a size that somebody may mean
	names.Version = 8
	for i := range n {
		names.Groups = append(names.Groups, kmsg.OffsetFetchRequestGroup{Group: fmt.Sprintf("g%05d", i)})
	}
	body := names.AppendTo(nil)
	if err := Check(9, 8, body, AfterLogin(len(body))); err != nil {
		t.Error(err)
	}
	for _, req := range []kmsg.Request{groups, configs, members, tagged, names} {
		body := req.AppendTo(nil)
		limits := AfterLogin(len(body))
		err := Check(req.Key(), req.GetVersion(), body, limits)
		if err != nil {
			t.Logf("%T of %d bytes: %v", req, len(body), err)
			continue
		}
		taken := decodedSize(req.Key(), req.GetVersion(), body)
		t.Logf("%T of %d bytes decodes to %d", req, len(body), taken)
		if taken > limits.MaxDecodedBytes+limits.MaxDecodedBytes/4 {
			t.Errorf("%T: %d bytes decode to %d, limit %d", req, len(body), taken, limits.MaxDecodedBytes)
		}
	}
}

// A struct with one unknown tag costs a table; a section of many grows it. The charge covers what the decoder takes.
func TestInvX2UnknownTagsAreChargedForTheirTables(t *testing.T) {
	for _, n := range []int{1, 2, 7, 8, 9, 14, 15, 28, 29, 100, 1000, 5000} {
		req := kmsg.NewPtrApiVersionsRequest()
		req.Version = 3
		for i := range n {
			req.UnknownTags.Set(uint32(i), nil)
		}
		body := req.AppendTo(nil)
		charge := firstUnknownTag + (n-1)*nextUnknownTag
		if err := Check(18, 3, body, Limits{MaxElements: n, MaxDecodedBytes: charge}); err != nil {
			t.Errorf("%d tags: %v", n, err)
		}
		wantRefused(t, 18, 3, body, Limits{MaxElements: n - 1, MaxDecodedBytes: charge}, "", tooMany)
		wantRefused(t, 18, 3, body, Limits{MaxElements: n, MaxDecodedBytes: charge - 1}, "", tooBig)
		if taken := decodedSize(18, 3, body); taken > charge+256 {
			t.Errorf("%d tags take %d bytes, %d charged", n, taken, charge)
		}
	}
}

// A count of as many elements as there are bytes left decodes to eighty times the frame before kmsg notices the end.
func TestInvX2CountsAreHeldAgainstTheSmallestElement(t *testing.T) {
	body := binary.AppendUvarint(nil, 100_001)
	body = append(body, make([]byte, 100_000)...)
	wantRefused(t, 19, 5, body, AfterLogin(len(body)), "Topics", badCount)
}

func TestInvX2CountsAreChargedBeforeTheirElementsAreLookedAt(t *testing.T) {
	body := binary.BigEndian.AppendUint32(nil, 5_000_000)
	body = append(body, make([]byte, 100<<20)...)
	wantRefused(t, 19, 2, body, AfterLogin(len(body)), "Topics", tooMany)
}

func TestBadLengthsAreNamed(t *testing.T) {
	limits := AfterLogin(1000)
	for _, c := range []struct {
		key, version  int16
		body          []byte
		field, reason string
	}{
		{3, 0, []byte{0xff, 0xff, 0xff, 0xff}, "Topics", isNull}, // null means all topics only from version 1
		{3, 1, []byte{0xff, 0xff, 0xff, 0xfe}, "Topics", negative},
		{3, 1, []byte{0, 0, 0, 2, 0, 1, 'a'}, "Topics", badCount},
		{3, 1, []byte{0, 0, 0, 1, 0xff, 0xff}, "Topics.Name", isNull},
		{3, 1, []byte{0, 0, 0, 1, 0, 2, 'a'}, "Topics.Name", badLength},
		{3, 1, []byte{0, 0}, "Topics", tooShort},
		{12, 0, nil, "GroupId", tooShort},
		{12, 0, []byte{0, 1, 'g', 0, 0}, "GenerationId", tooShort},
		{12, 4, []byte{0}, "GroupId", isNull},
		{12, 4, []byte{0xff, 0xff, 0xff, 0xff, 0x7f}, "GroupId", badVarint},
		{12, 4, []byte{0x80, 0x80, 0x80, 0x80, 0x80, 1}, "GroupId", badVarint},
		{12, 4, []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, "GroupId", badLength},
		{75, 0, []byte{1, 0, 0, 0, 1, 0xfe, 0}, "Cursor", badPresence},
		{75, 0, []byte{1, 0, 0, 0, 1}, "Cursor", tooShort},
		{18, 3, []byte{1, 1, 2, 9, 0, 9, 0}, "", badTagOrder},
		{18, 3, []byte{1, 1, 1, 9, 3, 0}, "", badLength},
		{1, 12, append(make([]byte, 17), 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0), "ReplicaState", badTag},
		{0, 2, nil, "", "no such version"},
		{0, 14, nil, "", "no such version"},
		{22, 6, nil, "", "no such version"}, // kmsg does not know it
		{4, 0, nil, "", "no such version"},
		{95, 0, nil, "", "no such request"},
		{-1, 0, nil, "", "no such request"},
	} {
		wantRefused(t, c.key, c.version, c.body, limits, c.field, c.reason)
	}
}

func TestBytesBehindTheBodyAreTolerated(t *testing.T) {
	if err := Check(18, 3, []byte{1, 1, 0, 0xff, 0xff}, BeforeLogin()); err != nil {
		t.Error(err)
	}
}

func TestErrorsSayWhereAndWhy(t *testing.T) {
	err := Check(12, 4, []byte{0}, AfterLogin(1))
	if s := err.Error(); !strings.Contains(s, "key 12 version 4") || !strings.Contains(s, "GroupId") || !strings.Contains(s, "byte 1") {
		t.Error(s)
	}
}

// The requests of a login pass the limits before it.
func TestLoginFitsIntoItsLimits(t *testing.T) {
	name := strings.Repeat("n", 1000)
	versions := kmsg.NewPtrApiVersionsRequest()
	versions.ClientSoftwareName, versions.ClientSoftwareVersion, versions.ClusterID = name, name, &name
	handshake := kmsg.NewPtrSASLHandshakeRequest()
	handshake.Mechanism = "SCRAM-SHA-512"
	auth := kmsg.NewPtrSASLAuthenticateRequest()
	auth.SASLAuthBytes = make([]byte, 100_000)
	for _, req := range []kmsg.Request{versions, handshake, auth} {
		for v := int16(0); v <= req.MaxVersion(); v++ {
			req.SetVersion(v)
			if err := Check(req.Key(), v, req.AppendTo(nil), BeforeLogin()); err != nil {
				t.Error(err)
			}
		}
	}
}

// What a broker may be asked for at once: every partition of a large cluster, every topic, the offsets of thousands of groups.
func TestLongListsOfRealClientsPass(t *testing.T) {
	metadata := binary.BigEndian.AppendUint32(nil, 10_000)
	for range 10_000 {
		metadata = append(metadata, 0, 4, 'n', 'a', 'm', 'e')
	}
	metadata = append(metadata, 0)
	if err := Check(3, 4, metadata, AfterLogin(len(metadata))); err != nil {
		t.Error(err)
	}
	groups := []byte{0x88, 0x27} // 4999 + 1
	for range 4999 {
		groups = append(groups, 2, 'g', 0, 0) // every topic
	}
	groups = append(groups, 1, 0)
	if err := Check(9, 8, groups, AfterLogin(len(groups))); err != nil {
		t.Error(err)
	}
}

func TestInvX2RequestsForChangesHaveHalfAsManyParts(t *testing.T) {
	body := binary.BigEndian.AppendUint32(nil, changesCap+1)
	body = append(body, make([]byte, 2*(changesCap+1)+4)...) // empty names, and a timeout
	wantRefused(t, 20, 1, body, For(20, len(body)), "TopicNames", tooMany)
	binary.BigEndian.PutUint32(body, changesCap)
	if err := Check(20, 1, body, For(20, len(body))); err != nil {
		t.Error(err)
	}
	if For(3, len(body)) != AfterLogin(len(body)) {
		t.Error("requests that change nothing are bounded, too")
	}
}
