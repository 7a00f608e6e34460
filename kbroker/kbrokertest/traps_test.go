package kbrokertest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func createRequest(name string, partitions int32, replicas int16, configs ...string) *kmsg.CreateTopicsRequest {
	req := kmsg.NewPtrCreateTopicsRequest()
	req.Version, req.TimeoutMillis = 7, 10_000
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = name, partitions, replicas
	for _, c := range configs {
		key, value, _ := strings.Cut(c, "=")
		tc := kmsg.NewCreateTopicsRequestTopicConfig()
		tc.Name, tc.Value = key, &value
		t.Configs = append(t.Configs, tc)
	}
	req.Topics = append(req.Topics, t)
	return req
}

func create(t *testing.T, b *kbrokertest.Broker, req *kmsg.CreateTopicsRequest) kmsg.CreateTopicsResponseTopic {
	t.Helper()
	return b.Ask(t, req).(*kmsg.CreateTopicsResponse).Topics[0]
}

func metadataOf(t *testing.T, b *kbrokertest.Broker, version int16, create bool, names ...string) *kmsg.MetadataResponse {
	t.Helper()
	req := kmsg.NewPtrMetadataRequest()
	req.Version, req.AllowAutoTopicCreation = version, create
	req.Topics = []kmsg.MetadataRequestTopic{}
	for _, n := range names {
		mt := kmsg.NewMetadataRequestTopic()
		mt.Topic = &n
		req.Topics = append(req.Topics, mt)
	}
	return b.Ask(t, req).(*kmsg.MetadataResponse)
}

func TestTrap026CreateTopicsReturnsWithLeaders(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		if r := create(t, b, createRequest("a", 20, 1)); r.ErrorCode != 0 {
			t.Fatal(r.ErrorCode)
		}
		topic := metadataOf(t, b, 12, false, "a").Topics[0]
		if len(topic.Partitions) != 20 {
			t.Fatalf("%d partitions", len(topic.Partitions))
		}
		for _, p := range topic.Partitions {
			if p.ErrorCode != 0 || p.Leader != 1 {
				t.Fatalf("partition %d: code %d, leader %d", p.Partition, p.ErrorCode, p.Leader)
			}
		}
	})
}

func TestTrap029AutoCreation(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for v := int16(0); v <= 13; v++ {
			name := "auto-" + string(rune('a'+v))
			if v >= 4 {
				if r := metadataOf(t, b, v, false, name).Topics[0]; r.ErrorCode != kerr.UnknownTopicOrPartition.Code {
					t.Fatalf("v%d without leave: code %d", v, r.ErrorCode)
				}
			}
			if r := metadataOf(t, b, v, true, name).Topics[0]; r.ErrorCode != kerr.UnknownTopicOrPartition.Code {
				t.Fatalf("v%d with leave: code %d, before there was a topic", v, r.ErrorCode)
			}
			if r := metadataOf(t, b, v, true, name).Topics[0]; r.ErrorCode != 0 || len(r.Partitions) != 1 {
				t.Fatalf("v%d asked again: code %d, %d partitions", v, r.ErrorCode, len(r.Partitions))
			}
		}
		if r := metadataOf(t, b, 12, true, "a b").Topics[0]; r.ErrorCode != kerr.InvalidTopicException.Code {
			t.Fatalf("code %d for a name that cannot be", r.ErrorCode)
		}
		off := kbrokertest.Start(t, "auto.create.topics.enable=false")
		if r := metadataOf(t, off, 12, true, "x").Topics[0]; r.ErrorCode != kerr.UnknownTopicOrPartition.Code {
			t.Fatalf("code %d with auto creation off", r.ErrorCode)
		}
	})
}

func TestTrap032NullMeansAllEmptyMeansNone(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		create(t, b, createRequest("b", 1, 1))
		for v := int16(0); v <= 13; v++ {
			all := kmsg.NewPtrMetadataRequest()
			all.Version = v
			if v == 0 {
				all.Topics = []kmsg.MetadataRequestTopic{}
			}
			if n := len(b.Ask(t, all).(*kmsg.MetadataResponse).Topics); n != 2 {
				t.Errorf("v%d: all are %d", v, n)
			}
			if v == 0 {
				continue
			}
			if n := len(metadataOf(t, b, v, false).Topics); n != 0 {
				t.Errorf("v%d: none are %d", v, n)
			}
		}
		if n := len(metadataOf(t, b, 12, false, "a", "a", "b").Topics); n != 2 {
			t.Errorf("a topic asked for twice is told %d times", n-1)
		}
		byID := kmsg.NewPtrMetadataRequest()
		byID.Version = 12
		mt := kmsg.NewMetadataRequestTopic()
		mt.TopicID = [16]byte{9}
		byID.Topics = append(byID.Topics, mt)
		if r := b.Ask(t, byID).(*kmsg.MetadataResponse).Topics[0]; r.ErrorCode != kerr.UnknownTopicID.Code {
			t.Errorf("code %d for an unknown id", r.ErrorCode)
		}
	})
}

func TestTrap031ClusterIDIsThereAndStays(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		first := metadataOf(t, b, 2, false).ClusterID
		if first == nil || len(*first) != 22 || (*first)[0] == '-' {
			t.Fatalf("cluster id %v", first)
		}
		b.Restart(t)
		if again := metadataOf(t, b, 2, false).ClusterID; again == nil || *again != *first {
			t.Fatalf("cluster id was %s and is %v", *first, again)
		}
		dc := kmsg.NewPtrDescribeClusterRequest()
		dc.Version = 1
		dc.EndpointType = 1
		if r := b.Ask(t, dc).(*kmsg.DescribeClusterResponse); r.ClusterID != *first {
			t.Fatalf("DescribeCluster says %s", r.ClusterID)
		}
	})
}

func TestTrap034ValidateOnlyCreatesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		req := createRequest("a", 1, 1)
		req.ValidateOnly = true
		if r := create(t, b, req); r.ErrorCode != 0 {
			t.Fatal(r.ErrorCode)
		}
		if r := metadataOf(t, b, 12, false, "a").Topics[0]; r.ErrorCode != kerr.UnknownTopicOrPartition.Code {
			t.Fatalf("code %d", r.ErrorCode)
		}
		create(t, b, createRequest("a", 1, 1))
		if r := create(t, b, req); r.ErrorCode != kerr.TopicAlreadyExists.Code {
			t.Fatalf("code %d", r.ErrorCode)
		}
	})
}

func TestTrap035ReplicationFactors(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		if r := create(t, b, createRequest("a", 1, 2)); r.ErrorCode != kerr.InvalidReplicationFactor.Code {
			t.Errorf("code %d for more replicas than brokers", r.ErrorCode)
		}
		if r := create(t, b, createRequest("a", 0, 1)); r.ErrorCode != kerr.InvalidPartitions.Code {
			t.Errorf("code %d for no partitions", r.ErrorCode)
		}
		if r := create(t, b, createRequest("a", -1, -1)); r.ErrorCode != 0 || r.NumPartitions != 1 || r.ReplicationFactor != 1 {
			t.Errorf("defaults: code %d, %d partitions, %d replicas", r.ErrorCode, r.NumPartitions, r.ReplicationFactor)
		}
	})
}

func TestTrap036KnownConfigsAreKeptUnknownRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		if r := create(t, b, createRequest("a", 1, 1, "min.insync.replicas=1", "flush.ms=77", "segment.bytes=1048576")); r.ErrorCode != 0 {
			t.Fatalf("code %d", r.ErrorCode)
		}
		for _, c := range []string{"nope=1", "retention.ms=x", "cleanup.policy=shred"} {
			r := create(t, b, createRequest("b", 1, 1, c))
			key, _, _ := strings.Cut(c, "=")
			if r.ErrorCode != kerr.InvalidConfig.Code || r.ErrorMessage == nil || !strings.Contains(*r.ErrorMessage, key) {
				t.Errorf("%s: code %d, %v", c, r.ErrorCode, r.ErrorMessage)
			}
		}
	})
}

func TestTrap037CollidingNames(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a.b", 1, 1))
		if r := create(t, b, createRequest("a_b", 1, 1)); r.ErrorCode != kerr.InvalidTopicException.Code {
			t.Errorf("code %d for a name that collides in metric names", r.ErrorCode)
		}
	})
}

func TestTrap039DeleteRecords(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		create(t, b, createRequest("c", 1, 1, "cleanup.policy=compact"))
		produce(t, ctx, b.Client(t), "a", "1", "2", "3")
		cut := func(topic string, offset int64) kmsg.DeleteRecordsResponseTopicPartition {
			req := kmsg.NewPtrDeleteRecordsRequest()
			req.Version = 2
			rt := kmsg.NewDeleteRecordsRequestTopic()
			rt.Topic = topic
			rp := kmsg.NewDeleteRecordsRequestTopicPartition()
			rp.Offset = offset
			rt.Partitions = append(rt.Partitions, rp)
			req.Topics = append(req.Topics, rt)
			return b.Ask(t, req).(*kmsg.DeleteRecordsResponse).Topics[0].Partitions[0]
		}
		for _, c := range []struct {
			topic  string
			offset int64
			low    int64
			code   int16
		}{
			{"a", 1, 1, 0}, {"a", 0, 1, 0}, {"a", 4, -1, kerr.OffsetOutOfRange.Code}, {"a", -1, 3, 0},
			{"c", 0, -1, kerr.PolicyViolation.Code}, {"nope", 0, -1, kerr.UnknownTopicOrPartition.Code},
		} {
			if r := cut(c.topic, c.offset); r.LowWatermark != c.low || r.ErrorCode != c.code {
				t.Errorf("%s to %d: low watermark %d, code %d", c.topic, c.offset, r.LowWatermark, r.ErrorCode)
			}
		}
	})
}

func TestTrap024DescribeClusterEndpointTypes(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		ask := func(kind int8) *kmsg.DescribeClusterResponse {
			req := kmsg.NewPtrDescribeClusterRequest()
			req.Version, req.EndpointType = 2, kind
			return b.Ask(t, req).(*kmsg.DescribeClusterResponse)
		}
		if r := ask(1); r.ErrorCode != 0 || r.EndpointType != 1 || len(r.Brokers) != 1 {
			t.Errorf("%+v", r)
		}
		if r := ask(2); r.ErrorCode != kerr.MismatchedEndpointType.Code {
			t.Errorf("code %d for controllers", r.ErrorCode)
		}
	})
}

// The versions that clients have fixed in their code (trap 19), each asked of a live broker.
func TestTrap019FixedVersionsAreServed(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		find := kmsg.NewPtrFindCoordinatorRequest()
		find.Version, find.CoordinatorKey = 0, "g"
		if r := b.Ask(t, find).(*kmsg.FindCoordinatorResponse); r.ErrorCode != 0 || r.NodeID != 1 {
			t.Fatalf("FindCoordinator v0: %+v", r)
		}
		for key, version := range map[int16]int16{8: 2, 9: 1, 11: 1, 12: 0, 13: 0, 14: 0, 16: 1} {
			req := kmsg.RequestForKey(key)
			req.SetVersion(version)
			b.Ask(t, req) // fails when the broker closes, or answers in another version's form
		}
	})
}

func TestTrap025WithoutAnAuthorizerACLsAreRefusedNotPretended(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for v := int16(1); v <= 3; v++ {
			describe := kmsg.NewPtrDescribeACLsRequest()
			describe.Version = v
			if r := b.Ask(t, describe).(*kmsg.DescribeACLsResponse); r.ErrorCode != kerr.SecurityDisabled.Code {
				t.Errorf("DescribeAcls v%d: code %d", v, r.ErrorCode)
			}
			create := kmsg.NewPtrCreateACLsRequest()
			create.Version = v
			create.Creations = append(create.Creations, kmsg.NewCreateACLsRequestCreation())
			if r := b.Ask(t, create).(*kmsg.CreateACLsResponse); r.Results[0].ErrorCode != kerr.SecurityDisabled.Code {
				t.Errorf("CreateAcls v%d: code %d", v, r.Results[0].ErrorCode)
			}
			remove := kmsg.NewPtrDeleteACLsRequest()
			remove.Version = v
			remove.Filters = append(remove.Filters, kmsg.NewDeleteACLsRequestFilter())
			if r := b.Ask(t, remove).(*kmsg.DeleteACLsResponse); r.Results[0].ErrorCode != kerr.SecurityDisabled.Code {
				t.Errorf("DeleteAcls v%d: code %d", v, r.Results[0].ErrorCode)
			}
		}
	})
}

// The APIs that UIs and tools call without asking first.
func TestTrap022WhatUIsCallIsThere(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for _, key := range []int16{29, 35, 46, 50, 60, 74} {
			req := kmsg.RequestForKey(key)
			req.SetVersion(req.MaxVersion())
			b.Ask(t, req) // fails when the broker closes the connection
		}
	})
}
