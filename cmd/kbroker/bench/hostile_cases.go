package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/kbroker/kbroker/protocol/record"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// An abuse is a case: a request of n parts, a frame, or something else that run does.
type abuse struct {
	name    string
	topic   string // that is there
	request func(n int) kmsg.Request
	frame   func() []byte
	run     func(addr string, frame []byte, got *Abuse) error
}

func once(addr string, frame []byte, got *Abuse) error { return sendAll(addr, 1, frame, got) }

func times(n int) func(string, []byte, *Abuse) error {
	return func(addr string, frame []byte, got *Abuse) error { return sendAll(addr, n, frame, got) }
}

// abuses are every API that is served with long lists, and what else has cost much.
func abuses() []abuse {
	out := []abuse{
		{name: "announced frames", run: func(addr string, _ []byte, got *Abuse) error {
			got.Sent = 50 * 14
			return announcedFrames(addr)
		}},
		{name: "dribbled frames", run: dribbledFrames},
		{name: "Produce bombs", topic: "t", frame: func() []byte { return bombs("t") }, run: once},
		{name: "OffsetFetch x50", request: offsetFetchGroups, run: times(50)},
		{name: "Fetch x50", request: fetchPartitions(12, 0), run: times(50)},
		{name: "ApiVersions tags", frame: func() []byte { return taggedFrame(someParts) }, run: once},
	}
	for _, r := range longRequests() {
		out = append(out, abuse{name: r.name, request: r.make, run: once, topic: r.topic})
	}
	return out
}

type longRequest struct {
	name  string
	topic string
	make  func(n int) kmsg.Request
}

func at[Q kmsg.Request](q Q, version int16) Q {
	q.SetVersion(version)
	return q
}

func list[T any](n int, fn func(i int) T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = fn(i)
	}
	return out
}

func numbers(n int) []int32 { return list(n, func(i int) int32 { return int32(i) }) }

func short(i int) string { return fmt.Sprintf("%x", i) }

func named(prefix string) func(i int) string {
	return func(i int) string { return prefix + short(i) }
}

func offsetFetchGroups(n int) kmsg.Request {
	q := at(kmsg.NewPtrOffsetFetchRequest(), 8)
	q.Groups = list(n, func(i int) kmsg.OffsetFetchRequestGroup {
		g := kmsg.NewOffsetFetchRequestGroup()
		g.Group = short(i)
		return g
	})
	return q
}

func fetchPartitions(version int16, epoch int32) func(n int) kmsg.Request {
	return func(n int) kmsg.Request {
		q := at(kmsg.NewPtrFetchRequest(), version)
		q.ReplicaID, q.MaxBytes, q.SessionEpoch = -1, 1<<20, epoch
		q.Topics = []kmsg.FetchRequestTopic{{Topic: "nowhere", TopicID: [16]byte{1}, Partitions: list(n, func(i int) kmsg.FetchRequestTopicPartition {
			p := kmsg.NewFetchRequestTopicPartition()
			p.Partition, p.CurrentLeaderEpoch, p.PartitionMaxBytes = int32(i), -1, 1<<20
			return p
		})}}
		return q
	}
}

func fetchTopics(version int16, epoch int32) func(n int) kmsg.Request {
	return func(n int) kmsg.Request {
		q := at(kmsg.NewPtrFetchRequest(), version)
		q.ReplicaID, q.MaxBytes, q.SessionEpoch = -1, 1<<20, epoch
		q.Topics = list(n, func(i int) kmsg.FetchRequestTopic {
			t := kmsg.NewFetchRequestTopic()
			t.Topic = short(i)
			binary.BigEndian.PutUint32(t.TopicID[:], uint32(i+1))
			p := kmsg.NewFetchRequestTopicPartition()
			p.CurrentLeaderEpoch = -1
			t.Partitions = []kmsg.FetchRequestTopicPartition{p}
			return t
		})
		return q
	}
}

func describeConfigs(kind kmsg.ConfigResourceType, name func(int) string) func(n int) kmsg.Request {
	return func(n int) kmsg.Request {
		q := at(kmsg.NewPtrDescribeConfigsRequest(), 4)
		q.IncludeSynonyms, q.IncludeDocumentation = true, true
		q.Resources = list(n, func(i int) kmsg.DescribeConfigsRequestResource {
			return kmsg.DescribeConfigsRequestResource{ResourceType: kind, ResourceName: name(i)}
		})
		return q
	}
}

// longRequests name what is not there, so that an answer costs nothing but itself.
func longRequests() []longRequest {
	return slices.Concat(dataRequests(), topicRequests(), configRequests(), groupRequests(), txnRequests())
}

func dataRequests() []longRequest {
	return []longRequest{
		{name: "Fetch v4 partitions", make: fetchPartitions(4, -1)},
		{name: "Fetch v12 partitions", make: fetchPartitions(12, -1)},
		{name: "Fetch v12 session", make: fetchPartitions(12, 0)},
		{name: "Fetch v12 topics", make: fetchTopics(12, 0)},
		{name: "Fetch v18 partitions", make: fetchPartitions(18, 0)},
		{name: "Fetch v18 topics", make: fetchTopics(18, 0)},
		{name: "Fetch v12 forgotten", make: func(n int) kmsg.Request {
			q := fetchPartitions(12, 0)(1).(*kmsg.FetchRequest)
			q.ForgottenTopics = []kmsg.FetchRequestForgottenTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
		{name: "Produce partitions", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrProduceRequest(), 9)
			q.Acks, q.TimeoutMillis = 1, 1000
			q.Topics = []kmsg.ProduceRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.ProduceRequestTopicPartition {
				return kmsg.ProduceRequestTopicPartition{Partition: int32(i)}
			})}}
			return q
		}},
		{name: "Produce topics", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrProduceRequest(), 9)
			q.Acks, q.TimeoutMillis = 1, 1000
			q.Topics = list(n, func(i int) kmsg.ProduceRequestTopic {
				return kmsg.ProduceRequestTopic{Topic: short(i), Partitions: []kmsg.ProduceRequestTopicPartition{{}}}
			})
			return q
		}},
		{name: "ListOffsets partitions", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrListOffsetsRequest(), 7)
			q.ReplicaID = -1
			q.Topics = []kmsg.ListOffsetsRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.ListOffsetsRequestTopicPartition {
				p := kmsg.NewListOffsetsRequestTopicPartition()
				p.Partition = int32(i)
				return p
			})}}
			return q
		}},
		{name: "ListOffsets repeated", topic: "t", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrListOffsetsRequest(), 7)
			q.ReplicaID = -1
			q.Topics = []kmsg.ListOffsetsRequestTopic{{Topic: "t", Partitions: list(n, func(i int) kmsg.ListOffsetsRequestTopicPartition {
				p := kmsg.NewListOffsetsRequestTopicPartition()
				p.Timestamp = 1
				return p
			})}}
			return q
		}},
		{name: "OffsetForLeaderEpoch", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrOffsetForLeaderEpochRequest(), 4)
			q.Topics = []kmsg.OffsetForLeaderEpochRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.OffsetForLeaderEpochRequestTopicPartition {
				p := kmsg.NewOffsetForLeaderEpochRequestTopicPartition()
				p.Partition = int32(i)
				return p
			})}}
			return q
		}},
		{name: "DeleteRecords", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrDeleteRecordsRequest(), 2)
			q.TimeoutMillis = 1000
			q.Topics = []kmsg.DeleteRecordsRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.DeleteRecordsRequestTopicPartition {
				return kmsg.DeleteRecordsRequestTopicPartition{Partition: int32(i)}
			})}}
			return q
		}},
		{name: "DescribeProducers", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrDescribeProducersRequest()
			q.Topics = []kmsg.DescribeProducersRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
	}
}

func topicRequests() []longRequest {
	return []longRequest{
		{name: "Metadata names", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrMetadataRequest(), 9)
			q.Topics = list(n, func(i int) kmsg.MetadataRequestTopic {
				return kmsg.MetadataRequestTopic{Topic: kmsg.StringPtr(short(i))}
			})
			return q
		}},
		{name: "Metadata made", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrMetadataRequest(), 9)
			q.AllowAutoTopicCreation = true
			q.Topics = list(n, func(i int) kmsg.MetadataRequestTopic {
				return kmsg.MetadataRequestTopic{Topic: kmsg.StringPtr(named("/")(i))}
			})
			return q
		}},
		{name: "Metadata repeated", topic: "t", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrMetadataRequest(), 9)
			q.Topics = list(n, func(i int) kmsg.MetadataRequestTopic { return kmsg.MetadataRequestTopic{Topic: kmsg.StringPtr("t")} })
			return q
		}},
		{name: "Metadata ids", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrMetadataRequest(), 12)
			q.Topics = list(n, func(i int) kmsg.MetadataRequestTopic {
				t := kmsg.NewMetadataRequestTopic()
				binary.BigEndian.PutUint32(t.TopicID[:], uint32(i+1))
				return t
			})
			return q
		}},
		{name: "DescribeTopicPartitions", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrDescribeTopicPartitionsRequest()
			q.ResponsePartitionLimit = 2000
			q.Topics = list(n, func(i int) kmsg.DescribeTopicPartitionsRequestTopic {
				return kmsg.DescribeTopicPartitionsRequestTopic{Topic: short(i)}
			})
			return q
		}},
		{name: "CreateTopics", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrCreateTopicsRequest(), 7)
			q.TimeoutMillis = 1000
			q.Topics = list(n, func(i int) kmsg.CreateTopicsRequestTopic {
				return kmsg.CreateTopicsRequestTopic{Topic: named("/")(i), NumPartitions: 1, ReplicationFactor: 1}
			})
			return q
		}},
		{name: "CreateTopics configs", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrCreateTopicsRequest(), 7)
			q.TimeoutMillis = 1000
			q.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "t", NumPartitions: 1, ReplicationFactor: 1,
				Configs: list(n, func(i int) kmsg.CreateTopicsRequestTopicConfig {
					return kmsg.CreateTopicsRequestTopicConfig{Name: short(i), Value: kmsg.StringPtr("1")}
				})}}
			return q
		}},
		{name: "CreateTopics assignment", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrCreateTopicsRequest(), 7)
			q.TimeoutMillis = 1000
			q.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "t", NumPartitions: -1, ReplicationFactor: -1,
				ReplicaAssignment: list(n, func(i int) kmsg.CreateTopicsRequestTopicReplicaAssignment {
					return kmsg.CreateTopicsRequestTopicReplicaAssignment{Partition: int32(i), Replicas: []int32{77}}
				})}}
			return q
		}},
		{name: "DeleteTopics", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrDeleteTopicsRequest(), 6)
			q.TimeoutMillis = 1000
			q.Topics = list(n, func(i int) kmsg.DeleteTopicsRequestTopic {
				return kmsg.DeleteTopicsRequestTopic{Topic: kmsg.StringPtr(short(i))}
			})
			return q
		}},
		{name: "CreatePartitions", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrCreatePartitionsRequest(), 3)
			q.TimeoutMillis = 1000
			q.Topics = list(n, func(i int) kmsg.CreatePartitionsRequestTopic {
				return kmsg.CreatePartitionsRequestTopic{Topic: short(i), Count: 2}
			})
			return q
		}},
		{name: "ElectLeaders", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrElectLeadersRequest(), 2)
			q.TimeoutMillis = 1000
			q.Topics = []kmsg.ElectLeadersRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
		{name: "ListPartitionReassignments", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrListPartitionReassignmentsRequest()
			q.TimeoutMillis = 1000
			q.Topics = []kmsg.ListPartitionReassignmentsRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
		{name: "DescribeLogDirs", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrDescribeLogDirsRequest(), 4)
			q.Topics = []kmsg.DescribeLogDirsRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
	}
}

func configRequests() []longRequest {
	topicName := func(i int) string { return short(i) }
	return []longRequest{
		{name: "DescribeConfigs topics", make: describeConfigs(kmsg.ConfigResourceTypeTopic, topicName)},
		{name: "DescribeConfigs groups", make: describeConfigs(kmsg.ConfigResourceTypeGroupConfig, topicName)},
		{name: "DescribeConfigs repeated", topic: "t", make: describeConfigs(kmsg.ConfigResourceTypeTopic, func(int) string { return "t" })},
		{name: "AlterConfigs", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrAlterConfigsRequest(), 2)
			q.Resources = list(n, func(i int) kmsg.AlterConfigsRequestResource {
				return kmsg.AlterConfigsRequestResource{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: short(i)}
			})
			return q
		}},
		{name: "AlterConfigs keys", topic: "t", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrAlterConfigsRequest(), 2)
			q.Resources = []kmsg.AlterConfigsRequestResource{{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: "t",
				Configs: list(n, func(i int) kmsg.AlterConfigsRequestResourceConfig {
					return kmsg.AlterConfigsRequestResourceConfig{Name: short(i), Value: kmsg.StringPtr("1")}
				})}}
			return q
		}},
		{name: "IncrementalAlterConfigs", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrIncrementalAlterConfigsRequest(), 1)
			q.Resources = list(n, func(i int) kmsg.IncrementalAlterConfigsRequestResource {
				return kmsg.IncrementalAlterConfigsRequestResource{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: short(i)}
			})
			return q
		}},
		{name: "IncrementalAlterConfigs keys", topic: "t", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrIncrementalAlterConfigsRequest(), 1)
			q.Resources = []kmsg.IncrementalAlterConfigsRequestResource{{ResourceType: kmsg.ConfigResourceTypeTopic, ResourceName: "t",
				Configs: list(n, func(i int) kmsg.IncrementalAlterConfigsRequestResourceConfig {
					return kmsg.IncrementalAlterConfigsRequestResourceConfig{Name: short(i), Value: kmsg.StringPtr("1")}
				})}}
			return q
		}},
	}
}

func groupRequests() []longRequest {
	return []longRequest{
		{name: "OffsetFetch groups", make: offsetFetchGroups},
		{name: "OffsetFetch partitions", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrOffsetFetchRequest(), 7)
			q.Group = "g"
			q.Topics = []kmsg.OffsetFetchRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
		{name: "OffsetCommit", topic: "t", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrOffsetCommitRequest(), 8)
			q.Group, q.Generation = "g", -1
			q.Topics = []kmsg.OffsetCommitRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.OffsetCommitRequestTopicPartition {
				p := kmsg.NewOffsetCommitRequestTopicPartition()
				p.Partition = int32(i)
				return p
			})}}
			return q
		}},
		{name: "OffsetDelete", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrOffsetDeleteRequest()
			q.Group = "g"
			q.Topics = []kmsg.OffsetDeleteRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.OffsetDeleteRequestTopicPartition {
				return kmsg.OffsetDeleteRequestTopicPartition{Partition: int32(i)}
			})}}
			return q
		}},
		{name: "DescribeGroups", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrDescribeGroupsRequest(), 5)
			q.Groups = list(n, short)
			return q
		}},
		{name: "ConsumerGroupDescribe", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrConsumerGroupDescribeRequest()
			q.Groups = list(n, short)
			return q
		}},
		{name: "DeleteGroups", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrDeleteGroupsRequest(), 2)
			q.Groups = list(n, short)
			return q
		}},
		{name: "FindCoordinator", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrFindCoordinatorRequest(), 4)
			q.CoordinatorKeys = list(n, short)
			return q
		}},
		{name: "LeaveGroup", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrLeaveGroupRequest(), 5)
			q.Group = "g"
			q.Members = list(n, func(i int) kmsg.LeaveGroupRequestMember {
				m := kmsg.NewLeaveGroupRequestMember()
				m.MemberID = short(i)
				return m
			})
			return q
		}},
		{name: "JoinGroup protocols", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrJoinGroupRequest(), 7)
			q.Group, q.ProtocolType, q.SessionTimeoutMillis, q.RebalanceTimeoutMillis = "g", "consumer", 10000, 10000
			q.Protocols = list(n, func(i int) kmsg.JoinGroupRequestProtocol {
				return kmsg.JoinGroupRequestProtocol{Name: short(i), Metadata: []byte{0}}
			})
			return q
		}},
		{name: "SyncGroup assignments", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrSyncGroupRequest(), 5)
			q.Group, q.ProtocolType, q.Protocol = "g", kmsg.StringPtr("consumer"), kmsg.StringPtr("range")
			q.GroupAssignment = list(n, func(i int) kmsg.SyncGroupRequestGroupAssignment {
				return kmsg.SyncGroupRequestGroupAssignment{MemberID: short(i)}
			})
			return q
		}},
		{name: "ConsumerGroupHeartbeat", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrConsumerGroupHeartbeatRequest(), 1)
			q.Group, q.MemberID, q.RebalanceTimeoutMillis = "g", "m", 10000
			q.SubscribedTopicNames = list(n, short)
			q.Topics = []kmsg.ConsumerGroupHeartbeatRequestTopic{}
			return q
		}},
		{name: "ListGroups states", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrListGroupsRequest(), 4)
			q.StatesFilter = list(n, short)
			return q
		}},
	}
}

func txnRequests() []longRequest {
	return []longRequest{
		{name: "AddPartitionsToTxn", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrAddPartitionsToTxnRequest(), 3)
			q.TransactionalID = "x"
			q.Topics = []kmsg.AddPartitionsToTxnRequestTopic{{Topic: "nowhere", Partitions: numbers(n)}}
			return q
		}},
		{name: "AddPartitionsToTxn v4", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrAddPartitionsToTxnRequest(), 4)
			q.Transactions = list(n, func(i int) kmsg.AddPartitionsToTxnRequestTransaction {
				t := kmsg.NewAddPartitionsToTxnRequestTransaction()
				t.TransactionalID = short(i)
				t.Topics = []kmsg.AddPartitionsToTxnRequestTransactionTopic{{Topic: "t", Partitions: []int32{0}}}
				return t
			})
			return q
		}},
		{name: "TxnOffsetCommit", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrTxnOffsetCommitRequest(), 3)
			q.TransactionalID, q.Group, q.Generation = "x", "g", -1
			q.Topics = []kmsg.TxnOffsetCommitRequestTopic{{Topic: "nowhere", Partitions: list(n, func(i int) kmsg.TxnOffsetCommitRequestTopicPartition {
				p := kmsg.NewTxnOffsetCommitRequestTopicPartition()
				p.Partition = int32(i)
				return p
			})}}
			return q
		}},
		{name: "WriteTxnMarkers", make: func(n int) kmsg.Request {
			q := at(kmsg.NewPtrWriteTxnMarkersRequest(), 1)
			q.Markers = list(n, func(i int) kmsg.WriteTxnMarkersRequestMarker {
				m := kmsg.NewWriteTxnMarkersRequestMarker()
				m.ProducerID = int64(i)
				m.Topics = []kmsg.WriteTxnMarkersRequestMarkerTopic{{Topic: "t", Partitions: []int32{0}}}
				return m
			})
			return q
		}},
		{name: "DescribeTransactions", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrDescribeTransactionsRequest()
			q.TransactionalIDs = list(n, short)
			return q
		}},
		{name: "ListTransactions", make: func(n int) kmsg.Request {
			q := kmsg.NewPtrListTransactionsRequest()
			q.StateFilters = list(n, short)
			return q
		}},
	}
}

// dribbledFrames is thirty connections that announce 90 MiB each and send half a megabyte of it again and again.
func dribbledFrames(addr string, _ []byte, got *Abuse) error {
	const rounds, conns, piece = 20, 30, 512 << 10
	head := binary.BigEndian.AppendUint32(nil, 90<<20)
	body := make([]byte, piece)
	open := make([]*client, conns)
	for i := range open {
		c, err := dial(addr)
		if err != nil {
			return err
		}
		defer c.close()
		if open[i] = c; c.send(head) != nil {
			return errClosed
		}
	}
	for range rounds {
		for _, c := range open {
			// A broker that takes no more of this frame holds its sender up.
			if err := c.conn.SetWriteDeadline(time.Now().Add(2 * time.Millisecond)); err != nil {
				return err
			}
			n, _ := c.conn.Write(body)
			got.Sent += int64(n)
		}
	}
	time.Sleep(time.Second)
	return nil
}

// bombs is a Produce request that names one partition a hundred times, each with a batch of 450 KB that unpacks to a
// hundred times as much.
func bombs(topic string) []byte {
	batch := bomb()
	q := at(kmsg.NewPtrProduceRequest(), produceVersion)
	q.Acks, q.TimeoutMillis = 1, 30000
	q.Topics = []kmsg.ProduceRequestTopic{{Topic: topic, Partitions: list(100, func(int) kmsg.ProduceRequestTopicPartition {
		return kmsg.ProduceRequestTopicPartition{Records: batch}
	})}}
	return encode(q)
}

func bomb() []byte {
	o := record.NewBuilderOptions()
	o.Codec = record.Gzip
	b := record.NewBuilder(o)
	value := bytes.Repeat([]byte{'x'}, 512<<10)
	now := time.Now().UnixMilli()
	for range 192 {
		b.Append(now, nil, value)
	}
	return b.Build()
}

// taggedFrame is an ApiVersions request with so many tagged fields that nobody knows.
func taggedFrame(n int) []byte {
	frame := encode(at(kmsg.NewPtrApiVersionsRequest(), 3))
	frame = binary.AppendUvarint(frame[:len(frame)-1], uint64(n))
	for i := range n {
		frame = append(binary.AppendUvarint(frame, uint64(i)), 0)
	}
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	return frame
}
