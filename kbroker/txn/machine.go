package txn

import (
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
)

// Settings are what the configs and the cluster's features say now.
type Settings struct {
	Version        int16         // finalized level of transaction.version
	MaxTimeoutMs   int32         // transaction.max.timeout.ms
	Expiration     time.Duration // transactional.id.expiration.ms
	AbortInterval  time.Duration // transaction.abort.timed.out.transaction.cleanup.interval.ms
	ExpiryInterval time.Duration // transaction.remove.expired.transaction.cleanup.interval.ms
}

// valueVersion is the version of the log's values (KIP-890, KIP-915).
func (s Settings) valueVersion() int16 {
	if s.Version >= 1 {
		return 1
	}
	return 0
}

// Config is what machines are made of. The functions are called on the loop of a partition and must not block.
type Config struct {
	Settings func() Settings
	// Decided hears of every transaction whose end is committed: its markers are to be written, and then Complete.
	Decided func(partition int32, d Decision)
	// Overdue hears of transactions that are older than their timeout: AbortOverdue is to be written for each.
	Overdue func(partition int32, list []Overdue)
	// Undecided hears that it is not known whether a decision about a transactional id is committed: Resume is to be
	// written a little later. It is not called when the partition is led by somebody else.
	Undecided func(partition int32, id string)
}

// A Decision is a transaction that has ended, and what its markers say.
type Decision struct {
	TransactionalID string
	ProducerID      int64
	Epoch           int16
	Commit          bool
	Partitions      Partitions
	Version         int16 // transaction version that the markers belong to
}

// An Outcome is the response of an operation that may end well or with a code even though records were written.
type Outcome struct {
	Err        *kerr.Error // nil is success
	ProducerID int64       // -1 unless the operation tells one
	Epoch      int16
}

func refused(err *kerr.Error) Outcome {
	return Outcome{Err: err, ProducerID: NoProducerID, Epoch: NoEpoch}
}

// A Machine is the transactions of one partition of __transaction_state. It implements coordinator.Machine.
type Machine struct {
	cfg       *Config
	partition int32
	txns      map[string]*Transaction
}

// NewMachine makes the empty machine of a partition.
func NewMachine(cfg *Config, partition int32) *Machine {
	return &Machine{cfg: cfg, partition: partition, txns: make(map[string]*Transaction)}
}

// Replay implements coordinator.Machine.
func (m *Machine) Replay(_ coordinator.Position, rec coordinator.Record) error {
	id, t, err := decode(rec)
	switch {
	case err != nil:
		return err
	case id == "":
	case t == nil:
		delete(m.txns, id)
	default:
		m.txns[id] = t
	}
	return nil
}

// Loaded implements coordinator.Machine: decisions that were not completed are handed out again.
func (m *Machine) Loaded(time.Time) coordinator.Result {
	s := m.cfg.Settings()
	var open []Decision
	for _, id := range m.ids() {
		if t := m.txns[id]; t.State.ending() {
			open = append(open, t.decision())
		}
	}
	return coordinator.Result{
		Timers: []coordinator.Timer{m.overdueTimer(s), m.expiryTimer(s)},
		Settled: func(err error) {
			for _, d := range open {
				m.settled(d, err)
			}
		},
	}
}

// Unloaded implements coordinator.Machine.
func (m *Machine) Unloaded() { m.txns = nil }

// Get returns a copy of what is known of an id. It is for tests and tools that own the machine.
func (m *Machine) Get(id string) (Transaction, bool) {
	t := m.txns[id]
	if t == nil {
		return Transaction{}, false
	}
	return *t, true
}

// ids returns all transactional ids in order.
func (m *Machine) ids() []string { return slices.Sorted(maps.Keys(m.txns)) }

// become writes the next state of a transactional id.
func (m *Machine) become(next Transaction, resp any) coordinator.Result {
	res := coordinator.Result{
		Records:  []coordinator.Record{encode(&next, m.cfg.Settings().valueVersion())},
		Response: resp,
		// What the record does not say (LastEpoch; ids and versions in old values) is known until the next load.
		Apply: func() { m.txns[next.ID] = &next },
	}
	if next.State.ending() {
		d := next.decision()
		res.Settled = func(err error) { m.settled(d, err) }
	}
	return res
}

// settled passes on a decision once it is known to stand (T4).
func (m *Machine) settled(d Decision, err error) {
	switch err {
	case nil:
		m.cfg.Decided(m.partition, d)
	case kerr.NotCoordinator:
	default:
		m.cfg.Undecided(m.partition, d.TransactionalID)
	}
}

// Resume hands out the decision about an id again if there is one that is not complete. Its response is nil.
func Resume(id string) coordinator.Handler {
	return on(func(m *Machine, _ int64) (coordinator.Result, error) {
		t := m.txns[id]
		if t == nil || !t.State.ending() {
			return coordinator.Result{}, nil
		}
		d := t.decision()
		return coordinator.Result{Settled: func(err error) { m.settled(d, err) }}, nil
	})
}

// Complete ends an ending transaction for good: every marker of the decision is written. Of another decision it says
// nothing. Its response is nil.
func Complete(d Decision) coordinator.Handler {
	return on(func(m *Machine, nowMs int64) (coordinator.Result, error) {
		t := m.txns[d.TransactionalID]
		if t == nil || t.State != prepared(d.Commit) || t.ProducerID != d.ProducerID || t.Epoch != d.Epoch {
			return coordinator.Result{}, nil
		}
		return m.become(t.complete(nowMs), nil), nil
	})
}

// on makes a handler of a function over the machine and the time in milliseconds.
func on(fn func(m *Machine, nowMs int64) (coordinator.Result, error)) coordinator.Handler {
	return func(m coordinator.Machine, now time.Time, _ *coordinator.Pending) (coordinator.Result, error) {
		return fn(m.(*Machine), now.UnixMilli())
	}
}
