package kbrokertest

import (
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/kbroker/kbroker/protocol"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// What a request may make the whole process allocate, garbage included, for each of its own bytes: this test's own
// encoding, its answer, and the base for what runs beside it. Before it was bounded, one DescribeConfigs took over a
// thousand times its size.
const (
	allocatedFactor = 128
	allocatedBase   = 4 << 20
	// The configs of groups, which need not exist, are told up to a number, with their documentation.
	allocatedConfigs = 80 << 20
)

// many is the number of parts of each request.
const many = 20000

func each[T any](make func(i int) T) []T {
	out := []T(nil)
	for i := range many {
		out = append(out, make(i))
	}
	return out
}

// A session would hold what does not exist for as long as its reader likes.
func TestInvX2FetchOfManyUnknownPartitionsGetsNoSession(t *testing.T) {
	b := Start(t)
	fetch := hostileRequests()["fetch from no topic"].(*kmsg.FetchRequest)
	resp := b.Ask(t, fetch).(*kmsg.FetchResponse)
	if resp.SessionID != 0 || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != many {
		t.Fatalf("session %d, %d topics", resp.SessionID, len(resp.Topics))
	}
	for _, p := range resp.Topics[0].Partitions {
		if p.ErrorCode != kerr.UnknownTopicOrPartition.Code || p.AbortedTransactions == nil {
			t.Fatalf("%+v", p)
		}
	}
	fetch.Topics[0].Partitions = fetch.Topics[0].Partitions[:1]
	if resp := b.Ask(t, fetch).(*kmsg.FetchResponse); resp.SessionID == 0 {
		t.Error("no session for one partition")
	}
}

func hostileRequests() map[string]kmsg.Request {
	named := func(prefix string, i int) string { return fmt.Sprint(prefix, i) }
	at := func(req kmsg.Request, version int16) kmsg.Request { req.SetVersion(version); return req }
	resource := func(kind kmsg.ConfigResourceType, name func(i int) string) kmsg.Request {
		q := kmsg.NewPtrDescribeConfigsRequest()
		q.IncludeSynonyms, q.IncludeDocumentation = true, true
		q.Resources = each(func(i int) kmsg.DescribeConfigsRequestResource {
			return kmsg.DescribeConfigsRequestResource{ResourceType: kind, ResourceName: name(i)}
		})
		return at(q, 4)
	}
	fetch := kmsg.NewPtrFetchRequest()
	fetch.ReplicaID, fetch.MaxBytes, fetch.SessionEpoch = -1, 1<<20, 0
	fetch.Topics = []kmsg.FetchRequestTopic{{Topic: "nowhere", Partitions: each(func(i int) kmsg.FetchRequestTopicPartition {
		p := kmsg.NewFetchRequestTopicPartition()
		p.Partition = int32(i)
		return p
	})}}
	produce := kmsg.NewPtrProduceRequest()
	produce.Acks, produce.TimeoutMillis = 1, 1000
	produce.Topics = []kmsg.ProduceRequestTopic{{Topic: "nowhere", Partitions: each(func(i int) kmsg.ProduceRequestTopicPartition {
		return kmsg.ProduceRequestTopicPartition{Partition: int32(i)}
	})}}
	metadata := kmsg.NewPtrMetadataRequest()
	metadata.AllowAutoTopicCreation = true
	metadata.Topics = each(func(i int) kmsg.MetadataRequestTopic {
		return kmsg.MetadataRequestTopic{Topic: kmsg.StringPtr(named("/", i))}
	})
	create := kmsg.NewPtrCreateTopicsRequest()
	create.Topics = each(func(i int) kmsg.CreateTopicsRequestTopic {
		return kmsg.CreateTopicsRequestTopic{Topic: named("/", i), NumPartitions: 1, ReplicationFactor: 1}
	})
	remove := kmsg.NewPtrDeleteTopicsRequest()
	remove.Topics = each(func(i int) kmsg.DeleteTopicsRequestTopic {
		return kmsg.DeleteTopicsRequestTopic{Topic: kmsg.StringPtr(named("x", i))}
	})
	alter := kmsg.NewPtrIncrementalAlterConfigsRequest()
	alter.Resources = each(func(i int) kmsg.IncrementalAlterConfigsRequestResource {
		return kmsg.IncrementalAlterConfigsRequestResource{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: named("x", i)}
	})
	offsets := kmsg.NewPtrOffsetFetchRequest()
	offsets.Groups = each(func(i int) kmsg.OffsetFetchRequestGroup {
		return kmsg.OffsetFetchRequestGroup{Group: named("g", i), MemberEpoch: -1}
	})
	groups := kmsg.NewPtrDescribeGroupsRequest()
	groups.Groups = each(func(i int) string { return named("g", i) })
	return map[string]kmsg.Request{
		"describe this broker again and again":         resource(kmsg.ConfigResourceTypeBroker, func(int) string { return "1" }),
		"describe this broker, spelled in many ways":   resource(kmsg.ConfigResourceTypeBroker, func(i int) string { return fmt.Sprintf("%0*d", i%500+1, 1) }),
		"describe the configs of groups that are none": resource(kmsg.ConfigResourceTypeGroupConfig, func(i int) string { return named("g", i) }),
		"fetch from no topic":                          at(fetch, 12),
		"produce to no topic":                          at(produce, 9),
		"create topics that cannot be by Metadata":     at(metadata, 9),
		"create topics that cannot be":                 at(create, 7),
		"delete topics that are not":                   at(remove, 6),
		"alter topics that are not":                    at(alter, 1),
		"fetch offsets of groups that are none":        at(offsets, 9),
		"describe groups that are none":                at(groups, 5),
	}
}

// Inputs cost a small multiple of their size, however many answers they ask for, and the broker goes on serving.
func TestInvX2NoRequestCostsMuchMoreThanItsSize(t *testing.T) {
	b := Start(t)
	b.Ask(t, kmsg.NewPtrListGroupsRequest()) // whatever is made once
	for name, req := range hostileRequests() {
		t.Run(name, func(t *testing.T) {
			frame := protocol.AppendRequestHeader(make([]byte, 4), req.Key(), req.GetVersion(), 1, nil)
			frame = req.AppendTo(frame)
			binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b.exchange(t, frame)
			runtime.ReadMemStats(&after)
			got, most := after.TotalAlloc-before.TotalAlloc, uint64(allocatedBase+allocatedFactor*len(frame))
			if req.Key() == int16(kmsg.DescribeConfigs) {
				most = allocatedConfigs
			}
			if got > most {
				t.Errorf("a request of %d bytes made the broker allocate %d, more than %d", len(frame), got, most)
			}
		})
	}
}

// exchange sends a frame and waits for its answer.
func (b *Broker) exchange(t *testing.T, frame []byte) {
	conn, err := b.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
	var size [4]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(size[:]))); err != nil {
		t.Error(err)
	}
}
