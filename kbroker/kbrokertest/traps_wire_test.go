package kbrokertest_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// exchange sends one request on a connection and returns the body of its answer, read as version of the answer.
func exchange(t *testing.T, conn net.Conn, req kmsg.Request, answered int16) kmsg.Response {
	t.Helper()
	frame := protocol.AppendRequestHeader(make([]byte, 4), req.Key(), req.GetVersion(), 1, kmsg.StringPtr("c"))
	frame = req.AppendTo(frame)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := io.ReadFull(conn, answer); err != nil {
		t.Fatal(err)
	}
	resp := req.ResponseKind()
	resp.SetVersion(answered)
	if err := resp.ReadFrom(answer[4:]); err != nil {
		t.Fatal(err)
	}
	return resp
}

func dial(t *testing.T, ctx context.Context, b *kbrokertest.Broker) net.Conn {
	t.Helper()
	conn, err := b.Dial(ctx, "tcp", "broker:9092")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// futureApiVersions is a request of a version that the broker does not know yet.
func futureApiVersions(version int16) *kmsg.ApiVersionsRequest {
	req := kmsg.NewPtrApiVersionsRequest()
	req.Version, req.ClientSoftwareName, req.ClientSoftwareVersion = version, "c", "1"
	return req
}

func TestTrap003AVersionFromTheFutureKeepsTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		conn := dial(t, ctx, kbrokertest.Start(t))
		for _, v := range []int16{6, 7, 99, 32767} {
			if r := exchange(t, conn, futureApiVersions(v), 0).(*kmsg.ApiVersionsResponse); r.ErrorCode != kerr.UnsupportedVersion.Code {
				t.Errorf("v%d: code %d", v, r.ErrorCode)
			}
		}
		if r := exchange(t, conn, futureApiVersions(3), 3).(*kmsg.ApiVersionsResponse); r.ErrorCode != 0 || len(r.ApiKeys) == 0 {
			t.Errorf("the next request on the same connection: code %d, %d keys", r.ErrorCode, len(r.ApiKeys))
		}
	})
}

func TestTrap004AnUnsupportedVersionNamesItsOwnRange(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		conn := dial(t, ctx, kbrokertest.Start(t))
		r := exchange(t, conn, futureApiVersions(99), 0).(*kmsg.ApiVersionsResponse)
		if len(r.ApiKeys) != 1 || r.ApiKeys[0].ApiKey != 18 || r.ApiKeys[0].MaxVersion != 5 {
			t.Fatalf("keys %+v", r.ApiKeys)
		}
	})
}

func TestTrap012NullIsNotEmpty(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 2, 1))
		for v := int16(1); v <= 5; v++ {
			all := kmsg.NewPtrDescribeLogDirsRequest()
			all.Version = v
			if r := b.Ask(t, all).(*kmsg.DescribeLogDirsResponse); len(r.Dirs) != 1 || len(r.Dirs[0].Topics) == 0 {
				t.Errorf("DescribeLogDirs v%d of null: %+v", v, r)
			}
			all.Topics = []kmsg.DescribeLogDirsRequestTopic{}
			if r := b.Ask(t, all).(*kmsg.DescribeLogDirsResponse); len(r.Dirs) != 1 || len(r.Dirs[0].Topics) != 0 {
				t.Errorf("DescribeLogDirs v%d of nothing: %+v", v, r)
			}
		}
		commit(t, b, "g", "a", 0, 7)
		for v := int16(2); v <= 7; v++ {
			all := kmsg.NewPtrOffsetFetchRequest()
			all.Version, all.Group = v, "g"
			if r := b.Ask(t, all).(*kmsg.OffsetFetchResponse); len(r.Topics) != 1 || r.Topics[0].Partitions[0].Offset != 7 {
				t.Errorf("OffsetFetch v%d of null: %+v", v, r)
			}
			all.Topics = []kmsg.OffsetFetchRequestTopic{}
			if r := b.Ask(t, all).(*kmsg.OffsetFetchResponse); len(r.Topics) != 0 || r.ErrorCode != 0 {
				t.Errorf("OffsetFetch v%d of nothing: %+v", v, r)
			}
		}
	})
}

// commit stores an offset for a group without members.
func commit(t *testing.T, b *kbrokertest.Broker, group, topic string, partition int32, offset int64) {
	t.Helper()
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Version, req.Group, req.Generation = 8, group, -1
	rt := kmsg.NewOffsetCommitRequestTopic()
	rt.Topic = topic
	rp := kmsg.NewOffsetCommitRequestTopicPartition()
	rp.Partition, rp.Offset = partition, offset
	rt.Partitions = append(rt.Partitions, rp)
	req.Topics = append(req.Topics, rt)
	find := kmsg.NewPtrFindCoordinatorRequest() // makes the topic of the offsets
	find.Version, find.CoordinatorKey = 3, group
	b.Ask(t, find)
	for range 100 {
		switch code := b.Ask(t, req).(*kmsg.OffsetCommitResponse).Topics[0].Partitions[0].ErrorCode; {
		case code == 0:
			return
		case !kerr.IsRetriable(kerr.ErrorForCode(code)):
			t.Fatal(kerr.ErrorForCode(code))
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the group's coordinator never came")
}

func TestTrap013UnknownTagsAreSkippedAtEveryLevel(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		req := createRequest("a", 1, 1, "retention.ms=5")
		for _, tags := range []*kmsg.Tags{&req.UnknownTags, &req.Topics[0].UnknownTags, &req.Topics[0].Configs[0].UnknownTags} {
			tags.Set(100, []byte{1, 2, 3})
			tags.Set(1<<30, nil)
		}
		if r := create(t, b, req); r.ErrorCode != 0 {
			t.Fatalf("code %d", r.ErrorCode)
		}
		// A tag that came with a later version is not written at an earlier one.
		fetch := fetchRequest(15, "a", topicID(t, b, "a"), 0, 0)
		fetch.Topics[0].Partitions[0].CurrentLeaderEpoch = 9
		r := b.Ask(t, fetch).(*kmsg.FetchResponse)
		if len(r.Brokers) != 0 || r.Topics[0].Partitions[0].ErrorCode != kerr.UnknownLeaderEpoch.Code {
			t.Errorf("Fetch v15: %+v", r)
		}
	})
}

func TestTrap016AnInternalErrorIsAnAnswerOfTheRequestsVersion(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		for v := int16(4); v <= 18; v++ {
			req := fetchRequest(v, "a", topicID(t, b, "a"), 0, 0)
			req.IsolationLevel = 9
			r := b.Ask(t, req).(*kmsg.FetchResponse) // fails when the body is not of the version
			if v >= 7 && r.ErrorCode != kerr.UnknownServerError.Code || v < 13 && r.Topics[0].Partitions[0].ErrorCode != kerr.UnknownServerError.Code {
				t.Errorf("Fetch v%d: %+v", v, r)
			}
		}
		for v := int16(12); v <= 13; v++ {
			req := kmsg.NewPtrMetadataRequest()
			req.Version, req.Topics = v, []kmsg.MetadataRequestTopic{kmsg.NewMetadataRequestTopic()}
			if r := b.Ask(t, req).(*kmsg.MetadataResponse); r.Topics[0].ErrorCode != kerr.UnknownServerError.Code {
				t.Errorf("Metadata v%d: %+v", v, r)
			}
		}
	})
}

// Clients that pin versions get an answer of the version they pinned: every key at every version that is advertised.
func TestTrap018EveryAdvertisedVersionIsAnswered(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		advertised := b.Ask(t, futureApiVersions(4)).(*kmsg.ApiVersionsResponse).ApiKeys
		for _, k := range advertised {
			if k.ApiKey == protocol.KeySaslHandshake || k.ApiKey == protocol.KeySaslAuthenticate {
				continue // belong to the login of a listener that asks for one
			}
			for v := k.MinVersion; v <= k.MaxVersion; v++ {
				req := kmsg.RequestForKey(k.ApiKey)
				req.SetVersion(v)
				switch req := req.(type) {
				case *kmsg.ProduceRequest:
					if req.Acks = 1; v < 3 {
						continue // advertised for old librdkafka, refused with UNSUPPORTED_VERSION (trap T1)
					}
				case *kmsg.ApiVersionsRequest:
					req.ClientSoftwareName, req.ClientSoftwareVersion = "c", "1"
				}
				b.Ask(t, req) // fails when the connection is closed, or the answer has another form
			}
		}
		if len(advertised) < 40 {
			t.Errorf("%d keys", len(advertised))
		}
	})
}

func TestTrap023TelemetryIsNotAdvertisedWithoutAReceiver(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for v := int16(0); v <= 5; v++ {
			for _, k := range b.Ask(t, futureApiVersions(v)).(*kmsg.ApiVersionsResponse).ApiKeys {
				if slices.Contains([]int16{71, 72}, k.ApiKey) {
					t.Errorf("v%d advertises key %d", v, k.ApiKey)
				}
			}
		}
	})
}
