package group

// A RequestContext is who asks.
type RequestContext struct {
	ClientID   string
	ClientHost string // as Kafka prints an address, "/127.0.0.1"
}
