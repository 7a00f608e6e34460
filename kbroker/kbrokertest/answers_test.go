package kbrokertest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kbroker/kbroker/kbroker/kbrokertest"
	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// What answers say beside their codes, where clients or tools can tell: as Apache Kafka 4.4 does.

func TestEveryRefusedRecordIsNamed(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("c", 1, 1, "cleanup.policy=compact"))
		create(t, b, createRequest("l", 1, 1, "message.timestamp.after.max.ms=1000"))
		r := put(t, b, 9, -1, "c", batchOf(record.None, "x", "y", "z", "w"))
		if r.ErrorCode != kerr.InvalidRecord.Code || len(r.ErrorRecords) != 4 || r.LogStartOffset != 0 {
			t.Fatalf("%+v", r)
		}
		const why = "Compacted topic cannot accept message without key in topic partition c-0"
		for i, e := range r.ErrorRecords {
			if e.RelativeOffset != int32(i) || e.ErrorMessage == nil || *e.ErrorMessage != why {
				t.Errorf("record %d: %d %v", i, e.RelativeOffset, e.ErrorMessage)
			}
		}
		if n := strings.Count(*r.ErrorMessage, why); n != 3 || !strings.Contains(*r.ErrorMessage, "due to 4 record errors in total") {
			t.Errorf("message %s", *r.ErrorMessage)
		}
		late := record.NewBuilder(record.BuilderOptions{ProducerID: -1, ProducerEpoch: -1, BaseSequence: -1})
		late.Append(time.Now().UnixMilli(), nil, []byte("in time"))
		late.Append(time.Now().UnixMilli()+5000, nil, []byte("early"))
		r = put(t, b, 9, -1, "l", late.Build())
		if r.ErrorCode != kerr.InvalidTimestamp.Code || len(r.ErrorRecords) != 1 || r.ErrorRecords[0].RelativeOffset != 1 ||
			*r.ErrorMessage != "One or more records have been rejected due to invalid timestamp" ||
			!strings.Contains(*r.ErrorRecords[0].ErrorMessage, "of message with offset 1 is out of range") {
			t.Errorf("%+v", r)
		}
	})
}

func TestARefusedProduceTellsTheLogsStartOnlyWithUncommonErrors(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1, "max.message.bytes=500"))
		mustPut(t, b, "a", batchOf(record.None, "0", "1"))
		deleteBelow(t, b, "a", 1)
		damaged := batchOf(record.None, "x")
		damaged[len(damaged)-1] ^= 1
		gap := record.NewBuilder(record.BuilderOptions{ProducerID: 5, ProducerEpoch: 0, BaseSequence: 9})
		gap.Append(1000, nil, []byte("x"))
		first := record.NewBuilder(record.BuilderOptions{ProducerID: 5, ProducerEpoch: 0, BaseSequence: 0})
		first.Append(1000, nil, []byte("x"))
		mustPut(t, b, "a", first.Build())
		for _, c := range []struct {
			name    string
			records []byte
			code    *kerr.Error
			start   int64
		}{
			{"damaged", damaged, kerr.CorruptMessage, -1},
			{"too large", batchOf(record.None, strings.Repeat("x", 1000)), kerr.MessageTooLarge, -1},
			{"nothing", []byte{}, kerr.InvalidRecord, -1},
			{"out of order", gap.Build(), kerr.OutOfOrderSequenceNumber, 1},
		} {
			if r := put(t, b, 9, -1, "a", c.records); r.ErrorCode != c.code.Code || r.LogStartOffset != c.start || r.BaseOffset != -1 {
				t.Errorf("%s: code %d, start %d, offset %d", c.name, r.ErrorCode, r.LogStartOffset, r.BaseOffset)
			}
		}
	})
}

func TestAFetchTellsLastWhatWasNotRead(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		req := fetchRequest(12, "nope", [16]byte{}, 0, 0)
		req.Topics = append(req.Topics, fetchRequest(12, "a", [16]byte{}, 0, 0).Topics[0])
		r := b.Ask(t, req).(*kmsg.FetchResponse)
		if len(r.Topics) != 2 || r.Topics[0].Topic != "a" || r.Topics[1].Topic != "nope" {
			t.Fatalf("%+v", r.Topics)
		}
		if list := r.Topics[0].Partitions[0].AbortedTransactions; list != nil {
			t.Errorf("a reader of everything is told aborted transactions: %v", list)
		}
		if list := r.Topics[1].Partitions[0].AbortedTransactions; list == nil {
			t.Error("null where nothing was read")
		}
	})
}

func TestAFollowerThatIsNoneGetsNoRecords(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		mustPut(t, b, "a", batchOf(record.None, "x"))
		req := fetchRequest(12, "a", [16]byte{}, 0, 0)
		req.ReplicaID = 7
		if p := get(t, b, req); p.ErrorCode != kerr.NotLeaderForPartition.Code || len(p.RecordBatches) != 0 {
			t.Errorf("code %d, %d bytes", p.ErrorCode, len(p.RecordBatches))
		}
	})
}

func TestAPartitionAskedForTwiceIsRefusedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		req := kmsg.NewPtrListOffsetsRequest()
		req.Version, req.ReplicaID = 7, -1
		rt := kmsg.NewListOffsetsRequestTopic()
		rt.Topic = "a"
		for _, ts := range []int64{-1, -2} {
			rp := kmsg.NewListOffsetsRequestTopicPartition()
			rp.Timestamp, rp.CurrentLeaderEpoch = ts, -1
			rt.Partitions = append(rt.Partitions, rp)
		}
		req.Topics = append(req.Topics, rt)
		if ps := b.Ask(t, req).(*kmsg.ListOffsetsResponse).Topics[0].Partitions; len(ps) != 1 || ps[0].ErrorCode != kerr.InvalidRequest.Code {
			t.Errorf("%+v", ps)
		}
	})
}

func TestMetadataByIDBeforeItsVersionIsRefusedWhole(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		for v := int16(10); v <= 11; v++ {
			req := kmsg.NewPtrMetadataRequest()
			req.Version = v
			rt := kmsg.NewMetadataRequestTopic()
			rt.Topic, rt.TopicID = kmsg.StringPtr(""), topicID(t, b, "a")
			req.Topics = append(req.Topics, rt)
			r := b.Ask(t, req).(*kmsg.MetadataResponse)
			if len(r.Brokers) != 0 || r.ClusterID != nil || r.ControllerID != -1 || r.Topics[0].ErrorCode != kerr.InvalidRequest.Code {
				t.Errorf("v%d: %+v", v, r)
			}
		}
	})
}

func TestACoordinatorIsToldWithoutAText(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		for v := int16(4); v <= 6; v++ {
			req := kmsg.NewPtrFindCoordinatorRequest()
			req.Version, req.CoordinatorKeys = v, []string{"g"}
			if c := b.Ask(t, req).(*kmsg.FindCoordinatorResponse).Coordinators[0]; c.ErrorCode != 0 || c.ErrorMessage == nil || *c.ErrorMessage != "" {
				t.Errorf("v%d: %+v", v, c)
			}
			req.CoordinatorType = 7
			if c := b.Ask(t, req).(*kmsg.FindCoordinatorResponse).Coordinators[0]; c.ErrorCode != kerr.InvalidRequest.Code || c.ErrorMessage == nil || *c.ErrorMessage == "" {
				t.Errorf("v%d, a type that is none: %+v", v, c)
			}
		}
	})
}

func TestGroupsTellTheirOperationsAndNoProtocolAsNull(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		commit(t, b, "g", "a", 0, 1)
		commit(t, b, "j", "a", 0, 1) // waits for this group's coordinator, which need not be the other's
		describe := kmsg.NewPtrDescribeGroupsRequest()
		describe.Version, describe.Groups, describe.IncludeAuthorizedOperations = 6, []string{"g", "nope"}, true
		r := b.Ask(t, describe).(*kmsg.DescribeGroupsResponse).Groups
		const read, remove, see, seeConfigs, alterConfigs = 1 << 3, 1 << 6, 1 << 8, 1 << 10, 1 << 11
		if r[0].AuthorizedOperations != read|remove|see|seeConfigs|alterConfigs || r[1].AuthorizedOperations != -1<<31 {
			t.Errorf("operations %d, %d of a group that is not there", r[0].AuthorizedOperations, r[1].AuthorizedOperations)
		}
		for v := int16(4); v <= 9; v++ {
			join := kmsg.NewPtrJoinGroupRequest()
			join.Version, join.Group, join.SessionTimeoutMillis, join.RebalanceTimeoutMillis, join.ProtocolType = v, "j", 30_000, 30_000, "consumer"
			p := kmsg.NewJoinGroupRequestProtocol()
			p.Name = "range"
			join.Protocols = append(join.Protocols, p)
			r := b.Ask(t, join).(*kmsg.JoinGroupResponse)
			if r.ErrorCode != kerr.MemberIDRequired.Code || (v >= 7) != (r.Protocol == nil) {
				t.Errorf("v%d: code %d, protocol %v", v, r.ErrorCode, r.Protocol)
			}
		}
	})
}

func TestTheCleanerKeepsAThread(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		if code := alter(t, b, 1, kmsg.ConfigResourceTypeBroker, "1", "log.cleaner.threads", kmsg.IncrementalAlterConfigOpSet, "0"); code != kerr.InvalidRequest.Code {
			t.Errorf("code %d", code)
		}
	})
}

func TestAConfigActsOnceItIsAcknowledged(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		const topic = kmsg.ConfigResourceTypeTopic
		alter(t, b, 1, topic, "a", "cleanup.policy", kmsg.IncrementalAlterConfigOpSet, "compact")
		if r := put(t, b, 9, -1, "a", batchOf(record.None, "x")); r.ErrorCode != kerr.InvalidRecord.Code {
			t.Errorf("compaction: code %d", r.ErrorCode)
		}
		alter(t, b, 1, topic, "a", "cleanup.policy", kmsg.IncrementalAlterConfigOpDelete, "")
		alter(t, b, 1, topic, "a", "max.message.bytes", kmsg.IncrementalAlterConfigOpSet, "80")
		if r := put(t, b, 9, -1, "a", batchOf(record.None, strings.Repeat("x", 100))); r.ErrorCode != kerr.MessageTooLarge.Code {
			t.Errorf("size: code %d", r.ErrorCode)
		}
		alter(t, b, 1, topic, "a", "max.message.bytes", kmsg.IncrementalAlterConfigOpDelete, "")
		alter(t, b, 1, topic, "a", "message.timestamp.type", kmsg.IncrementalAlterConfigOpSet, "LogAppendTime")
		if r := put(t, b, 9, -1, "a", batchOf(record.None, "x")); r.ErrorCode != 0 || r.LogAppendTime != time.Now().UnixMilli() {
			t.Errorf("times: code %d, %d", r.ErrorCode, r.LogAppendTime)
		}
	})
}

func TestARequestWithoutTimeChangesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, _ context.Context) {
		b := kbrokertest.Start(t)
		create(t, b, createRequest("a", 1, 1))
		for _, ms := range []int32{0, -1} {
			req := createRequest("new", 1, 1)
			req.TimeoutMillis = ms
			if r := create(t, b, req); r.ErrorCode != kerr.RequestTimedOut.Code || r.ErrorMessage != nil {
				t.Errorf("create in %d ms: code %d, %v", ms, r.ErrorCode, r.ErrorMessage)
			}
			remove := kmsg.NewPtrDeleteTopicsRequest()
			remove.Version, remove.TimeoutMillis, remove.TopicNames = 5, ms, []string{"a"}
			if r := b.Ask(t, remove).(*kmsg.DeleteTopicsResponse).Topics[0]; r.ErrorCode != kerr.RequestTimedOut.Code || r.ErrorMessage != nil {
				t.Errorf("delete in %d ms: code %d, %v", ms, r.ErrorCode, r.ErrorMessage)
			}
			grow := kmsg.NewPtrCreatePartitionsRequest()
			grow.Version, grow.TimeoutMillis = 3, ms
			gt := kmsg.NewCreatePartitionsRequestTopic()
			gt.Topic, gt.Count = "a", 2
			grow.Topics = append(grow.Topics, gt)
			if r := b.Ask(t, grow).(*kmsg.CreatePartitionsResponse).Topics[0]; r.ErrorCode != kerr.RequestTimedOut.Code || r.ErrorMessage != nil {
				t.Errorf("grow in %d ms: code %d, %v", ms, r.ErrorCode, r.ErrorMessage)
			}
		}
		r := metadataOf(t, b, 12, false, "a", "new").Topics
		if len(r[0].Partitions) != 1 || r[1].ErrorCode != kerr.UnknownTopicOrPartition.Code {
			t.Errorf("%d partitions of a, code %d of new", len(r[0].Partitions), r[1].ErrorCode)
		}
	})
}
