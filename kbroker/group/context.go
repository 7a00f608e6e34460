package group

import (
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/consumer"
)

// A RequestContext is who asks.
type RequestContext struct {
	ClientID   string
	ClientHost string // as Kafka prints an address, "/127.0.0.1"
	TxnGuard   uint64 // of a TxnOffsetCommit: what VerifyTxn gave for it
	// TopicAllowed says which topics he may know of; nil allows all. It may be kept, and called later.
	TopicAllowed func(name string) bool
}

func (c *RequestContext) client() consumer.Client {
	return consumer.Client{Client: classic.Client{ID: c.ClientID, Host: c.ClientHost}, TopicAllowed: c.TopicAllowed}
}
