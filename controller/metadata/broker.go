package metadata

// Endpoint is where a listener of a node is reached.
type Endpoint struct {
	Name             string // listener name, "PLAINTEXT"
	Host             string
	Port             uint16
	SecurityProtocol int16 // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL
}

// VersionRange is the levels of a feature that a node can run.
type VersionRange struct{ Min, Max int16 }

// Broker is the registration of one broker. Immutable once it is reachable from an Image.
type Broker struct {
	ID                   int32
	Epoch                int64 // offset of the registration record; grows with each incarnation (M15)
	Incarnation          UUID
	Endpoints            []Endpoint
	Features             map[string]VersionRange
	Rack                 string
	HasRack              bool
	Fenced               bool // not to lead, not to join an ISR, not shown to clients (M16)
	InControlledShutdown bool
	LogDirs              []UUID // sorted
	CordonedLogDirs      []UUID // nil when the broker did not say (KIP-1066)
}

// Endpoint returns the broker's endpoint of a listener.
func (b *Broker) Endpoint(listener string) (Endpoint, bool) {
	for _, e := range b.Endpoints {
		if e.Name == listener {
			return e, true
		}
	}
	return Endpoint{}, false
}

// Active reports whether the broker may lead and join an ISR: it is neither fenced nor shutting down.
func (b *Broker) Active() bool { return b != nil && !b.Fenced && !b.InControlledShutdown }

// Controller is the registration of one controller. Immutable once it is reachable from an Image.
type Controller struct {
	ID               int32
	Incarnation      UUID
	ZKMigrationReady bool
	Endpoints        []Endpoint
	Features         map[string]VersionRange
}
