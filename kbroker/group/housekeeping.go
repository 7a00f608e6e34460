package group

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// housekeeping is the timer that lets offsets expire, and empty groups without offsets go.
func (m *Machine) housekeeping() coordinator.Timer {
	return coordinator.Timer{
		Key:   coordinator.TimerKey{Kind: "housekeeping"},
		After: m.cfg.RetentionCheckInterval,
		Fire: func(cm coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
			return cm.(*Machine).expire(now), nil
		},
	}
}

func (m *Machine) expire(now time.Time) coordinator.Result {
	res := coordinator.Result{Divisible: true, Timers: []coordinator.Timer{m.housekeeping()}}
	for _, id := range m.ids() {
		g := m.groups[id]
		recs, all := m.offsets.Expire(id, g, now, m.cfg.OffsetsRetention)
		res.Records = append(res.Records, recs...)
		if all && g.Empty() {
			res.Records = append(res.Records, m.tombstones(id)...)
		}
	}
	return res
}

// TopicDeleted makes the handler that forgets the offsets of a deleted topic.
func TopicDeleted(topic string, id [16]byte) coordinator.Handler {
	return func(cm coordinator.Machine, _ time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		return coordinator.Result{Divisible: true, Records: cm.(*Machine).offsets.DeleteTopic(topic, id)}, nil
	}
}
