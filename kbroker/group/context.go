package group

// A RequestContext is who asks.
type RequestContext struct {
	ClientID   string
	ClientHost string // as Kafka prints an address, "/127.0.0.1"
	TxnGuard   uint64 // of a TxnOffsetCommit: what VerifyTxn gave for it
}
