package kbroker

import (
	"context"
	"sync"
)

// faults is where the rooms report what the node cannot live with. Until the node has started a fault fails the start: it ends
// every wait of the steps, so that a full disk is told at once and in its own words. From then on it goes to the owner, once.
type faults struct {
	cancel context.CancelFunc
	owner  func(error)

	mu struct {
		sync.Mutex
		first   error
		started bool
	}
}

// startFaults returns the context of the steps of a start, which the first fault ends, and where faults are reported.
func startFaults(ctx context.Context, owner func(error)) (context.Context, *faults) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, &faults{cancel: cancel, owner: owner}
}

// met reports a fault, from any goroutine.
func (f *faults) met(err error) {
	f.mu.Lock()
	again, started := f.mu.first != nil, f.mu.started
	if !again {
		f.mu.first = err
	}
	f.mu.Unlock()
	if again {
		return
	}
	f.cancel()
	if started {
		f.owner(err)
	}
}

// err returns the first fault, nil when there was none.
func (f *faults) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mu.first
}

// started ends the start, unless a fault was first.
func (f *faults) started() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.mu.first == nil {
		f.mu.started = true
	}
	return f.mu.first
}
