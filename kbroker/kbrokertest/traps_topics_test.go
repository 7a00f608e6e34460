package kbrokertest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func topicID(t *testing.T, b *kbrokertest.Broker, name string) [16]byte {
	t.Helper()
	return metadataOf(t, b, 12, false, name).Topics[0].TopicID
}

func TestTrap028NoTopicIsToldWithoutItsLeader(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t, "num.partitions=7")
		for _, name := range numbered("auto", 10) {
			metadataOf(t, b, 12, true, name) // makes it, and says so when asked again
			r := metadataOf(t, b, 12, true, name).Topics[0]
			if r.ErrorCode != 0 || len(r.Partitions) != 7 {
				t.Fatalf("%s: code %d, %d partitions", name, r.ErrorCode, len(r.Partitions))
			}
			for _, p := range r.Partitions {
				if p.ErrorCode != 0 || p.Leader < 0 {
					t.Fatalf("%s-%d: code %d, leader %d", name, p.Partition, p.ErrorCode, p.Leader)
				}
				list := kmsg.NewPtrListOffsetsRequest()
				list.Version, list.ReplicaID = 7, -1
				lt := kmsg.NewListOffsetsRequestTopic()
				lt.Topic = name
				lp := kmsg.NewListOffsetsRequestTopicPartition()
				lp.Partition, lp.Timestamp, lp.CurrentLeaderEpoch = p.Partition, -1, p.LeaderEpoch
				lt.Partitions = append(lt.Partitions, lp)
				list.Topics = append(list.Topics, lt)
				if r := b.Ask(t, list).(*kmsg.ListOffsetsResponse).Topics[0].Partitions[0]; r.ErrorCode != 0 {
					t.Fatalf("%s-%d does not lead what it said: code %d", name, p.Partition, r.ErrorCode)
				}
			}
		}
	})
}

func TestTrap030LeadersAndReplicasAreLiveBrokers(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t, "node.id=77", "controller.quorum.voters=77@broker:9093")
		create(t, b, createRequest("a", 5, 1))
		r := metadataOf(t, b, 12, false, "a")
		if len(r.Brokers) != 1 || r.Brokers[0].NodeID != 77 || r.ControllerID != 77 {
			t.Fatalf("brokers %+v, controller %d", r.Brokers, r.ControllerID)
		}
		for _, p := range r.Topics[0].Partitions {
			if p.Leader != 77 || len(p.Replicas) != 1 || p.Replicas[0] != 77 || len(p.ISR) != 1 || p.ISR[0] != 77 {
				t.Errorf("partition %+v", p)
			}
		}
	})
}

func TestTrap038CreatePartitions(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 2, 1))
		create(t, b, createRequest("b", 1, 1))
		grow := func(validate bool, counts map[string]int32) map[string]int16 {
			req := kmsg.NewPtrCreatePartitionsRequest()
			req.Version, req.TimeoutMillis, req.ValidateOnly = 3, 10_000, validate
			for name, n := range counts {
				rt := kmsg.NewCreatePartitionsRequestTopic()
				rt.Topic, rt.Count = name, n
				req.Topics = append(req.Topics, rt)
			}
			out := map[string]int16{}
			for _, r := range b.Ask(t, req).(*kmsg.CreatePartitionsResponse).Topics {
				if _, twice := out[r.Topic]; twice {
					t.Errorf("%s has two rows", r.Topic)
				}
				out[r.Topic] = r.ErrorCode
			}
			if len(out) != len(counts) {
				t.Errorf("%d rows for %d topics", len(out), len(counts))
			}
			return out
		}
		if got := grow(true, map[string]int32{"a": 5}); got["a"] != 0 {
			t.Errorf("validate only: %v", got)
		}
		if n := len(metadataOf(t, b, 12, false, "a").Topics[0].Partitions); n != 2 {
			t.Errorf("validating made %d partitions", n)
		}
		got := grow(false, map[string]int32{"a": 5, "b": 1, "nope": 3})
		if got["a"] != 0 || got["b"] != kerr.InvalidPartitions.Code || got["nope"] != kerr.UnknownTopicOrPartition.Code {
			t.Errorf("codes %v", got)
		}
		if got := grow(false, map[string]int32{"a": 4}); got["a"] != kerr.InvalidPartitions.Code {
			t.Errorf("to shrink: code %d", got["a"])
		}
		if n := len(metadataOf(t, b, 12, false, "a").Topics[0].Partitions); n != 5 {
			t.Errorf("%d partitions", n)
		}
	})
}

func TestTrap040DeleteTopicsByNameOrByID(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for _, n := range []string{"a", "b", "c"} {
			create(t, b, createRequest(n, 1, 1))
		}
		remove := func(name string, id [16]byte) kmsg.DeleteTopicsResponseTopic {
			req := kmsg.NewPtrDeleteTopicsRequest()
			req.Version, req.TimeoutMillis = 6, 10_000
			rt := kmsg.NewDeleteTopicsRequestTopic()
			if rt.TopicID = id; name != "" {
				rt.Topic = &name
			}
			req.Topics = append(req.Topics, rt)
			return b.Ask(t, req).(*kmsg.DeleteTopicsResponse).Topics[0]
		}
		a, c := topicID(t, b, "a"), topicID(t, b, "c")
		if r := remove("", a); r.ErrorCode != 0 || r.Topic == nil || *r.Topic != "a" || r.TopicID != a {
			t.Errorf("by id: %+v", r)
		}
		if r := remove("b", [16]byte{}); r.ErrorCode != 0 {
			t.Errorf("by name: %+v", r)
		}
		if r := remove("c", c); r.ErrorCode != kerr.InvalidRequest.Code {
			t.Errorf("by both: code %d", r.ErrorCode)
		}
		if r := remove("", [16]byte{}); r.ErrorCode != kerr.InvalidRequest.Code {
			t.Errorf("by neither: code %d", r.ErrorCode)
		}
		if r := remove("", a); r.ErrorCode != kerr.UnknownTopicID.Code {
			t.Errorf("by an id that is gone: code %d", r.ErrorCode)
		}
		if r := metadataOf(t, b, 12, false, "c").Topics[0]; r.ErrorCode != 0 {
			t.Errorf("c is gone: code %d", r.ErrorCode)
		}
	})
}

func TestTrap044BrokerConfigsThatToolsReadAreThere(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for v := int16(1); v <= 4; v++ {
			req := kmsg.NewPtrDescribeConfigsRequest()
			req.Version = v
			rr := kmsg.NewDescribeConfigsRequestResource()
			rr.ResourceType, rr.ResourceName = kmsg.ConfigResourceTypeBroker, "1"
			req.Resources = append(req.Resources, rr)
			r := b.Ask(t, req).(*kmsg.DescribeConfigsResponse).Resources[0]
			if r.ErrorCode != 0 {
				t.Fatalf("v%d: code %d", v, r.ErrorCode)
			}
			have := map[string]bool{}
			for _, c := range r.Configs {
				have[c.Name] = c.Value != nil || c.IsSensitive || strings.HasSuffix(c.Name, ".ms") || strings.HasSuffix(c.Name, ".minutes")
			}
			for _, name := range []string{"default.replication.factor", "num.partitions", "auto.create.topics.enable", "min.insync.replicas",
				"log.retention.ms", "log.retention.minutes", "log.retention.hours", "log.retention.bytes", "message.max.bytes", "offsets.topic.replication.factor",
				"offsets.topic.num.partitions", "offsets.retention.minutes", "transaction.state.log.replication.factor", "compression.type", "log.segment.bytes"} {
				if !have[name] {
					t.Errorf("v%d: %s has no value", v, name)
				}
			}
		}
	})
}

// alter asks IncrementalAlterConfigs for one change and returns the code.
func alter(t *testing.T, b *kbrokertest.Broker, version int16, kind kmsg.ConfigResourceType, resource, key string, op kmsg.IncrementalAlterConfigOp, value string) int16 {
	t.Helper()
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.Version = version
	rr := kmsg.NewIncrementalAlterConfigsRequestResource()
	rr.ResourceType, rr.ResourceName = kind, resource
	c := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	c.Name, c.Op, c.Value = key, op, &value
	rr.Configs = append(rr.Configs, c)
	req.Resources = append(req.Resources, rr)
	return b.Ask(t, req).(*kmsg.IncrementalAlterConfigsResponse).Resources[0].ErrorCode
}

func configOf(t *testing.T, b *kbrokertest.Broker, kind kmsg.ConfigResourceType, resource, key string) string {
	t.Helper()
	req := kmsg.NewPtrDescribeConfigsRequest()
	req.Version = 4
	rr := kmsg.NewDescribeConfigsRequestResource()
	rr.ResourceType, rr.ResourceName, rr.ConfigNames = kind, resource, []string{key}
	req.Resources = append(req.Resources, rr)
	for _, c := range b.Ask(t, req).(*kmsg.DescribeConfigsResponse).Resources[0].Configs {
		if c.Name == key && c.Value != nil {
			return *c.Value
		}
	}
	return "<none>"
}

func TestTrap048ConfigsAreAlteredOneByOne(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1, "retention.ms=5"))
		const topic = kmsg.ConfigResourceTypeTopic
		for v := int16(0); v <= 1; v++ {
			for _, c := range []struct {
				key   string
				op    kmsg.IncrementalAlterConfigOp
				value string
				want  string
			}{
				{"max.message.bytes", kmsg.IncrementalAlterConfigOpSet, "1000", "1000"},
				{"cleanup.policy", kmsg.IncrementalAlterConfigOpAppend, "compact", "delete,compact"},
				{"cleanup.policy", kmsg.IncrementalAlterConfigOpSubtract, "compact", "delete"},
				{"max.message.bytes", kmsg.IncrementalAlterConfigOpDelete, "", "1048588"},
			} {
				if code := alter(t, b, v, topic, "a", c.key, c.op, c.value); code != 0 {
					t.Errorf("v%d: %s: code %d", v, c.key, code)
				}
				if got := configOf(t, b, topic, "a", c.key); got != c.want {
					t.Errorf("v%d: %s is %s, want %s", v, c.key, got, c.want)
				}
			}
		}
		if got := configOf(t, b, topic, "a", "retention.ms"); got != "5" {
			t.Errorf("what was not named became %s", got)
		}
	})
}

func TestTrap049BrokersAndTheClustersDefaultAreAltered(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		const broker, key = kmsg.ConfigResourceTypeBroker, "log.retention.bytes"
		if code := alter(t, b, 1, broker, "", key, kmsg.IncrementalAlterConfigOpSet, "2000000"); code != 0 {
			t.Fatalf("cluster default: code %d", code)
		}
		if got := configOf(t, b, broker, "1", key); got != "2000000" {
			t.Errorf("the broker has %s of the cluster's default", got)
		}
		if code := alter(t, b, 1, broker, "1", key, kmsg.IncrementalAlterConfigOpSet, "3000000"); code != 0 {
			t.Fatalf("broker: code %d", code)
		}
		if got := configOf(t, b, broker, "1", key); got != "3000000" {
			t.Errorf("the broker's own is %s", got)
		}
		if code := alter(t, b, 1, broker, "1", key, kmsg.IncrementalAlterConfigOpDelete, ""); code != 0 {
			t.Fatalf("delete: code %d", code)
		}
		if got := configOf(t, b, broker, "1", key); got != "2000000" {
			t.Errorf("after deletion the broker has %s", got)
		}
		if code := alter(t, b, 1, broker, "9", key, kmsg.IncrementalAlterConfigOpSet, "1"); code != kerr.InvalidRequest.Code {
			t.Errorf("another broker: code %d", code)
		}
	})
}
