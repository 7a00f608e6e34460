package metadata

import (
	"cmp"
	"strconv"
)

// ResourceType is the kind of thing that configs belong to, numbered as on the wire.
type ResourceType int8

// The config resource types that Kafka 4.4 knows.
const (
	ResourceTopic         ResourceType = 2
	ResourceBroker        ResourceType = 4
	ResourceBrokerLogger  ResourceType = 8
	ResourceClientMetrics ResourceType = 16
	ResourceGroup         ResourceType = 32
)

// String returns the type as Kafka names it.
func (t ResourceType) String() string {
	switch t {
	case ResourceTopic:
		return "TOPIC"
	case ResourceBroker:
		return "BROKER"
	case ResourceBrokerLogger:
		return "BROKER_LOGGER"
	case ResourceClientMetrics:
		return "CLIENT_METRICS"
	case ResourceGroup:
		return "GROUP"
	}
	return "UNKNOWN(" + strconv.Itoa(int(t)) + ")"
}

// Resource names what configs belong to. The broker resource with the empty name is the default of all brokers.
type Resource struct {
	Type ResourceType
	Name string
}

// String returns the resource as Kafka prints it in messages.
func (r Resource) String() string {
	return "ConfigResource(type=" + r.Type.String() + ", name='" + r.Name + "')"
}

func compareResources(a, b Resource) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name))
}

func hashResource(r Resource) uint8 { return hashString(r.Name) + uint8(r.Type) }
