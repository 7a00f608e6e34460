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
	"github.com/kbroker/kbroker/kbroker/group/consumer"
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
	_ consumer.Host          = (*Machine)(nil)
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
		switch {
		case v != nil:
			m.groups[k.Group] = classic.Load(k.Group, v)
		case m.ClassicGroup(k.Group) != nil:
			delete(m.groups, k.Group)
		}
	default:
		m.replayConsumer(rec)
	}
	return nil
}

// replayConsumer applies a record of a consumer group, which takes the place of what else has its name: a simple group
// that its offsets made, replayed before. A tombstone makes no group.
func (m *Machine) replayConsumer(rec coordrec.Record) {
	id, ok := consumer.GroupOf(rec.Key)
	if !ok { // of a kind of group that does not exist here
		return
	}
	g, ok := m.groups[id].(*consumer.Group)
	if !ok {
		if rec.Value == nil {
			return
		}
		g = consumer.NewGroup(id)
		m.groups[id] = g
	}
	if g.Replay(rec) {
		delete(m.groups, id)
	}
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
		var res coordinator.Result
		switch g := m.groups[id].(type) {
		case *classic.Group:
			res = classic.Loaded(m, g, now)
		case *consumer.Group:
			res = consumer.Loaded(m, g)
		}
		all.Records = append(all.Records, res.Records...)
		all.Timers = append(all.Timers, res.Timers...)
		if res.Apply != nil {
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

// ConsumerGroup implements consumer.Host.
func (m *Machine) ConsumerGroup(id string) *consumer.Group {
	g, _ := m.groups[id].(*consumer.Group)
	return g
}

// GroupExists implements consumer.Host.
func (m *Machine) GroupExists(id string) bool { return m.groups[id] != nil }

// ConsumerConfig implements consumer.Host.
func (m *Machine) ConsumerConfig() *consumer.Config { return &m.cfg.Consumer }

// Topics implements consumer.Host.
func (m *Machine) Topics() Topics {
	if m.cfg.Topics == nil {
		return noTopics{}
	}
	return m.cfg.Topics()
}

// noTopics is a world without topics.
type noTopics struct{}

func (noTopics) TopicID(string) (id [16]byte, ok bool) { return id, false }
func (noTopics) TopicName([16]byte) (string, bool)     { return "", false }
func (noTopics) Partitions(string) int32               { return 0 }
func (noTopics) Racks(string, int32) []string          { return nil }
func (noTopics) Each(func(string) bool)                {}
func (noTopics) Version() int64                        { return 0 }

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
