package config

import (
	"sync"
	"sync/atomic"
)

// Holder hands out the newest Snapshot. Readers call Load from anywhere; the publisher of metadata calls Update, rooms call
// OnChange while they open, at the same time.
type Holder struct {
	current atomic.Pointer[Snapshot]

	mu        sync.Mutex // held while listeners are told: none misses a snapshot, none hears of two out of order
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

// OnChange registers a listener and tells it of the snapshot that is now, as old and new. From then on it runs on the goroutine
// that calls Update, after the new snapshot is visible, in the order of registration. It must not wait, nor call OnChange or Update.
func (h *Holder) OnChange(f func(old, new *Snapshot)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners = append(h.listeners, f)
	now := h.current.Load()
	f(now, now)
}

// Update makes a new snapshot of the given dynamic configuration and tells the listeners. Warnings name dynamic values
// that were left out.
func (h *Holder) Update(dynamicDefault, dynamicBroker map[string]string) []Warning {
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.current.Load()
	next, warnings := NewSnapshot(old.static, dynamicDefault, dynamicBroker)
	h.current.Store(next)
	for _, f := range h.listeners {
		f(old, next)
	}
	return warnings
}
