package config

import "sync/atomic"

// Holder hands out the newest Snapshot. Readers call Load from anywhere; one goroutine, the publisher of metadata,
// calls Update; listeners are registered before the node starts.
type Holder struct {
	current   atomic.Pointer[Snapshot]
	listeners []func(old, new *Snapshot)
}

// NewHolder starts from a snapshot, which is never nil afterwards.
func NewHolder(first *Snapshot) *Holder {
	h := &Holder{}
	h.current.Store(first)
	return h
}

// Load is the newest snapshot.
func (h *Holder) Load() *Snapshot { return h.current.Load() }

// OnChange registers a listener. It runs on the goroutine that calls Update, after the new snapshot is visible, in the
// order of registration, and must not wait.
func (h *Holder) OnChange(f func(old, new *Snapshot)) { h.listeners = append(h.listeners, f) }

// Update makes a new snapshot of the given dynamic configuration and tells the listeners. Warnings name dynamic values
// that were left out.
func (h *Holder) Update(dynamicDefault, dynamicBroker map[string]string) []Warning {
	old := h.current.Load()
	next, warnings := NewSnapshot(old.static, dynamicDefault, dynamicBroker)
	h.current.Store(next)
	for _, f := range h.listeners {
		f(old, next)
	}
	return warnings
}
