package api

import (
	"github.com/kbroker/kbroker/controller/state"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// An API is one kind of request that the controller decides.
type API struct {
	Name     string
	Key      int16
	Min, Max int16 // versions
	// Decide returns what to write and the answer for when it is committed. It runs on the controller's loop.
	Decide func(s *state.State, in state.In, req kmsg.Request) (state.Records, kmsg.Response)
}

// Table is every API that the controller decides, by key. DescribeQuorum, which decides nothing, is answered beside it.
var Table = []API{
	{"CreateTopics", 19, 2, 7, createTopics},
	{"DeleteTopics", 20, 1, 6, deleteTopics},
	{"AlterConfigs", 33, 0, 2, alterConfigs},
	{"CreatePartitions", 37, 0, 3, createPartitions},
	{"ElectLeaders", 43, 0, 2, electLeaders},
	{"IncrementalAlterConfigs", 44, 0, 1, incrementalAlterConfigs},
	{"AlterPartition", 56, 2, 3, alterPartition},
	{"UpdateFeatures", 57, 0, 2, updateFeatures},
	{"BrokerRegistration", 62, 0, 4, registerBroker},
	{"BrokerHeartbeat", 63, 0, 2, brokerHeartbeat},
	{"UnregisterBroker", 64, 0, 0, unregisterBroker},
	{"AllocateProducerIds", 67, 0, 0, allocateProducerIDs},
}

// Find returns the API of a key, nil when the controller does not decide it.
func Find(key int16) *API {
	for i := range Table {
		if Table[i].Key == key {
			return &Table[i]
		}
	}
	return nil
}
