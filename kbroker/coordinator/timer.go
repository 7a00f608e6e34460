package coordinator

import "time"

// A TimerKey names a timer within its partition. Setting a timer replaces the one with the same key.
type TimerKey struct {
	Owner string // the operation key under which Fire runs
	Kind  string
	ID    string // tells several timers of one kind apart (a member id)
}

// A Timer sets (Fire not nil) or cancels (Fire nil) a timer. When it is due, Fire runs as an operation with key
// Key.Owner and may write records; if their append fails for a reason that may pass, it runs again after
// runtime.Config.RetryBackoff. A timer fires once; it is gone before Fire is called.
type Timer struct {
	Key   TimerKey
	After time.Duration
	Fire  Handler
}

// Cancel is the Timer that removes key.
func Cancel(key TimerKey) Timer { return Timer{Key: key} }
