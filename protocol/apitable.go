package protocol

import "fmt"

// NumKeys bounds the API keys that are known: 0 to NumKeys-1.
const NumKeys = 95

// Keys that the connection itself must know.
const (
	KeyProduce          int16 = 0
	KeyFetch            int16 = 1
	KeySaslHandshake    int16 = 17
	KeyApiVersions      int16 = 18
	KeySaslAuthenticate int16 = 36
)

// Ends says which kinds of listener serve an API.
type Ends uint8

// The two kinds of listener.
const (
	BrokerEnd     Ends = 1 << iota // a listener that clients and brokers use
	ControllerEnd                  // a listener of the controller
)

// QuotaClass says which quota an API's requests are charged to.
type QuotaClass uint8

// The quota classes.
const (
	QuotaRequest  QuotaClass = iota // request time (request_percentage)
	QuotaProduce                    // produced bytes, and request time
	QuotaFetch                      // fetched bytes, and request time
	QuotaMutation                   // controller mutations (KIP-599), and request time
	QuotaExempt                     // between brokers, or before a principal is known: never throttled
)

// API is one row of the table of APIs of Kafka 4.4.
type API struct {
	Key       int16
	Name      string // as in Kafka's schemas, without "Request"
	Min, Max  int16  // the advertised range, INV 0 <= Min <= Accept <= Max
	Accept    int16  // the lowest version that is served; below it a request is refused though advertised (trap T1)
	Flexible  int16  // the first version with compact fields and tags (KIP-482), or never
	Listeners Ends
	Quota     QuotaClass
}

const (
	never      = int16(1<<15 - 1)
	broker     = BrokerEnd
	controller = ControllerEnd
	both       = BrokerEnd | ControllerEnd
)

// apis is every API of Kafka 4.4, by key. Keys 4 to 7 spoke to ZooKeeper-era controllers and are gone. InitProducerId 6
// is unstable in 4.4 and not among them. Produce is advertised from 0 because librdkafka stops compressing otherwise.
var apis = [NumKeys]API{
	// key, name, min, max, accept, flexible, listeners, quota
	0:  {0, "Produce", 0, 13, 3, 9, broker, QuotaProduce},
	1:  {1, "Fetch", 4, 18, 4, 12, both, QuotaFetch},
	2:  {2, "ListOffsets", 1, 11, 1, 6, broker, QuotaRequest},
	3:  {3, "Metadata", 0, 13, 0, 9, broker, QuotaRequest},
	8:  {8, "OffsetCommit", 2, 10, 2, 8, broker, QuotaRequest},
	9:  {9, "OffsetFetch", 1, 10, 1, 6, broker, QuotaRequest},
	10: {10, "FindCoordinator", 0, 6, 0, 3, broker, QuotaRequest},
	11: {11, "JoinGroup", 0, 9, 0, 6, broker, QuotaRequest},
	12: {12, "Heartbeat", 0, 4, 0, 4, broker, QuotaRequest},
	13: {13, "LeaveGroup", 0, 5, 0, 4, broker, QuotaRequest},
	14: {14, "SyncGroup", 0, 5, 0, 4, broker, QuotaRequest},
	15: {15, "DescribeGroups", 0, 6, 0, 5, broker, QuotaRequest},
	16: {16, "ListGroups", 0, 5, 0, 3, broker, QuotaRequest},
	17: {17, "SaslHandshake", 0, 1, 0, never, both, QuotaExempt},
	18: {18, "ApiVersions", 0, 5, 0, 3, both, QuotaRequest},
	19: {19, "CreateTopics", 2, 7, 2, 5, both, QuotaMutation},
	20: {20, "DeleteTopics", 1, 6, 1, 4, both, QuotaMutation},
	21: {21, "DeleteRecords", 0, 2, 0, 2, broker, QuotaRequest},
	22: {22, "InitProducerId", 0, 5, 0, 2, broker, QuotaRequest},
	23: {23, "OffsetForLeaderEpoch", 2, 4, 2, 4, broker, QuotaRequest},
	24: {24, "AddPartitionsToTxn", 0, 5, 0, 3, broker, QuotaRequest},
	25: {25, "AddOffsetsToTxn", 0, 4, 0, 3, broker, QuotaRequest},
	26: {26, "EndTxn", 0, 5, 0, 3, broker, QuotaRequest},
	27: {27, "WriteTxnMarkers", 1, 2, 1, 1, broker, QuotaExempt},
	28: {28, "TxnOffsetCommit", 0, 6, 0, 3, broker, QuotaRequest},
	29: {29, "DescribeAcls", 1, 3, 1, 2, both, QuotaRequest},
	30: {30, "CreateAcls", 1, 3, 1, 2, both, QuotaRequest},
	31: {31, "DeleteAcls", 1, 3, 1, 2, both, QuotaRequest},
	32: {32, "DescribeConfigs", 1, 4, 1, 4, both, QuotaRequest},
	33: {33, "AlterConfigs", 0, 2, 0, 2, both, QuotaRequest},
	34: {34, "AlterReplicaLogDirs", 1, 2, 1, 2, broker, QuotaRequest},
	35: {35, "DescribeLogDirs", 1, 5, 1, 2, broker, QuotaRequest},
	36: {36, "SaslAuthenticate", 0, 2, 0, 2, both, QuotaExempt},
	37: {37, "CreatePartitions", 0, 3, 0, 2, both, QuotaMutation},
	38: {38, "CreateDelegationToken", 1, 3, 1, 2, both, QuotaRequest},
	39: {39, "RenewDelegationToken", 1, 2, 1, 2, both, QuotaRequest},
	40: {40, "ExpireDelegationToken", 1, 2, 1, 2, both, QuotaRequest},
	41: {41, "DescribeDelegationToken", 1, 3, 1, 2, both, QuotaRequest},
	42: {42, "DeleteGroups", 0, 3, 0, 2, broker, QuotaRequest},
	43: {43, "ElectLeaders", 0, 2, 0, 2, both, QuotaRequest},
	44: {44, "IncrementalAlterConfigs", 0, 1, 0, 1, both, QuotaRequest},
	45: {45, "AlterPartitionReassignments", 0, 1, 0, 0, both, QuotaRequest},
	46: {46, "ListPartitionReassignments", 0, 0, 0, 0, both, QuotaRequest},
	47: {47, "OffsetDelete", 0, 0, 0, never, broker, QuotaRequest},
	48: {48, "DescribeClientQuotas", 0, 1, 0, 1, broker, QuotaRequest},
	49: {49, "AlterClientQuotas", 0, 1, 0, 1, both, QuotaRequest},
	50: {50, "DescribeUserScramCredentials", 0, 0, 0, 0, both, QuotaRequest},
	51: {51, "AlterUserScramCredentials", 0, 0, 0, 0, both, QuotaRequest},
	52: {52, "Vote", 0, 2, 0, 0, controller, QuotaExempt},
	53: {53, "BeginQuorumEpoch", 0, 1, 0, 1, controller, QuotaExempt},
	54: {54, "EndQuorumEpoch", 0, 1, 0, 1, controller, QuotaExempt},
	55: {55, "DescribeQuorum", 0, 2, 0, 0, both, QuotaRequest},
	56: {56, "AlterPartition", 2, 3, 2, 0, controller, QuotaExempt},
	57: {57, "UpdateFeatures", 0, 2, 0, 0, both, QuotaRequest},
	58: {58, "Envelope", 0, 0, 0, 0, controller, QuotaExempt},
	59: {59, "FetchSnapshot", 0, 1, 0, 0, controller, QuotaExempt},
	60: {60, "DescribeCluster", 0, 2, 0, 0, both, QuotaRequest},
	61: {61, "DescribeProducers", 0, 0, 0, 0, broker, QuotaRequest},
	62: {62, "BrokerRegistration", 0, 4, 0, 0, controller, QuotaExempt},
	63: {63, "BrokerHeartbeat", 0, 2, 0, 0, controller, QuotaExempt},
	64: {64, "UnregisterBroker", 0, 0, 0, 0, both, QuotaRequest},
	65: {65, "DescribeTransactions", 0, 0, 0, 0, broker, QuotaRequest},
	66: {66, "ListTransactions", 0, 2, 0, 0, broker, QuotaRequest},
	67: {67, "AllocateProducerIds", 0, 0, 0, 0, controller, QuotaExempt},
	68: {68, "ConsumerGroupHeartbeat", 0, 1, 0, 0, broker, QuotaRequest},
	69: {69, "ConsumerGroupDescribe", 0, 1, 0, 0, broker, QuotaRequest},
	70: {70, "ControllerRegistration", 0, 0, 0, 0, controller, QuotaExempt},
	71: {71, "GetTelemetrySubscriptions", 0, 0, 0, 0, broker, QuotaRequest},
	72: {72, "PushTelemetry", 0, 0, 0, 0, broker, QuotaRequest},
	73: {73, "AssignReplicasToDirs", 0, 0, 0, 0, controller, QuotaExempt},
	74: {74, "ListConfigResources", 0, 1, 0, 0, broker, QuotaRequest},
	75: {75, "DescribeTopicPartitions", 0, 0, 0, 0, broker, QuotaRequest},
	76: {76, "ShareGroupHeartbeat", 1, 1, 1, 0, broker, QuotaRequest},
	77: {77, "ShareGroupDescribe", 1, 1, 1, 0, broker, QuotaRequest},
	78: {78, "ShareFetch", 1, 2, 1, 0, broker, QuotaFetch},
	79: {79, "ShareAcknowledge", 1, 2, 1, 0, broker, QuotaRequest},
	80: {80, "AddRaftVoter", 0, 1, 0, 0, both, QuotaRequest},
	81: {81, "RemoveRaftVoter", 0, 0, 0, 0, both, QuotaRequest},
	82: {82, "UpdateRaftVoter", 0, 0, 0, 0, controller, QuotaExempt},
	83: {83, "InitializeShareGroupState", 0, 0, 0, 0, broker, QuotaRequest},
	84: {84, "ReadShareGroupState", 0, 0, 0, 0, broker, QuotaRequest},
	85: {85, "WriteShareGroupState", 0, 1, 0, 0, broker, QuotaRequest},
	86: {86, "DeleteShareGroupState", 0, 0, 0, 0, broker, QuotaRequest},
	87: {87, "ReadShareGroupStateSummary", 0, 1, 0, 0, broker, QuotaRequest},
	88: {88, "StreamsGroupHeartbeat", 0, 1, 0, 0, broker, QuotaRequest},
	89: {89, "StreamsGroupDescribe", 0, 1, 0, 0, broker, QuotaRequest},
	90: {90, "DescribeShareGroupOffsets", 0, 1, 0, 0, broker, QuotaRequest},
	91: {91, "AlterShareGroupOffsets", 0, 0, 0, 0, broker, QuotaRequest},
	92: {92, "DeleteShareGroupOffsets", 0, 0, 0, 0, broker, QuotaRequest},
	93: {93, "StreamsGroupTopologyDescriptionUpdate", 0, 0, 0, 0, broker, QuotaRequest},
	94: {94, "UnregisterController", 0, 0, 0, 0, both, QuotaRequest},
}

// Lookup returns the row of key, or nil if Kafka 4.4 has no such API.
func Lookup(key int16) *API {
	if key < 0 || key >= NumKeys || apis[key].Name == "" {
		return nil
	}
	return &apis[key]
}

// APIName returns the name of key for logs: "Fetch", or "unknown(99)".
func APIName(key int16) string {
	if api := Lookup(key); api != nil {
		return api.Name
	}
	return fmt.Sprintf("unknown(%d)", key)
}

// Known reports whether version lies in the advertised range, that is, whether its header can be told.
func (a *API) Known(version int16) bool { return version >= a.Min && version <= a.Max }

// Served reports whether requests of version are answered by a handler.
func (a *API) Served(version int16) bool { return version >= a.Accept && version <= a.Max }

// FlexibleRequest reports whether request header and body of version carry tags and compact fields.
func (a *API) FlexibleRequest(version int16) bool { return version >= a.Flexible }

// FlexibleResponseHeader reports whether the response header of version carries tags. It does wherever the request is
// flexible, save for ApiVersions: a client that is still negotiating must be able to read it (KIP-511, trap T5).
func (a *API) FlexibleResponseHeader(version int16) bool {
	return version >= a.Flexible && a.Key != KeyApiVersions
}

// Table is the set of APIs that one listener really serves: what ApiVersions tells, and what is let through. It is
// immutable. ApiVersions itself is always in it.
type Table struct {
	end    Ends
	served [NumKeys]bool
}

// NewTable returns the table of a listener of the given end (one of BrokerEnd, ControllerEnd) that serves keys. A key
// that is unknown, named twice, or belongs to the other end is an error.
func NewTable(end Ends, keys ...int16) (*Table, error) {
	if end != BrokerEnd && end != ControllerEnd {
		return nil, fmt.Errorf("api table: end %d is neither broker nor controller", end)
	}
	t := &Table{end: end}
	for _, key := range keys {
		api := Lookup(key)
		switch {
		case api == nil:
			return nil, fmt.Errorf("api table: key %d is no API of this release", key)
		case api.Listeners&end == 0:
			return nil, fmt.Errorf("api table: %s (key %d) does not belong on this kind of listener", api.Name, key)
		case t.served[key]:
			return nil, fmt.Errorf("api table: %s (key %d) is named twice", api.Name, key)
		}
		t.served[key] = true
	}
	t.served[KeyApiVersions] = true
	return t, nil
}

// Serves reports whether key is served at all.
func (t *Table) Serves(key int16) bool { return key >= 0 && key < NumKeys && t.served[key] }

// Keys returns the served keys in ascending order.
func (t *Table) Keys() []int16 {
	var keys []int16
	for key, ok := range t.served {
		if ok {
			keys = append(keys, int16(key))
		}
	}
	return keys
}

// Verdict is what a connection does with a request by its key and version.
type Verdict uint8

// The verdicts. Only Serve lets a request reach a handler.
const (
	Serve               Verdict = iota
	AnswerApiVersions           // ApiVersions, at any version: answered by ApiVersions.Answer
	RefuseOldProduce            // Produce that is advertised but no longer served: answered by RefuseProduce (T1, T20)
	CloseUnknownKey             // no such API, or not on this listener
	CloseUnknownVersion         // a version outside the range
)

// Judge tells what to do with a request. As in Kafka every unsupported request but those two closes its connection: its
// body cannot be understood, so no answer in its form can be made.
func (t *Table) Judge(key, version int16) Verdict {
	switch {
	case key == KeyApiVersions:
		return AnswerApiVersions
	case !t.Serves(key):
		return CloseUnknownKey
	}
	api := &apis[key]
	switch {
	case api.Served(version):
		return Serve
	case key == KeyProduce && api.Known(version):
		return RefuseOldProduce
	}
	return CloseUnknownVersion
}
