package offsets

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// A Tenant is what expiry asks of the group that offsets belong to.
type Tenant interface {
	// ExpiryBase says from when, in ms, the retention of an offset committed at that time counts; ok is false while the
	// group's offsets do not expire (G5).
	ExpiryBase(committed int64) (base int64, ok bool)
	SubscribedTo(topic string) bool
}

// Expire makes the tombstones of a group's offsets that have outlived retention. all reports that none is left after them,
// pending ones included, so that the group itself may go.
func (s *Store) Expire(group string, t Tenant, now time.Time, retention time.Duration) (out []coordinator.Record, all bool) {
	all = !s.HasPending(group)
	for _, p := range s.Partitions(group) {
		o, _ := s.Get(group, p)
		if t.SubscribedTo(p.Topic) || s.Unstable(group, p) || !o.expired(t, now.UnixMilli(), retention) {
			all = false
			continue
		}
		out = append(out, Tombstone(group, p))
	}
	return out, all
}

func (o Offset) expired(t Tenant, now int64, retention time.Duration) bool {
	base, ok := t.ExpiryBase(o.Committed)
	switch {
	case !ok:
		return false
	case o.Expires >= 0: // asked for by the client, OffsetCommit v2 to v4
		return now >= o.Expires
	}
	return now-base >= retention.Milliseconds()
}
