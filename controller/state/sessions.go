package state

import (
	"maps"
	"slices"

	"github.com/kbroker/kbroker/controller/metadata"
)

// sessions is when each broker was heard of. It stands in no record: a new leader grants everybody a fresh session before
// it fences anybody.
type sessions struct{ brokers map[int32]*session }

type session struct {
	epoch    int64
	lastMs   int64
	heard    bool  // the broker has spoken to this leader; otherwise lastMs is when the leadership began
	metadata int64 // offset up to which the broker has applied metadata
	leaveAt  int64 // controlled shutdown: the offset that every active broker must have applied, -1 when it has not begun
}

func newSessions() sessions { return sessions{brokers: make(map[int32]*session)} }

// Reset begins a leadership: what was heard before does not count, and every broker that is not fenced gets a session.
func (s *State) Reset(img *metadata.Image, nowMs int64) {
	s.sessions = newSessions()
	for _, b := range img.Brokers() {
		if !b.Fenced {
			s.sessions.brokers[b.ID] = &session{epoch: b.Epoch, lastMs: nowMs, metadata: -1, leaveAt: -1}
		}
	}
}

// touch notes a heartbeat.
func (s *sessions) touch(id int32, epoch, nowMs, offset int64) *session {
	b := s.brokers[id]
	if b == nil || b.epoch != epoch {
		b = &session{epoch: epoch, leaveAt: -1}
		s.brokers[id] = b
	}
	b.lastMs, b.metadata, b.heard = nowMs, offset, true
	return b
}

// valid reports whether a broker has been heard of within the timeout. The session that a new leader grants does not
// count: it keeps a broker from being fenced, not a restarted one, whose node went down together with the leader, from
// taking its place at once.
func (s *sessions) valid(id int32, epoch, nowMs, timeoutMs int64) bool {
	b := s.brokers[id]
	return b != nil && b.heard && b.epoch == epoch && nowMs-b.lastMs < timeoutMs
}

// lowest returns the lowest offset that an active broker has applied.
func (s *sessions) lowest(img *metadata.Image) int64 {
	low := int64(1<<63 - 1)
	for id, b := range s.brokers {
		if img.Broker(id).Active() {
			low = min(low, b.metadata)
		}
	}
	return low
}

// NextExpiry returns when the first session of a broker that is not fenced runs out, ms; ok is false when there is none.
func (s *State) NextExpiry(img *metadata.Image) (atMs int64, ok bool) {
	for id, b := range s.sessions.brokers {
		if r := img.Broker(id); r == nil || r.Fenced || r.Epoch != b.epoch {
			continue
		}
		if at := b.lastMs + s.cfg.SessionTimeoutMs; !ok || at < atMs {
			atMs, ok = at, true
		}
	}
	return atMs, ok
}

// FenceStale returns the records that fence one broker whose session has run out, none when no one's has. One at a time:
// the next decision sees the world without it.
func (s *State) FenceStale(in In) Records {
	for _, id := range slices.Sorted(maps.Keys(s.sessions.brokers)) {
		b := s.sessions.brokers[id]
		r := in.Image.Broker(id)
		if r == nil || r.Epoch != b.epoch {
			delete(s.sessions.brokers, id)
			continue
		}
		if r.Fenced || in.NowMs-b.lastMs < s.cfg.SessionTimeoutMs {
			continue
		}
		return s.fence(in.Image, r)
	}
	return nil
}
