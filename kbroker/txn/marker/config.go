package marker

import (
	"log/slog"
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/txn"
)

// A Place is where a partition is led.
type Place struct {
	Exists bool
	Leader int32 // -1 when nobody leads it
}

// An Entry is one marker of a request to another broker.
type Entry struct {
	Partition txn.Partition
	Marker    coordinator.Marker
}

// Config is what a Sender is made of. The functions may be called from any goroutine and must not block; each done is
// called exactly once, at once or later. Errors are *kerr.Error.
type Config struct {
	Self  int32 // broker id
	Place func(p txn.Partition) Place
	// Write appends a marker to a partition that this broker leads. done hears nil once it is committed.
	Write func(p txn.Partition, m coordinator.Marker, done func(err error))
	// Remote sends markers to another broker (WriteTxnMarkers). done hears one error for each entry. nil: a partition that
	// is led elsewhere is tried again until it is led here.
	Remote func(broker int32, batch []Entry, done func(errs []error))
	// Complete writes that all markers of a decision are written, to a partition of __transaction_state.
	Complete func(partition int32, d txn.Decision, done func(err error))
	// Retry is how long a step that failed waits. 100 ms.
	Retry  time.Duration
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Retry <= 0 {
		c.Retry = 100 * time.Millisecond
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
