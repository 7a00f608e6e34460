package protocol

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func testApiVersions(t *testing.T) *ApiVersions {
	t.Helper()
	table, err := NewTable(BrokerEnd, 0, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	return &ApiVersions{Table: table, ClusterID: "cluster", NodeID: 4, Features: func() Features {
		return Features{
			Supported: []SupportedFeature{{"kraft.version", 0, 1}, {"metadata.version", 7, 33}},
			Finalized: []FinalizedFeature{{"metadata.version", 33}},
			Epoch:     12,
		}
	}}
}

func apiVersionsBody(version int16, set func(*kmsg.ApiVersionsRequest)) []byte {
	req := kmsg.NewPtrApiVersionsRequest()
	req.Version = version
	req.ClientSoftwareName, req.ClientSoftwareVersion = "kgo", "1.2.3"
	if set != nil {
		set(req)
	}
	return req.AppendTo(nil)
}

func TestApiVersionsAnswersEveryVersion(t *testing.T) {
	a := testApiVersions(t)
	for v := int16(0); v <= 5; v++ {
		resp, software, err := a.Answer(v, apiVersionsBody(v, nil))
		if err != nil {
			t.Fatal(err)
		}
		back := kmsg.NewPtrApiVersionsResponse()
		back.Version = v
		if err := back.ReadFrom(resp.AppendTo(nil)); err != nil {
			t.Fatalf("v%d: %v", v, err)
		}
		if back.ErrorCode != 0 || len(back.ApiKeys) != 4 {
			t.Errorf("v%d: error %d, %d keys", v, back.ErrorCode, len(back.ApiKeys))
		}
		if v >= 3 && software != (Software{"kgo", "1.2.3"}) {
			t.Errorf("v%d: software %+v", v, software)
		}
		if v >= 3 && (len(back.FinalizedFeatures) != 1 || back.FinalizedFeaturesEpoch != 12) {
			t.Errorf("v%d: finalized %+v epoch %d", v, back.FinalizedFeatures, back.FinalizedFeaturesEpoch)
		}
	}
}

func TestTrap002And004UnsupportedVersionIsAnsweredInV0WithTheRange(t *testing.T) {
	a := testApiVersions(t)
	for _, v := range []int16{6, 99, math.MaxInt16, -1} {
		resp, _, err := a.Answer(v, []byte{0xff, 0xff, 0xff, 0xff})
		if err != nil {
			t.Fatal(err)
		}
		want := []byte{0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 5}
		if got := resp.AppendTo(nil); !bytes.Equal(got, want) {
			t.Errorf("v%d: % x, want % x", v, got, want)
		}
	}
}

func TestTrap005ResponseHeaderHasNoTagsAtAnyVersion(t *testing.T) {
	for v := int16(0); v <= 5; v++ {
		if h := AppendResponseHeader(nil, KeyApiVersions, v, 1); len(h) != 4 {
			t.Errorf("v%d: header of %d bytes", v, len(h))
		}
	}
}

func TestTrap006SoftwareNamesAreChecked(t *testing.T) {
	a := testApiVersions(t)
	for _, c := range []struct {
		name, version string
		ok            bool
	}{
		{"apache-kafka-java", "4.4.0", true}, {"a", "1", true}, {"", "1", false}, {"a", "", false}, {"-a", "1", false},
		{"a.", "1", false}, {"a b", "1", false}, {"a_b", "1", false}, {"kgo", "v1.2.3", true}, {"k\u00e9", "1", false},
	} {
		for v := int16(3); v <= 5; v++ {
			resp, _, err := a.Answer(v, apiVersionsBody(v, func(r *kmsg.ApiVersionsRequest) {
				r.ClientSoftwareName, r.ClientSoftwareVersion = c.name, c.version
			}))
			if err != nil {
				t.Fatal(err)
			}
			if (resp.ErrorCode == 0) != c.ok || (!c.ok && (resp.ErrorCode != kerr.InvalidRequest.Code || len(resp.ApiKeys) != 0)) {
				t.Errorf("v%d %q %q: error %d", v, c.name, c.version, resp.ErrorCode)
			}
		}
	}
}

func TestTrap007ClusterAndNodeAreComparedInV5(t *testing.T) {
	a := testApiVersions(t)
	mine, other := "cluster", "elsewhere"
	for _, c := range []struct {
		cluster *string
		node    int32
		want    int16
	}{
		{nil, -1, 0}, {&mine, 4, 0}, {&mine, math.MaxInt32 - 4, 0},
		{nil, 4, kerr.InvalidRequest.Code}, {&mine, -1, kerr.InvalidRequest.Code},
		{&mine, 5, kerr.RebootstrapRequired.Code}, {&other, 4, kerr.RebootstrapRequired.Code}, {&mine, math.MaxInt32 - 5, kerr.RebootstrapRequired.Code},
	} {
		resp, _, err := a.Answer(5, apiVersionsBody(5, func(r *kmsg.ApiVersionsRequest) { r.ClusterID, r.NodeID = c.cluster, c.node }))
		if err != nil || resp.ErrorCode != c.want {
			t.Errorf("%v %d: error %d %v, want %d", c.cluster, c.node, resp.ErrorCode, err, c.want)
		}
	}
}

func TestTrap008FeaturesFromLevel0AreHiddenBelowV4(t *testing.T) {
	a := testApiVersions(t)
	for v := int16(3); v <= 5; v++ {
		resp, _, err := a.Answer(v, apiVersionsBody(v, nil))
		if err != nil {
			t.Fatal(err)
		}
		want := 2
		if v == 3 {
			want = 1
		}
		if len(resp.SupportedFeatures) != want {
			t.Errorf("v%d: %+v", v, resp.SupportedFeatures)
		}
	}
}

func TestApiVersionsRefusesDamagedBodies(t *testing.T) {
	a := testApiVersions(t)
	for v := int16(3); v <= 5; v++ {
		whole := apiVersionsBody(v, nil)
		for n := range whole {
			if _, _, err := a.Answer(v, whole[:n]); !errors.Is(err, ErrApiVersionsBody) {
				t.Errorf("v%d cut to %d bytes: %v", v, n, err)
			}
		}
	}
	if _, _, err := a.Answer(3, []byte{1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f}); !errors.Is(err, ErrApiVersionsBody) {
		t.Errorf("2^32-1 tags in seven bytes: %v", err)
	}
}

func TestTrap020OldProduceIsRefusedPartitionByPartition(t *testing.T) {
	for v := int16(0); v <= 2; v++ {
		req := kmsg.NewPtrProduceRequest()
		req.Version, req.Acks = v, 1
		for _, name := range []string{"a", "topic"} {
			topic := kmsg.NewProduceRequestTopic()
			topic.Topic = name
			for p := range int32(2) {
				part := kmsg.NewProduceRequestTopicPartition()
				part.Partition, part.Records = p+7, []byte("old message set")
				topic.Partitions = append(topic.Partitions, part)
			}
			req.Topics = append(req.Topics, topic)
		}
		body := req.AppendTo(nil)
		refused, err := RefuseProduce(v, body)
		if err != nil || refused.Acks != 1 {
			t.Fatalf("v%d: %v", v, err)
		}
		resp := kmsg.NewPtrProduceResponse()
		resp.Version = v
		if err := resp.ReadFrom(refused.AppendTo(nil)); err != nil {
			t.Fatalf("v%d: %v", v, err)
		}
		if len(resp.Topics) != 2 || resp.Topics[1].Topic != "topic" || len(resp.Topics[1].Partitions) != 2 {
			t.Fatalf("v%d: %+v", v, resp.Topics)
		}
		if p := resp.Topics[1].Partitions[1]; p.Partition != 8 || p.ErrorCode != kerr.UnsupportedVersion.Code || p.BaseOffset != -1 {
			t.Errorf("v%d: %+v", v, p)
		}
		for n := range body {
			if _, err := RefuseProduce(v, body[:n]); err == nil {
				t.Errorf("v%d: accepted when cut to %d of %d bytes", v, n, len(body))
			}
		}
	}
}
