package group

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/kbroker/kbroker/kbroker/coordinator"
	"github.com/kbroker/kbroker/kbroker/group/classic"
	"github.com/kbroker/kbroker/kbroker/group/offsets"
	"github.com/kbroker/kbroker/protocol/coordrec"
)

// A Group is what all kinds of groups can be asked.
type Group interface {
	offsets.Tenant
	Type() string
	StateName() string
	ProtocolType() string
	Empty() bool
	ValidateDelete() *kerr.Error
	ValidateOffsetDelete() *kerr.Error
}

// A Machine is the state of one partition: its groups and their offsets.
//
// Every group with offsets is in groups: one that was never joined is a simple classic group, which is not logged by itself.
type Machine struct {
	cfg       *Config
	partition int32
	groups    map[string]Group
	offsets   *offsets.Store
}

var (
	_ coordinator.TxnMachine = (*Machine)(nil)
	_ classic.Host           = (*Machine)(nil)
)

// NewMachine makes an empty machine.
func NewMachine(cfg *Config, partition int32) *Machine {
	return &Machine{cfg: cfg, partition: partition, groups: map[string]Group{}, offsets: offsets.New()}
}

// Replay implements coordinator.Machine. A record type that is not known was written by something newer; it is passed
// over, as Kafka does. A tombstone of something that is not there is a no-op (G4).
func (m *Machine) Replay(at coordinator.Position, raw coordinator.Record) error {
	rec, err := coordrec.Unmarshal(coordrec.Group, raw.Key, raw.Value)
	var unknown *coordrec.UnknownTypeError
	if errors.As(err, &unknown) {
		return nil
	}
	if err != nil {
		return err
	}
	switch k := rec.Key.(type) {
	case *coordrec.OffsetCommitKey:
		v, _ := rec.Value.(*coordrec.OffsetCommitValue)
		if v != nil && m.groups[k.Group] == nil {
			m.groups[k.Group] = classic.NewGroup(k.Group, time.UnixMilli(at.Timestamp))
		}
		m.offsets.Replay(at, k, v)
	case *coordrec.GroupMetadataKey:
		v, _ := rec.Value.(*coordrec.GroupMetadataValue)
		if v == nil {
			delete(m.groups, k.Group)
		} else {
			m.groups[k.Group] = classic.Load(k.Group, v)
		}
	}
	return nil
}

// ReplayEndTxn implements coordinator.TxnMachine.
func (m *Machine) ReplayEndTxn(at coordinator.Position, commit bool) error {
	m.offsets.ReplayEndTxn(at.ProducerID, commit)
	return nil
}

// Loaded implements coordinator.Machine: sessions of all members begin, and housekeeping is scheduled.
func (m *Machine) Loaded(now time.Time) coordinator.Result {
	all := coordinator.Result{Divisible: true, Timers: []coordinator.Timer{m.housekeeping()}}
	var apply []func()
	for _, id := range m.ids() {
		if g, ok := m.groups[id].(*classic.Group); ok {
			res := classic.Loaded(m, g, now)
			all.Records = append(all.Records, res.Records...)
			all.Timers = append(all.Timers, res.Timers...)
			apply = append(apply, res.Apply)
		}
	}
	all.Apply = func() {
		for _, fn := range apply {
			fn()
		}
	}
	return all
}

// Unloaded implements coordinator.Machine.
func (m *Machine) Unloaded() { m.groups, m.offsets = map[string]Group{}, offsets.New() }

// ids lists the groups in order, so that what is done to all of them is done in a fixed order.
func (m *Machine) ids() []string { return slices.Sorted(maps.Keys(m.groups)) }

// ClassicGroup implements classic.Host.
func (m *Machine) ClassicGroup(id string) *classic.Group {
	g, _ := m.groups[id].(*classic.Group)
	return g
}

// StoreClassicGroup implements classic.Host.
func (m *Machine) StoreClassicGroup(g *classic.Group) { m.groups[g.ID] = g }

// ClassicConfig implements classic.Host.
func (m *Machine) ClassicConfig() *classic.Config { return &m.cfg.Classic }

// Stats tells what the machine holds.
func (m *Machine) Stats() Stats {
	s := Stats{Partition: m.partition, Offsets: m.offsets.Len(), States: map[string]int{}}
	for _, g := range m.groups {
		s.Groups++
		s.States[g.Type()+" "+g.StateName()]++
	}
	return s
}

// Stats is a snapshot of one partition.
type Stats struct {
	Partition int32
	Groups    int
	Offsets   int
	States    map[string]int // groups by type and state, "classic Stable"
}

// notFound is how Kafka says that a group does not exist.
func notFound(group string) string { return fmt.Sprintf("Group %s not found.", group) }
