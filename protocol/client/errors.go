package client

import (
	"errors"
	"fmt"

	"github.com/kbroker/kbroker/protocol"
)

// ErrClosed is returned by Do after Close.
var ErrClosed = errors.New("client: closed")

// ErrTimeout is why a connection whose peer missed the deadline of a request was given up.
var ErrTimeout = errors.New("no answer in time")

// A ConnError is a failure to reach the peer, or the loss of the connection to it.
type ConnError struct {
	Address string
	// Sent tells whether the peer may have seen the request, so that repeating it may do it twice.
	Sent bool
	Err  error
}

// Error implements error.
func (e *ConnError) Error() string { return fmt.Sprintf("peer %s: %v", e.Address, e.Err) }

// Unwrap returns the cause.
func (e *ConnError) Unwrap() error { return e.Err }

// An UnsupportedError is a request that the peer does not serve at any version that this side can speak, or not at the
// version that was asked for.
type UnsupportedError struct {
	Address  string
	Key      int16
	Min, Max int16 // what the peer serves; Max -1 when nothing
}

// Error implements error.
func (e *UnsupportedError) Error() string {
	if e.Max < 0 {
		return fmt.Sprintf("peer %s does not serve %s", e.Address, protocol.APIName(e.Key))
	}
	return fmt.Sprintf("peer %s serves %s v%d-v%d only", e.Address, protocol.APIName(e.Key), e.Min, e.Max)
}
