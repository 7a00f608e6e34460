package server

import (
	"sync/atomic"

	"github.com/kbroker/kbroker/protocol"
)

// maxVersions bounds the versions of an API that are counted apart; the last counter takes what is above.
const maxVersions = 20

type counters struct {
	accepted, refused, badRequests, strangers, panics atomic.Uint64

	bytesIn, bytesOut atomic.Uint64
	delayed           atomic.Int64
	ended             [numEndings]atomic.Uint64
	requests          [protocol.NumKeys][maxVersions]atomic.Uint64
	unknown           atomic.Uint64
}

func (n *counters) request(key, version int16, _ int) {
	if key < 0 || key >= protocol.NumKeys {
		n.unknown.Add(1)
		return
	}
	v := int(version)
	if v < 0 || v >= maxVersions {
		v = maxVersions - 1
	}
	n.requests[key][v].Add(1)
}

// Stats is what a Server has done since it was made, and what it holds.
type Stats struct {
	Connections int    // open now
	Accepted    uint64 // connections
	Refused     uint64 // connections beyond a limit of their address
	Strangers   uint64 // connections whose bytes were no requests
	BadRequests uint64 // requests that were refused by closing
	Panics      uint64 // of handlers
	BytesIn     uint64 // read from peers
	BytesOut    uint64 // written to peers
	HeldBytes   int64  // memory charged for frames in arrival and requests in flight
	Ended       map[string]uint64
	Requests    []RequestStats // those that came at least once, by key and version
	UnknownKeys uint64
}

// RequestStats counts the requests of one version of one API. The version maxVersions-1 stands for all above it.
type RequestStats struct {
	Key, Version int16
	Count        uint64
}

// Stats returns the present numbers.
func (s *Server) Stats() Stats {
	n := &s.stats
	s.mu.Lock()
	open := len(s.conns)
	s.mu.Unlock()
	out := Stats{
		Connections: open, Accepted: n.accepted.Load(), Refused: n.refused.Load(), Strangers: n.strangers.Load(),
		BadRequests: n.badRequests.Load(), Panics: n.panics.Load(), BytesIn: n.bytesIn.Load(), BytesOut: n.bytesOut.Load(),
		HeldBytes: s.memory.held(), Ended: map[string]uint64{}, UnknownKeys: n.unknown.Load(),
	}
	for i := range n.ended {
		if count := n.ended[i].Load(); count > 0 {
			out.Ended[ending(i).String()] = count
		}
	}
	for key := range n.requests {
		for version := range n.requests[key] {
			if count := n.requests[key][version].Load(); count > 0 {
				out.Requests = append(out.Requests, RequestStats{int16(key), int16(version), count})
			}
		}
	}
	return out
}
