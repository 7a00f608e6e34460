package api

import (
	"slices"

	"github.com/kbroker/kbroker/protocol"
)

// table is every API that this broker serves to clients. A key that is not here is not advertised. Each row has a file
// named for its key; api_test.go holds the two against each other.
var table = map[int16]handler{
	0:  (*Broker).produce,
	1:  (*Broker).fetch,
	2:  answering((*Broker).listOffsets),
	3:  answering((*Broker).metadata),
	8:  grouped, // OffsetCommit
	9:  grouped, // OffsetFetch
	10: answering((*Broker).findCoordinator),
	11: grouped, // JoinGroup
	12: grouped, // Heartbeat
	13: grouped, // LeaveGroup
	14: grouped, // SyncGroup
	15: grouped, // DescribeGroups
	16: grouped, // ListGroups
	19: answering((*Broker).createTopics),
	20: answering((*Broker).deleteTopics),
	21: answering((*Broker).deleteRecords),
	22: deferred((*Broker).initProducerID),
	23: answering((*Broker).offsetForLeaderEpoch),
	24: deferred((*Broker).addPartitionsToTxn),
	25: deferred((*Broker).addOffsetsToTxn),
	26: deferred((*Broker).endTxn),
	27: deferred((*Broker).writeTxnMarkers),
	28: deferred((*Broker).txnOffsetCommit),
	29: answering((*Broker).describeACLs),
	30: answering((*Broker).createACLs),
	31: answering((*Broker).deleteACLs),
	32: answering((*Broker).describeConfigs),
	33: answering((*Broker).alterConfigs),
	35: answering((*Broker).describeLogDirs),
	37: answering((*Broker).createPartitions),
	42: grouped, // DeleteGroups
	43: answering((*Broker).electLeaders),
	44: answering((*Broker).incrementalAlterConfigs),
	46: answering((*Broker).listPartitionReassignments),
	47: grouped, // OffsetDelete
	50: answering((*Broker).describeUserScramCredentials),
	55: answering((*Broker).describeQuorum),
	57: answering((*Broker).updateFeatures),
	60: answering((*Broker).describeCluster),
	61: answering((*Broker).describeProducers),
	64: answering((*Broker).unregisterBroker),
	65: deferred((*Broker).describeTransactions),
	66: deferred((*Broker).listTransactions),
	68: grouped, // ConsumerGroupHeartbeat
	69: grouped, // ConsumerGroupDescribe
	74: answering((*Broker).listConfigResources),
	75: answering((*Broker).describeTopicPartitions),
}

// Keys returns the keys that are served, ascending. ApiVersions (18) is answered by the connection itself.
func Keys() []int16 {
	keys := make([]int16, 0, len(table)+1)
	keys = append(keys, protocol.KeyApiVersions)
	for k := range table {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// byKey is table as an array: the lookup of the hot path.
var byKey = func() (a [protocol.NumKeys]handler) {
	for k, h := range table {
		a[k] = h
	}
	return a
}()

// Serve implements protocol.Handler.
func (b *Broker) Serve(req *protocol.Request, reply protocol.Reply) {
	if req.Key < 0 || int(req.Key) >= len(byKey) || byKey[req.Key] == nil {
		reply.Close(protocol.APIName(req.Key) + " is not served")
		return
	}
	byKey[req.Key](b, req, reply)
}
