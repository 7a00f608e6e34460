package api

import (
	"github.com/kbroker/kbroker/controller/metadata"
	"github.com/kbroker/kbroker/protocol"
)

// Operation is an ACL operation, numbered as on the wire.
type Operation int8

// The operations.
const (
	OpRead            Operation = 3
	OpWrite           Operation = 4
	OpCreate          Operation = 5
	OpDelete          Operation = 6
	OpAlter           Operation = 7
	OpDescribe        Operation = 8
	OpClusterAction   Operation = 9
	OpDescribeConfigs Operation = 10
	OpAlterConfigs    Operation = 11
	OpIdempotentWrite Operation = 12
)

// ResourceType is what an operation is done to, numbered as on the wire.
type ResourceType int8

// The resource types.
const (
	ResTopic           ResourceType = 2
	ResGroup           ResourceType = 3
	ResCluster         ResourceType = 4
	ResTransactionalID ResourceType = 5
)

// ClusterName is the name of the only cluster resource.
const ClusterName = "kafka-cluster"

// An Authorizer is asked before anything is done or told.
type Authorizer interface {
	Allowed(conn *protocol.Conn, op Operation, res ResourceType, name string) bool
}

// AllowAll is the authorizer of a broker without authorizer.class.name: everybody may do everything.
type AllowAll struct{}

// Allowed implements Authorizer.
func (AllowAll) Allowed(*protocol.Conn, Operation, ResourceType, string) bool { return true }

func (b *Broker) allowed(c *protocol.Conn, op Operation, res ResourceType, name string) bool {
	return b.Auth.Allowed(c, op, res, name)
}

func (b *Broker) allowedCluster(c *protocol.Conn, op Operation) bool {
	return b.Auth.Allowed(c, op, ResCluster, ClusterName)
}

// The operations that exist for each resource type (Kafka's AclEntry.supportedOperations).
var (
	groupOperationSet = []Operation{OpRead, OpDelete, OpDescribe, OpDescribeConfigs, OpAlterConfigs}
	topicOperations   = []Operation{OpRead, OpWrite, OpCreate, OpDelete, OpAlter, OpDescribe, OpDescribeConfigs, OpAlterConfigs}
	clusterOperations = []Operation{OpCreate, OpAlter, OpDescribe, OpClusterAction, OpDescribeConfigs, OpAlterConfigs, OpIdempotentWrite}
)

// operationsUnknown is sent when nobody asked (KIP-430).
const operationsUnknown int32 = -1 << 31

// operations returns the allowed operations as a bit field.
func (b *Broker) operations(c *protocol.Conn, res ResourceType, name string) int32 {
	ops := topicOperations
	switch res {
	case ResCluster:
		ops = clusterOperations
	case ResGroup:
		ops = groupOperationSet
	}
	var bits int32
	for _, op := range ops {
		if b.allowed(c, op, res, name) {
			bits |= 1 << op
		}
	}
	return bits
}

// The topics that the broker itself writes. Clients may read but not write them.
const (
	OffsetsTopic = "__consumer_offsets"
	TxnTopic     = "__transaction_state"
	ShareTopic   = "__share_group_state"
)

// isInternal reports whether a topic is the broker's own.
func isInternal(topic string) bool {
	return topic == OffsetsTopic || topic == TxnTopic || topic == ShareTopic
}

// zeroID is no topic's id.
var zeroID metadata.UUID
