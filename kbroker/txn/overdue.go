package txn

import (
	"time"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// An Overdue is a transaction that is older than its timeout.
type Overdue struct {
	Producer
	NewID int64 // to be used if a new producer id is needed, -1 none
}

// overdueTimer looks for overdue transactions (T11). Each is aborted by an operation of its own, so that none waits for
// another, and one that has been ended meanwhile is left alone.
func (m *Machine) overdueTimer(s Settings) coordinator.Timer {
	return coordinator.Timer{
		Key:   coordinator.TimerKey{Kind: "overdue"},
		After: s.AbortInterval,
		Fire: on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
			list := m.overdue(nowMs)
			return coordinator.Result{
				Timers: []coordinator.Timer{m.overdueTimer(m.cfg.Settings())},
				Settled: func(err error) {
					if err == nil && len(list) > 0 {
						m.cfg.Overdue(m.partition, list)
					}
				},
			}, nil
		}),
	}
}

func (m *Machine) overdue(nowMs int64) []Overdue {
	var list []Overdue
	for _, id := range m.ids() {
		if t := m.txns[id]; t.overdue(nowMs) {
			list = append(list, Overdue{Producer{id, t.ProducerID, t.Epoch}, NoProducerID})
		}
	}
	return list
}

func (t *Transaction) overdue(nowMs int64) bool {
	return t.State == Ongoing && t.StartMs+int64(t.TimeoutMs) < nowMs
}

// AbortOverdue aborts a transaction that is still open and still overdue, and fences its producer. The response is nil.
func AbortOverdue(o Overdue) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
		t := m.txns[o.TransactionalID]
		if t == nil || t.ProducerID != o.ID || t.Epoch != o.Epoch || !t.overdue(nowMs) {
			return coordinator.Result{}, nil
		}
		return m.fence(t, o.NewID, nowMs)
	})
}

// expiryTimer forgets transactional ids that nobody has used for long.
func (m *Machine) expiryTimer(s Settings) coordinator.Timer {
	return coordinator.Timer{
		Key:   coordinator.TimerKey{Kind: "expiry"},
		After: s.ExpiryInterval,
		Fire: on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
			s := m.cfg.Settings()
			res := coordinator.Result{Divisible: true, Timers: []coordinator.Timer{m.expiryTimer(s)}}
			for _, id := range m.ids() {
				if t := m.txns[id]; t.State.expires() && t.UpdatedMs <= nowMs-max(s.Expiration, time.Millisecond).Milliseconds() {
					res.Records = append(res.Records, coordinator.Record{Key: encodeKey(id)})
				}
			}
			return res, nil
		}),
	}
}
