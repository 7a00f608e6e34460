package classic

import "github.com/kbroker/kbroker/kbroker/coordinator"

// A Host is the machine whose groups this package decides for. Handlers of timers find it as their coordinator.Machine.
type Host interface {
	coordinator.Machine
	// ClassicGroup returns the group, or nil when there is none or it is of another type.
	ClassicGroup(id string) *Group
	// StoreClassicGroup puts the group in place of whatever has its id. It is called from Result.Apply only.
	StoreClassicGroup(g *Group)
	ClassicConfig() *Config
}

// A Client is who sent a request.
type Client struct {
	ID   string
	Host string // as Kafka prints an address, "/127.0.0.1"
}
